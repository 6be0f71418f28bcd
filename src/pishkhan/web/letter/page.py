"""The page of one letter, on either desk: what it is, where it stands, what may be done now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pishkhan.directory.contracts.terms import Table
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalRow,
    ArrivalState,
    ArrivalView,
    Page,
    PreparedView,
    Purpose,
    Receiver,
    ReferralState,
    ReferralView,
    StepKind,
    Urgency,
    Way,
)
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import (
    beside,
    door,
    internal,
    neighbours,
    penned,
    series,
    sticky,
    terms,
    words,
)
from pishkhan.web.letter.capacity import signatures
from pishkhan.web.letter.cards import card, class_form
from pishkhan.web.letter.door import CARTABLE, SECRETARIAT, Failed, folder, here, on_desk
from pishkhan.web.letter.faults import faults
from pishkhan.web.letter.particulars import particulars
from pishkhan.web.letter.places import addressing
from pishkhan.web.letter.proved import proof
from pishkhan.web.letter.receivers import order_context, refer_form

WIDE, SMALL = 960, 160
MOST_LEAVES = 60
"""Leaves of one file that the page shows; the rest is in the file itself."""

ORDERS = frozenset({"refer", "register", "prepare"})
"""Forms that hold an order: to whom, with what instruction, until when."""

REFERRED = "referred"
"""The session's key for the letter that was referred just now and is shown again."""

OVER = frozenset(
    {
        ArrivalState.CLOSED,
        ArrivalState.WITHDRAWN,
        ArrivalState.SET_ASIDE,
        ArrivalState.TRANSFERRED,
        ArrivalState.DISPATCHED,
    }
)
_QUIET = frozenset({StepKind.OPENED, StepKind.PREPARED})
_BAD = frozenset(
    {
        StepKind.NUMBER_VOIDED,
        StepKind.WITHDRAWN,
        StepKind.WITHDRAWAL_ASKED,
        StepKind.SET_ASIDE,
        StepKind.TRANSFER_REFUSED,
        StepKind.COPY_REFUSED,
    }
)


