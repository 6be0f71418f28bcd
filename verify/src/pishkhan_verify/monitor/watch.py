"""One look at all sources: each new checkpoint is held against what is remembered.

What is true after a crash: evidence is durable before the state says anything of it, the state is
durable before `look` returns, and evidence counts as told only after `confirm`; what was found and
not told is told at the next look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from pishkhan_verify.errors import Refused, Trouble, Unreadable
from pishkhan_verify.monitor import clocks, evidence, state
from pishkhan_verify.monitor.after import (
    Due,
    check_promise,
    check_silence,
    compare_entries,
    pend,
    settle,
)
from pishkhan_verify.monitor.compare import FORK, UNKNOWN, Verdict, compare
from pishkhan_verify.monitor.leaves import walk
from pishkhan_verify.monitor.look import Look
from pishkhan_verify.monitor.sources import (
    TOLD,
    WEB,
    Candidate,
    SourceTiles,
    Web,
    candidates,
)
from pishkhan_verify.monitor.state import Known, Seen, Served, body, epoch_of, newest, node_of
from pishkhan_verify.monitor.told import NOTE, WITHHELD, WRONG, Told
from pishkhan_verify.note import check_log, read_checkpoint


class Watch(Look):
    """Looks at sources again and again."""

    def look(
        self, given: Sequence[Web | Path], now: datetime, promises: Sequence[Due] = ()
    ) -> list[Told]:
        """Look at every source once; return what is found, all of it durable.

        Raises Unreadable when the state can't be read or written; then nothing is reported good.
        """
        self.now = int(now.timestamp())
        self.state = state.load(self.folder)
        if not (self.folder / state.NAME).exists():  # before evidence may lie beside it
            state.save(self.folder, self.state)
        self.found, self.tellers, self.served = [], {}, set()
        earlier = evidence.kept(self.folder)
        if self.now < self.state.looked - clocks.CLOCKS:
            self.tell(WRONG, "own-clock", values={"before": self.state.looked, "now": self.now})
        shown = self._shown(given)
        for each in sorted(shown, key=_order):
            self._take(each)
        for origin, known in self.state.logs.items():
            settle(self, origin, known)
            compare_entries(self, origin, known)
            check_silence(self, origin, known)
        for due in promises:
            check_promise(self, due)
        self._earlier(earlier)
        self.state.looked = self.now
        try:
            state.save(self.folder, self.state)
        except Unreadable as trouble:
            self.found = [each for each in self.found if each.level != NOTE]
            self.trouble(trouble, "", str(self.folder))
        return self.found

    def confirm(self) -> None:
        """Remember that the evidence found has been reported; else it is told once more."""
        told = {each.evidence for each in self.found if each.evidence}
        if told - set(self.state.told):
            self.state.told = sorted(told | set(self.state.told))
            with suppress(Unreadable):
                state.save(self.folder, self.state)

    def _earlier(self, kept: Iterable[evidence.Kept]) -> None:
        """Tell what was found before: a fork for ever, the rest until it has been reported."""
        now = {each.evidence for each in self.found}
        for each in kept:
            again = each.code in evidence.FORKS or each.folder not in self.state.told
            if again and each.folder not in now:
                self.tell(WRONG, each.code, each.origin, each.source, each.values, kept=each.folder)

    def _shown(self, given: Iterable[Web | Path]) -> list[Candidate]:
        found = []
        for each in given:
            try:
                found += candidates(each)
            except Trouble as trouble:
                name = each.name if isinstance(each, Web) else str(each)
                self.trouble(trouble, "", name)
        for one in found:
            if one.source is not None:
                self.tellers.setdefault(one.signed.checkpoint.origin, []).append(one.source)
        return found

    def _take(self, one: Candidate) -> None:
        """Hold one note against what is remembered of its log."""
        head = one.signed.checkpoint
        try:
            check_log(one.signed, self.policy.logs)
        except Refused as trouble:
            self._not_signed(one, trouble)
            return
        if one.kind == WEB:
            self.served.add(head.origin)
            self._address(one)
        known = self.state.logs.get(head.origin)
        if known is None:
            known = self._first(one)
        elif one.kind == TOLD:
            pend(self, known, one)
            return
        else:
            verdict = compare(newest(known), head, self.tiles_of(head.origin, one.source))
            if verdict.kind == FORK:
                self.fork(one, known, verdict)
                return
            self._place(one, known, verdict)
            if verdict.kind == UNKNOWN:
                return
        if known is not None:
            self.learn(one, known)

    def _not_signed(self, one: Candidate, trouble: Refused) -> None:
        origin = one.signed.checkpoint.origin
        if one.kind == TOLD and trouble.code == "log-unknown":
            return  # another monitor may watch logs that this policy does not name
        before = [
            each for each in self.state.logs if node_of(each) and node_of(each) == node_of(origin)
        ]
        if trouble.code == "log-unknown" and before:
            self.tell(WRONG, "epoch-unknown", origin, one.name, {"old": max(before, key=epoch_of)})
        else:
            self.trouble(trouble, origin, one.name)

    def _address(self, one: Candidate) -> None:
        origin = one.signed.checkpoint.origin
        meant = {url.rstrip("/"): log for url, log in self.policy.urls.items()}.get(one.name)
        if meant and meant != origin and node_of(meant) != node_of(origin):
            self.tell(WRONG, "log-other", origin, one.name, {"meant": meant})
        later = [
            each
            for each, known in self.state.logs.items()
            if one.name in known.served
            and node_of(each)
            and node_of(each) == node_of(origin)
            and epoch_of(each) > epoch_of(origin)
        ]
        if later:
            self.tell(WRONG, "epoch-back", origin, one.name, {"new": max(later, key=epoch_of)})

    def _first(self, one: Candidate) -> Known | None:
        """Begin to remember a log whose tiles, if there are any, give its root."""
        head = one.signed.checkpoint
        tiles = None
        if one.source is not None:
            tiles = SourceTiles(one.source, head.size)
            try:
                walk(tiles, head, 0, 0)
            except Refused:
                self.tiles_other(one, tiles.used)
                return None
            except Unreadable as trouble:
                self.trouble(trouble, head.origin, one.name)
                return None
        node, epoch = node_of(head.origin), epoch_of(head.origin)
        before = [
            each
            for each in self.state.logs
            if node and node_of(each) == node and epoch_of(each) < epoch
        ]
        if before:
            old = max(before, key=epoch_of)
            last = self.state.logs[old].newest.note
            values = {"old": old, "size": read_checkpoint(last.encode()).checkpoint.size}
            self.keep("epoch-new", head.origin, one.name, values, [last, one.text])
        self.tell(NOTE, "watching", head.origin, one.name, {"size": head.size})
        known = Known(Seen(one.text, self.now, one.name), self.now)
        self.state.logs[head.origin] = known
        if one.kind == WEB:
            known.served[one.name] = Served(head.size)
        return known

    def tiles_other(self, one: Candidate, tiles: Mapping[str, bytes]) -> None:
        """Keep a checkpoint whose tiles give another root; it is not remembered as good."""
        head = one.signed.checkpoint
        values = {"size": head.size}
        self.keep("tiles-other", head.origin, one.name, values, [one.text], tiles=tiles)

    def _place(self, one: Candidate, known: Known, verdict: Verdict) -> None:
        """Take a checkpoint that is no fork, as far as can be told, into what is remembered."""
        head, before = one.signed.checkpoint, newest(known)
        if verdict.kind == UNKNOWN and head.size > before.size:
            if isinstance(verdict.trouble, Refused):
                self.tiles_other(one, verdict.tiles)
            elif verdict.trouble is not None:
                self.trouble(verdict.trouble, head.origin, one.name)
                pend(self, known, one)
            return
        if head.size > before.size:
            known.remember(Seen(one.text, self.now, one.name))
            known.changed = self.now
        if one.kind == WEB:
            if verdict.kind == UNKNOWN:
                pend(self, known, one)  # whoever brings tiles may show more than a rollback
            self._served(one, known)
        elif verdict.kind == UNKNOWN and verdict.trouble is not None:
            self.trouble(verdict.trouble, head.origin, one.name)
        elif head.size < before.size:
            self.tell(NOTE, "older", head.origin, one.name, {"size": head.size})

    def _served(self, one: Candidate, known: Known) -> None:
        """Tell an address that serves less than it did, or less than others show for long."""
        head, most = one.signed.checkpoint, newest(known).size
        served = known.served.setdefault(one.name, Served(head.size))
        if head.size < served.size:
            old = [each for each in known.history if body(each.note) == body(one.text)]
            values: dict[str, Any] = {"size": head.size, "old": served.size}
            if old:
                values["at"] = old[0].at
            code = "rollback-old" if old else "rollback"
            self.keep(code, head.origin, one.name, values, [one.text, known.newest.note])
            return
        served.size = head.size
        if head.size >= most:
            served.behind = None
            return
        served.behind = served.behind or self.now
        values = {"size": head.size, "newest": most}
        late = self.now - served.behind > WITHHELD
        self.tell(WRONG if late else NOTE, "withheld" if late else "behind", head.origin,
                  one.name, values)  # fmt: skip


def _order(one: Candidate) -> tuple[bool, int]:
    """Those with tiles first, and the largest of them: it shows who is behind."""
    return one.kind == TOLD, -one.signed.checkpoint.size
