"""Nodes apart: where offices live, what a node told of its directory, blocks that are lent."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0013_auditors"),
    ]

    operations = [
        migrations.CreateModel(
            name="LastSnapshot",
            fields=[
                (
                    "origin",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="directory.node",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="node",
            name="recipient",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="node",
            name="revoked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="trackingblock",
            name="is_lent",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="OfficePlace",
            fields=[
                ("office", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("placed_at", models.DateTimeField()),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.node",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=12)),
                ("row", models.CharField(max_length=120)),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.node",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("table", "row"), name="told_by_one")
                ],
            },
        ),
    ]
