"""Plans the demonstration's letters: what each is about, how far it goes, and when. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pishkhan.kernel.clock import TEHRAN

DAYS = 28
"""How far back the story begins."""

THURSDAY, FRIDAY = 3, 4

BEATS = (time(8, 5), time(9, 30), time(10, 50), time(12, 10), time(13, 20))
"""Working moments of a day: people do their deeds, then the post is moved."""

BEAT_LASTS = timedelta(minutes=45)

# How far letters go, and of hundred letters how many. A stage is done at a beat of its own.
FATES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (3, ("accept",)),
    (4, ("accept", "arrive")),
    (5, ("accept", "register")),
    (5, ("accept", "register", "refer")),
    (9, ("accept", "register", "refer", "order")),
    (3, ("accept", "register", "refer", "order", "begin")),
    (7, ("accept", "register", "refer", "order", "return_")),
    (4, ("accept", "register", "refer", "order", "return_", "complete")),
    (6, ("accept", "register", "refer", "order", "draft")),
    (3, ("accept", "register", "refer", "order", "draft", "sign")),
    (9, ("accept", "register", "refer", "order", "draft", "sign", "dispatch")),
    (27, ("accept", "register", "refer", "order", "draft", "sign", "dispatch", "hand_over")),
    (
        5,
        (
            "accept", "register", "refer", "order", "return_", "complete", "draft", "sign",
            "dispatch", "hand_over",
        ),
    ),
    (4, ("accept", "register", "refer", "order", "draft", "send_back", "draft_again")),
    (3, ("accept", "register", "refer", "order", "close")),
    (2, ("accept", "register", "refer", "withdraw")),
    (2, ("accept", "register", "void", "register")),
    (1, ("accept", "register", "refer", "order", "close", "reopen")),
    (1, ("accept", "register", "transfer")),
)  # fmt: skip
OVER = frozenset({"hand_over", "close", "withdraw"})
"""A letter that ends so may be of any day; the others came lately."""

YOUNG = 22  # beats, about a week


@dataclass(frozen=True, slots=True)
class Beat:
    """A moment when work is done. Agencies rest where `agencies` is False."""

    at: datetime
    agencies: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One deed of one letter at one beat."""

    beat: int
    letter: int
    deed: str


def beats(now: datetime) -> list[Beat]:
    """Return the beats that lie wholly before `now`, oldest first; the newest may be minutes ago.

    Agencies work Saturday to Wednesday, counters on Thursdays and evenings too.
    """
    found = []
    today = now.astimezone(TEHRAN).date()
    for back in range(DAYS, -1, -1):
        day = today - timedelta(days=back)
        if day.weekday() == FRIDAY:
            continue
        for clock in BEATS[:3] if day.weekday() == THURSDAY else BEATS:
            at = datetime.combine(day, clock, TEHRAN).astimezone(UTC)
            if at + BEAT_LASTS <= now:
                found.append(Beat(at, day.weekday() != THURSDAY))
    last = _last(now, today)
    if last is not None and (not found or last.at >= found[-1].at + BEAT_LASTS):
        found.append(last)
    return found


def _last(now: datetime, today: date) -> Beat | None:
    """Return the beat that ends now, if a counter is open now."""
    clock = now.astimezone(TEHRAN).time()
    shuts = time(13) if today.weekday() == THURSDAY else time(20)
    if today.weekday() == FRIDAY or not time(8, 30) <= clock <= shuts:
        return None
    works = today.weekday() != THURSDAY and clock <= time(14, 30)
    return Beat(now - timedelta(minutes=20), works)


def plan(dice: random.Random, calendar: Sequence[Beat], letters: int) -> list[Stage]:
    """Return every stage of so many letters in the order of the beats."""
    fates = _fates(dice, letters)
    stages = []
    for letter, fate in enumerate(fates):
        chosen = _beats_for(dice, calendar, fate)
        stages += [Stage(beat, letter, deed) for beat, deed in zip(chosen, fate, strict=True)]
    return sorted(stages, key=lambda stage: (stage.beat, stage.letter))


def _fates(dice: random.Random, letters: int) -> list[tuple[str, ...]]:
    """Return each letter's fate: every kind in its share, in a foretold order."""
    whole = sum(share for share, _ in FATES)
    kinds = [fate for share, fate in FATES for _ in range(share)]
    fates = [kinds[number * whole // letters % whole] for number in range(letters)]
    dice.shuffle(fates)
    return fates


def _beats_for(dice: random.Random, calendar: Sequence[Beat], fate: tuple[str, ...]) -> list[int]:
    """Return one beat for each stage, rising; the agency's stages at its own beats."""
    last = len(calendar) - 1
    if fate == ("accept",):
        return [last]  # the worker will carry it when the demonstration starts
    begin = max(0, last - _reach(fate))
    return sorted(
        dice.sample([at for at in range(begin, last) if calendar[at].agencies], len(fate))
    )


def _reach(fate: tuple[str, ...]) -> int:
    """Return how many beats ago a letter of this fate may have come."""
    if OVER & set(fate):
        return DAYS * len(BEATS)
    if fate[-1] == "arrive":
        return 8
    return 2 * YOUNG if fate[-1] == "dispatch" else YOUNG
