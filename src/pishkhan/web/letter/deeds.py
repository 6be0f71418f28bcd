"""Deeds on a letter and its referrals: one form, one deed, then the letter again or the next."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.text import latin_digits
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Correction,
    LetterKind,
    LinkRef,
    Purpose,
    Receiver,
    Relation,
    Urgency,
)
from pishkhan.web import vacant
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import neighbours, page, series, sticky, terms
from pishkhan.web.letter.door import CARTABLE, SECRETARIAT, Failed, here, on_desk, url
from pishkhan.web.letter.particulars import STOOD
from pishkhan.web.letter.receivers import read_day, read_instruction, read_receivers
from pishkhan.web.letter.said import tell

Deed = Callable[..., HttpResponseBase]


def deed(form: str) -> Callable[[Deed], Callable[..., HttpResponseBase]]:
    """Return a decorator: POST only, on this desk; a refusal shows the letter with the form kept.

    A deed that takes the letter out of the actor's sight leads back to the list.
    """

    def sent(do: Deed) -> Callable[..., HttpResponseBase]:
        @on_desk
        @require_POST
        @wraps(do)
        def view(request: DeskRequest, letter: UUID, **ids: Any) -> HttpResponseBase:
            try:
                return do(request, letter, **ids)
            except (Invalid, Refused, Forbidden) as error:
                return page.show(request, letter, failed=Failed.of(request, form, error))

        return view

    return sent


def go(request: DeskRequest, letter: UUID, onward: str = "", mark: str = "") -> HttpResponse:
    """Lead on: to `onward`, else back to the letter, else, if it is out of sight, to the list."""
    if onward:
        return HttpResponseRedirect(onward)
    try:
        letters.arrival(request.actor, letter)
    except NotFound:
        return HttpResponseRedirect(neighbours.list_url(request))
    return HttpResponseRedirect(url(request, "letter", letter, mark=mark))


def _onward(request: DeskRequest, letter: UUID) -> str:
    return neighbours.after_this(request, letter) if request.POST.get("next") else ""


@deed("register")
def register(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Register; refer at once if receivers were chosen; go on to refer, or to the next letter.

    "Register and next" refers nothing; what was chosen stays for the letters after it.
    """
    ahead = neighbours.after_this(request, letter)
    only = bool(request.POST.get("next"))
    if here(request) == SECRETARIAT:
        sticky.note(request)
    issued = letters.register(
        request.actor,
        letter,
        sender_number=request.POST.get("sender_number", ""),
        sender_date=read_day(request, "sender_date"),
        links=read_links(request, required=False),
        terms=terms.read(request),
        series=series.read(request),
    )
    messages.success(request, _("Registered with number %(number)s.") % {"number": issued.text})
    if request.POST.get("take"):
        return _take(request, letter)
    if request.POST.get("file"):  # read, and nothing is to be answered
        letters.close(request.actor, letter, outcome=_("Read and filed."))
        return go(request, letter, ahead)
    if (request.POST.getlist("to") or request.POST.getlist("group")) and not only:
        return _refer(request, letter, ahead)
    return go(request, letter, ahead if only else "", mark="refer")


