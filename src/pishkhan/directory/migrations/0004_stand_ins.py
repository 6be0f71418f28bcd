"""Deputies, office chiefs, signers per pro."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import pishkhan.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_pins"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandIn",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("deputy", "deputy"), ("chief", "chief"), ("per_pro", "per_pro")],
                        max_length=8,
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("all", "all"), ("no_signing", "no_signing")], max_length=12
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("basis", models.CharField(blank=True, default="", max_length=200)),
                (
                    "by_post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stands_in_for",
                        to="directory.post",
                    ),
                ),
                (
                    "for_post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stood_in_by",
                        to="directory.post",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_at__isnull", True),
                            ("until_at__gte", models.F("from_at")),
                            _connector="OR",
                        ),
                        name="stand_in_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "deputy"), _negated=True),
                            ("until_at__isnull", False),
                            _connector="OR",
                        ),
                        name="deputy_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("for_post", models.F("by_post")), _negated=True),
                        name="stand_in_for_another",
                    ),
                ],
            },
        ),
    ]
