"""Accept a letter (F2): the page, its acceptance, drafts that save themselves, parking."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory.contracts import Right
from pishkhan.kernel import money
from pishkhan.kernel.errors import N_, Message, PishkhanError, Refused
from pishkhan.kernel.tracking import grouped
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Medium, PageRole, PayWay, PrintIntent
from pishkhan.web.counter import brought, entered, kept, repeat
from pishkhan.web.counter.faults import Faults
from pishkhan.web.counter.helper import with_helper
from pishkhan.web.counter.today import today
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter import words
from pishkhan.web.letter.terms import Urgencies
from pishkhan.web.templatetags.pishkhan import jalali_date

ACCEPTED = "accepted"
MOST_REMEMBERED = 8
"""Nonces of this session's last acceptances: a draft that comes after its letter is no draft."""


@desk(Right.COUNTER)
@with_helper
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: DeskRequest) -> HttpResponse:
    """Draw the form with what was in hand, or accept the letter and lead to its receipt."""
    if request.method == "POST":
        return _accept(request)
    values, saved_at = entered.fresh(), None
    held = _asked(request)
    if held is not None:
        if _is_over(request, held[0]):
            kept.forget(request.actor, held[0]["nonce"])
        else:
            values, saved_at = values | held[0], held[1]
    answer = render(request, "counter/accept.html", _context(request, values, saved_at=saved_at))
    add_never_cache_headers(answer)
    return answer


def _asked(request: DeskRequest) -> tuple[dict[str, Any], datetime] | None:
    """Return the letter that the address asks for, else the newest one that is open."""
    if entered.NEW in request.GET:
        return None
    if entered.LETTER not in request.GET:
        return kept.in_hand(request.actor)
    nonce = entered.nonce(request.GET[entered.LETTER])
    return kept.in_hand(request.actor, nonce) if nonce else None


def _accept(request: DeskRequest) -> HttpResponse:
    values = entered.typed(request)
    if kept.is_elsewhere(request.actor, values):
        kept.park(request.actor, values)
        messages.warning(request, elsewhere_words())
        return lead(request, reverse("counter:parked"))
    try:
        done = entered.accept(request.actor, values)
        if not done.same:
            raise _another(request, values, done.tracking_code)
    except PishkhanError as error:
        faults = Faults.of(error)
        page = "counter/_accept_form.html" if request.htmx else "counter/accept.html"
        return render(request, page, _context(request, values, faults), status=faults.status)
    remembered = [values["nonce"], *request.session.get(ACCEPTED, [])]
    request.session[ACCEPTED] = remembered[:MOST_REMEMBERED]
    kept.forget(request.actor, entered.nonce(values["nonce"]))
    repeat.remember(request, done.letter_id)
    if done.repeated:
        messages.info(request, _("This letter was accepted before; here is its receipt."))
    receipt = reverse("counter:receipt", args=(done.letter_id,))
    if values["print_intent"] != PrintIntent.NONE.value:
        receipt += "?print=1"
    return lead(request, receipt)


def _another(request: DeskRequest, values: dict[str, str], code: str) -> Refused:
    """Make what stands in the form a letter of its own: its nonce was another's. Return why."""
    kept.forget(request.actor, entered.nonce(values["nonce"]))
    values |= {name: entered.fresh()[name] for name in ("nonce", *kept.OF_THE_ROW)}
    kept.keep(request.actor, values)
    return Refused(
        "web.accepted-before",
        Message(
            N_(
                "What this form held before was accepted with tracking code %(code)s. What stands "
                "in it now is another letter: look it over and accept it."
            ),
            {"code": grouped(code)},
        ),
    )


def lead(request: DeskRequest, address: str) -> HttpResponse:
    """Send the browser to another page, also when a script asked."""
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return HttpResponseRedirect(address)


@desk(Right.COUNTER)
@require_POST
def save(request: DeskRequest) -> HttpResponse:
    """Keep what is typed, and say when; nothing is accepted.

    204 for what comes after its letter: it is not kept. 409 when another tab went on with it.
    """
    values = entered.typed(request)
    if _is_over(request, values):
        return HttpResponse(status=204)
    if entered.is_empty(values):
        kept.forget_emptied(request.actor, values)
        return _said("", 0)
    done = kept.keep(request.actor, values)
    if done is None:
        return _said(elsewhere_words(), 0, status=409)
    return _said(saved_words(done.saved_at), done.version)


