"""Letters and numbers of all offices at once: an auditor's list and its one box read no table."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0035_answers_promised"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="submission", name="letters_sub_number"),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=("number_text", "counter_id"), name="letters_sub_number"),
        ),
        migrations.AddIndex(
            model_name="arrival",
            index=models.Index(fields=("letter_id",), name="letters_arr_letter"),
        ),
        migrations.AddIndex(
            model_name="arrival",
            index=models.Index(fields=("number_text",), name="letters_arr_number"),
        ),
    ]
