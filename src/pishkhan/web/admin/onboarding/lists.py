"""People written as a list: pasted lines, a file of a spreadsheet. Pure but for the languages."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from pishkhan.directory.contracts import ClerkRole
from pishkhan.directory.contracts.opening import PostRole
from pishkhan.kernel import xlsx_read
from pishkhan.kernel.errors import Invalid, Message
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.text import normalise

LARGEST = 2_000_000
MOST = 40
"""People of one list; the rest of a larger office is added on its page."""
POSTS = ("title", "full_name", "username", "role", "mobile", "above")
CLERKS = ("full_name", "username", "role", "mobile")
"""The columns of a list, in their order."""

# How people write what a post is for; the first of each is what our own sheet says.
WORDS: dict[PostRole, tuple[str, ...]] = {
    PostRole.HEAD: ("رئیس", "مدیر", "مدیرکل", "مدیر عامل", "مدیرعامل", "head", "director"),
    PostRole.CHIEF: ("رئیس دفتر", "مسئول دفتر", "office chief", "chief"),
    PostRole.MANAGER: ("معاون", "رئیس گروه", "رئیس اداره", "manager", "deputy head", "deputy"),
    PostRole.EXPERT: ("کارشناس", "expert", "staff"),
    PostRole.SECRETARY: (
        "دبیرخانه",
        "متصدی دبیرخانه",
        "مسئول دبیرخانه",
        "secretary",
        "registry",
    ),
}
CLERK_WORDS: dict[ClerkRole, tuple[str, ...]] = {
    ClerkRole.MANAGER: ("مدیر", "مسئول", "manager"),
    ClerkRole.CLERK: ("متصدی", "کاربر", "clerk"),
}
_HEADS = {
    normalise(word)
    for words in (
        ("پست", "سمت", "عنوان پست", "post", "title"),
        ("نام", "نام و نام خانوادگی", "name", "full name"),
        ("نام کاربری", "کاربری", "login", "user name", "username"),
        ("نقش", "کار", "role", "works as"),
    )
    for word in words
}
_ROLES = {normalise(word): role.value for role, words in WORDS.items() for word in words}
_CLERKS = {normalise(word): role.value for role, words in CLERK_WORDS.items() for word in words}


def of_text(text: str) -> list[list[str]]:
    """Return the cells of pasted lines: parted by tabs as spreadsheets copy, else ; or a comma."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = [line for line in text.split("\n") if line.strip()]
    sign = next((sign for sign in "\t;؛،," if any(sign in line for line in lines)), ",")
    return [list(row) for row in csv.reader(lines, delimiter=sign)]


def of_file(data: bytes) -> list[list[str]]:
    """Return the cells of an XLSX file or a text in UTF-8; Invalid (field `file`)."""
    if len(data) > LARGEST:
        raise _unread()
    if data[:2] == b"PK":
        try:
            return xlsx_read.rows(data)
        except xlsx_read.NotASheet:
            raise _unread() from None
    try:
        return of_text(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error):
        raise _unread() from None


def _unread() -> Invalid:
    sentence = N_("This is no list that can be read: choose an XLSX file, or a text in UTF-8.")
    return Invalid("web.list-of-people", fields={"file": Message(sentence)})


def posts(cells: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Return the posts of a list; what a role is not known for is an expert's, to be looked at."""
    found = _named(cells, POSTS)
    for row in found:
        row["role"] = role_of(row["role"], row["title"])
    return found


def clerks(cells: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Return the people of a counter's list."""
    found = _named(cells, CLERKS)
    for row in found:
        row["role"] = _CLERKS.get(normalise(row["role"]), ClerkRole.CLERK.value)
    return found


def role_of(word: str, title: str) -> str:
    """Return what a post is for: by the word given for it, else by the beginning of its title."""
    said = normalise(word)
    if said in _ROLES:
        return _ROLES[said]
    named = normalise(title)
    longest = sorted(_ROLES, key=len, reverse=True)
    meant = next((known for known in longest if named.startswith(known)), "")
    return _ROLES.get(meant, PostRole.EXPERT.value)


def too_many() -> Message:
    """Return the sentence of a list that is too long."""
    said = N_("At most %(most)s people at once; add the others on the office's page.")
    return Message(said, {"most": MOST})


def _named(cells: Sequence[Sequence[str]], columns: Sequence[str]) -> list[dict[str, str]]:
    rows = [[" ".join(cell.split())[:200] for cell in row] for row in cells]
    rows = [row for row in rows if any(row)]
    if rows and sum(normalise(cell) in _HEADS for cell in rows[0]) >= 2:
        rows = rows[1:]
    if len(rows) > MOST:
        raise Invalid("web.list-of-people", fields={"list": too_many()})
    filled = [[*row, *[""] * len(columns)][: len(columns)] for row in rows]
    return [dict(zip(columns, row, strict=True)) for row in filled]
