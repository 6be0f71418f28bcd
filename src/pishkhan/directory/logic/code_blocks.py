"""Which counter each block of tracking codes was given to."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.models import TrackingBlock


def code_blocks() -> dict[int, UUID]:
    """Return every block that was ever given, with its counter; a few for each counter."""
    return dict(TrackingBlock.objects.values_list("block", "counter_id"))
