"""Numbers are found by the day they were given."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0005_answers_one_by_one"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="letternumber",
            index=models.Index(fields=["secretariat_id", "at"], name="letters_number_day"),
        ),
    ]
