"""Several indicators in one secretariat; what was numbered before is of its first one.

The first indicator has its secretariat's id, so that past numbers and counts are its own.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import F


def first_ones(apps: Any, _editor: Any) -> None:
    apps.get_model("letters", "LetterNumber").objects.update(series_id=F("secretariat_id"))


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0023_templates"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("secretariat_id", models.UUIDField()),
                ("name", models.CharField(max_length=80)),
                ("way", models.CharField(blank=True, default="", max_length=8)),
                ("kind", models.CharField(blank=True, default="", max_length=24)),
                ("unit", models.CharField(blank=True, default="", max_length=8)),
                ("template", models.CharField(max_length=60)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=("secretariat_id", "id"), name="letters_series_office")
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="indicator", name="letters_indicator_once"),
        migrations.RenameField(
            model_name="indicator", old_name="secretariat_id", new_name="series_id"
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.UniqueConstraint(
                fields=("series_id", "year"), name="letters_indicator_once"
            ),
        ),
        migrations.AddField(
            model_name="letternumber", name="series_id", field=models.UUIDField(null=True)
        ),
        migrations.AddField(
            model_name="letternumber",
            name="text",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.RunPython(first_ones, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint(model_name="letternumber", name="letters_number_once"),
        migrations.AlterField(
            model_name="letternumber", name="series_id", field=models.UUIDField()
        ),
        migrations.AddConstraint(
            model_name="letternumber",
            constraint=models.UniqueConstraint(
                fields=("series_id", "year", "number"), name="letters_number_once"
            ),
        ),
    ]
