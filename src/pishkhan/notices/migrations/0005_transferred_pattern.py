from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0004_set_aside_pattern"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="pattern",
            field=models.CharField(
                choices=[
                    ("accepted", "accepted"),
                    ("returned", "returned"),
                    ("ready", "ready"),
                    ("handed_over", "handed_over"),
                    ("handed_to_proxy", "handed_to_proxy"),
                    ("one_time_code", "one_time_code"),
                    ("set_aside", "set_aside"),
                    ("transferred", "transferred"),
                ],
                max_length=20,
            ),
        ),
    ]
