"""The texts of the patterns: one SMS each, whatever the parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import translation
from django.utils.translation import gettext

from pishkhan.kernel.errors import N_
from pishkhan.kernel.jalali import MONTHS_FA, to_jalali
from pishkhan.kernel.text import latin_digits, persian_digits, strip_controls
from pishkhan.notices.contracts import Pattern

LONGEST = 70
"""One SMS in Persian: 70 UTF-16 units (3GPP TS 23.038, UCS2)."""

TITLE = N_("Pishkhan: your letter")

_TEXTS = {
    Pattern.ACCEPTED: N_("Your letter was accepted. Tracking code %(code)s"),
    Pattern.RETURNED: N_("A paper is missing: %(missing)s. Bring it by %(until)s."),
    Pattern.READY: N_("The answer is ready. Go to the same counter with your national card."),
    Pattern.HANDED_OVER: N_("The answer was handed over. Tracking code %(code)s"),
    Pattern.HANDED_TO_PROXY: N_("Your proxy took the answer, code %(code)s. If not, tell us."),
    Pattern.SET_ASIDE: N_("The agency did not register your letter. Tracking code %(code)s"),
    Pattern.TRANSFERRED: N_("Your letter went to the competent agency. Code %(code)s"),
    Pattern.ONE_TIME_CODE: N_("Your one-time code: %(code)s. Tell it to nobody."),
}
_RETURNED_OPEN = N_("A paper is missing: %(missing)s. Bring it to the counter.")


def check(pattern: Pattern, params: Mapping[str, str]) -> None:
    """Raise ValueError when a parameter of the pattern is missing: a mistake in the program."""
    needed = {
        Pattern.ACCEPTED: {"code"},
        Pattern.RETURNED: {"missing"},
        Pattern.HANDED_OVER: {"code"},
        Pattern.HANDED_TO_PROXY: {"code"},
        Pattern.SET_ASIDE: {"code"},
        Pattern.TRANSFERRED: {"code"},
        Pattern.ONE_TIME_CODE: {"code"},
    }.get(pattern, set())
    if not needed <= params.keys():
        raise ValueError(f"{pattern} needs {', '.join(sorted(needed - params.keys()))}")


def text(pattern: Pattern, params: Mapping[str, str]) -> str:
    """Return the Persian text, at most LONGEST units; what is missing is cut at a word if need be.

    `until` is an ISO day and is shown as day and month.
    """
    with translation.override("fa"):
        if pattern is not Pattern.RETURNED:
            code = latin_digits(strip_controls(params.get("code", "")))
            shown = {"code": persian_digits("".join(code.split()).replace("-", ""))}
            return gettext(_TEXTS[pattern]) % shown
        until = params.get("until", "")
        frame = gettext(_TEXTS[pattern] if until else _RETURNED_OPEN)
    day = _day(until) if until else ""
    room = LONGEST - units(frame % {"missing": "", "until": day})
    return frame % {"missing": shorten(params["missing"], room), "until": day}


def title() -> str:
    """Return the title of an e-mail, in Persian."""
    with translation.override("fa"):
        return gettext(TITLE)


def shorten(words: str, room: int) -> str:
    """Return a line of at most `room` UTF-16 units, cut between words, with an ellipsis."""
    line = persian_digits(" ".join(strip_controls(words).split())).rstrip(" .،؛:")
    if units(line) <= room:
        return line
    kept = line
    while units(kept) > room - 1:
        kept = kept[:-1]
    at_word = kept.rpartition(" ")[0]
    # A first word longer than the room is cut where it must be.
    if line[len(kept)] != " " and units(at_word) * 2 >= room:
        kept = at_word
    return kept.rstrip(" .،؛:\u200c") + "…"


def units(line: str) -> int:
    """Return the length as an SMS counts it."""
    return len(line.encode("utf-16-le")) // 2


def _day(iso: str) -> str:
    _, month, day = to_jalali(date.fromisoformat(iso))
    return persian_digits(f"{day} {MONTHS_FA[month - 1]}")