@on_desk
@require_GET
def letter(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the page; that it was read is an entry once a day."""
    return show(request, letter)


def show(request: DeskRequest, letter: UUID, *, failed: Failed | None = None) -> HttpResponse:
    """Return the page of a letter, with what a failed form held."""
    view = letters.open_arrival(request.actor, letter)
    status = failed.status if failed else 200
    if here(request) == SECRETARIAT and view.row.state is ArrivalState.ARRIVED:
        request.rail_at = "secretariat:arrivals"
    return render(request, "letter/letter.html", context(request, view, failed), status=status)


def context(request: DeskRequest, view: ArrivalView, failed: Failed | None) -> dict[str, Any]:
    """Return the variables of the page."""
    mine = [each for each in view.referrals if each.mine]
    drafts = [card(view, each) for each in reversed(view.drafts)]
    live = next((each for each in drafts if each.live), None)
    chosen = _chosen(request, view, failed)
    orders = "refer" in view.deeds or "prepare" in view.deeds
    order = orders or ("register" in view.deeds and here(request) == SECRETARIAT)
    away = _away(view) if live else None
    return {
        "view": view,
        "row": view.row,
        "deeds": view.deeds,
        "here": here(request),
        "is_cartable": here(request) == CARTABLE,
        **_lists(request, view),
        "kind": words.KINDS[view.row.kind],
        **beside.of_arrival(view),
        "urgency": terms.Urgencies().name(view.row.urgency, view.row.arrived_at)
        if view.row.urgency is not Urgency.NORMAL
        else "",
        "pages": pictures(request, view),
        **penned.notes(view),
        "originals": view.pages,
        "steps": steps(view),
        **_referrals(view, mine, failed),
        "drafts": drafts,
        "live": live,
        "away": away,
        "away_back": away is not None and f"take_back:{away.id}" in view.deeds,
        "signatures": signatures(request.actor) if any(each.sign for each in drafts) else (),
        "draft_first": bool(mine and mine[-1].purpose is Purpose.SIGNATURE and live),
        "signed": next((each for each in drafts if each.dispatch), None),
        "number": parts(view.row.number_text),
        **order_context(
            request.actor,
            refer_form(request.actor, view, chosen) if order else None,
            chosen,
            failed if failed and failed.form in ORDERS else None,
            keeps=here(request) == SECRETARIAT,
        ),
        "alike": _alike(request, view),
        "grounds": failed.values.get("grounds", []) if failed else [],
        "ground_words": words.GROUNDS,
        "lacking": failed.values.get("lacking", []) if failed else [],
        "keep_done": bool(request.session.get("refer_done")),
        "today": clock.current().now().astimezone(clock.TEHRAN).date(),
        "missing_words": words.MISSING,
        "particulars": particulars(view, failed) if "correct" in view.deeds else None,
        "relations": [(each.value, label) for each, label in words.RELATIONS.items()],
        **_paper(request, view, chosen, failed),
        **_addressing(view, failed),
        "links": [(words.RELATIONS[each.relation], each) for each in view.links],
        "failed": failed,
        "values": _typed(failed),
        "refer_folded": (bool(live) or _just_referred(request, view))
        and not (failed and failed.form == "refer"),
        "errors": faults(failed) if failed else [],
    }


def _typed(failed: Failed | None) -> dict[str, str]:
    return {name: given[-1] for name, given in failed.values.items() if given} if failed else {}


def _addressing(view: ArrivalView, failed: Failed | None) -> dict[str, Any]:
    """Return what the form of a letter's addressees holds; nothing where there is none."""
    if view.way is Way.INTERNAL and "address" in view.deeds:
        return internal.addressing(view, failed)
    return addressing(view, failed)


def _just_referred(request: DeskRequest, view: ArrivalView) -> bool:
    """Say, once, whether the form of the referral has done its work and is folded."""
    return bool(request.session.pop(REFERRED, "") == str(view.row.id))


def _lists(request: DeskRequest, view: ArrivalView) -> dict[str, Any]:
    """Return where the letter lies: in the list one came from, and in the post's own folders.

    And whether who looks at it is the whole office.
    """
    at_cartable = here(request) == CARTABLE
    return {
        "alone": door.may_be_alone(request.actor),
        "query": f"?in={folder(request)}" if folder(request).isidentifier() else "",
        "place": neighbours.place(request, view.row.id),
        "folders": letters.folders_around(request.actor, view.row.id) if at_cartable else (),
    }


def _alike(request: DeskRequest, view: ArrivalView) -> tuple[ArrivalRow, ...]:
    """Return what came before and says the same, while the letter waits to be registered."""
    if view.row.state is not ArrivalState.ARRIVED or here(request) != SECRETARIAT:
        return ()
    return letters.similar_arrivals(request.actor, [view.row.id]).get(view.row.id, ())


def _referrals(
    view: ArrivalView, mine: list[ReferralView], failed: Failed | None
) -> dict[str, Any]:
    return {
        "tree": tree(view.referrals),
        "following": [
            (each, may)
            for each in view.referrals
            if any((may := follow(view, each, failed))[deed] for deed in BY_SENDER)
        ],
        "asked": [
            (each, follow(view, each, failed))
            for each in mine
            if each.asked_back or each.reminded_at
        ],
        "opinions": [
            r
            for r in view.referrals
            if r.purpose is Purpose.OPINION and r.state is ReferralState.DONE
        ],
        "mine": mine[-1] if mine else None,
        "prepared": [
            (order, [(title, words.PURPOSES[to.purpose]) for title, to in _pairs(order)])
            for order in view.prepared
        ],
        "mine_purpose": words.PURPOSES[mine[-1].purpose] if mine else "",
        "finishing": next((r for r in mine if f"finish:{r.id}" in view.deeds), None),
    }


def _pairs(order: PreparedView) -> Iterable[tuple[str, Receiver]]:
    return zip(order.titles, order.to, strict=True)


BY_SENDER = ("take_back", "remind", "ask_back")
BY_RECEIVER = ("give_back", "decline_recall")


def follow(view: ArrivalView, each: ReferralView, failed: Failed | None) -> dict[str, Any]:
    """Return what the actor may do to follow a referral, and what he typed that failed."""
    may: dict[str, Any] = {
        deed: f"{deed}:{each.id}" in view.deeds for deed in BY_SENDER + BY_RECEIVER
    }
    may["id"] = str(each.id)
    if failed and failed.values.get("referral", [""])[-1] == may["id"]:
        typed = failed.values.get("note") or failed.values.get("reason") or [""]
        may |= {
            "failed": failed.form,
            "typed": typed[-1],
            "error": failed.errors.get("note") or failed.errors.get("reason", ""),
        }
    return may


def _chosen(request: DeskRequest, view: ArrivalView, failed: Failed | None) -> sticky.Values:
    """Return what the form of the referral holds: what failed, else what was kept for new ones."""
    if failed and failed.form in ORDERS:
        return failed.values
    fresh = view.row.state in (ArrivalState.ARRIVED, ArrivalState.REGISTERED)
    return sticky.kept(request) if fresh and here(request) == SECRETARIAT else {}


def _paper(
    request: DeskRequest, view: ArrivalView, chosen: sticky.Values, failed: Failed | None
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "official": view.official,
        "is_outgoing": written_here(view),
        "is_internal": view.way in (Way.INTERNAL, Way.RECEIVED),
        "terms": terms.told(view.terms),
        "class_name": terms.class_name(view.row.classification, view.row.arrived_at),
    }
    if "set_class" in view.deeds:
        told |= class_form(request.actor, view)
    if "dispatch" in view.deeds:
        known = letters.series_for(request.actor, view.row.id)
        way = Way.INTERNAL if view.way is Way.INTERNAL else Way.OUTGOING
        told["series_field"] = series.field(known, way)
    if "register" not in view.deeds:
        return told
    known = letters.series_for(request.actor, view.row.id)
    typed = (chosen.get(series.FIELD) or [""])[-1]
    usual = {Table.WAY: letters.usual_way(official=bool(view.official))}
    errors = failed.errors if failed and failed.form == "register" else None
    return told | {
        "term_fields": terms.fields(chosen, view.terms, errors=errors, usual=usual),
        "series_field": series.field(known, Way.INCOMING, typed, errors),
    }


def _away(view: ArrivalView) -> ReferralView | None:
    """Return the referral by which another post has the draft for initial or signature."""
    waiting = [
        each
        for each in view.referrals
        if each.purpose is Purpose.SIGNATURE and each.state is ReferralState.OPEN and not each.mine
    ]
    return waiting[-1] if waiting else None


def written_here(view: ArrivalView) -> bool:
    """Return whether the letter is one that is written here, rather than one that came."""
    return view.way in (Way.OUTGOING, Way.INTERNAL)


def parts(number_text: str) -> tuple[str, str]:
    """Return year and number of a letter number as printed, or two empty words."""
    year, _slash, number = number_text.partition("/")
    return (year, number) if number else ("", "")


# --- pages ---------------------------------------------------------------------------------------


def pictures(request: DeskRequest, view: ArrivalView) -> list[dict[str, Any]]:
    """Return one entry for each leaf, as `components/page_viewer.html` wants them."""
    found: list[dict[str, Any]] = []
    for page in view.pages:
        base = reverse(f"{here(request)}:preview", args=(view.row.id, page.seq))
        for leaf in range(1, min(page.leaves, MOST_LEAVES) + 1):
            found.append(
                {
                    "url": f"{base}?leaf={leaf}&w={WIDE}",
                    "thumb": f"{base}?leaf={leaf}&w={SMALL}",
                    "rotation": 0,  # the picture is made upright
                    "label": _label(page, len(found) + 1),
                    "seq": page.seq,
                    "leaf": leaf,
                    "digest": page.digest,
                }
            )
    return found


def _label(page: Page, n: int) -> str:
    if page.round:
        return _("%(n)s · added") % {"n": n}
    return f"{n} · {words.ROLES[page.role]}"


# --- timeline and tree ---------------------------------------------------------------------------


def steps(view: ArrivalView) -> list[dict[str, Any]]:
    """Return the timeline as `components/timeline.html` wants it, with what is to come."""
    found: list[dict[str, Any]] = [
        {
            "what": words.sentence(step, outgoing=written_here(view)),
            "at": step.at,
            "by": words.doer(step),
            "text": beside.quoted(step),
            "state": "bad" if step.kind in _BAD else "done",
            "proof": proof(step),
        }
        for step in view.steps
    ]
    state = view.row.state
    acted = [n for n, step in enumerate(view.steps) if step.kind not in _QUIET]
    if acted and state not in OVER:
        found[acted[-1]]["state"] = "wait" if state is ArrivalState.RETURNED else "now"
    if view.official:
        return found
    if state not in OVER | {ArrivalState.ANSWERED}:
        found.append({"what": _("Answer"), "state": "next"})
    if state not in OVER and not any(s.kind is StepKind.HANDED_OVER for s in view.steps):
        found.append({"what": _("Handing over at the counter"), "state": "next"})
    return found


def tree(referrals: tuple[ReferralView, ...]) -> list[dict[str, Any]]:
    """Return the referrals as nested nodes for `components/referral_tree.html`."""
    nodes: dict[UUID, dict[str, Any]] = {each.id: _node(each) for each in referrals}
    roots: list[dict[str, Any]] = []
    for each in referrals:
        above = nodes.get(each.parent_id) if each.parent_id else None
        (above["children"] if above else roots).append(nodes[each.id])
    return roots


def _node(each: ReferralView) -> dict[str, Any]:
    purpose = str(words.PURPOSES[each.purpose])
    if each.principal and each.purpose is Purpose.ACTION:
        purpose = _("%(purpose)s, principal actor") % {"purpose": purpose}
    return {
        "who": each.to_title,
        "purpose": purpose,
        "text": each.instruction,
        "at": each.at,
        "deadline": each.deadline,
        "state": each.state.value,
        "state_label": _("Closed with the letter") if each.state is ReferralState.CLOSED else "",
        "seen_at": each.seen_at,
        "mine": each.mine,
        "answer": each.outcome,
        "asked_back": each.recall_asked_at if each.state is ReferralState.OPEN else None,
        "asked_why": each.recall_reason,
        "kept_why": each.recall_answer,
        "reminded_at": each.reminded_at,
        "children": [],
    }
