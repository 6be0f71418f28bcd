"""What a letter bears of the norm's tables: kind, type of subject, way, copy state.

The row keeps code and names as they were when they were chosen: a table that is renamed later,
or another agency's own, changes nothing on a letter that is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.terms import CHOSEN, Table, Term
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.letters.logic import wire

Kept = dict[str, dict[str, str]]

SENT = (Table.KIND, Table.SUBJECT)
"""What the sender says of his letter; how it came and as what is the receiver's to say."""


def usual_way(*, official: bool) -> str:
    """Return how a letter comes when nobody says otherwise: an agency's, or a citizen's."""
    return "electronic" if official else "counter"


def chosen_terms(given: Mapping[Table, str], stands: Mapping[str, Any], *, official: bool) -> Kept:
    """Return what the row keeps: what was given, else what stands there, else what is usual.

    Invalid names (`term-<table>`) the table whose term is offered no more, or never was.
    """
    tables, found = directory.terms(), {}
    for table in CHOSEN:
        offered = {each.code: each for each in tables.offered(table)}
        code, before = given.get(table, ""), stands.get(table.value)
        if before and code in ("", before["code"]):
            found[table.value] = dict(before)
            continue
        usual = usual_way(official=official) if table is Table.WAY else ""
        term = offered.get(code or usual) or (None if code else next(iter(offered.values())))
        if term is None:
            raise Invalid(
                "letters.no-term",
                fields={f"term-{table.value}": Message(N_("Choose one of the list."))},
            )
        found[table.value] = _kept(term)
    return found


def _kept(term: Term) -> dict[str, str]:
    return {"code": term.code, "fa": term.fa, "en": term.en}


def terms_of(kept: Mapping[str, Any]) -> dict[Table, Term]:
    """Return the terms that a row bears; none for a letter that is not registered yet."""
    return {table: Term(**kept[table.value]) for table in CHOSEN if table.value in kept}


def codes_of(kept: Kept) -> dict[str, str]:
    """Return the codes alone, for an entry."""
    return {table: each["code"] for table, each in kept.items()}


def terms_out(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message says of its letter."""
    return {table.value: kept[table.value] for table in SENT if table.value in kept}


def terms_in(payload: Mapping[str, Any]) -> Kept:
    """Return what the sender said of his letter; nothing where he said nothing."""
    given = payload.get("terms", {})
    if not isinstance(given, dict):
        raise wire.bad_message()
    found: Kept = {}
    for table in SENT:
        if table.value not in given:
            continue
        each = given[table.value]
        if not isinstance(each, dict):
            raise wire.bad_message()
        found[table.value] = {
            "code": wire.line(each, "code", 24),
            "fa": wire.line(each, "fa", 60),
            "en": wire.line(each, "en", 60),
        }
    return found
