"""The form of an acceptance, read from what the browser sent; the deed checks the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import jalali
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.money import Money
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Acceptance,
    Applicant,
    Fee,
    IdKind,
    LetterKind,
    Medium,
    PageRef,
    PageRole,
    PayWay,
    PrintIntent,
)
from pishkhan.web.uploads import files

DEFAULTS = {
    "nonce": "",
    "id_kind": IdKind.NATIONAL.value,
    "number": "",
    "name": "",
    "mobile": "",
    "person_id": "",
    "card_seen": "",
    "agency_id": "",
    "agency_text": "",
    "kind": LetterKind.REQUEST.value,
    "subject": "",
    "body": "",
    "pages": "[]",
    "pay_way": PayWay.CARD.value,
    "rrn": "",
    "taken_on": "",
    "backdate_reason": "",
    "medium": Medium.PAPER.value,
    "print_intent": PrintIntent.RECEIPT.value,
}
MOST_PAGES = 200
TURNS = (0, 90, 180, 270)

Choice = TypeVar("Choice", bound=StrEnum)


def fresh() -> dict[str, str]:
    """Return an empty form with a nonce of its own: sent twice, it is accepted once."""
    return DEFAULTS | {"nonce": str(new_id())}


def read(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the known fields of what was sent."""
    return {name: str(posted.get(name, usual)) for name, usual in DEFAULTS.items()}


def restored(data: Mapping[str, Any]) -> dict[str, str]:
    """Return a kept form as it is drawn again."""
    values = DEFAULTS | {name: str(data[name]) for name in DEFAULTS if data.get(name)}
    return values if values["nonce"] else values | {"nonce": str(new_id())}


def acceptance(actor: Actor, values: Mapping[str, str]) -> Acceptance:
    """Return what `letters.api.accept` takes. Raises Invalid with every field that can't be read.

    Fields: agency_id, taken_on, pages, and the empty ones of number, name, subject beside them.
    """
    faults: dict[str, Message] = {}
    agency = _id(values["agency_id"])
    if agency is None:
        faults["agency_id"] = Message(N_("Choose an agency from the list."))
    day = None
    try:
        day = _day(values["taken_on"])
    except Invalid as error:
        faults["taken_on"] = error.message
    pages: tuple[PageRef, ...] = ()
    try:
        pages = read_pages(actor, values["pages"])
    except Invalid as error:
        faults["pages"] = error.fields.get("pages", error.message)
    if agency is None or faults:
        for name in ("number", "name", "subject"):
            if not values[name].strip():
                faults[name] = Message(N_("This must be filled."))
        raise Invalid("letters.bad-acceptance", fields=faults)
    return Acceptance(
        nonce=_id(values["nonce"]) or new_id(),
        applicant=Applicant(
            id_kind=choice(values["id_kind"], IdKind),
            number=values["number"],
            name=values["name"],
            mobile=values["mobile"],
        ),
        agency_id=agency,
        subject=values["subject"],
        fee=_fee(actor, choice(values["pay_way"], PayWay), values["rrn"]),
        kind=choice(values["kind"], LetterKind),
        body=values["body"].replace("\r\n", "\n"),
        pages=pages,
        medium=choice(values["medium"], Medium),
        print_intent=choice(values["print_intent"], PrintIntent),
        taken_on=day,
        backdate_reason=values["backdate_reason"] if day else "",
    )


def read_pages(actor: Actor, text: str) -> tuple[PageRef, ...]:
    """Return the pages that the capture lists, with what the node itself knows of each file.

    Raises Invalid with field `pages`: not a list, too many, a file that the actor did not send.
    """
    try:
        listed = json.loads(text or "[]")
        if not isinstance(listed, list) or len(listed) > MOST_PAGES:
            raise ValueError
        digests = [str(each["digest"]) for each in listed]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Invalid(
            "web.unknown-page", fields={"pages": N_("The list of pages can't be read.")}
        ) from None
    if not digests:
        return ()
    known = files.all_facts(actor.ref, digests)
    return tuple(
        replace(page, rotation=_turn(each.get("rotation")), role=_role(each.get("role")))
        for page, each in zip(known, listed, strict=True)
    )


def choice(value: str, kind: type[Choice]) -> Choice:
    """Return the chosen value; the first of its kind for what the page never offered."""
    try:
        return kind(value)
    except ValueError:
        return next(iter(kind))


def _turn(value: object) -> int:
    return value if isinstance(value, int) and value in TURNS else 0


def _role(value: object) -> PageRole:
    return PageRole.ENCLOSURE if value == PageRole.ENCLOSURE.value else PageRole.LETTER


def _id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _day(value: str) -> date | None:
    return jalali.parse_date(value) if value.strip() else None


def _fee(actor: Actor, way: PayWay, rrn: str) -> Fee:
    fee = letters.letter_fee(actor)
    if way is PayWay.FREE:
        none = Money(0, fee.state.epoch)
        return Fee(state=none, commission=none, way=way)
    return replace(fee, way=way, rrn=rrn if way is PayWay.CARD else "")
