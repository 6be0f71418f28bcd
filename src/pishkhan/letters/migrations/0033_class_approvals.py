"""The head of the agency approves classes 4 and above."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("letters", "0032_ratings"),)

    operations = (
        migrations.CreateModel(
            name="ClassApproval",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveSmallIntegerField()),
                ("classification", models.CharField(max_length=1)),
                ("by_post_id", models.UUIDField()),
                ("by_title", models.CharField(max_length=160)),
                ("by_name", models.CharField(max_length=160)),
                ("at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=models.deletion.PROTECT,
                        related_name="approvals",
                        to="letters.draft",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draft", "version", "classification"),
                        name="letters_approved_once",
                    )
                ],
            },
        ),
    )
