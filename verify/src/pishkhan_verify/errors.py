"""The two ways in which a check ends badly; each has a code that `words.py` has a sentence for."""

from __future__ import annotations


class Trouble(Exception):
    """An expected end: `code` names the sentence, `values` stand in it."""

    exit_code = 2

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Refused(Trouble):
    """What was read is not what it claims to be."""

    exit_code = 1


class Unreadable(Trouble):
    """What was given could not be read, so nothing is said of it."""

    exit_code = 2
