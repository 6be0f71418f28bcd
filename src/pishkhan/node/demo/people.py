"""Invented people: names, national IDs and mobiles that nobody carries, in a foretold order."""

from __future__ import annotations

import random
from itertools import count

from pishkhan.node.demo.words import FIRST_NAMES, SAMPLE, SECOND_NAMES


class People:
    """Makes people one after the other; the same seed makes the same ones."""

    def __init__(self, dice: random.Random) -> None:
        names = [f"{first} {second} {SAMPLE}" for second in SECOND_NAMES for first in FIRST_NAMES]
        dice.shuffle(names)
        self._names = names
        self._made = count()

    def name(self) -> str:
        """Return the next name; after some hundred they come again."""
        return self._names[next(self._made) % len(self._names)]


def national_id(n: int) -> str:
    """Return the nth invented national ID, its check digit right (n below 9,999,999)."""
    body = f"{990_000_000 + n:09}"
    rest = sum(int(digit) * (10 - i) for i, digit in enumerate(body)) % 11
    return f"{body}{rest if rest < 2 else 11 - rest}"


def mobile(n: int) -> str:
    """Return the nth invented mobile number, in a range that no operator has given out."""
    return f"0999{9_000_000 + n % 1_000_000:07}"
