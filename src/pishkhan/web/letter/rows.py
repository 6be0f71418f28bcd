"""Rows of the lists, ready to be drawn: their templates work nothing out, for rows are many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from html import escape
from typing import Any
from uuid import UUID

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from pishkhan.kernel import clock, jalali, text, tracking
from pishkhan.letters.contracts import (
    ArrivalRow,
    ArrivalState,
    CartableRow,
    Classification,
    DispatchRow,
    StepKind,
    Urgency,
)
from pishkhan.web.letter.terms import Urgencies, class_name
from pishkhan.web.letter.words import NEWS, PURPOSES
from pishkhan.web.templatetags.pishkhan import and_others, isolate
from pishkhan.web.templatetags.words import ICONS, STATES

NEAR = 2
"""Days before a deadline from which it is shown in saffron."""

Row = dict[str, Any]

# The lists' rows are markup made here: drawn by the template engine they took a third of the page's
# time. Whatever a person typed goes through `escape`.
_ARRIVAL = (
    '<tr>{tick}<td class="cell-title"><a class="row-title" dir="auto" href="{url}">{subject}</a>'
    "{urgency}</td><td><bdi>{applicant}</bdi></td>"
    '<td><bdi dir="ltr" class="num">{number}</bdi></td>'
    '<td><bdi>{office}</bdi></td><td class="nowrap">{at}</td>'
)
_TICK = (
    '<td class="cell-tick"><label class="tick"><input type="checkbox" class="form-check-input"'
    ' name="letter" value="{id}" form="bulk" aria-label="{word}" data-tick></label></td>'
)
_STATES = '<td>{holder}</td><td>{due}</td><td class="cell-end">{chip}</td>'
_CARTABLE = (
    '<li class="cartable-row{new}"><a class="row-title" href="{url}">{mark}'
    '<span dir="auto">{subject}</span></a><span class="cartable-at">{at}</span>'
    '<div class="cartable-line"><bdi>{applicant}</bdi>{number}{who}</div>{order}'
    '<div class="cartable-chips">{prepared}{asked}{news}{away}{purpose}{urgency}{due}{chip}</div>'
    "</li>"
)
_OF_REFERRALS = ("new", "mark", "order", "asked", "prepared", "news", "away", "chip")
_NEW = '<span class="visually-hidden">{word}: </span>'
_CODE = ' · <bdi dir="ltr" class="num">{code}</bdi>'
_WHO = " · {word} <bdi>{who}</bdi>"
_ORDER = '<div class="cartable-order" dir="auto">{order}</div>'
_DUE = '<span class="nowrap {tone}">{day}</span>'
_CHIP = '<span class="chip chip--{tone}">{icon}{word}</span>'
_LONG_CHIP = '<span class="chip chip--done chip--long">{word}</span>'
_ICON = '<svg class="icon" aria-hidden="true" focusable="false"><use href="{href}"></use></svg>'


class _Made(str):
    """Markup that was made here and is not escaped again."""

    __slots__ = ()


_NOTHING = _Made("")


class Rows:
    """Makes the rows of one page: language, today and addresses are asked once."""

    def __init__(self, desk: str, came: str, seat: UUID | None) -> None:
        self.lang = "fa" if (get_language() or "fa").startswith("fa") else "en"
        self.today = clock.current().now().astimezone(clock.TEHRAN).date()
        self.digits: Callable[[str], str] = (
            text.persian_digits if self.lang == "fa" else text.latin_digits
        )
        root = "cartable:open" if desk == "cartable" else "secretariat:arrivals"
        self._base = f"{reverse(root)}letters/"
        self._query = f"/?in={came}" if came else "/"
        self._sprite = static("pishkhan/icons.svg")
        self._chips = _state_chips(self.lang, self._sprite)
        self._urgencies = Urgencies(kept_for=seat)
        self._days: dict[date, str] = {}

    def arrivals(
        self,
        rows: Iterable[ArrivalRow],
        *,
        states: bool,
        ticks: bool = False,
        reasons: bool = False,
    ) -> SafeString:
        """Return the table rows of the secretariat's list.

        `states` adds holder, due and state; `ticks` a box before each;
        `reasons` why each is over, in the holder's place.
        """
        word = pgettext("box before a letter", "Tick")
        pattern = _ARRIVAL + (_STATES if states else "") + "</tr>"
        return _join(
            pattern,
            (
                {
                    "tick": _made(_TICK, id=str(row.id), word=f"{word}: {row.subject}")
                    if ticks
                    else _NOTHING,
                    "url": f"{self._base}{row.id}{self._query}",
                    "subject": row.subject,
                    "applicant": and_others(row.applicant_name, row.others),
                    "number": row.number_text or tracking.grouped(row.tracking_code),
                    "office": row.from_name,
                    "at": self.moment(row.arrived_at),
                    "holder": row.outcome if reasons else row.holder,
                    "urgency": _Made(
                        self._class(row.classification, row.arrived_at)
                        + self._urgency(row.urgency, row.arrived_at)
                    ),
                    "due": self._due(row.deadline, row.state),
                    "chip": self._chips[row.state] if states else "",
                }
                for row in rows
            ),
            self.digits,
        )

    def cartable(self, rows: Iterable[CartableRow], folder: str) -> SafeString:
        """Return the list items of a folder; what is new is marked where it lies open."""
        unseen, sent = folder in ("open", "to_sign"), folder == "sent"
        tone = "go" if folder == "open" else "idle"
        purposes = {each: _chip(tone, str(word), self._sprite) for each, word in PURPOSES.items()}
        news = {each: _chip("go", str(word), self._sprite) for each, word in NEWS.items()}
        asked = _chip("wait", pgettext("referral", "asked back"), self._sprite)
        reminded = _chip("wait", pgettext("referral", "reminded"), self._sprite)
        prepared = _chip("go", pgettext("referral", "order prepared"), self._sprite)
        new = _made(_NEW, word=pgettext("letter not seen yet", "New"))
        word = pgettext("whom it went to", "to") if sent else pgettext("who referred it", "from")
        return _join(
            _CARTABLE,
            (
                {
                    "new": _Made(" is-new" if not row.seen and (unseen or row.news) else ""),
                    "url": f"{self._base}{row.arrival_id}{self._query}",
                    "mark": new if not row.seen and (unseen or row.news) else _NOTHING,
                    "subject": row.subject,
                    "at": self.moment(row.at),
                    "applicant": and_others(row.applicant_name, row.others),
                    "number": _made(_CODE, code=self.digits(row.number_text))
                    if row.number_text
                    else _NOTHING,
                    "who": _made(
                        _WHO, word=word, who=self.digits(row.to_title if sent else row.from_title)
                    ),
                    "order": _made(
                        _ORDER, order=self.digits(" · ".join(row.instruction.split("\n")))
                    )
                    if row.instruction
                    else _NOTHING,
                    "asked": asked if row.asked_back else reminded if row.reminded else _NOTHING,
                    "prepared": prepared if row.prepared else _NOTHING,
                    "purpose": purposes[row.purpose],
                    "urgency": _Made(
                        self._class(row.classification, row.at) + self._urgency(row.urgency, row.at)
                    ),
                    "due": _NOTHING
                    if folder == "done"
                    else self._due_chip(row.deadline, row.state),
                    "chip": _NOTHING
                    if unseen or row.news is StepKind.WITHDRAWN  # which says it already
                    else self._chips[row.state],
                    "news": news.get(row.news, _NOTHING),
                    "away": self._away_chip(row.away) if folder == "open" else _NOTHING,
                }
                for row in rows
            ),
            self.digits,
        )

    def in_folder(self, rows: Iterable[ArrivalRow]) -> SafeString:
        """Return the list items of a post's own folder."""
        return _join(
            _CARTABLE,
            (
                dict.fromkeys(_OF_REFERRALS, _NOTHING)
                | {
                    "url": f"{self._base}{row.id}{self._query}",
                    "subject": row.subject,
                    "at": self.moment(row.arrived_at),
                    "applicant": and_others(row.applicant_name, row.others),
                    "number": _made(_CODE, code=self.digits(row.number_text))
                    if row.number_text
                    else _NOTHING,
                    "who": _made(
                        _WHO,
                        word=pgettext("at whom a letter lies", "with"),
                        who=self.digits(row.holder),
                    )
                    if row.holder
                    else _NOTHING,
                    "purpose": self._chips[row.state],
                    "urgency": _Made(
                        self._class(row.classification, row.arrived_at)
                        + self._urgency(row.urgency, row.arrived_at)
                    ),
                    "due": self._due_chip(row.deadline, row.state),
                }
                for row in rows
            ),
            self.digits,
        )

    def to_dispatch(self, rows: Iterable[DispatchRow]) -> list[Row]:
        """Return the signed answers that wait."""
        return [
            {
                "url": f"{self._base}{row.arrival_id}{self._query}#draft-{row.draft_id}",
                "dispatch": f"{self._base}{row.arrival_id}/drafts/{row.draft_id}/"
                + ("resend" if row.refused else "dispatch"),
                "draft": row.draft_id.hex,
                "refused": row.refused,
                "subject": self.digits(row.subject),
                "applicant": self.digits(and_others(row.applicant_name, row.others)),
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

    def _tone(self, deadline: date) -> str:
        left = (deadline - self.today).days
        return "bad" if left < 0 else "wait" if left <= NEAR else ""

    def _class(self, classification: Classification, at: datetime) -> _Made:
        if classification is Classification.NORMAL:
            return _NOTHING
        return _Made(f" {_chip('bad', class_name(classification, at), self._sprite)}")

    def _urgency(self, urgency: Urgency, at: datetime) -> _Made:
        if urgency is Urgency.NORMAL:
            return _NOTHING
        return _Made(f" {_chip('wait', self._urgencies.name(urgency, at), self._sprite)}")

    def _due(self, deadline: date | None, state: ArrivalState) -> _Made:
        if deadline is None:
            return _NOTHING
        if state is ArrivalState.RETURNED:
            return _made(_DUE, tone="muted", day=pgettext("deadline", "stands still"))
        return _made(_DUE, tone=self._tone(deadline) or "muted", day=self.day(deadline))

    def _away_chip(self, title: str) -> _Made:
        """Say before which post the draft lies, its title isolated from the words around it."""
        if not title:
            return _NOTHING
        told = gettext("With %(to)s for signature") % {"to": isolate(self.digits(title))}
        return _made(_LONG_CHIP, word=told)

    def _due_chip(self, deadline: date | None, state: ArrivalState) -> _Made:
        if deadline is None:
            return _NOTHING
        if state is ArrivalState.RETURNED:
            return _chip("idle", gettext("deadline stands still"), self._sprite)
        tone = self._tone(deadline)
        late, due = pgettext("before a day", "late, deadline"), pgettext("before a day", "deadline")
        word = late if tone == "bad" else due
        return _chip(tone or "idle", f"{word} {self.day(deadline)}", self._sprite)


def _join(pattern: str, rows: Iterable[dict[str, str]], digits: Callable[[str], str]) -> SafeString:
    """Return the rows, each value escaped but for what was made here."""
    return SafeString(  # every value below is escaped or made of escaped ones
        "\n".join(
            pattern.format_map(
                {
                    name: value
                    if type(value) is _Made
                    else escape(value if name == "url" else digits(value))
                    for name, value in row.items()
                }
            )
            for row in rows
        )
    )


def _made(pattern: str, **values: str) -> _Made:
    return _Made(pattern.format_map({name: escape(value) for name, value in values.items()}))


@cache
def _state_chips(_lang: str, sprite: str) -> dict[ArrivalState, _Made]:
    """Return the chip of each state in the language at hand, which is `_lang`."""
    return {each: _chip(STATES[each][0], str(STATES[each][1]), sprite) for each in ArrivalState}


def _chip(tone: str, word: str, sprite: str) -> _Made:
    drawn = _made(_ICON, href=f"{sprite}#{ICONS[tone]}") if tone in ICONS else ""
    return _Made(_CHIP.format(tone=escape(tone), icon=drawn, word=escape(word)))