def _take(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Take a registered letter to one's own post and go on to its answer."""
    own = request.actor.post_id
    if own is None:
        raise Forbidden("letters.no-right")
    letters.refer(request.actor, letter, to=[Receiver(own, Purpose.ACTION, principal=True)])
    return HttpResponseRedirect(url(request, "draft-new", letter))


@deed("take")
def take(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Take the letter to one's own post: where one person is the office there is no other."""
    return _take(request, letter)


@deed("refer")
def refer(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Refer to the chosen posts, and finish one's own part if that was asked."""
    onward = _onward(request, letter)
    if here(request) == SECRETARIAT:
        sticky.note(request)
    return _refer(request, letter, onward)


def _refer(request: DeskRequest, letter: UUID, onward: str) -> HttpResponse:
    receivers = read_receivers(request)
    mine = _mine(request) if here(request) == CARTABLE else None
    done = mine is not None and bool(request.POST.get("done"))
    made = letters.refer(
        request.actor,
        letter,
        to=receivers,
        instruction=read_instruction(request),
        deadline=read_day(request, "deadline"),
        parent=mine,
        outcome=_("Referred on.") if done else None,
    )
    text = ngettext("Referred to one post.", "Referred to %(n)s posts.", len(made)) % {
        "n": len(made)
    }
    if mine is not None:
        request.session["refer_done"] = done
    undo = url(request, "take-back", letter, made[0]) if len(made) == 1 else ""
    tell(request, letter, text, onward, undo=undo)
    for sentence in vacant.warnings(each.post_id for each in receivers):
        messages.warning(request, sentence)
    if not onward:
        request.session[page.REFERRED] = str(letter)
    return go(request, letter, onward, mark="refer")


def _mine(request: DeskRequest) -> UUID | None:
    """Return the referral before the actor that the form was drawn for, if it still is."""
    given = request.POST.get("parent", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NotFound("letters.no-referral") from None


@deed("offer")
def offer(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Send the newest draft for signature to one post."""
    onward = _onward(request, letter)
    to = _signer(request)
    letters.refer(
        request.actor,
        letter,
        to=[Receiver(to, Purpose.SIGNATURE, principal=False)],
        instruction=request.POST.get("instruction", ""),
    )
    tell(request, letter, _("Sent for signature."), onward)
    return go(request, letter, onward)


def _signer(request: DeskRequest) -> UUID:
    try:
        return UUID(request.POST.get("to", ""))
    except ValueError:
        raise Invalid("web.receiver", fields={"to": _("Choose who signs.")}) from None


@deed("take_back")
def take_back(request: DeskRequest, letter: UUID, referral: UUID) -> HttpResponse:
    """Take a referral back that was not seen yet."""
    letters.take_back(request.actor, referral, reason=request.POST.get("reason", ""))
    messages.success(request, _("The referral was taken back."))
    return go(request, letter)


@deed("finish")
def finish(request: DeskRequest, letter: UUID, referral: UUID) -> HttpResponse:
    """Finish one's own part with its outcome."""
    onward = _onward(request, letter)
    letters.finish(request.actor, referral, outcome=request.POST.get("outcome", ""))
    tell(request, letter, _("Your part is finished."), onward)
    return go(request, letter, onward)


@deed("return")
def give_back(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Return the letter for what is missing."""
    chosen = [*request.POST.getlist("lacking"), request.POST.get("missing", "").strip()]
    onward = _onward(request, letter)
    mobile = letters.arrival(request.actor, letter).applicant.mobile
    letters.return_for_deficiency(
        request.actor,
        letter,
        missing=pgettext("between things in a row", ", ").join(each for each in chosen if each),
        until=read_day(request, "until"),
    )
    tell(request, letter, _told_how(mobile), onward)
    return go(request, letter, onward)


@deed("set_aside")
def set_aside(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Return the letter unregistered, with the chosen grounds and words of one's own."""
    chosen = [*request.POST.getlist("grounds"), request.POST.get("reason", "").strip()]
    onward = _onward(request, letter)
    letters.set_aside(
        request.actor,
        letter,
        reason=pgettext("between things in a row", ", ").join(each for each in chosen if each),
    )
    done = _("Returned without a number; the counter and the applicant see why.")
    tell(request, letter, done, onward)
    return go(request, letter, onward)


def _told_how(mobile: str) -> str:
    """Return how the applicant learns that something is missing; no SMS is promised in vain."""
    if mobile and settings.PISHKHAN_SMS_URL:
        return _("Returned; the applicant is told by SMS what is missing.")
    if mobile:
        return _(
            "Returned. No SMS service is set: the applicant sees it only on the tracking page or "
            "at the counter."
        )
    return _(
        "Returned. The applicant left no mobile: it is seen only on the tracking page or at the "
        "counter."
    )


@deed("close")
def close(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Close and file the letter."""
    onward = _onward(request, letter)
    letters.close(request.actor, letter, outcome=request.POST.get("outcome", ""))
    tell(request, letter, _("The letter is closed and filed."), onward)
    return go(request, letter, onward)


@deed("reopen")
def reopen(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Take a closed or answered letter up again."""
    letters.reopen(request.actor, letter, reason=request.POST.get("reason", ""))
    messages.success(request, _("The letter is open again."))
    return go(request, letter, mark="refer")


@deed("void")
def void(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Void the number that the letter has."""
    shown = letters.arrival(request.actor, letter).row.number_text
    key = letters.number_of(request.actor, letter)
    letters.void_number(
        request.actor,
        year=key.year,
        number=key.number,
        series=key.series_id,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("Number %(number)s is voided.") % {"number": shown})
    return go(request, letter)


@deed("correct")
def correct(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Correct the particulars; what stood before is told on the timeline."""
    letters.correct(
        request.actor,
        letter,
        _read_particulars(request, ""),
        stood=_read_particulars(request, STOOD),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("The particulars are corrected."))
    return go(request, letter)


def _read_particulars(request: DeskRequest, before: str) -> Correction:
    """Return the particulars in the fields whose names begin with `before`."""

    def typed(name: str) -> str:
        return request.POST.get(f"{before}{name}", "")

    try:
        kind, urgency = LetterKind(typed("kind")), Urgency(typed("urgency"))
    except ValueError:
        raise Invalid("web.particulars", _("Choose kind and urgency from the lists.")) from None
    return Correction(
        subject=typed("subject"),
        applicant_name=typed("applicant_name"),
        kind=kind,
        urgency=urgency,
        sender_number=typed("sender_number"),
        sender_date=read_day(request, f"{before}sender_date"),
        terms=terms.read(request, before=before),
    )


@deed("link")
def link(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Note which letter this one answers or follows."""
    for each in read_links(request, required=True):
        letters.link(request.actor, letter, each)
    messages.success(request, _("The letters are linked."))
    return go(request, letter)


def read_links(request: DeskRequest, *, required: bool) -> list[LinkRef]:
    """Return the link in the form, if one was filled. Raises Invalid (field `links`)."""
    posted = request.POST
    number = posted.get("link_number", "").strip()
    if not number and not required:
        return []
    year = latin_digits(posted.get("link_year", "")).strip()
    try:
        return [
            LinkRef(
                Relation(posted.get("link_relation", "")),
                number,
                int(year) if year.isdecimal() and len(year) == 4 else 0,
                posted.get("link_sender", ""),
            )
        ]
    except ValueError:
        raise Invalid(
            "web.link", fields={"links": _("Say whether it answers or follows that letter.")}
        ) from None
