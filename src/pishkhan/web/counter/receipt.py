"""The receipt of an accepted letter: on the screen, 80 mm, A5, A4.

One QR leads to tracking. Another is the log's promise: by it the paper proves itself, without the
network. A5 and A4 have room for a third, the path in the log, where it is published by then.
"""

from __future__ import annotations

import io
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel import money
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import IdKind, PaperProof, PayWay, PrintIntent, ReceiptView
from pishkhan.web.counter import hours, repeat
from pishkhan.web.counter.helper import with_helper
from pishkhan.web.counter.letter import pictures
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter import beside, words
from pishkhan.web.paper.proof import path_square, promise_square, verify_home
from pishkhan.web.templatetags.pishkhan import digits, isolate

PAPERS = ("80mm", "a5", "a4")
PAGES = "pages"
"""The letter's own pages instead of a receipt: no roll of 80 mm takes them."""
PATIENCE = 1.0
"""Seconds that a paper with room for the path waits for the log; the roll waits for nothing."""


@desk(Right.COUNTER)
@with_helper
@require_safe
def receipt(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the receipt as it will be printed, on the paper of `?paper=`."""
    view = letters.receipt(request.actor, letter)
    counter = directory.counter(view.counter_id)
    total = view.fee.state + view.fee.commission
    with_pages = view.print_intent is PrintIntent.ALL and view.pages > 0
    asked = request.GET.get("paper") or request.session.get("paper", PAPERS[0])
    only_pages = with_pages and asked == PAGES
    paper = asked if asked in PAPERS else PAPERS[0]
    roomy = paper != PAPERS[0] and not only_pages
    proof = proof_for(request.actor, letter, wait=PATIENCE if roomy else 0)
    if not only_pages and request.session.get("paper", PAPERS[0]) != paper:
        request.session["paper"] = paper
    return render(
        request,
        "counter/receipt.html",
        {
            "receipt": view,
            "counter": counter,
            "hours": hours.in_words(counter.hours),
            "home": track_home(),
            "kind": words.KINDS[view.kind],
            "beside": beside.facts(view.circumstances),
            "keep": keep_words(view),
            "next": next_steps(view),
            "total": total,
            "in_words": money.toman_in_words(total) if total else "",
            "way": ways().get(view.fee.way, ""),
            "late": view.taken_on != view.accepted_at.astimezone(TEHRAN).date(),
            "address": track_url(view.tracking_code)
            .partition("://")[2]
            .removesuffix(view.tracking_code),
            "squares": squares(proof, roomy=roomy),
            "verify": verify_home(),
            "is_last": repeat.is_last(request, letter),
            "print_now": request.GET.get("print") == "1",
            "paper": PAGES if only_pages else paper,
            "papers": [
                ("80mm", _("Roll, 80 mm")),
                ("a5", "A5"),
                ("a4", "A4"),
                *([(PAGES, _("Pages of the letter"))] if with_pages else ()),
            ],
            "pictures": pictures(letters.submission(request.actor, letter), first=True)
            if with_pages and (only_pages or paper != PAPERS[0])
            else (),
        },
    )


def proof_for(actor: Actor, letter: UUID, *, wait: float = 0.0) -> PaperProof | None:
    """Return what the receipt proves; None for an old one, which is printed without."""
    try:
        return letters.receipt_proof(actor, letter, wait=wait)
    except NotFound as error:
        if error.code != "letters.no-paper-proof":
            raise
        return None


def squares(proof: PaperProof | None, *, roomy: bool) -> list[tuple[str, str]]:
    """Return the names of the QRs' addresses for this paper, each with what stands under it."""
    if proof is None:
        return []
    found = [("counter:receipt-promise", _("Check of authenticity"))]
    if roomy and proof.path:
        found.append(("counter:receipt-path", _("Its place in the log")))
    return found


def ways() -> dict[PayWay, str]:
    """Return the words for the ways to pay."""
    return {
        PayWay.CARD: pgettext("payment", "Card"),
        PayWay.CASH: pgettext("payment", "Cash"),
        PayWay.FREE: pgettext("payment", "Free"),
    }


def keep_words(view: ReceiptView) -> str:
    """Return why the code is kept; the address at which the letter is tracked follows."""
    if view.id_kind is IdKind.NATIONAL:
        return _(
            "Keep this code. With it and the national ID you can see where the letter stands, "
            "at this address:"
        )
    return _(
        "Keep this code. With it and the number on the paper that you showed you can see where "
        "the letter stands, at this address:"
    )


def next_steps(view: ReceiptView) -> list[str]:
    """Return what the applicant does next, after where the letter is tracked."""
    given = view.circumstances
    told = []
    if not view.has_mobile:
        told.append(
            _(
                "No mobile was given: no text message will come. Ask at this counter with the "
                "card and this code, or by its phone."
            )
        )
    elif given.mobile_of:
        told.append(
            _("Text messages go to another person’s mobile: %(whose)s.")
            % {"whose": isolate(digits(given.mobile_of))}
        )
    if view.id_kind is IdKind.LEGAL:
        told.append(_("When the answer is ready, the delegate comes with his card and his paper."))
    elif view.id_kind is IdKind.NATIONAL:
        told.append(_("When the answer is ready, come to this counter with the national card."))
    else:
        told.append(_("When the answer is ready, come to this counter with the same paper."))
    return told


def track_url(code: str) -> str:
    """Return the public address at which a letter is tracked."""
    return settings.PISHKHAN_URL.rstrip("/") + reverse("public:code", args=(code,))


def track_home() -> str:
    """Return the public address at which any letter is tracked, as a person types it."""
    whole = settings.PISHKHAN_URL.rstrip("/") + reverse("public:track")
    return whole.partition("://")[2]


@desk(Right.COUNTER)
@require_safe
def receipt_qr(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the QR of the tracking address as SVG, without colours or scripts."""
    code = letters.receipt(request.actor, letter).tracking_code
    answer = HttpResponse(drawn_qr(code), content_type="image/svg+xml")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


@desk(Right.COUNTER)
@require_safe
def receipt_promise(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the QR of the promise, as SVG of the size in which it must be printed."""
    return _drawn(promise_square(letters.receipt_proof(request.actor, letter)).svg)


@desk(Right.COUNTER)
@require_safe
def receipt_path(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the QR of the path, as SVG of the size in which it must be printed."""
    proof = letters.receipt_proof(request.actor, letter)
    if not proof.path:
        raise NotFound("letters.no-paper-proof")
    return _drawn(path_square(proof).svg)


def _drawn(svg: bytes) -> HttpResponse:
    answer = HttpResponse(svg, content_type="image/svg+xml")
    answer["Cache-Control"] = "private, no-cache"  # the log grows, and the path with it
    return answer


def drawn_qr(code: str) -> bytes:
    """Return the QR of a letter's tracking address as SVG."""
    drawn = io.BytesIO()
    segno.make(track_url(code), error="m", micro=False).save(
        drawn, kind="svg", border=2, omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue()
