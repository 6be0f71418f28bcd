"""What a clerk gives to `accept`, checked field by field; every fault is told at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from pishkhan.kernel import checks
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.text import clean_line, clean_text, latin_digits, words
from pishkhan.letters.contracts import Acceptance, Applicant, Fee, PayWay
from pishkhan.letters.logic.check_circumstances import check_circumstances
from pishkhan.letters.logic.check_number import check_number
from pishkhan.letters.logic.pages import check_pages

LONGEST_NAME = 160
LONGEST_SUBJECT = 300
LONGEST_BODY = 20_000
LONGEST_REASON = 300

MOST_DAYS_BACK = 30
"""Paper forms filled while the line or the power was down are typed in within a month."""

T = TypeVar("T")


def check_acceptance(given: Acceptance, *, today: date, fee: Fee) -> Acceptance:
    """Return the acceptance cleaned, with its day filled in.

    `today` is the day in Tehran and `fee` what the tariff asks. Raises Invalid
    (`letters.bad-acceptance`) whose fields are number, name, mobile, subject, body, pages, fee,
    rrn, taken_on, backdate_reason, and those of `check_circumstances`. Bidi and other
    controls go; nothing else of a text changes.
    """
    faults: dict[str, Message] = {}

    def field(name: str, check: Callable[[], T], instead: T) -> T:
        try:
            return check()
        except Invalid as error:
            faults[name] = error.fields.get(name, error.message)
            return instead

    applicant = given.applicant
    taken_on = given.taken_on or today
    checked = replace(
        given,
        applicant=Applicant(
            id_kind=applicant.id_kind,
            number=field("number", lambda: _number(applicant), ""),
            name=field("name", lambda: check_name(applicant.name), ""),
            mobile=field("mobile", lambda: check_mobile(applicant.mobile), ""),
        ),
        subject=field("subject", lambda: _filled(given.subject, LONGEST_SUBJECT), ""),
        body=field("body", lambda: clean_text(given.body, max=LONGEST_BODY), ""),
        pages=field("pages", lambda: check_pages(given.pages), ()),
        fee=field("fee", lambda: _fee(given.fee, fee), fee),
        taken_on=field("taken_on", lambda: _day(taken_on, today), today),
        backdate_reason=field(
            "backdate_reason",
            lambda: _reason(given.backdate_reason, needed=taken_on != today),
            "",
        ),
    )
    if given.fee.way is PayWay.CARD and "fee" not in faults:
        rrn = field("rrn", lambda: _rrn(given.fee.rrn), "")
        checked = replace(checked, fee=replace(checked.fee, rrn=rrn))
    if not checked.body and not checked.pages and not faults.keys() & {"body", "pages"}:
        faults["pages"] = Message(N_("Add at least one page, or type the letter."))
    circumstances = check_circumstances(
        given.circumstances,
        applicant=checked.applicant,
        mobile=checked.applicant.mobile,
        body=checked.body,
        pages=checked.pages,
        today=today,
        faults=faults,
    )
    checked = replace(checked, circumstances=circumstances)
    if faults:
        raise Invalid("letters.bad-acceptance", fields=faults)
    return checked


def check_name(name: str) -> str:
    """Return a cleaned name; Invalid when it has no letter in it."""
    cleaned = _filled(name, LONGEST_NAME)
    if not any(c.isalpha() for c in cleaned):
        raise Invalid("letters.bad-name", N_("Write the person's name."))
    return cleaned


def _number(applicant: Applicant) -> str:
    if not applicant.number.strip():
        raise Invalid("letters.empty-field", N_("This must be filled."))
    return check_number(applicant.id_kind, applicant.number)


def check_mobile(mobile: str) -> str:
    """Return the mobile in its kept form, or "" when there is none."""
    return checks.mobile(mobile) if mobile.strip() else ""


def _filled(value: str, longest: int) -> str:
    cleaned = clean_line(value, max=longest)
    if not words(cleaned):
        raise Invalid("letters.empty-field", N_("This must be filled."))
    return cleaned


def _day(day: date, today: date) -> date:
    if day > today:
        raise Invalid("letters.future-day", N_("The day of acceptance is not here yet."))
    if day < today - timedelta(days=MOST_DAYS_BACK):
        raise Invalid(
            "letters.too-far-back",
            Message(
                N_("A letter can be accepted at most %(days)s days late."), {"days": MOST_DAYS_BACK}
            ),
        )
    return day


def _reason(reason: str, *, needed: bool) -> str:
    cleaned = clean_line(reason, max=LONGEST_REASON)
    if needed and not words(cleaned):
        raise Invalid("letters.no-reason", N_("Say why the letter is entered late."))
    return cleaned if needed else ""


def _fee(given: Fee, asked: Fee) -> Fee:
    if given.way is PayWay.FREE:
        right = not given.state and not given.commission
    else:
        right = given.state == asked.state and given.commission == asked.commission
    if not right:
        raise Invalid("letters.wrong-fee", N_("The fee is not what the tariff asks for."))
    return replace(given, rrn="")


def _rrn(rrn: str) -> str:
    digits = "".join(latin_digits(rrn).split())
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) == 12):
        raise Invalid("letters.bad-rrn", N_("The reference number (RRN) has 12 digits."))
    return digits
