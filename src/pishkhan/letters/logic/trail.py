"""The agencies that a letter was with before, as they travel with it when it is transferred."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.letters.contracts import PassedOn
from pishkhan.letters.logic import wire

MOST_MOVES = 50


def passed_on_by(given: Mapping[str, Any]) -> PassedOn:
    """Return one stretch of the trail, each value bounded; Invalid (`letters.bad-message`)."""
    return PassedOn(
        agency_id=wire.key_of(given, "agency"),
        agency_name=wire.line(given, "name", 200),
        office_id=wire.key_of(given, "office"),
        number_text=wire.line(given, "number", 40, required=False),
        reason=wire.line(given, "reason", 300),
        arrived_at=wire.moment(given, "arrived_at"),
        at=wire.moment(given, "at"),
    )


def trail_of(stored: object) -> tuple[PassedOn, ...]:
    """Return the trail as a row or a message holds it, oldest first."""
    if not isinstance(stored, list) or len(stored) > MOST_MOVES:
        raise wire.bad_message()
    found = []
    for each in stored:
        if not isinstance(each, dict):
            raise wire.bad_message()
        found.append(passed_on_by(each))
    return tuple(found)


def stretch(
    *,
    agency_id: UUID,
    agency_name: str,
    office_id: UUID,
    number_text: str,
    reason: str,
    arrived_at: datetime,
    at: datetime,
) -> dict[str, str]:
    """Return one stretch as it is stored and travels."""
    return {
        "agency": str(agency_id),
        "name": agency_name[:200],
        "office": str(office_id),
        "number": number_text,
        "reason": reason,
        "arrived_at": wire.iso(arrived_at),
        "at": wire.iso(at),
    }
