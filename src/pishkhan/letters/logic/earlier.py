"""What the agency must have taken in before a counter's next message about a letter."""

from __future__ import annotations

from uuid import UUID

from pishkhan.letters.models import Submission
from pishkhan.relay import api as relay


def earlier(row: Submission) -> tuple[UUID, ...]:
    """Return the newest message of the letter that was not refused, as `after` of the next.

    None that went to an agency which has transferred the letter since.
    """
    found = relay.not_refused(row.outgoing_id, to_office=row.secretariat_id)
    return () if found is None else (found,)
