"""Repeat the letter that was accepted last: its person with another letter, or the other way."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from pishkhan.directory.contracts import Right
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import SubmissionView
from pishkhan.web.counter import brought, entered, kept
from pishkhan.web.http import DeskRequest, desk

LAST = "last"
HOLDS = timedelta(minutes=30)
"""So long a person may still stand at the desk whose card was seen, and no longer."""

PERSON, LETTER = "person", "letter"


def remember(request: DeskRequest, letter_id: UUID) -> None:
    """Note the letter that this session has just accepted; a colleague's session knows nothing."""
    request.session[LAST] = [str(letter_id), clock.current().now().isoformat()]


def is_last(request: DeskRequest, letter_id: UUID) -> bool:
    """Return whether this session accepted the letter last, a short while ago."""
    last = request.session.get(LAST)
    if not last or last[0] != str(letter_id):
        return False
    return clock.current().now() - datetime.fromisoformat(last[1]) < HOLDS


@desk(Right.COUNTER)
@require_POST
def repeat(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Begin the next letter with the person, or with the words, of the last one."""
    view = letters.submission(request.actor, letter)
    if not is_last(request, letter):
        raise Refused("web.not-last", N_("Only the letter that you accepted last is repeated."))
    same = _of_person(view) if request.POST.get("what") == PERSON else _of_letter(view)
    values = entered.fresh() | same
    kept.keep(request.actor, values)
    return HttpResponse(status=303, headers={"Location": entered.address(values["nonce"])})


def _of_person(view: SubmissionView) -> dict[str, str]:
    who = view.applicant
    return {
        "id_kind": who.id_kind.value,
        "number": who.number,
        "name": who.name,
        "mobile": who.mobile,
        **brought.of_person(view.circumstances),
    }


def _of_letter(view: SubmissionView) -> dict[str, str]:
    """Return its words and ways, without its pages: they are in another person's hand."""
    return {
        "agency_id": str(view.agency_id),
        "agency": view.row.agency_name,
        "kind": view.kind.value,
        "subject": view.row.subject,
        "body": view.body,
        "urgency": view.urgency.value,
        "medium": view.medium.value,
        "print_intent": view.print_intent.value,
        "pay": view.fee.way.value,
    }
