"""What an auditor typed, whatever it is: a code, a number, a UUID, or a place in the log."""

from __future__ import annotations

import re
from uuid import UUID

from django.db.models import Q

from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.kernel import tracking
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.text import latin_digits, strip_controls
from pishkhan.letters import access
from pishkhan.letters.contracts.audit import Found
from pishkhan.letters.models import Arrival, Submission

MOST = 20
"""Letters of one number: each indicator of each secretariat has its own."""

_PLACE = re.compile(r"#?([0-9]{1,12})", re.ASCII)


def audit_find(actor: Actor, typed: str) -> Found:
    """Return the entry or the records that were meant; an empty Found for nothing.

    Understood in this order: a tracking code; a UUID, of an entry or of what entries are about; a
    place in the present log (a number of up to 12 digits, with # or without); a letter's number.
    What is closed to him is not found. Raises Forbidden.
    """
    actor.require(Right.AUDIT)
    text = latin_digits(strip_controls(typed)).strip()
    if not text or len(text) > 100:
        return Found()
    for reading in (_by_code, _by_uuid, _by_place, _by_number):
        found = reading(text)
        if found != Found():
            return _open_to(actor, found)
    return Found()


def _open_to(actor: Actor, found: Found) -> Found:
    subject = journal.subject_of(found.entry) if found.entry is not None else None
    meant = [*found.subjects, *([subject] if subject is not None else [])]
    closed = access.closed_to_auditor(actor, meant)
    if found.entry is not None:
        return Found() if subject is None or subject in closed else found
    return Found(subjects=tuple(each for each in found.subjects if each not in closed))


def _by_code(text: str) -> Found:
    try:
        code = tracking.parse(text)
    except Invalid:
        return Found()
    found = set(Submission.objects.filter(tracking_code=code).values_list("pk", flat=True))
    found |= set(Arrival.objects.filter(tracking_code=code).values_list("letter_id", flat=True))
    return Found(subjects=tuple(sorted(found)[:MOST]))


def _by_uuid(text: str) -> Found:
    try:
        given = UUID(text)
    except ValueError:
        return Found()
    if journal.subject_of(given) is not None:
        return Found(entry=given)
    letter = Arrival.objects.filter(pk=given).values_list("letter_id", flat=True).first()
    subject = given if letter is None else letter
    return Found(subjects=(subject,)) if journal.has_subject(subject) else Found()


def _by_place(text: str) -> Found:
    found = _PLACE.fullmatch(text)
    return Found(entry=journal.row_at(int(found[1]))) if found else Found()


def _by_number(text: str) -> Found:
    held = Arrival.objects.filter(Q(number_text=text)).values_list("letter_id", flat=True)
    found = dict.fromkeys(held.order_by("-id")[:MOST])
    accepted = Submission.objects.filter(number_text=text).values_list("pk", flat=True)
    found |= dict.fromkeys(accepted.order_by("-id")[:MOST])
    return Found(subjects=tuple(found)[:MOST])