def _said(words: str, version: int, status: int = 200) -> HttpResponse:
    answer = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    answer["X-Version"] = str(version)
    return answer


def elsewhere_words() -> str:
    """Return the sentence for whoever goes on where another tab has gone on."""
    return _("This letter went on in another tab; what was typed here is parked beside it.")


def saved_words(at: Any) -> str:
    """Return the sentence that tells when the draft was kept."""
    return _("Draft saved at %(hour)s.") % {"hour": jalali_date(at, "hour")}


@desk(Right.COUNTER)
@require_POST
def park(request: DeskRequest) -> HttpResponse:
    """Lay the letter in hand aside, for the next person in the line."""
    values = entered.typed(request)
    if entered.is_empty(values) or _is_over(request, values):
        kept.forget_emptied(request.actor, values)
        messages.info(request, _("There was nothing to park."))
    else:
        kept.park(request.actor, values)
        messages.success(request, _("The letter was parked; it waits beside the form."))
    return lead(request, entered.address())


@desk(Right.COUNTER)
@require_safe
def parked(request: DeskRequest) -> HttpResponse:
    """List the letters that were laid aside at this seat."""
    # Those that were laid aside stand first, under the first keys.
    rows = sorted(kept.laid(request.actor), key=lambda each: not each.parked)
    return render(request, "counter/parked.html", {"rows": rows})


@desk(Right.COUNTER)
@require_POST
def resume(request: DeskRequest, slot: str) -> HttpResponse:
    """Take a letter in hand; the one of this tab is parked."""
    aside = entered.nonce(request.POST.get("aside", ""))
    if not kept.resume(request.actor, slot, aside):
        messages.warning(request, _("This parked letter is not here any more."))
        return HttpResponseRedirect(reverse("counter:accept"))
    return HttpResponseRedirect(entered.address(slot))


@desk(Right.COUNTER)
@require_POST
def drop(request: DeskRequest, slot: str) -> HttpResponse:
    """Throw a parked letter away."""
    kept.forget(request.actor, slot)
    messages.success(request, _("The parked letter was thrown away."))
    return HttpResponseRedirect(reverse("counter:parked"))


def _is_over(request: DeskRequest, values: dict[str, Any]) -> bool:
    return values.get("nonce") in request.session.get(ACCEPTED, [])


def _context(
    request: DeskRequest,
    values: dict[str, Any],
    faults: Faults | None = None,
    *,
    saved_at: Any = None,
) -> dict[str, Any]:
    fee = letters.letter_fee(request.actor)
    total = fee.state + fee.commission
    laid = kept.laid(request.actor, values["nonce"]) if not request.htmx else []
    return {
        "values": values,
        "faults": faults,
        # Whose person is written already goes on at the agency.
        "at_agency": faults is None and bool(values["name"]) and not values["agency_id"],
        "fresh": faults is None and (not values["name"] or bool(values["agency_id"])),
        "errors": faults.fields if faults else {},
        **brought.context(values, faults.fields if faults else {}),
        "saved": saved_words(saved_at) if saved_at else "",
        "fee": fee,
        "in_words": money.toman_in_words(total) if total else "",
        "upload_url": reverse("files:create"),
        "preview_url": reverse("files:create") + "{upload}/preview",
        "max_size": settings.UPLOAD_LIMIT,
        "roles": [(role.value, words.ROLES[role]) for role in PageRole],
        "kinds": [(kind.value, label) for kind, label in words.KINDS.items()],
        "id_kinds": entered.id_kinds(),
        "ways": [
            (PayWay.CARD.value, pgettext("payment", "Card")),
            (PayWay.CASH.value, pgettext("payment", "Cash")),
        ],
        "media": [
            (Medium.PAPER.value, _("On paper")),
            (Medium.ELECTRONIC.value, _("As a file")),
        ],
        "prints": [
            (PrintIntent.RECEIPT.value, _("Receipt only")),
            (PrintIntent.ALL.value, _("Receipt and pages")),
            (PrintIntent.NONE.value, _("Nothing")),
        ],
        "urgencies": Urgencies().options(),
        "today_date": entered.today(),
        "today": today(request.actor) if not request.htmx else None,
        "parked": sorted(laid, key=lambda each: each.parked),
        "letter": values["nonce"],
        "open": " ".join(each.slot for each in laid if not each.parked),
        "chosen": faults is not None or bool({entered.NEW, entered.LETTER} & set(request.GET)),
    }
