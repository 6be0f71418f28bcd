"""Indexes that SQLite takes too: it uses none for a list of states that comes as values."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relay", "0001_first"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="inbound",
            name="relay_in_stuck",
        ),
        migrations.RemoveIndex(
            model_name="outgoing",
            name="relay_out_open",
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                condition=models.Q(("state", "received")), fields=["id"], name="relay_in_received"
            ),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["id"], name="relay_in_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                condition=models.Q(("state", "quarantined")), fields=["id"], name="relay_in_stopped"
            ),
        ),
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("state", "unsendable")), fields=["id"], name="relay_out_stopped"
            ),
        ),
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)),
                fields=["from_office", "id"],
                name="relay_out_unsettled",
            ),
        ),
    ]
