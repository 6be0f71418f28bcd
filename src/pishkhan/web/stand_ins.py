"""Deputies, office chiefs and signers per pro on the screens: their words, form and lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, PostRow
from pishkhan.directory.contracts.stand_ins import (
    CITIZENS,
    SEATED,
    WAYS,
    StandInKind,
    StandInRow,
    StandInScope,
    kind_of_citizen,
    kind_of_table,
    kind_of_way,
)
from pishkhan.directory.contracts.terms import Table
from pishkhan.kernel import clock, jalali
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.web.admin.forms import Form, day, flag, key, text
from pishkhan.web.http import DeskRequest

KINDS: dict[StandInKind, Any] = {
    StandInKind.DEPUTY: _("Deputy"),
    StandInKind.CHIEF: _("Office chief"),
    StandInKind.PER_PRO: _("Signs per pro"),
}
MEANINGS: dict[StandInKind, Any] = {
    StandInKind.DEPUTY: _("acts for the post in a period, at its cartable"),
    StandInKind.CHIEF: _("sorts and prepares at the cartable; signs, initials and refers nothing"),
    StandInKind.PER_PRO: _("signs answers for the post at his own cartable, under his own name"),
}
SCOPES: dict[StandInScope, Any] = {
    StandInScope.ALL: _("Everything that the post may do"),
    StandInScope.NO_SIGNING: _("Everything but signing"),
}

LENGTHS: dict[str, Any] = {
    "7": pgettext_lazy("how long a stand-in is for", "one week"),
    "14": pgettext_lazy("how long a stand-in is for", "two weeks"),
}
"""Periods on offer, in days with the first."""

_LABELS: dict[str, Any] = {
    "for": _("For which post"),
    "by": _("Who stands in"),
    "from": _("From (empty: now)"),
    "until": _("Last day"),
    "basis": _("Number of the order"),
    "kinds": _("A deputy for some kinds of letters only"),
}


def name(request: DeskRequest, for_post_id: UUID) -> None:
    """Do what the form asks: name somebody who stands in for this post."""
    try:
        kind = StandInKind(text(request, "kind"))
        scope = StandInScope(text(request, "scope") or StandInScope.ALL)
    except ValueError:
        raise _unchosen("kind") from None
    by, from_at, until_at = _given(request)
    directory.name_stand_in(
        request.actor,
        kind=kind,
        for_post_id=for_post_id,
        by_post_id=by,
        from_at=from_at,
        until_at=until_at,
        scope=scope,
        basis=text(request, "basis"),
        approves=flag(request, "approves"),
        kinds=request.POST.getlist("kinds"),
    )


def _given(request: DeskRequest) -> tuple[UUID, datetime | None, datetime | None]:
    """Return who, from when and until when; all that is wrong with them is told at once."""
    faults: dict[str, Any] = {}
    by, from_at, until_at = None, None, None
    if text(request, "by"):
        by = key(request, "by")
    else:
        faults["by"] = Message(N_("Choose who stands in."))
    try:
        from_at = begin(request)
    except Invalid as error:
        faults |= error.fields
    try:
        until_at = _end(request)
    except Invalid as error:
        faults |= error.fields
    if by is None or faults:
        raise Invalid("web.stand-in", fields=faults)
    return by, from_at, until_at


def _unchosen(field: str) -> Invalid:
    return Invalid("web.choose", fields={field: Message(N_("Choose one of the list."))})


def begin(request: DeskRequest) -> datetime | None:
    """Return the first moment of the day; None for today, which begins now."""
    found = day(request, "from")
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    return None if found is None or found == today else jalali.day_bounds(found)[0]


def _end(request: DeskRequest) -> datetime | None:
    """Return the moment after the last day, which belongs to the period.

    The day that was typed, else that of the chosen length, counted from the first day.
    """
    found = day(request, "until")
    if found is None and (days := text(request, "length")) in LENGTHS:
        first = day(request, "from") or clock.current().now().astimezone(clock.TEHRAN).date()
        found = first + timedelta(days=int(days) - 1)
    return None if found is None else jalali.day_bounds(found)[1]


def faults_of(form: Form) -> list[tuple[str, str]]:
    """Return (id of the field, its name with what is wrong) for each fault of a refused form."""
    return [
        (f"id_stand-in-{field}", f"{_LABELS[field]}: {sentence}")
        for field, sentence in form.errors.items()
        if field in _LABELS
    ]


def form_context(posts: Iterable[PostRow], *, but: UUID | None = None) -> dict[str, Any]:
    """Return what the form offers: kinds, scopes, and the held posts that may stand in."""
    return {
        "kinds": [(kind.value, KINDS[kind], meaning) for kind, meaning in MEANINGS.items()],
        "letter_kinds": kinds_on_offer(),
        "lengths": [("", pgettext("how long a stand-in is for", "no choice")), *LENGTHS.items()],
        "scopes": [(scope.value, word) for scope, word in SCOPES.items()],
        "candidates": [("", _("Choose a post"))]
        + [
            (str(post.id), f"{post.title} – {post.holder_name}")
            for post in posts
            if post.active and post.holder_name and post.id != but
        ],
    }


def kinds_on_offer() -> list[tuple[str, str]]:
    """Return the kinds of letters for which somebody may be a deputy: their name and word."""
    offered = directory.terms().offered(Table.KIND)
    return [
        *((kind_of_citizen(each), str(_CITIZENS[each])) for each in CITIZENS),
        *((kind_of_way(each), str(_WAYS[each])) for each in WAYS),
        *((kind_of_table(each.code), each.name(get_language() or "fa")) for each in offered),
    ]


def _only(row: StandInRow) -> str:
    """Return the kinds of letters of a deputy in words; "" for all."""
    if not row.kinds:
        return ""
    words = dict(kinds_on_offer())
    return _comma().join(words.get(each, each) for each in row.kinds)


def _comma() -> str:
    return "، " if get_language() == "fa" else ", "


_CITIZENS: dict[str, Any] = {
    "request": pgettext_lazy("letters of a deputy", "citizens’ requests"),
    "complaint": pgettext_lazy("letters of a deputy", "citizens’ complaints"),
    "proposal": pgettext_lazy("letters of a deputy", "citizens’ proposals"),
    "report": pgettext_lazy("letters of a deputy", "citizens’ reports"),
}
_WAYS: dict[str, Any] = {
    "agency": pgettext_lazy("letters of a deputy", "letters from agencies"),
    "outgoing": pgettext_lazy("letters of a deputy", "letters to agencies"),
    "internal": pgettext_lazy("letters of a deputy", "internal letters"),
}


def listed(rows: Iterable[StandInRow]) -> list[dict[str, Any]]:
    """Return stand-ins as `components/stand_ins.html` draws them."""
    now = clock.current().now()
    return [
        {
            "view": row,
            "kind": KINDS[row.kind],
            "scope": SCOPES[row.scope] if row.scope is not StandInScope.ALL else "",
            "approves": row.approves,
            "only": _only(row),
            "running": _runs(row, now),
            "over": row.over(now),
            "never": row.never_began(),
            "last": last_day(row.until_at),
        }
        for row in rows
    ]


def bar(actor: Actor) -> list[dict[str, Any]]:
    """Return what a cartable tells of stand-ins at its head: each line's role, row and last day.

    `mine`: he stands in for another's post, with a way to sit down there; `over_me`: somebody
    stands in for his. One query.
    """
    now = clock.current().now()
    found = []
    for row in directory.stand_ins(actor):
        over_me = row.for_post_id == actor.own_post_id
        found.append(
            {
                "row": row,
                "kind": row.kind.value,
                "over_me": over_me,
                "only": _only(row),
                "running": _runs(row, now),
                "sit": not over_me
                and row.kind in SEATED
                and _runs(row, now)
                and (actor.hand is None or actor.hand.id != row.id),
                "last": last_day(row.until_at),
            }
        )
    return found


def _runs(row: StandInRow, now: datetime) -> bool:
    return row.from_at <= now and (row.until_at is None or now < row.until_at)


def last_day(until: datetime | None) -> datetime | None:
    """Return a moment of the last day: a period ends where the day after it begins."""
    if until is None:
        return None
    at_midnight = until == jalali.day_bounds(until.astimezone(clock.TEHRAN).date())[0]
    return until - timedelta(seconds=1) if at_midnight else until
