"""What stands on the paper of a letter, from what the contexts say of it.

A letter is an official Persian paper whoever prints it: it does not change with the language of
the reader's screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pishkhan.directory import api as directory
from pishkhan.kernel import rich, text
from pishkhan.letters.contracts import PaperProof, SignedAs, Urgency
from pishkhan.letters.contracts.between import LinkRef
from pishkhan.web.context import data_mark
from pishkhan.web.paper.proof import Square, promise_square, shams_square, verify_home
from pishkhan.web.paper.typeset import typeset
from pishkhan.web.templatetags.pishkhan import isolate, jalali_date

MOTTO = "paper.motto"
"""The dated setting with the motto of the year; the letter bears that of its day."""

LANGUAGE = "fa"
_LONG = 36
"""Signs after which a word without a break is broken, so that no line leaves the page."""

_WORD = re.compile(r"\S+")
_SPACE = re.compile(r"(\s+)")
_LATIN = re.compile(r"[A-Za-z]")
_PERSIAN = re.compile(r"[\u0621-\u064a\u067e-\u06d3]")


@dataclass(frozen=True, slots=True)
class Signer:
    name: str
    title: str
    signed_as: SignedAs = SignedAs.SELF
    signed_for: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it goes on paper; without `number` it has not gone out and is a draft."""

    agency_id: UUID | None
    agency: str
    recipient: str
    subject: str
    body: str
    number: str = ""
    at: datetime | None = None
    """When it went out."""
    signer: Signer | None = None
    copies: tuple[tuple[str, str], ...] = ()
    """Agencies that get one too, each with its phrase."""
    links: tuple[LinkRef, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    classification: str = ""
    """"1" to "5"; "" for what has no class, as a citizen's letter."""
    enclosures: int = 0
    """Leaves of the files that go with it."""
    notes: tuple[str, ...] = field(default=())
    promise: str = ""
    """What the log promised of a dispatched answer, as digits."""
    shams: str = ""
    """The text of its SHAMS identifier."""


def pdf(letter: Letter) -> bytes:
    """Return the letter's pages. Raises Unavailable as `typeset` does."""
    logo = directory.logo(letter.agency_id) if letter.agency_id else b""
    with translation.override(LANGUAGE):
        return typeset(given(letter), logo)


def given(letter: Letter) -> dict[str, Any]:
    """Return what `letter.typ` draws, every word ready; for a page in LANGUAGE."""
    motto = directory.setting(MOTTO, at=letter.at)
    return {
        "title": _plain(letter.subject),
        "agency": shown(letter.agency),
        "motto": shown(str(motto or "")),
        "number": shown(letter.number),
        "date": str(jalali_date(letter.at, "number")),
        "enclosure": _enclosure(letter),
        "urgency": str(_urgencies()[letter.urgency])
        if letter.urgency is not Urgency.NORMAL
        else "",
        "class": _classes().get(letter.classification, ""),
        "recipient": shown(letter.recipient),
        "subject": isolate(shown(letter.subject)),
        "links": [_link(each) for each in letter.links],
        "blocks": [_block(each) for each in rich.blocks(_plain(letter.body))],
        "signer": _signer(letter.signer) if letter.signer else None,
        "copies": [_copy(name, phrase) for name, phrase in letter.copies],
        "notes": [_broken(each) for each in letter.notes],
        "proof": _proof(letter),
        "draft": "" if letter.number else pgettext("watermark", "Draft"),
        "demo": data_mark(),
        "labels": {
            "god": pgettext("over a letter", "In the name of God"),
            "number": pgettext("of a letter", "Number"),
            "date": pgettext("of a letter", "Date"),
            "enclosure": pgettext("of a letter", "Enclosure"),
            "urgency": pgettext("of a letter", "Urgency"),
            "class": pgettext("of a letter", "Class"),
            "subject": pgettext("of a letter", "Subject"),
            "copies": pgettext("under a letter", "Copies"),
            "page": _("Page {n} of {of}"),
        },
    }


@dataclass(frozen=True, slots=True)
class Captioned:
    """A square on the paper, and what stands under it."""

    square: Square
    caption: str
    proves: bool


def squares(promise: str, shams: str) -> tuple[Captioned, ...]:
    """Return the squares of a dispatched answer: those of its promise and its identifier."""
    found = []
    if promise:
        square = promise_square(PaperProof(promise))
        found.append(Captioned(square, _("Check of authenticity"), proves=True))
    if shams:
        found.append(Captioned(shams_square(shams), _("SHAMS identifier"), proves=False))
    return tuple(found)


def _proof(letter: Letter) -> dict[str, Any] | None:
    """Return the squares of the first page, each in its width, and how the first is used."""
    found = squares(letter.promise, letter.shams) if letter.number else ()
    if not found:
        return None
    return {
        "title": _("This paper proves itself") if found[0].proves else "",
        "told": _how_to_check() if found[0].proves else "",
        "address": verify_home() if found[0].proves else "",
        "squares": [
            {
                "qr": each.square.svg.decode(),
                "width": each.square.size,
                "caption": each.caption,
            }
            for each in found
        ],
    }


def _how_to_check() -> str:
    told = _("Without the network too: open this address and show it the square.")
    compare = _("Then compare the fingerprint that it says with the one under the text.")
    return f"{told} {compare}"


def signed_notes(at: datetime | None, key_id: str, digest: str) -> tuple[str, ...]:
    """Return what a signature is, in plain words, and what proves it; to call in LANGUAGE."""
    if at is None:
        return ()
    told = _(
        "Signed in the Pishkhan system with the system’s key on %(at)s; "
        "it carries no personal electronic signature."
    ) % {"at": jalali_date(at, "time")}
    proof = [f"{_('Key')}: \u2066{key_id}\u2069"]
    if digest:
        proof.append(f"{_('Fingerprint of the text')}: \u2066{digest}\u2069")
    return (told, *proof)


def shown(words: str) -> str:
    """Return a line as it stands on paper: Persian digits, and no word longer than the line."""
    return _broken(_digits(_plain(words)))


def _plain(words: str) -> str:
    """Return the words without what steers the direction of writing, or is no sign at all."""
    return text.strip_controls(words).encode("utf-8", "ignore").decode()


def _digits(words: str) -> str:
    """Return the words with Persian digits, but for Latin words, which keep theirs.

    Latin words that follow each other stand in one isolate with their signs, so that they read
    as they were typed, whatever is beside them.
    """
    pieces = _SPACE.split(words)  # words at even places, what is between them at odd ones
    changed: list[str] = []
    at = 0
    while at < len(pieces):
        if not _is_latin(pieces[at]):
            changed.append(text.persian_digits(pieces[at]))
            at += 1
            continue
        end = at + 1
        while end + 1 < len(pieces) and _is_latin(pieces[end + 1]):
            end += 2
        run = "".join(pieces[at:end])
        core = _core(run)
        before, _found, after = run.partition(core)
        changed.append(f"{before}\u2066{core}\u2069{after}")
        at = end
    return "".join(changed)


def _is_latin(word: str) -> bool:
    return bool(_LATIN.search(word)) and not _PERSIAN.search(word)


def _core(word: str) -> str:
    """Return Latin words without the Persian sentence's own signs at its ends."""
    core = word.strip("«»،؛؟.:!")
    if core.startswith("(") and core.endswith(")"):
        return core[1:-1]
    if core.startswith("(") and ")" not in core:
        return core[1:]
    return core[:-1] if core.endswith(")") and "(" not in core else core


def _broken(words: str) -> str:
    def parted(m: re.Match[str]) -> str:
        word = m[0]
        if len(word) <= _LONG:
            return word
        return "\u200b".join(word[at : at + _LONG] for at in range(0, len(word), _LONG))

    return _WORD.sub(parted, words)


def _block(block: rich.Block) -> dict[str, Any]:
    words = "".join(run.text for line in block.lines for run in line.runs)
    latin = bool(_LATIN.search(words)) and not _PERSIAN.search(words)
    change = _broken if latin else shown
    return {
        "kind": block.kind.value,
        "latin": latin,
        "lines": [
            {
                "mark": line.mark if latin else text.persian_digits(line.mark),
                "runs": [{"text": change(run.text), "bold": run.bold} for run in line.runs],
            }
            for line in block.lines
        ],
    }


def _enclosure(letter: Letter) -> str:
    if letter.enclosures:
        return ngettext("yes (%(n)s leaf)", "yes (%(n)s leaves)", letter.enclosures) % {
            "n": text.persian_digits(str(letter.enclosures))
        }
    return _("none") if letter.number else ""


def _signer(signer: Signer) -> dict[str, str]:
    return {
        "name": shown(signer.name),
        "title": shown(signer.title),
        "capacity": _capacity(signer),
    }


def _capacity(signer: Signer) -> str:
    post = {"post": isolate(shown(signer.signed_for))}
    if signer.signed_as is SignedAs.PER_PRO:
        return _("per pro %(post)s") % post
    if signer.signed_as is SignedAs.DEPUTY:
        return _("deputy of %(post)s") % post
    return ""


def _copy(name: str, phrase: str) -> str:
    told = f"– {isolate(shown(name))}"
    return f"{told}، {isolate(shown(phrase))}" if phrase else told


def _link(link: LinkRef) -> str:
    known: dict[str, Any] = {
        "number": f"\u2066{shown(link.number)}\u2069",
        "year": shown(str(link.year)),
    }
    words = {
        "answers": _("In answer to letter %(number)s of the year %(year)s"),
        "follows": _("Following letter %(number)s of the year %(year)s"),
    }
    told = words[link.relation.value] % known
    return f"{told}، {isolate(shown(link.sender))}" if link.sender else told


def _urgencies() -> dict[Urgency, str]:
    return {
        Urgency.NORMAL: "",
        Urgency.URGENT: pgettext("urgency", "Urgent"),
        Urgency.VERY_URGENT: pgettext("urgency", "Very urgent"),
        Urgency.IMMEDIATE: pgettext("urgency", "Immediate"),
    }


def _classes() -> dict[str, str]:
    """Return the classes' words by their codes (bylaw of 1354)."""
    return {
        "1": pgettext("class of a letter", "Ordinary"),
        "2": pgettext("class of a letter", "Confidential"),
        "3": pgettext("class of a letter", "Highly confidential"),
        "4": pgettext("class of a letter", "Secret"),
        "5": pgettext("class of a letter", "Top secret"),
    }
