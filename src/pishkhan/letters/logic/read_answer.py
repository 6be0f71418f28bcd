"""Read the text of one's answers: the pair was right before, and the phone has the code."""

from __future__ import annotations

import hmac

from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid, Refused
from pishkhan.kernel.text import latin_digits, strip_controls
from pishkhan.letters.contracts import AnswersRead
from pishkhan.letters.logic.ask_answer_code import APPLICANT, FOR_ANSWER, LASTS, digest_of
from pishkhan.letters.logic.open_answer import answer_view
from pishkhan.letters.logic.pair_proof import proven
from pishkhan.letters.logic.problems import told_of
from pishkhan.letters.models import Answer, AnswerCode, Submission

MOST_TRIES = 5
"""At one code; then it is over."""

_NO_CODE = "0" * 64


def read_answer(proof: str, one_time_code: str) -> AnswersRead:
    """Return the letter's answers with their texts; the code is used up.

    `proof` is `TrackView.proof`, the code that of `ask_answer_code`, in any digits. The reading
    and each wrong try are entries. Raises Invalid `letters.wrong-answer-code` (field
    `one_time_code`); Refused `letters.answer-code-over` when there is no code that could fit,
    whatever was typed, and `letters.proof-over`.
    """
    letter_id = proven(proof, clock.current().now())
    read: AnswersRead | None = None
    with journal.act() as act:
        row = Submission.objects.get(pk=letter_id)
        right = use_code(act, row, one_time_code, FOR_ANSWER)
        if right:
            read = _answers(row)
            act.append(
                "answer.read",
                subject=letter_id,
                actor=APPLICANT,
                fields={"counter": str(row.counter_id)},
            )
    if read is not None:
        return read
    raise refuse_code(known=right is not None)


def use_code(act: Act, row: Submission, one_time_code: str, purpose: str) -> bool | None:
    """Return whether this is the code for the purpose, and use it up; None when none is out.

    A wrong try is an entry and is counted: the caller ends the act, and refuses afterwards.
    """
    typed = "".join(c for c in latin_digits(strip_controls(one_time_code)) if c.isalnum())
    codes = AnswerCode.objects.select_for_update()
    kept = codes.filter(letter_id=row.id, purpose=purpose).first()
    if kept is not None and not (kept.digest and act.at < kept.sent_at + LASTS):
        kept = None
    digest = _NO_CODE if kept is None else kept.digest
    right = hmac.compare_digest(digest, digest_of(row.id, typed, purpose))
    if kept is None:
        return None
    kept.tries += 1
    if right or kept.tries >= MOST_TRIES:
        kept.digest = ""
    kept.save(update_fields=("tries", "digest"))
    if not right:
        act.append(
            "answer.code_failed",
            subject=row.id,
            actor=APPLICANT,
            fields={"counter": str(row.counter_id)},
        )
    return right


def refuse_code(*, known: bool) -> Refused | Invalid:
    """Return the refusal of a code: of a wrong one, or where none is out that could fit."""
    if not known:
        return Refused(
            "letters.answer-code-over", N_("This code is over. Ask for a new one and enter that.")
        )
    return Invalid(
        "letters.wrong-answer-code",
        fields={"one_time_code": N_("The code is wrong. Enter the one that was sent last.")},
    )


def _answers(row: Submission) -> AnswersRead:
    found = Answer.objects.filter(letter_id=row.id, counter_id=row.counter_id)
    return AnswersRead(
        tracking_code=row.tracking_code,
        counter_name=row.counter_name,
        answers=tuple(answer_view(each) for each in found.order_by("dispatched_at", "id")),
        problems=told_of(row),
    )
