"""Handing a post over: what lies there, who leaves, who comes; and the paper of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import HoldingRow, PostRef
from pishkhan.directory.contracts.stand_ins import StandInRow
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, NotFound, PishkhanError
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.posts import AtPost, HandedStandIn
from pishkhan.web import stand_ins
from pishkhan.web.admin.forms import Form, key, person, text
from pishkhan.web.admin.page import admin, draw
from pishkhan.web.http import DeskRequest


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: DeskRequest, post_id: UUID) -> HttpResponse:
    """Draw what is handed over and to whom; on POST hand it over and lead to the paper."""
    if request.method != "POST":
        return _draw(request, post_id, Form())
    try:
        made = _do(request, post_id)
    except (Forbidden, NotFound):
        raise
    except PishkhanError as error:
        return _draw(request, post_id, Form.refused(request, error))
    view = letters.post_hand_over(request.actor, made)
    said = (
        _("%(name)s has left the post: nothing of it is open to them any more.")
        if view.from_at <= view.at
        else _("On that day %(name)s leaves the post, and nothing of it is open to them any more.")
    )
    messages.success(request, said % {"name": f"\u2068{view.leaver_name}\u2069"})
    return redirect("admin:post-handed", post_id, made)


def _do(request: DeskRequest, post_id: UUID) -> UUID:
    leaver = key(request, "leaver", required=True)
    assert leaver is not None
    chosen = set(request.POST.getlist("keep"))
    there = directory.stand_ins_at([post_id])
    return letters.hand_over_post(
        request.actor,
        post_id=post_id,
        leaver_id=leaver,
        user_id=person(request),
        from_at=stand_ins.begin(request),
        basis=text(request, "basis"),
        keep=[row.id for row in there if str(row.id) in chosen],
    )


@admin
@require_safe
def handed(request: DeskRequest, post_id: UUID, hand_over_id: UUID) -> HttpResponse:
    """Draw the paper of a hand-over, to be printed and signed by both."""
    view = letters.post_hand_over(request.actor, hand_over_id)
    if view.post_id != post_id:
        raise NotFound("letters.no-hand-over")
    return draw(
        request,
        "post_handed.html",
        {
            "view": view,
            "later": view.from_at > view.at,
            "figures": [(word, n) for word, n, _tone in figures(view.counts)],
            "oldest": view.counts.oldest,
            "kept": _lines(view.kept),
            "ended": _lines(view.ended),
        },
    )


def figures(counts: AtPost) -> list[tuple[str, int, str]]:
    """Return what lies at a post: word, number, tone."""
    return [
        (_("open in the cartable"), counts.open, ""),
        (_("of these not seen yet"), counts.unseen, ""),
        (_("of these past their deadline"), counts.overdue, "bad" if counts.overdue else ""),
        (_("to be signed"), counts.to_sign, ""),
        (_("drafts"), counts.drafts, ""),
        (_("prepared orders to confirm"), counts.prepared, ""),
        (_("referred to others, not finished"), counts.sent, ""),
    ]


def _draw(request: DeskRequest, post_id: UUID, form: Form) -> HttpResponse:
    ref = directory.post(post_id)
    held = directory.holders_of(post_id)
    now = clock.current().now()
    leaver = next((row for row in held if _holds(row, now)), None)
    coming = next((row for row in held if row.from_at > now and row.until_at is None), None)
    there = directory.stand_ins_at([post_id])
    return draw(
        request,
        "post_hand_over.html",
        {
            "post": ref,
            "leaver": leaver,
            "coming": coming,
            "figures": figures(letters.at_post(request.actor, post_id)),
            "stand_ins": _choices(ref, there, form),
            "programs": directory.clients_at(post_id),
            "cleared": leaver is not None
            and any(row.holds for row in directory.clearances_of(request.actor, leaver.user_id)),
            "form": form,
        },
        {"hand_over": form},
    )


def _holds(row: HoldingRow, now: datetime) -> bool:
    return row.from_at <= now and (row.until_at is None or row.until_at > now)


def _choices(post: PostRef, there: Sequence[StandInRow], form: Form) -> list[dict[str, Any]]:
    """Return the stand-ins to be confirmed: what others do for the post ends unless ticked.

    What the post does for others was named by others: that is ticked until somebody unticks it.
    """
    sent = form.values.get("all", {}).get("keep", []) if form.values else None
    return [
        {
            "id": str(row.id),
            "line": _line(HandedStandIn(row.kind, row.for_title, row.by_title)),
            "last": stand_ins.last_day(row.until_at),
            "kept": row.by_post_id == post.id if sent is None else str(row.id) in sent,
        }
        for row in there
    ]


def _lines(rows: Sequence[HandedStandIn]) -> list[str]:
    return [_line(row) for row in rows]


def _line(row: HandedStandIn) -> str:
    """Return a stand-in in words: what, who, for whom."""
    return pgettext("a stand-in", "%(kind)s: %(by)s, for %(post)s") % {
        "kind": stand_ins.KINDS[row.kind],
        "by": f"\u2068{row.by_title}\u2069",
        "post": f"\u2068{row.for_title}\u2069",
    }
