"""Send the applicant a one-time code, by which he reads the text of his answer.

Tracking code and national ID are known to a family; the text of an answer is for whoever has the
applicant's own phone besides.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.conf import settings

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, NotFound, Refused, TooMany
from pishkhan.kernel.text import mask_mobile
from pishkhan.letters.contracts import CodeSent
from pishkhan.letters.logic import circumstances, notify
from pishkhan.letters.logic.pair_proof import proven
from pishkhan.letters.logic.throttle import key_of
from pishkhan.letters.models import AnswerCode, Problem, Submission

DIGITS = 6

LASTS = timedelta(minutes=10)
"""An SMS takes its time, and so does who reads little."""

PAUSE = timedelta(minutes=1)
"""Between two codes for one letter and purpose."""

MOST_A_DAY = 5
"""Codes for one letter and purpose in a day: with five tries each, 25 guesses at a million."""

DAY = timedelta(days=1)

FOR_ANSWER, FOR_PROBLEM = "answer", "problem"
"""What a code is good for, each with its own pace."""

DEMONSTRATION = "demonstration-made"
"""The setting that stands where a demonstration's province was made (`node.demo`)."""

APPLICANT = "applicant"
"""The actor of what an applicant does by code and number: who exactly it was, nobody knows."""


def ask_answer_code(proof: str, *, for_problem: bool = False) -> CodeSent:
    """Send a one-time code to the applicant's own mobile and return to which and until when.

    `proof` is `TrackView.proof`. An earlier code for the same is over. The entry says that a
    code went out, never the code, of which only a digest is kept. In a demonstration nothing is
    sent and `CodeSent.shown` is the code. Raises NotFound `letters.no-answer`; Refused
    `letters.proof-over`, `letters.no-own-mobile` and `letters.no-sms`, which send the applicant
    to the counter with his card; TooMany `letters.answer-code-slower`. `for_problem`: to tell of
    a problem, which needs no answer to the letter; that code opens no text, nor the other way.
    """
    letter_id = proven(proof, clock.current().now())
    with journal.act() as act:
        row = Submission.objects.select_for_update().filter(pk=letter_id).first()
        if row is None or not (for_problem or row.answer_id or _told_of_problem(row)):
            raise NotFound("letters.no-answer", N_("There is no answer yet."))
        mobile = _own_mobile(row)
        purpose = FOR_PROBLEM if for_problem else FOR_ANSWER
        kept = AnswerCode.objects.filter(letter_id=letter_id, purpose=purpose).first()
        since, sends = _pace(kept, act.at)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        AnswerCode.objects.update_or_create(
            letter_id=letter_id,
            purpose=purpose,
            defaults={
                "digest": digest_of(letter_id, code, purpose),
                "sent_at": act.at,
                "tries": 0,
                "since": since,
                "sends": sends,
            },
        )
        shown = is_demonstration()
        if not shown:
            notify.answer_code(act, letter_id, mobile, code)
        act.append(
            "answer.code_sent",
            subject=letter_id,
            actor=APPLICANT,
            fields={"counter": str(row.counter_id)},
        )
    return CodeSent(
        masked_mobile=mask_mobile(mobile),
        until=act.at + LASTS,
        shown=code if shown else "",
    )


def is_demonstration() -> bool:
    """Return whether codes are shown instead of sent: only to invented people, never by mistake.

    The flag of the environment is not enough: what this node holds must have been invented, too.
    """
    return settings.DEMO and not notify.can_send() and directory.setting(DEMONSTRATION) is not None


def digest_of(letter_id: UUID, code: str, purpose: str) -> str:
    """Return what is kept of a code: a million codes are soon tried without the node's secret."""
    return key_of("answer-code", f"{letter_id.hex}\n{purpose}\n{code}")


def _told_of_problem(row: Submission) -> bool:
    return Problem.objects.filter(letter_id=row.id, office_id=row.counter_id).exists()


def _own_mobile(row: Submission) -> str:
    """Return the applicant's mobile; somebody else's hears of the letter, but opens no text."""
    if not row.applicant_mobile or circumstances.read(row.circumstances).mobile_of:
        raise Refused(
            "letters.no-own-mobile",
            N_(
                "No mobile of the applicant's own is on record. "
                "Go to the same counter with the national card."
            ),
        )
    if not notify.can_send() and not is_demonstration():
        raise Refused(
            "letters.no-sms",
            N_("No SMS can be sent from here. Go to the same counter with the national card."),
        )
    return row.applicant_mobile


def _pace(kept: AnswerCode | None, now: datetime) -> tuple[datetime, int]:
    """Return since when the day is counted and which code of it this one is.

    Raises TooMany `letters.answer-code-slower` while the next code must wait.
    """
    if kept is None or now - kept.since >= DAY:
        return now, 1
    free_at = kept.sent_at + PAUSE if kept.sends < MOST_A_DAY else kept.since + DAY
    if now < free_at:
        raise TooMany(
            "letters.answer-code-slower", retry_after=ceil((free_at - now).total_seconds())
        )
    return kept.since, kept.sends + 1
