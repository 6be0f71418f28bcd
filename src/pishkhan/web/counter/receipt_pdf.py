"""The receipt as a PDF for a roll of 80 mm: what the helper on the clerk's PC prints."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import typst
from django.http import HttpResponse
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext, pgettext
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import CounterView, Right
from pishkhan.kernel import money as amounts
from pishkhan.kernel.clock import TEHRAN
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import PaperProof, ReceiptView
from pishkhan.web.context import data_mark
from pishkhan.web.counter import hours
from pishkhan.web.counter.receipt import (
    drawn_qr,
    keep_words,
    next_steps,
    proof_for,
    track_home,
    track_url,
    ways,
)
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter import beside, words
from pishkhan.web.paper.proof import promise_square, verify_home
from pishkhan.web.paper.typeset import FONTS
from pishkhan.web.templatetags.pishkhan import (
    and_others,
    digits,
    grouped,
    isolate,
    jalali_date,
    money,
)

DATA = Path(__file__).with_name("data")


@desk(Right.COUNTER)
@require_safe
def receipt_pdf(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Send the receipt as it goes to the roll; who may see the receipt may have it."""
    view = letters.receipt(request.actor, letter)
    drawn = draw(view, proof_for(request.actor, letter))
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="receipt.pdf"'
    return answer


def draw(view: ReceiptView, proof: PaperProof | None = None) -> bytes:
    """Return the PDF, in the language of the page."""
    told = json.dumps(given(view, proof), ensure_ascii=False)
    return typst.compile(
        DATA / "receipt.typ",
        root=DATA,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": told},
    )


def given(view: ReceiptView, proof: PaperProof | None = None) -> dict[str, object]:
    """Return what stands on the receipt, as `counter/receipt.html` has it."""
    counter = directory.counter(view.counter_id)
    home = f"\u2066{track_home()}\u2069"
    return {
        "lang": (get_language() or "fa")[:2],
        "rtl": get_language_bidi(),
        "title": gettext("Receipt of acceptance"),
        "office": isolate(digits(view.counter_name)),
        "lines": [f"{gettext('Counter code')} {_ltr(counter.code)}"],
        "qr": drawn_qr(view.tracking_code).decode(),
        "address": track_url(view.tracking_code).partition("://")[2],
        "code_label": gettext("Tracking code"),
        "code": digits(grouped(view.tracking_code)),
        "facts": _facts(view),
        "next_title": gettext("What to do next"),
        "next": [
            f"{keep_words(view)} {home}",
            *next_steps(view),
        ],
        "place": _place(counter),
        "proof": _proof(proof) if proof else None,
        "mark": data_mark(),
    }


def _proof(proof: PaperProof) -> dict[str, object]:
    """Return the QR of the promise in its width, and how it is used."""
    square = promise_square(proof)
    told = gettext("Without the network too: open this address and show it the square.")
    return {
        "title": gettext("This paper proves itself"),
        "words": f"{told} \u2066{verify_home()}\u2069",
        "qr": square.svg.decode(),
        "width": square.size,
        "caption": gettext("Check of authenticity"),
    }


def _place(counter: CounterView) -> list[tuple[str, str]]:
    """Return where to come back: address, phone and hours, as far as they are known."""
    told = pgettext("between days", "; ").join(
        digits(each) for each in hours.in_words(counter.hours)
    )
    rows = [
        (gettext("Address of the counter"), isolate(digits(counter.address))),
        (gettext("Phone"), _ltr(counter.phone)),
        (gettext("Hours"), told),
    ]
    known = (counter.address, counter.phone, told)
    return [row for row, there in zip(rows, known, strict=True) if there]


def _facts(view: ReceiptView) -> list[tuple[str, str]]:
    total = view.fee.state + view.fee.commission
    paid = str(money(total))
    if total:
        paid += f" ({amounts.toman_in_words(total)})"
    if ways().get(view.fee.way):
        paid += f" · {ways()[view.fee.way]}"
    if view.fee.rrn:
        paid += f" · {gettext('RRN')} {_ltr(view.fee.rrn)}"
    sheets = ngettext("%(shown)s page", "%(shown)s pages", view.sheets) % {
        "shown": digits(view.sheets)
    }
    late = view.taken_on != view.accepted_at.astimezone(TEHRAN).date()
    return [
        (gettext("Accepted"), str(jalali_date(view.accepted_at, "weekday time"))),
        *([(gettext("Taken on"), _late(view))] if late else ()),
        (gettext("Applicant"), isolate(and_others(view.masked_name, view.others))),
        *beside.facts(view.circumstances),
        (gettext("Destination agency"), isolate(digits(view.agency_name))),
        (str(words.KINDS[view.kind]), isolate(digits(view.subject))),
        (gettext("Pages"), sheets if view.sheets else gettext("Typed letter without pages")),
        (gettext("State fee"), str(money(view.fee.state))),
        (gettext("Commission"), str(money(view.fee.commission))),
        (gettext("Paid"), paid),
    ]


def _late(view: ReceiptView) -> str:
    """Return the day of paper with the reason why it was entered later."""
    reason = isolate(digits(view.backdate_reason))
    return f"{jalali_date(view.taken_on)} · {gettext('entered late')}: {reason}"


def _ltr(value: str) -> str:
    """Return a number between marks that keep it running from left to right."""
    return f"\u2066{digits(value)}\u2069"
