"""Agencies' roots, and the key statements and revocation lists that they signed."""

from __future__ import annotations

from django.db import migrations, models

import pishkhan.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="KeyPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pishkhan.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("label", models.CharField(max_length=16)),
                ("number", models.BigIntegerField()),
                ("root_id", models.CharField(max_length=16)),
                ("key_id", models.CharField(blank=True, db_index=True, default="", max_length=16)),
                ("body", models.BinaryField()),
                ("signature", models.BinaryField(max_length=64)),
                ("taken_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency_id", "label", "number"), name="keypaper_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Root",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pishkhan.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("key_id", models.CharField(max_length=16, unique=True)),
                ("public_key", models.BinaryField(max_length=32)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency_id", "number"), name="root_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("agency_id",),
                        name="root_one_present",
                    ),
                ],
            },
        ),
    ]
