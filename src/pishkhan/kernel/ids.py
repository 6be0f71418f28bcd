"""UUIDv7 (RFC 9562, section 5.7), in the order in which they were made.

Ids made one after the other by one process sort in that order: the twelve bits after the
version are a counter within the millisecond (RFC 9562, section 6.2, method 1), whose start is
random below half its range. When it is used up the time runs ahead by a millisecond.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pishkhan.kernel import clock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The first moment that a UUIDv7 can tell."""

_MS = timedelta(milliseconds=1)
_COUNTER_MAX = 0xFFF
_RAND_B = (1 << 62) - 1

# A clock set back by less than this is a correction, and order is kept by running on from the
# newest id. Set back by more it is another clock (a test, the demonstration): follow it.
_CORRECTION_MS = 10_000


def _assemble(ms: int, rand_a: int, rand_b: int) -> UUID:
    if not 0 <= ms < 1 << 48:
        raise ValueError("the time does not fit UUIDv7")
    return UUID(int=ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def uuid7(at: datetime, rand: bytes) -> UUID:
    """Return the UUIDv7 of a moment and ten random bytes.

    `rand[:2]` gives `rand_a` (its low 12 bits), `rand[2:]` gives `rand_b` (its low 62 bits).
    ValueError when `rand` is not ten bytes, TypeError when `at` is naive.
    """
    if len(rand) != 10:
        raise ValueError("UUIDv7 takes ten random bytes")
    number = int.from_bytes(rand, "big")
    return _assemble((at - EPOCH) // _MS, number >> 64 & _COUNTER_MAX, number & _RAND_B)


class _Maker:
    """One source of randomness and the newest id made from it."""

    def __init__(self, source: Callable[[int], bytes]) -> None:
        self.source = source
        self._lock = threading.Lock()
        self._ms = -1
        self._counter = 0

    def make(self, at: datetime) -> UUID:
        now = (at - EPOCH) // _MS
        number = int.from_bytes(self.source(10), "big")
        with self._lock:
            if now > self._ms or self._ms - now > _CORRECTION_MS:
                self._ms = now
                self._counter = number >> 64 & _COUNTER_MAX >> 1
            elif self._counter < _COUNTER_MAX:
                self._counter += 1
            else:
                self._ms += 1
                self._counter = number >> 64 & _COUNTER_MAX >> 1
            return _assemble(self._ms, self._counter, number & _RAND_B)


_SYSTEM = _Maker(os.urandom)
_maker: ContextVar[_Maker] = ContextVar("pishkhan_ids", default=_SYSTEM)


def new_id() -> UUID:
    """Return a new id from the clock and the randomness in use here."""
    return _maker.get().make(clock.current().now())


def random_bytes(n: int) -> bytes:
    """Return `n` bytes from the randomness in use here; the operating system's by default."""
    return _maker.get().source(n)


@contextmanager
def use_random(source: Callable[[int], bytes]) -> Iterator[None]:
    """Take randomness from `source(n)` inside the block.

    Only for tests and the demonstration: with a seeded source ids and salts can be foretold.
    """
    token = _maker.set(_Maker(source))
    try:
        yield
    finally:
        _maker.reset(token)
