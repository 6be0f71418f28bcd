"""How a letter came to the counter: by whom, for how many, in whose words, with which originals.

SQLite remakes a table for a new column, without its triggers: the word index is made anew.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from pishkhan.letters.logic import search_engine


def drop(_apps: Any, schema_editor: Any) -> None:
    """Take the word index away where it would not survive."""
    if schema_editor.connection.vendor == "sqlite":
        search_engine.drop(schema_editor.connection)


def create(_apps: Any, schema_editor: Any) -> None:
    """Make it again."""
    if schema_editor.connection.vendor == "sqlite":
        search_engine.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = (("letters", "0014_transfers"),)

    operations = (
        migrations.RunPython(drop, create),
        *(
            migrations.AddField(model, name, field)
            for model in ("submission", "arrival")
            for name, field in (
                ("others", models.PositiveIntegerField(default=0)),
                ("circumstances", models.JSONField(default=dict)),
            )
        ),
        migrations.AddField(
            "person", "mobile_of", models.CharField(blank=True, default="", max_length=60)
        ),
        migrations.AddField(
            "answer", "handed_to_kind", models.CharField(blank=True, default="", max_length=10)
        ),
        migrations.RunPython(create, drop),
    )
