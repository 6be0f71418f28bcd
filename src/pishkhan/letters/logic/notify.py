"""What the applicant is told by SMS; nothing when there is no mobile."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pishkhan.journal.api import Act
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Channel, Language, Pattern, Standing


def accepted(act: Act, letter_id: UUID, mobile: str, code: str) -> None:
    """Queue: the letter was accepted, with its code."""
    _sms(act, letter_id, mobile, Pattern.ACCEPTED, {"code": code})


def ready(act: Act, letter_id: UUID, mobile: str) -> None:
    """Queue: the answer is ready at the counter."""
    _sms(act, letter_id, mobile, Pattern.READY, {})


def returned(act: Act, letter_id: UUID, mobile: str, missing: str, until: date | None) -> None:
    """Queue: something is missing, and until when it can be brought."""
    params = {"missing": missing, "until": until.isoformat() if until else ""}
    _sms(act, letter_id, mobile, Pattern.RETURNED, params)


def handed_over(
    act: Act, letter_id: UUID, mobile: str, code: str, *, by_proxy: bool = False
) -> None:
    """Queue: the answer was handed over; the applicant learns of it when another took it."""
    pattern = Pattern.HANDED_TO_PROXY if by_proxy else Pattern.HANDED_OVER
    _sms(act, letter_id, mobile, pattern, {"code": code})


def set_aside(act: Act, letter_id: UUID, mobile: str, code: str) -> None:
    """Queue: the agency did not register the letter; why is told by who opens it with the code."""
    _sms(act, letter_id, mobile, Pattern.SET_ASIDE, {"code": code})


def transferred(act: Act, letter_id: UUID, mobile: str, code: str) -> None:
    """Queue: the letter went to another agency; which one is told by who opens it with the code."""
    _sms(act, letter_id, mobile, Pattern.TRANSFERRED, {"code": code})


def answer_code(act: Act, letter_id: UUID, mobile: str, code: str) -> None:
    """Queue: the one-time code for the text of the answer; it is not sent late."""
    _sms(act, letter_id, mobile, Pattern.ONE_TIME_CODE, {"code": code})


def standing(
    act: Act, letter_id: UUID, mobile: str, code: str, state: Standing, *, language: Language
) -> None:
    """Queue the answer to an SMS: where the letter stands."""
    params = {"state": state.value, "code": code}
    _sms(act, letter_id, mobile, Pattern.STATUS, params, language=language)


def track_here(act: Act, subject: UUID, mobile: str, site: str, language: Language) -> None:
    """Queue the answer to an SMS that no letter's state answers: how to track."""
    _sms(act, subject, mobile, Pattern.TRACK_HERE, {"site": site}, language=language)


def can_send() -> bool:
    """Return whether this node has somebody who sends SMS."""
    return notices.is_set(Channel.SMS)


def _sms(
    act: Act,
    letter_id: UUID,
    mobile: str,
    pattern: Pattern,
    params: dict[str, str],
    *,
    language: Language = Language.PERSIAN,
) -> None:
    if mobile:
        notices.queue(
            act,
            channel=Channel.SMS,
            to=mobile,
            pattern=pattern,
            params=params,
            subject=letter_id,
            language=language,
        )
