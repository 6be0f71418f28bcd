from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relay", "0006_carried")]

    operations = [
        migrations.AddField(
            model_name="line", name="told_ahead", field=models.FloatField(null=True)
        )
    ]
