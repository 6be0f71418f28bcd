"""The receipt of an acceptance: on screen, on an 80 mm roll, on A5 or A4."""

from __future__ import annotations

import io
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from pishkhan.directory.contracts import Right
from pishkhan.kernel.money import toman_in_words
from pishkhan.letters import api as letters
from pishkhan.web.counter import words
from pishkhan.web.http import DeskRequest, desk

PAPERS = ("80mm", "a5", "a4")
COOKIE = "pishkhan_paper"
YEAR = 365 * 24 * 3600


def tracking_address(code: str) -> str:
    """Return the public address under which a letter is tracked."""
    return f"{settings.PISHKHAN_URL.rstrip('/')}{reverse('public:track-code', args=[code])}"


@desk(Right.COUNTER)
@require_GET
def receipt(request: DeskRequest, letter_id: UUID) -> HttpResponse:
    """Draw the receipt on the asked paper; the choice is remembered on this PC."""
    view = letters.receipt(request.actor, letter_id)
    paper = request.GET.get("paper") or request.COOKIES.get(COOKIE, "")
    paper = paper if paper in PAPERS else PAPERS[0]
    total = view.fee.state + view.fee.commission
    answer = render(
        request,
        "counter/receipt.html",
        {
            "r": view,
            "paper": paper,
            "papers": PAPERS,
            "kind": words.KINDS[view.kind],
            "pay_way": words.PAY_WAYS[view.fee.way],
            "total": total,
            "in_words": toman_in_words(total) if total else "",
            "address": tracking_address(view.tracking_code),
            "is_new": "new" in request.GET,
            "late": view.taken_on,
        },
    )
    if "paper" in request.GET:
        answer.set_cookie(COOKIE, paper, max_age=YEAR, samesite="Lax", httponly=True)
    return answer


@desk(Right.COUNTER)
@require_GET
def qr(request: DeskRequest, letter_id: UUID) -> HttpResponse:
    """Answer with the QR of the tracking address as SVG."""
    view = letters.receipt(request.actor, letter_id)
    drawn = io.BytesIO()
    code = segno.make(tracking_address(view.tracking_code), error="m", micro=False)
    code.save(drawn, kind="svg", border=2, xmldecl=False, omitsize=True)
    answer = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
