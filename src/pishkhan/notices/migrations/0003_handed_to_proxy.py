"""A pattern of its own for an answer that a proxy took."""

from __future__ import annotations

from django.db import migrations, models

PATTERNS = (
    "accepted",
    "returned",
    "ready",
    "handed_over",
    "handed_to_proxy",
    "one_time_code",
)


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_indexes_by_one_state")]

    operations = [
        migrations.AlterField(
            "notice",
            "pattern",
            models.CharField(max_length=20, choices=[(each, each) for each in PATTERNS]),
        )
    ]
