"""Persian text: cleaning what is kept, normalising what is compared, masking what is shown.

The original is never altered for search: it is what gets signed. `clean_*` only takes away
what no person typed on purpose; `normalise` makes the copy that is searched and compared.
"""

from __future__ import annotations

import re
import unicodedata

from pishkhan.kernel.errors import N_, Invalid, Message

_PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
_ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
_LATIN_DIGITS = "0123456789"

_TO_LATIN = str.maketrans(_PERSIAN_DIGITS + _ARABIC_DIGITS, _LATIN_DIGITS * 2)
_TO_PERSIAN = str.maketrans(_LATIN_DIGITS + _ARABIC_DIGITS, _PERSIAN_DIGITS * 2)

_ZWNJ = "\u200c"
_TATWEEL = 0x0640
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (
    *(c for c in range(0x20) if c not in (0x09, 0x0A)),
    *range(0x7F, 0xA0),
)
_NONCHARACTERS = (
    *range(0xFDD0, 0xFDF0),
    *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)),
)
_STRIP: dict[int, None] = dict.fromkeys((*_BIDI, *_CONTROLS, *_NONCHARACTERS))

# Beyond DOMAIN.md's harakat (U+064B–0652): the other combining signs of the same block and the
# superscript alef, so that «هٔ» typed as two signs meets «ۀ»; tatweel; and what is invisible
# (soft hyphen, joiner, byte order mark, variation selectors).
_IGNORED = (
    *range(0x064B, 0x0660),
    0x0670,
    _TATWEEL,
    0x00AD,
    0x200B,
    0x200D,
    0x2060,
    0xFEFF,
    *range(0xFE00, 0xFE10),
    *range(0xD800, 0xE000),
)
_LETTERS = str.maketrans("يىكۀةەأإٱؤئ", "ییکهههاااوی")
_DROP: dict[int, str | None] = {
    **dict.fromkeys((*_BIDI, *_NONCHARACTERS, *_IGNORED)),
    # A control between two words parts them, as the line break does that it often stands for.
    **dict.fromkeys(_CONTROLS, " "),
    ord(_ZWNJ): " ",
}
_FOLD: dict[int, int | str | None] = {**_DROP, **_LETTERS, **_TO_LATIN}

_WORD = re.compile(r"[^\W_]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAKS = re.compile("[\t\n\u2028\u2029]+")
_MASK = "•••"


def latin_digits(s: str) -> str:
    """Return `s` with Persian and Arabic digits as 0–9; nothing else changes."""
    return s.translate(_TO_LATIN)


def persian_digits(s: str) -> str:
    """Return `s` with Latin and Arabic digits as ۰–۹; nothing else changes."""
    return s.translate(_TO_PERSIAN)


def normalise(s: str) -> str:
    """Return the form of `s` in which texts are searched and compared (DOMAIN, Persian text).

    One letter for each sound that keyboards write in two ways, no vowel signs, Latin digits,
    lower case, single spaces. Safe for any input; `normalise(normalise(s)) == normalise(s)`.
    """
    if s.isascii():
        return " ".join(s.translate(_DROP).casefold().split())
    folded = unicodedata.normalize("NFKC", s.translate(_DROP)).casefold()
    folded = unicodedata.normalize("NFKC", folded).translate(_FOLD)
    # Dropped signs may have stood between others that only now combine.
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def strip_controls(s: str) -> str:
    """Return `s` without bidi controls, noncharacters and control characters but \\n and \\t.

    Line ends become \\n. ZWNJ and ZWJ stay: Persian spelling needs them.
    """
    return s.replace("\r\n", "\n").replace("\r", "\n").translate(_STRIP)


def clean_text(s: str, *, max: int) -> str:  # noqa: A002 - reads best where called
    """Return `s` without controls and without white space at its ends.

    Raises Invalid: `text.not-unicode` (lone surrogate or NUL), `text.too-long` when more than
    `max` characters remain.
    """
    if "\0" in s or _SURROGATE.search(s):
        raise Invalid("text.not-unicode", N_("The text has characters that cannot be kept."))
    cleaned = strip_controls(s).strip()
    if len(cleaned) > max:
        raise Invalid(
            "text.too-long",
            Message(N_("The text is too long; at most %(max)s characters."), {"max": max}),
        )
    return cleaned


def clean_line(s: str, *, max: int) -> str:  # noqa: A002 - reads best where called
    """Return `s` cleaned as by `clean_text` and on one line; breaks and tabs become a space."""
    return clean_text(_LINE_BREAKS.sub(" ", s.replace("\r", "\n")), max=max)


def mask_name(name: str) -> str:
    """Return the name with all but its last word cut to one letter: «ف••• نمونه».

    A single word is cut too; an empty name stays empty.
    """
    parts = strip_controls(name).split()
    if not parts:
        return ""
    hidden = parts[:-1] or parts
    shown = parts[-1:] if len(parts) > 1 else []
    return " ".join([part[0] + _MASK for part in hidden] + shown)


def mask_mobile(mobile: str) -> str:
    """Return «0912•••4567» for an 11-digit mobile, and only dots for anything shorter."""
    digits = latin_digits(mobile)
    return digits[:4] + _MASK + digits[-4:] if len(digits) >= 11 else _MASK


def words(s: str) -> list[str]:
    """Return the normalised words of `s` in order: runs of letters and digits."""
    return _WORD.findall(normalise(s))


def similarity(a: str, b: str) -> float:
    """Return how alike two texts are, 0.0 to 1.0: Jaccard index of their words' trigrams.

    Each word is padded with two spaces before and one after, as PostgreSQL's pg_trgm does, so
    both engines rank alike. Two texts without a word are not alike: 0.0.
    """
    left, right = _trigrams(a), _trigrams(b)
    if not left or not right:
        return 0.0
    return len(left & right) / len(left | right)


def _trigrams(s: str) -> set[str]:
    return {
        padded[i : i + 3]
        for word in words(s)
        for padded in (f"  {word} ",)
        for i in range(len(padded) - 2)
    }
