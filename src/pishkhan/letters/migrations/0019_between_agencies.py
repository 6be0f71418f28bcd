"""Letters between agencies: their way, what their paper says, and to whom they go.

SQLite remakes a table for a new column, without its triggers: the word index is made anew.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
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
    dependencies = (("letters", "0018_answer_codes"),)

    operations = (
        migrations.RunPython(drop, create),
        migrations.AddField("arrival", "way", models.CharField(default="incoming", max_length=8)),
        migrations.AddField("arrival", "official", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="Addressee",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("agency_id", models.UUIDField()),
                ("agency_name", models.CharField(max_length=200)),
                ("office_id", models.UUIDField()),
                ("draft_id", models.UUIDField(null=True)),
                ("phrase", models.CharField(blank=True, default="", max_length=120)),
                ("state", models.CharField(max_length=12)),
                ("number_text", models.CharField(blank=True, default="", max_length=40)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "arrival",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addressees",
                        to="letters.arrival",
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(
                        fields=("arrival", "seq"), name="letters_addressee_once"
                    ),
                ),
            },
        ),
        migrations.RunPython(create, drop),
    )
