"""What can go wrong, by a code that the page at the desk turns into a sentence."""

from __future__ import annotations


class Trouble(Exception):
    """An expected failure: `code` for the page, `status` for HTTP, `detail` for the helper's log.

    `detail` is what a program said of a device; it never holds anything of a letter.
    """

    def __init__(self, code: str, status: int = 409, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.detail = detail
