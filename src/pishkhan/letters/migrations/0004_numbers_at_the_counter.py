"""A counter finds a letter by the agency's number; an agency does so by the issued numbers."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_drafts_by_state")]

    operations = [
        migrations.RemoveIndex(model_name="arrival", name="letters_arr_number"),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["counter_id", "number_text"], name="letters_sub_number"),
        ),
    ]
