"""What the acceptance form holds, and the acceptance it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock, jalali
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Acceptance,
    Accepted,
    Applicant,
    Fee,
    IdKind,
    LetterKind,
    Medium,
    PageRef,
    PayWay,
    PrintIntent,
    Urgency,
)
from pishkhan.web.counter import brought, kept
from pishkhan.web.letter.beside import ID_KINDS
from pishkhan.web.uploads.chosen import listed, uploaded

FIELDS = (
    "nonce",
    "id_kind",
    "number",
    "name",
    "mobile",
    "card",
    "agency_id",
    "agency",
    "kind",
    "subject",
    "body",
    "pages",
    "pay",
    "rrn",
    "late",
    "taken_on",
    "backdate_reason",
    "medium",
    "print_intent",
    "urgency",
    *brought.FIELDS,
    *kept.OF_THE_ROW,
)
TYPED = (
    "number",
    "name",
    "mobile",
    "agency",
    "subject",
    "body",
    "rrn",
    "backdate_reason",
    *brought.TYPED,
)
"""Fields that are empty until somebody types: without any of them there is nothing to keep."""

LETTER, NEW = "letter", "new"
"""What the form's address asks for."""

NOWHERE = UUID(int=0)

E = TypeVar("E", bound=StrEnum)


def fresh() -> dict[str, str]:
    """Return the values of an empty form."""
    return dict.fromkeys(FIELDS, "") | {
        "nonce": str(new_id()),
        "tab": new_id().hex,
        "version": "0",
        "id_kind": IdKind.NATIONAL.value,
        "kind": LetterKind.REQUEST.value,
        "pay": PayWay.CARD.value,
        "medium": Medium.PAPER.value,
        "print_intent": PrintIntent.RECEIPT.value,
        "urgency": Urgency.NORMAL.value,
        "pages": "[]",
        **brought.FIRST,
    }


def id_kinds() -> list[tuple[str, str]]:
    """Return the kinds of number that a person at the counter may have, for a select."""
    return [(kind.value, str(word)) for kind, word in ID_KINDS.items()]


def typed(request: HttpRequest) -> dict[str, str]:
    """Return what was sent, field by field; a field that is not there has its first value."""
    first = fresh()
    return {name: request.POST.get(name, first[name] if name != "late" else "") for name in FIELDS}


def is_empty(values: Mapping[str, str]) -> bool:
    """Return whether nobody has typed anything and no page was taken."""
    return not any(values.get(name, "").strip() for name in TYPED) and not listed(values)


def accept(actor: Actor, values: Mapping[str, str]) -> Accepted:
    """Accept what the form holds; Invalid with every field at fault."""
    faults: dict[str, Message] = {}
    pages: tuple[PageRef, ...] = ()
    taken_on: date | None = None
    try:
        pages = uploaded(actor, listed(values))
    except Invalid as error:
        faults |= error.fields
    if values["late"] and values["taken_on"].strip():
        try:
            taken_on = jalali.parse_date(values["taken_on"])
        except Invalid as error:
            faults["taken_on"] = error.message
    circumstances = brought.circumstances(values, faults)
    given = Acceptance(
        nonce=_uuid(values["nonce"]) or new_id(),
        applicant=Applicant(
            id_kind=_one(IdKind, values["id_kind"], IdKind.NATIONAL),
            number=values["number"],
            name=values["name"],
            mobile=values["mobile"],
        ),
        agency_id=_uuid(values["agency_id"]) or NOWHERE,
        subject=values["subject"],
        fee=fee(actor, values),
        kind=_one(LetterKind, values["kind"], LetterKind.REQUEST),
        body=values["body"],
        pages=pages,
        urgency=_one(Urgency, values["urgency"], Urgency.NORMAL),
        medium=_one(Medium, values["medium"], Medium.PAPER),
        print_intent=_one(PrintIntent, values["print_intent"], PrintIntent.RECEIPT),
        taken_on=taken_on,
        backdate_reason=values["backdate_reason"] if values["late"] else "",
        circumstances=circumstances,
    )
    if not faults and given.agency_id != NOWHERE:
        return letters.accept(actor, given)
    # It cannot be accepted; asked for nowhere, the deed tells all the other faults besides.
    try:
        return letters.accept(actor, replace(given, agency_id=NOWHERE))
    except Invalid as error:
        told = dict(error.fields)
        if given.agency_id != NOWHERE:
            told.pop("agency_id", None)
        elif "agency_id" not in told:
            told["agency_id"] = Message(N_("Choose an agency from the list."))
        raise Invalid(error.code, error.message, fields={**told, **faults}) from None


def fee(actor: Actor, values: Mapping[str, str]) -> Fee:
    """Return the tariff's fee, paid in the way that was chosen."""
    asked = letters.letter_fee(actor)
    if not asked.state and not asked.commission:
        return replace(asked, way=PayWay.FREE)
    way = PayWay.CASH if values["pay"] == PayWay.CASH.value else PayWay.CARD
    return replace(asked, way=way, rrn=values["rrn"] if way is PayWay.CARD else "")


def nonce(value: str) -> str:
    """Return the nonce as saved letters are named; "" for what is none."""
    found = _uuid(value)
    return str(found) if found else ""


def address(letter: str = "") -> str:
    """Return the form's address with a letter of this seat, or with an empty one."""
    return f"{reverse('counter:accept')}?{f'{LETTER}={letter}' if letter else f'{NEW}=1'}"


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _one(kind: type[E], value: str, instead: E) -> E:
    try:
        return kind(value)
    except ValueError:
        return instead


def today() -> date:
    """Return the day in Tehran."""
    return clock.current().now().astimezone(clock.TEHRAN).date()
