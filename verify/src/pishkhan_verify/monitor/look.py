"""What one look has in hand: the policy, what is remembered, and what was found so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pishkhan_verify.errors import Refused, Trouble, Unreadable
from pishkhan_verify.monitor import clocks, evidence, state
from pishkhan_verify.monitor.compare import Verdict
from pishkhan_verify.monitor.sources import TOLD, Candidate, Source
from pishkhan_verify.monitor.state import Known, Seen, body, newest
from pishkhan_verify.monitor.told import HOUR, NOTE, UNREAD, WRONG, Told
from pishkhan_verify.note import Signed, cosigned_at, read_checkpoint
from pishkhan_verify.policy import Policy


@dataclass(slots=True)
class Settings:
    """Hours after which a log that shows nothing new, or no quorum, is told."""

    silent: float = 24
    quorum: float = 2


@dataclass(slots=True)
class Look:
    """A policy (and its bytes), the state's folder, and what one look finds."""

    policy: Policy
    policy_bytes: bytes
    folder: Path
    settings: Settings = field(default_factory=Settings)
    now: int = 0
    state: state.State = field(default_factory=state.State)
    found: list[Told] = field(default_factory=list)
    tellers: dict[str, list[Source]] = field(default_factory=dict)  # by origin, of this look
    served: set[str] = field(default_factory=set)  # origins whose address answered in this look

    def tell(
        self,
        level: str,
        code: str,
        origin: str = "",
        source: str = "",
        values: Mapping[str, Any] | None = None,
        *,
        kept: str = "",
    ) -> None:
        """Add a finding."""
        self.found.append(Told(level, code, origin, source, dict(values or {}), kept))

    def trouble(self, trouble: Trouble, origin: str, source: str) -> None:
        """Add what was wrong with a source, or could not be read."""
        level = WRONG if isinstance(trouble, Refused) else UNREAD
        self.tell(level, trouble.code, origin, source, trouble.values)

    def keep(
        self,
        code: str,
        origin: str,
        source: str,
        values: Mapping[str, Any],
        notes: list[str],
        *,
        tiles: Mapping[str, bytes] | None = None,
        promise: str = "",
    ) -> None:
        """Keep evidence and tell it as wrong."""
        folder = ""
        try:
            folder = evidence.keep(
                self.folder,
                code=code,
                origin=origin,
                source=source,
                values=values,
                notes=notes,
                tiles=tiles or {},
                policy=self.policy_bytes,
                now=datetime.fromtimestamp(self.now, UTC),
                promise=promise,
            ).folder
        except Unreadable as trouble:  # a full disk hides nothing
            self.trouble(trouble, origin, source)
        self.tell(WRONG, code, origin, source, values, kept=folder)

    def tiles_of(self, origin: str, first: Source | None = None) -> list[Source]:
        """Return the sources of a log's tiles, the given one before the others."""
        others = [each for each in self.tellers.get(origin, []) if each is not first]
        return ([first] if first else []) + others

    def times(self, signed: Signed, source: str | None = None) -> dict[str, int]:
        """Return when each witness of the policy cosigned.

        A line that does not fit is no cosignature, and is told of the source.
        """
        times = {}
        for name, key in self.policy.witnesses.items():
            try:
                at = cosigned_at(signed, key)
            except Refused as trouble:
                if source is not None:
                    self.trouble(trouble, signed.checkpoint.origin, source)
                continue
            if at is not None:
                times[name] = at
        return times

    def fork(self, one: Candidate, known: Known, verdict: Verdict) -> None:
        """Keep a note that excludes the newest one, with what shows it; it is not remembered."""
        head = one.signed.checkpoint
        mine = newest(known)
        pair = sorted(
            [(mine.size, known.newest.note), (head.size, one.text)], key=lambda each: each[0]
        )
        values: dict[str, Any] = {"size": head.size, "first": known.newest.source}
        code = "split-view"
        if mine.size != head.size:
            code = "not-beginning"
            values |= {"size": pair[1][0], "old": pair[0][0]}
        texts = [text for _size, text in pair]
        self.keep(code, head.origin, one.name, values, texts, tiles=verdict.tiles)

    def learn(self, one: Candidate, known: Known) -> None:
        """Check the cosignatures of a checkpoint of this history, and learn from them."""
        head = one.signed.checkpoint
        times = self.times(one.signed, one.name)
        for code, values in clocks.impossible(times, self.now):
            self.tell(WRONG, code, head.origin, one.name, values | {"size": head.size})
        for name, last, at in clocks.backwards(known, head.size, times):
            values = {"name": name, "size": head.size, "at": at, "old": last.size}
            values["before"] = last.time
            pair = [one.text, last.note] if head.size < last.size else [last.note, one.text]
            self.keep("cosigned-backwards", head.origin, one.name, values, pair)
        latest = clocks.newest(known, self.now)
        clocks.learn(known, head.size, times, one.text)
        if clocks.newest(known, self.now) > latest:
            known.changed = self.now
        if body(one.text) == body(known.newest.note):
            self._newest(one, known, times)

    def _met_beside(self, one: Candidate) -> bool:
        """Return whether the same tree, or one of the last hours, has the quorum beside it."""
        if one.beside is None or one.beside.checkpoint.origin != one.signed.checkpoint.origin:
            return False
        times = self.times(one.beside)
        if not self.policy.is_met(times.keys()):
            return False
        fresh = self.now - max(times.values()) < self.settings.quorum * HOUR
        return fresh or one.beside.checkpoint == one.signed.checkpoint

    def _newest(self, one: Candidate, known: Known, times: dict[str, int]) -> None:
        origin, size = one.signed.checkpoint.origin, one.signed.checkpoint.size
        if len(times) > len(self.times(read_checkpoint(known.newest.note.encode()))):
            known.newest = Seen(one.text, self.now, one.name)  # the same, with more cosignatures
        if one.kind == TOLD:
            return
        met = self.policy.is_met(times.keys())
        self.tell(NOTE, "witnessed" if met else "logged", origin, one.name, {"size": size})
        if met or self._met_beside(one):
            known.met, known.unmet = True, None
        elif known.met:
            known.unmet = self.now if known.unmet is None else known.unmet
            if self.now - known.unmet >= self.settings.quorum * HOUR:
                values = {"size": size, "since": known.unmet}
                self.tell(WRONG, "quorum-lost", origin, one.name, values)
