from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0009_news_in_the_cartable")]
    operations = [
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["counter_id", "number_text"], name="letters_ans_number"),
        ),
    ]
