"""Orders that an office chief prepares for his superior."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0019_between_agencies"),
    ]

    operations = [
        migrations.CreateModel(
            name="PreparedOrder",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("by_title", models.CharField(max_length=160)),
                ("at", models.DateTimeField()),
                ("to", models.JSONField()),
                ("instruction", models.TextField(blank=True, default="")),
                ("deadline", models.DateField(null=True)),
                ("state", models.CharField(max_length=10)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "arrival",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="letters.arrival",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prepared",
                        to="letters.referral",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("referral",),
                        name="letters_one_prepared",
                    )
                ],
            },
        ),
    ]
