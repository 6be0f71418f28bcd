from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relay", "0005_line")]

    operations = [
        migrations.AddField(model_name="line", name="up_by", field=models.UUIDField(null=True)),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("up_id__isnull", False)), fields=["up_id"], name="relay_line_up"
            ),
        ),
    ]
