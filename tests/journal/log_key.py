"""A log key for tests: made from a number, so that a run can be repeated."""

from __future__ import annotations

from tests.journal.signing import Signer

from pishkhan.journal.checkpoint import KeyKind


class LogKey:
    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._signer = Signer("any", KeyKind.LOG, seed.to_bytes(32, "big"))
        self.public = self._signer.key.public
        self.sign = self._signer.sign

    def of(self, epoch: int) -> LogKey:
        """Return the key of an epoch: this one for the first."""
        return self if epoch == 1 else LogKey(self._seed + 1000 * epoch)
