from __future__ import annotations

from uuid import UUID

from pishkhan.letters.models import Submission


def counter_has_letters(counter_id: UUID) -> bool:
    """Return whether a counter ever accepted a letter at this node. One query."""
    return Submission.objects.filter(counter_id=counter_id).exists()
