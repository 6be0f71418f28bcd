"""Counts keys as a clerk presses them: data apart from the keys that only steer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import FileChooser, Page

DIALOG = 5.0  # seconds
KEY = 0.2  # seconds a key; what a clerk who knows the desk needs


@dataclass
class Keys:
    """A keyboard at a clerk's pace. The mouse is not touched."""

    page: Page
    steering: list[str] = field(default_factory=list)
    typed: int = 0
    _began: float = 0.0
    _dialogs: list[FileChooser] = field(default_factory=list)

    def __post_init__(self) -> None:
        def opened(dialog: FileChooser) -> None:
            self._dialogs.append(dialog)

        self.page.on("filechooser", opened)

    def start(self) -> None:
        """Begin to measure."""
        self._began = time.monotonic()

    def data(self, text: str) -> None:
        """Type what the letter or the card says: one press for each sign."""
        for sign in text:
            began = time.monotonic()
            self.page.keyboard.type(sign)
            self.typed += 1
            self._rest(began)

    def press(self, key: str) -> None:
        """Press a key, or a chord, that is not data; it counts once for each key held down."""
        began = time.monotonic()
        self.page.keyboard.press(key)
        self.steering.append(key)
        self._rest(began)

    def choose(self, key: str, files: list[Path]) -> None:
        """Press the key that opens the file dialog; what is chosen in it counts one Enter."""
        self.press(key)
        began = time.monotonic()
        while not self._dialogs:
            assert time.monotonic() - began < DIALOG, f"{key} opened no dialog"
            self.page.wait_for_timeout(20)
        self._dialogs.pop().set_files([str(file) for file in files])
        self.steering.append("Enter")
        self._rest(began)

    @property
    def presses(self) -> int:
        """Return how many key presses were not data; a chord counts as one press."""
        return len(self.steering)

    def result(self) -> tuple[float, float]:
        """Return (seconds of the whole, seconds of it that were not the clerk's keys)."""
        whole = time.monotonic() - self._began
        return whole, whole - (self.typed + self.presses) * KEY

    @staticmethod
    def _rest(began: float) -> None:
        time.sleep(max(0.0, KEY - (time.monotonic() - began)))
