"""Rows of the lists, ready to be drawn: their templates work nothing out, for rows are many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from pishkhan.kernel import clock, jalali, text, tracking
from pishkhan.letters.contracts import ArrivalRow, CartableRow, DispatchRow, Urgency
from pishkhan.web.letter.words import PURPOSES, URGENCIES
from pishkhan.web.templatetags.words import ICONS, STATES

NEAR = 2
"""Days before a deadline from which it is shown in saffron."""

Row = dict[str, Any]


class Rows:
    """Makes the rows of one page: language, today and addresses are asked once."""

    def __init__(self, desk: str, came: str) -> None:
        self.lang = "fa" if (get_language() or "fa").startswith("fa") else "en"
        self.today = clock.current().now().astimezone(clock.TEHRAN).date()
        self.digits: Callable[[str], str] = (
            text.persian_digits if self.lang == "fa" else text.latin_digits
        )
        root = "cartable:open" if desk == "cartable" else "secretariat:arrivals"
        self._base = f"{reverse(root)}letters/"
        self._query = f"/?in={came}" if came else "/"
        self._chips = {
            name: (tone, str(word), ICONS.get(tone, "")) for name, (tone, word) in STATES.items()
        }
        self._purposes = {each: str(word) for each, word in PURPOSES.items()}
        self._urgencies = {each: str(word) for each, word in URGENCIES.items()}
        self._urgencies[Urgency.NORMAL] = ""
        self._days: dict[date, str] = {}

    def arrivals(self, rows: Iterable[ArrivalRow]) -> list[Row]:
        """Return the rows of the secretariat's list."""
        return [
            self._letter(row.id, row)
            | {
                "number": self.digits(row.number_text or tracking.grouped(row.tracking_code)),
                "office": self.digits(row.from_name),
                "at": self.moment(row.arrived_at),
                "holder": self.digits(row.holder),
                "chip": self._chips[row.state],
                "urgency": self._urgencies[row.urgency],
            }
            | self._due(row.deadline)
            for row in rows
        ]

    def cartable(self, rows: Iterable[CartableRow], *, unseen: bool) -> list[Row]:
        """Return the rows of a folder; `unseen` says whether what is new is marked."""
        return [
            self._letter(row.arrival_id, row)
            | {
                "number": self.digits(row.number_text),
                "who": self.digits(row.from_title),
                "at": self.moment(row.at),
                "purpose": self._purposes[row.purpose],
                "order": self.digits(row.instruction.replace("\n", " · ")),
                "chip": self._chips[row.state],
                "urgency": self._urgencies[row.urgency],
                "new": unseen and not row.seen,
            }
            | self._due(row.deadline)
            for row in rows
        ]

    def to_dispatch(self, rows: Iterable[DispatchRow]) -> list[Row]:
        """Return the signed answers that wait."""
        return [
            {
                "url": f"{self._base}{row.arrival_id}{self._query}#draft-{row.draft_id}",
                "dispatch": f"{self._base}{row.arrival_id}/drafts/{row.draft_id}/dispatch",
                "subject": self.digits(row.subject),
                "applicant": self.digits(row.applicant_name),
                "number": self.digits(row.number_text),
                "office": self.digits(row.from_name),
                "signer": self.digits(row.signer_title),
                "at": self.moment(row.signed_at),
            }
            for row in rows
        ]

    def moment(self, at: datetime) -> str:
        """Return the hour of today, else the day without this year."""
        local = at.astimezone(clock.TEHRAN)
        if local.date() == self.today:
            return self.digits(local.strftime("%H:%M"))
        return self.day(local.date())

    def day(self, day: date) -> str:
        """Return the day in words, its year only when it is another one."""
        known = self._days.get(day)
        if known is None:
            known = jalali.format_date(day, self.lang)
            year = jalali.to_jalali(day)[0]
            if year == jalali.to_jalali(self.today)[0]:
                known = known.replace(f" {self.digits(str(year))}", "", 1)
            self._days[day] = known
        return known

    def _letter(self, arrival_id: object, row: ArrivalRow | CartableRow) -> Row:
        return {
            "url": f"{self._base}{arrival_id}{self._query}",
            "subject": self.digits(row.subject),
            "applicant": self.digits(row.applicant_name),
        }

    def _due(self, deadline: date | None) -> Row:
        if deadline is None:
            return {"due": ""}
        left = (deadline - self.today).days
        tone = "bad" if left < 0 else "wait" if left <= NEAR else "muted"
        return {"due": self.day(deadline), "due_tone": tone, "late": left < 0}
