"""Indexes for what the worker asks each round and the overview shows, one state each."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_first"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_stuck",
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "sending")),
                fields=["in_flight_since"],
                name="notice_sending",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "not_configured")),
                fields=["channel"],
                name="notice_kept",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["expires_at"],
                name="notice_expires",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", False)),
                fields=["state", "settled_at"],
                name="notice_settled",
            ),
        ),
    ]
