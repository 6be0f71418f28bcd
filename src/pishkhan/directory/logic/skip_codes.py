"""Tracking codes after a restore: those given since the backup was taken are given to nobody else.

HOME/codes.restored   put there by a restore, with a name of its own; the first code that is asked
                      for skips before it is taken. The name stands in the setting from then on,
                      so that the mark can go once that is committed
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import F, Max, Value
from django.db.models.functions import Least

from pishkhan.directory.contracts.nodes import CODES_RESTORED
from pishkhan.directory.models import Setting, TrackingBlock
from pishkhan.journal.api import Act
from pishkhan.kernel import tracking

NEXT_BLOCK = "tracking.next-block"
"""Setting: the least block that may be given next; those below it may have been given."""
SKIPPED_BLOCKS = 1_000
SKIPPED = 50_000
"""Serials of a million in a block: a hundred days of a counter with five hundred letters a day."""


def skip_if_restored(act: Act, home: Path) -> None:
    """Skip codes in every open block of a home that was restored; else nothing, in microseconds."""
    mark = home / CODES_RESTORED
    try:
        name = mark.read_text("ascii")
    except FileNotFoundError:
        return
    if said(NEXT_BLOCK).get("restored") == name:
        mark.unlink(missing_ok=True)
    else:
        skip_codes(act, restored=name)


def least_block() -> int:
    """Return the least number that a new block may have."""
    return int(said(NEXT_BLOCK).get("least", 0))


def said(key: str) -> dict[str, Any]:
    """Return what the newest setting of this key says; {} before any."""
    rows = Setting.objects.filter(key=key).order_by("-from_at", "-id")
    return rows.values_list("value", flat=True).first() or {}


def skip_codes(act: Act, *, restored: str = "") -> None:
    """Leave out so many codes of every open block, and so many blocks, that all are new."""
    highest = TrackingBlock.objects.aggregate(top=Max("block"))["top"] or 0
    value = {"least": highest + SKIPPED_BLOCKS, "restored": restored}
    Setting.objects.update_or_create(key=NEXT_BLOCK, from_at=act.at, defaults={"value": value})
    for block in TrackingBlock.objects.select_for_update().filter(is_open=True).order_by("pk"):
        TrackingBlock.objects.filter(pk=block.pk).update(
            serial=Least(F("serial") + SKIPPED, Value(tracking.SERIALS))
        )
        act.append(
            "counter.codes_skipped",
            subject=block.counter_id,
            actor="system",
            fields={"block": block.pk, "count": SKIPPED},
        )
