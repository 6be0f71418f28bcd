"""A letter moves on to the competent agency: by which hop, through whose hands, to where.

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
    dependencies = (("letters", "0013_taken_on_paper"),)

    operations = (
        migrations.RunPython(drop, create),
        migrations.AddField("arrival", "hop", models.PositiveIntegerField(default=0)),
        migrations.AddField("arrival", "via_office_id", models.UUIDField(null=True)),
        migrations.AddField("arrival", "trail", models.JSONField(default=list)),
        migrations.AddField("arrival", "gone_to_id", models.UUIDField(null=True)),
        migrations.AddField("submission", "hop", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "submission", "now_with", models.CharField(blank=True, default="", max_length=200)
        ),
        migrations.AddField("submission", "former_id", models.UUIDField(null=True)),
        migrations.RunPython(create, drop),
    )
