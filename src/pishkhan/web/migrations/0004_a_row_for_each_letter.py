"""Each letter being written has a row of its own, named by the nonce of its acceptance."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import migrations, models


def name_by_nonce(apps: Any, _schema: Any) -> None:
    """Name the rows of the counter's form anew: until now one was in hand, under no name."""
    saved = apps.get_model("web", "SavedForm")
    taken: set[tuple[str, str]] = set()
    for row in saved.objects.filter(form="accept").order_by("slot", "id").iterator():
        try:
            nonce = str(UUID(row.data.get("nonce", "")))
        except (AttributeError, TypeError, ValueError):
            nonce = ""
        if not nonce or (row.owner, nonce) in taken:
            nonce = str(uuid4())
        taken.add((row.owner, nonce))
        row.parked = row.slot != ""
        row.slot, row.version = nonce, 1
        row.data = {**row.data, "nonce": nonce}
        row.save()


class Migration(migrations.Migration):
    dependencies = [("web", "0003_signed_in")]

    operations = [
        migrations.AddField(
            model_name="savedform",
            name="parked",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="savedform",
            name="version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="savedform",
            name="tab",
            field=models.CharField(blank=True, default="", max_length=36),
        ),
        migrations.RunPython(name_by_nonce, migrations.RunPython.noop),
    ]
