"""What `pishkhan fsck` finds, as every context tells it: a code, what it is about, a sentence.

Nothing here holds a person's name, number or words: ids, codes and numbers only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pishkhan.kernel.i18n import Message


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement. `subject` is an id, a code, a number or a file's name."""

    code: str
    subject: str
    message: Message
    remedy: Message | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The sentence of a code, and what to do about it; "" where a person must judge."""

    sentence: str
    remedy: str = ""


def told(words: Mapping[str, Words], code: str, subject: object, /, **params: object) -> Finding:
    """Return the finding of a code; its sentence gets `params` and the subject as `subject`."""
    said = words[code]
    message = Message(said.sentence, {"subject": str(subject), **params})
    return Finding(code, str(subject), message, Message(said.remedy) if said.remedy else None)


@dataclass(slots=True)
class Survey:
    """What was looked at and what could not be derived, counted while a check goes on."""

    step: Callable[[int], None] = lambda _n: None
    seen: Counter[str] = field(default_factory=Counter)
    underived: Counter[str] = field(default_factory=Counter)

    def saw(self, what: str, n: int = 1) -> None:
        """Count `n` more things that were looked at."""
        self.seen[what] += n
        self.step(n)

    def passed_over(self, what: str, n: int = 1) -> None:
        """Count `n` more things of which the entries do not say enough to judge them."""
        self.underived[what] += n
