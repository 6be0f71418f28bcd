"""From what was typed to the office that is meant: fields of the page, rows, the deed's plan."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pishkhan.directory.contracts import ClerkRole, SecretariatKind
from pishkhan.directory.contracts.opening import (
    NewAgency,
    NewClerk,
    NewCounter,
    NewPerson,
    NewPost,
    NewSecretariat,
    PostRole,
)
from pishkhan.kernel.errors import Invalid, Message
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.text import normalise
from pishkhan.web.admin.onboarding import lists

Data = Mapping[str, str]
SPARE = 3
"""Empty rows below a list."""
TEMPLATE = "{unit}/{year}/{number}"
_ROW = re.compile(r"([pcs])(\d{1,2})_(\w+)")
_CODE = re.compile(r"[^a-z0-9]+")


def rows(data: Data, letter: str) -> list[dict[str, str]]:
    """Return the rows of a list in their order, empty ones left out. `row` is a row's prefix."""
    found: dict[int, dict[str, str]] = {}
    for name, value in data.items():
        part = _ROW.fullmatch(name)
        if part and part[1] == letter:
            found.setdefault(int(part[2]), {})[part[3]] = value.strip()
    telling = ("name",) if letter == "s" else ("title", "full_name", "username", "mobile")
    kept = [row for at, row in sorted(found.items()) if any(row.get(name) for name in telling)]
    return [{**row, "row": f"{letter}{at}_"} for at, row in enumerate(kept)]


def packed(data: Data) -> dict[str, str]:
    """Return the fields with each list's rows one behind the other, as the page draws them."""
    plain = {name: value for name, value in data.items() if not _ROW.fullmatch(name)}
    for letter in "pcs":
        plain |= spread(rows(data, letter))
    return plain


def spread(found: Iterable[dict[str, str]]) -> dict[str, str]:
    """Return rows as fields."""
    return {
        row["row"] + name: value for row in found for name, value in row.items() if name != "row"
    }


def added(data: Data, letter: str, more: list[dict[str, str]]) -> dict[str, str]:
    """Return the fields with further rows at a list's end; Invalid when they are too many."""
    there = rows(data, letter)
    if len(there) + len(more) > lists.MOST:
        raise Invalid("web.list-of-people", fields={"list": lists.too_many()})
    new = [{**row, "row": f"{letter}{len(there) + at}_"} for at, row in enumerate(more)]
    return packed(data) | spread(named(data, there, new))


def named(
    data: Data, there: list[dict[str, str]], new: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Return the rows with a user name for who has none: the office's code and a number."""
    taken = {normalise(row.get("username", "")) for row in (*there, *new)}
    begin = _CODE.sub("", normalise(data.get("code", ""))) or "office"
    given, number = [], 0
    for person in new:
        row = dict(person)
        if row.get("full_name") and not row.get("username"):
            number += 1
            while f"{begin}-{number:02}" in taken:
                number += 1
            row["username"] = f"{begin}-{number:02}"
        given.append(row)
    return given


def with_names(data: Data) -> dict[str, str]:
    """Return the fields, rows packed, with a user name for each person who has none."""
    plain = packed(data)
    for letter in "pc":
        found = rows(plain, letter)
        plain |= spread(named(plain, found, found))
    return plain


def agency(data: Data, language: str) -> NewAgency:
    """Return the agency that is meant; Invalid with fields for what no deed would find."""
    offices = rows(data, "s")
    people = rows(data, "p")
    if not offices:
        raise _wrong("s0_name", N_("This must be filled."))
    if not people:
        raise _wrong("list", N_("Write who works there: at least the head and a secretary."))
    places = {normalise(row.get("title", "")): at for at, row in reversed([*enumerate(people)])}
    nicknames = data.get("nicknames", "").replace("،", ",").split(",")
    return NewAgency(
        code=data.get("code", ""),
        name=data.get("name", ""),
        short=data.get("short", ""),
        nicknames=tuple(name for name in nicknames if name.strip()),
        parent_id=_id(data, "parent"),
        division_id=_id(data, "division"),
        logo=picture(data),
        secretariats=tuple(_office(row) for row in offices),
        posts=tuple(_post(row, len(offices), places, language) for row in people),
        series=(_("Incoming letters"), _("Outgoing letters")),
    )


def _office(row: dict[str, str]) -> NewSecretariat:
    apart = bool(row.get("unit_in") or row.get("unit_out"))
    kinds = {kind.value: kind for kind in SecretariatKind}
    return NewSecretariat(
        row=row["row"],
        name=row.get("name", ""),
        kind=kinds.get(row.get("kind", ""), SecretariatKind.CENTRAL),
        template=(row.get("template") or TEMPLATE) if apart else "",
        unit_in=row.get("unit_in", ""),
        unit_out=row.get("unit_out", ""),
    )


def _post(row: dict[str, str], offices: int, places: dict[str, int], language: str) -> NewPost:
    above = normalise(row.get("above", ""))
    if above and above not in places:
        raise _wrong(f"{row['row']}above", N_("No post of this list has this title."))
    roles = {role.value: role for role in PostRole}
    given = row.get("secretariat", "")
    place = int(given) if given.isascii() and given.isdecimal() else 0
    return NewPost(
        row=row["row"],
        title=row.get("title", ""),
        role=roles.get(row.get("role", ""), PostRole.EXPERT),
        person=_person(row, language) if row.get("full_name") or row.get("username") else None,
        secretariat=min(place, offices - 1),
        above=places[above] if above else None,
    )


def _person(row: dict[str, str], language: str) -> NewPerson:
    return NewPerson(
        row.get("username", ""), row.get("full_name", ""), row.get("mobile", ""), language
    )


def counter(data: Data, values: dict[str, Any], language: str) -> NewCounter:
    """Return the counter that is meant; `values` are its particulars, read from their fields."""
    people = rows(data, "c")
    if not people:
        raise _wrong("list", N_("Write who works there: at least one person."))
    roles = {role.value: role for role in ClerkRole}
    return NewCounter(
        code=data.get("code", ""),
        values=values,
        clerks=tuple(
            NewClerk(
                row["row"],
                _person(row, language),
                roles.get(row.get("role", ""), ClerkRole.CLERK),
            )
            for row in people
        ),
    )


def picture(data: Data) -> bytes:
    """Return the picture that was kept with the writing."""
    try:
        return base64.b64decode(data.get("picture", ""), validate=True)
    except binascii.Error:
        return b""


def _id(data: Data, name: str) -> UUID | None:
    try:
        return UUID(data[name]) if data.get(name) else None
    except ValueError:
        raise _wrong(name, N_("Choose one of the list.")) from None


def _wrong(name: str, sentence: str) -> Invalid:
    return Invalid("web.new-office", fields={name: Message(sentence)})
