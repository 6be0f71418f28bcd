"""A counter's day: receipts that went to the printer, answers by the day, and its closing.

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
    dependencies = (("letters", "0016_signed_for"),)

    operations = (
        migrations.RunPython(drop, create),
        migrations.AddField("submission", "receipt_printed_at", models.DateTimeField(null=True)),
        migrations.RunPython(create, drop),
        migrations.AddIndex(
            "answer",
            models.Index(fields=("counter_id", "handed_over_at"), name="letters_ans_handed"),
        ),
        migrations.CreateModel(
            name="DayClose",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("counter_id", models.UUIDField()),
                ("clerk", models.CharField(max_length=96)),
                ("clerk_name", models.CharField(max_length=160)),
                ("day", models.DateField()),
                ("no", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("accepted", models.PositiveIntegerField()),
                ("handed_over", models.PositiveIntegerField()),
                ("cash", models.BigIntegerField()),
                ("currency_epoch", models.CharField(max_length=12)),
                ("unsent", models.PositiveIntegerField()),
                ("unprinted", models.PositiveIntegerField()),
                ("parked", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("counter_id", "day", "clerk", "no"), name="letters_day_closed_once"
                    )
                ]
            },
        ),
    )
