"""What a signature covers besides words and signer: who writes, to whom, with what beside it.

It is put together when the letter is signed and kept with the signature, so that what goes out
later is what was signed, whatever was renamed since. Letters signed before there was such a
thing have none, and verify as they did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pishkhan.directory import api as directory
from pishkhan.kernel.jalali import to_jalali
from pishkhan.letters.contracts import LinkRef, PageRef, PageRole, Relation, Urgency, Way
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.circular_list import circular_covers, circular_in
from pishkhan.letters.logic.pages import MOST_FILES, pages_of
from pishkhan.letters.models import Addressee, Arrival, Link

_WRITTEN = frozenset({Way.OUTGOING.value, Way.INTERNAL.value})

FORM = 2
"""The form of what is signed; form 1 had no `covers`."""

MOST_TO = 21
"""A receiver and twenty copies."""

MOST_LINKS = 50
"""Letters that one letter may name; a longer list is an enclosure."""


def covers_of(arrival: Arrival) -> dict[str, Any]:
    """Return what a signature given now covers.

    An answer to a citizen has nobody in `to` (its first line names the applicant) and no class.
    """
    own = directory.office(arrival.secretariat_id)
    return {
        "form": FORM,
        "from": {"agency": str(own.agency_id), "name": own.agency_name[:200]},
        "to": _to(arrival),
        "links": _links(arrival),
        "urgency": arrival.urgency,
        "class": arrival.classification if arrival.official else "",
        "enclosures": _enclosures(arrival),
        **circular_covers(arrival),
    }


def covers_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message says that its signature covers, bounded; empty where it says nothing.

    Raises Invalid (`letters.bad-message`).
    """
    if not given.get("covers"):
        return {}
    told = wire.part(given, "covers")
    sender = wire.part(told, "from")
    if told.get("form") != FORM:
        raise wire.bad_message()
    return {
        "form": FORM,
        "from": {
            "agency": str(wire.key_of(sender, "agency")),
            "name": wire.exact(sender, "name", 200),
        },
        "to": [
            {
                "agency": str(wire.key_of(each, "agency")),
                "name": wire.exact(each, "name", 200),
                "phrase": wire.exact(each, "phrase", 120),
            }
            for each in wire.parts(told, "to", most=MOST_TO)
        ],
        "links": [
            {
                "relation": wire.choice(each, "relation", Relation).value,
                "number": wire.exact(each, "number", 40),
                "year": wire.whole(each, "year", least=1200, most=1599),
                "sender": wire.exact(each, "sender", 200),
            }
            for each in wire.parts(told, "links", most=MOST_LINKS)
        ],
        "urgency": wire.choice(told, "urgency", Urgency).value,
        "class": wire.exact(told, "class", 1),
        "enclosures": [
            {
                "digest": wire.digest(each, "digest"),
                "name": wire.exact(each, "name", 160),
                "media_type": wire.exact(each, "media_type", 40),
                "size": wire.whole(each, "size", most=2**53 - 1),
                "leaves": wire.whole(each, "leaves", least=1, most=100_000),
                "rotation": wire.whole(each, "rotation", most=270),
            }
            for each in wire.parts(told, "enclosures", most=MOST_FILES)
        ],
        **circular_in(told),
        **_approved_in(told),
    }


def _approved_in(told: Mapping[str, Any]) -> dict[str, Any]:
    if "approved" not in told:
        return {}
    given = wire.part(told, "approved")
    return {
        "approved": {
            "name": wire.exact(given, "name", 160),
            "title": wire.exact(given, "title", 160),
            "on": wire.exact(given, "on", 10),
        }
    }


def enclosed(pages: Sequence[PageRef]) -> list[dict[str, Any]]:
    """Return enclosures as a signature covers them, in their order."""
    return [
        {
            "digest": page.digest,
            "name": page.name,
            "media_type": page.media_type,
            "size": page.size,
            "leaves": page.leaves,
            "rotation": page.rotation,
        }
        for page in pages
    ]


def enclosures_of(arrival: Arrival) -> tuple[PageRef, ...]:
    """Return the files that go out with a letter written here; an answer has none."""
    if arrival.way not in _WRITTEN:
        return ()
    return tuple(
        PageRef(
            digest=page.digest,
            media_type=page.media_type,
            size=page.size,
            leaves=page.leaves,
            rotation=page.rotation,
            role=PageRole.ENCLOSURE,
            name=page.name,
        )
        for page in pages_of(arrival.secretariat_id, arrival.letter_id)
    )


def _enclosures(arrival: Arrival) -> list[dict[str, Any]]:
    return enclosed(enclosures_of(arrival))


def links_in(found: list[Mapping[str, Any]]) -> list[LinkRef]:
    """Return the letters that one names, from a message's list."""
    return [
        LinkRef(
            wire.choice(each, "relation", Relation),
            wire.line(each, "number", 40),
            wire.whole(each, "year", least=1200, most=1599),
            wire.line(each, "sender", 200, required=False),
        )
        for each in found
    ]


def _to(arrival: Arrival) -> list[dict[str, str]]:
    """Return the receiver and the copies in their order; an answer goes to who wrote."""
    if not arrival.official:
        return []
    if arrival.way == Way.OUTGOING and arrival.official.get("circular"):
        return []  # one hash covers the list
    if arrival.way == Way.INTERNAL:
        return [
            {
                "agency": str(each.agency_id),
                "name": each.agency_name,
                "phrase": each.phrase,
                "post": str(each.post_id),
                "as": "copy" if each.copy else "receiver",
            }
            for each in Addressee.objects.filter(arrival=arrival).order_by("seq")
        ]
    if arrival.way != Way.OUTGOING:
        writer = directory.office(arrival.from_office_id)
        return [{"agency": str(writer.agency_id), "name": writer.agency_name[:200], "phrase": ""}]
    return [
        {"agency": str(each.agency_id), "name": each.agency_name, "phrase": each.phrase}
        for each in Addressee.objects.filter(arrival=arrival).order_by("seq")
    ]


def _links(arrival: Arrival) -> list[dict[str, Any]]:
    """Return what the letter answers and follows; an answer to an agency answers what came."""
    if not arrival.official:
        return []
    if arrival.way in _WRITTEN:
        return [
            {
                "relation": each.relation,
                "number": each.number,
                "year": each.year,
                "sender": each.sender,
            }
            for each in Link.objects.filter(arrival=arrival).order_by("id")
        ]
    if not arrival.sender_number or arrival.sender_date is None:
        return []
    year, _slash, number = arrival.sender_number.partition("/")
    if not (year.isdecimal() and number.isdecimal()):  # of an indicator with its own template
        year, number = str(to_jalali(arrival.sender_date)[0]), arrival.sender_number
    return [
        {
            "relation": Relation.ANSWERS.value,
            "number": number,
            "year": int(year),
            "sender": arrival.from_name,
        }
    ]
