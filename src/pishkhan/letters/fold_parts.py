"""Small parts of the fold: a fault, a draft and a referral as the entries say they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from pishkhan.letters.contracts import DraftState as D
from pishkhan.letters.contracts import ReferralState as R


class Entry(Protocol):
    """What the fold reads of an entry (`journal.api.EntryView`)."""

    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...
    @property
    def commit(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """An entry that does not follow from the entries before it."""

    number: int
    kind: str
    state: str


def said(states: Iterable[StrEnum]) -> str:
    """Return the names of some states, sorted, for a sentence."""
    return "/".join(sorted(state.value for state in states))


@dataclass(slots=True)
class DraftFold:
    """A draft as the entries say it is; `contents` has the digest of each version's words."""

    states: frozenset[D] = frozenset({D.DRAFTING})
    contents: dict[int, str] = field(default_factory=dict)
    signed_at: datetime | None = None
    text_digest: str = ""
    dispatched_at: datetime | None = None
    slip: Any = None
    """What the entry of the dispatch shows on paper; None for none."""
    commit: bytes = b""
    """The commitment of that entry."""

    def map(self, of: Iterable[D], to: D) -> None:
        """Lead each possible state among `of` to `to`."""
        these = frozenset(of)
        self.states = frozenset(to if each in these else each for each in self.states)


@dataclass(slots=True)
class ReferralFold:
    """A referral as the entries say it is."""

    purpose: str
    to: str
    at: datetime
    states: frozenset[R] = frozenset({R.OPEN})

    @property
    def open(self) -> bool:
        """Whether it lies open."""
        return R.OPEN in self.states

    def end(self, state: R) -> None:
        """End it, if it lies open."""
        self.states = frozenset(state if each is R.OPEN else each for each in self.states)
