"""What strikes a process while it acts: death at any step, a full disk, a stick that is gone."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from unittest import mock

from django.db import OperationalError

from pishkhan.kernel.backends.sqlite3.base import WRITES
from tests.simulator.nodes import Node


class Died(BaseException):
    """The process died here; no `except Exception` may catch it."""


class Kind(StrEnum):
    """What strikes.

    DEATH: at a statement, a commit or a change of a file; AFTER: just after a commit, when all is
    done and nobody was told; GONE: the stick was pulled out.
    """

    NONE = ""
    DEATH = "death"
    AFTER = "death after commit"
    FULL = "full disk"
    GONE = "stick gone"


@dataclass(frozen=True)
class Strike:
    """What strikes at the n-th event of an act, and from then on to its end."""

    kind: Kind = Kind.NONE
    event: int = 0


NOTHING = Strike()
# The product reaches files through these; SQLite writes by itself and is struck at its statements.
_CHANGES = ("fsync", "replace", "rename", "link", "unlink", "mkdir", "rmdir")
_MKDIR = os.mkdir
_WRITES = ("write", "mkdir", "fsync")


class _Counter:
    def __init__(self, event: int) -> None:
        self._event, self._passed = event, 0

    def reached(self, *, counts: bool = True) -> bool:
        """Return True from the n-th event that counts on: who is dead, or full, stays so."""
        self._passed += counts
        return self._passed >= self._event


@contextmanager
def striking(node: Node, strike: Strike, stick: Path) -> Iterator[None]:
    """Let a strike happen to the node inside the block; to a stick, only below `stick`."""
    counter = _Counter(strike.event)
    with ExitStack() as stack:
        if strike.kind in {Kind.DEATH, Kind.AFTER}:
            _die(node, counter, stack, anywhere=strike.kind is Kind.DEATH)
        elif strike.kind is Kind.FULL:
            _fill(node, counter, stack)
        elif strike.kind is Kind.GONE:
            for name in _CHANGES:
                fail = _failing(getattr(os, name), counter, errno.EIO, stick)
                stack.enter_context(mock.patch.object(os, name, fail))
        yield


def _die(node: Node, counter: _Counter, stack: ExitStack, *, anywhere: bool) -> None:
    engine: Any = node.connection()
    commit = engine._commit

    def execute(call: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if counter.reached(counts=anywhere):
            raise Died
        return call(sql, params, many, context)

    def commit_or_die() -> None:
        if counter.reached(counts=anywhere):
            engine._rollback()
            raise Died
        commit()
        if counter.reached():
            raise Died

    stack.enter_context(engine.execute_wrapper(execute))
    stack.enter_context(mock.patch.object(engine, "_commit", commit_or_die))
    for name in _CHANGES:
        dying = _dying(getattr(os, name), counter, anywhere=anywhere)
        stack.enter_context(mock.patch.object(os, name, dying))


def _dying(real: Callable[..., Any], counter: _Counter, *, anywhere: bool) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        # Asking for a folder that is there changes nothing; a store of files asks for 256.
        known = real is _MKDIR and Path(args[0]).exists()
        if not known and counter.reached(counts=anywhere):
            raise Died
        return real(*args, **kwargs)

    return call


def _fill(node: Node, counter: _Counter, stack: ExitStack) -> None:
    """Leave neither the database nor the files any room from the n-th write on."""

    def execute(call: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if WRITES.match(sql) and counter.reached():
            # Not SQLite's own limit: how many pages are free hangs on what is sealed at random.
            raise OperationalError("database or disk is full")
        return call(sql, params, many, context)

    stack.enter_context(node.connection().execute_wrapper(execute))
    for name in _WRITES:
        fail = _failing(getattr(os, name), counter, errno.ENOSPC, node.disk)
        stack.enter_context(mock.patch.object(os, name, fail))


def _failing(
    real: Callable[..., Any], counter: _Counter, code: int, below: Path
) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if _is_below(args[0], below) and counter.reached():
            raise OSError(code, os.strerror(code))
        return real(*args, **kwargs)

    return call


def _is_below(what: Any, below: Path) -> bool:
    path = Path(f"/proc/self/fd/{what}").readlink() if isinstance(what, int) else Path(what)
    return path.is_relative_to(below)
