"""Signed answers that wait to go out are found without reading all drafts."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_search")]

    operations = [
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["state", "id"], name="letters_draft_state"),
        ),
    ]
