"""What a letter bears of the tables of the secretariat norm.

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
    dependencies = (("letters", "0021_signed_covers"),)

    operations = (
        migrations.RunPython(drop, create),
        migrations.AddField("arrival", "terms", models.JSONField(default=dict)),
        migrations.RunPython(create, drop),
    )
