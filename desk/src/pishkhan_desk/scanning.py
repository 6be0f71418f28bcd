"""What is wished of a scanner and what a scanner offers, in words that all machines share."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Protocol

from pishkhan_desk.errors import Trouble

SOURCES = ("auto", "glass", "feeder", "duplex")
MODES = ("grey", "colour", "lineart")
RESOLUTIONS = (100, 150, 200, 300, 400, 600)
MOST_PAGES = 200
A4 = (210, 297)
"""Millimetres."""


@dataclass(frozen=True)
class Device:
    """A scanner: the name its driver knows it by, and what a person calls it."""

    name: str
    title: str


@dataclass(frozen=True)
class Wish:
    """What is to be scanned. `pages` counts for the glass; a feeder is emptied."""

    device: str = ""  # "" takes the first
    source: str = "auto"  # the feeder where there is one
    mode: str = "grey"
    resolution: int = 200
    pages: int = 1


Arrived = Callable[[Path], None]


class Scanner(Protocol):
    """A way to the scanners of a PC."""

    def devices(self) -> list[Device]:
        """Return the scanners that answer; raise Trouble `scanner.no-program`."""

    def scan(self, wish: Wish, folder: Path, arrived: Arrived, stop: threading.Event) -> None:
        """Scan into files of `folder`, calling `arrived` for each whole page.

        Raises Trouble `scanner.*`; pages that arrived before it are good.
        """


def wish_of(asked: dict[str, Any]) -> Wish:
    """Return the wish in a page's JSON; raise Trouble `ask.wrong` for what nobody offers."""
    given: dict[str, Any] = {**asdict(Wish()), **asked}
    if set(given) != set(asdict(Wish())):
        raise Trouble("ask.wrong", 422)
    wish = Wish(**given)
    right = (
        type(given["device"]) is str
        and given["source"] in SOURCES
        and given["mode"] in MODES
        and type(given["resolution"]) is int
        and wish.resolution in RESOLUTIONS
        and type(given["pages"]) is int
        and 1 <= wish.pages <= MOST_PAGES
    )
    if not right:
        raise Trouble("ask.wrong", 422)
    return wish
