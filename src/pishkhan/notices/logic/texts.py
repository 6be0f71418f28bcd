"""The texts of the patterns: one SMS each, whatever the parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import translation
from django.utils.translation import gettext

from pishkhan.kernel.errors import N_
from pishkhan.kernel.jalali import MONTHS_EN, MONTHS_FA, to_jalali
from pishkhan.kernel.text import latin_digits, persian_digits, strip_controls
from pishkhan.notices.contracts import Language, Pattern, Standing

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
    Pattern.STATUS: N_("%(state)s. Code %(code)s"),
    Pattern.TRACK_HERE: N_("See it with the code and the national ID: %(site)s"),
}
_RETURNED_OPEN = N_("A paper is missing: %(missing)s. Bring it to the counter.")
_TRACK_ANYWHERE = N_("Ask for it at the counter with the code and the national ID.")
_STANDINGS = {
    Standing.ON_ITS_WAY: N_("Your letter is on its way to the agency"),
    Standing.ARRIVED: N_("Your letter has reached the agency"),
    Standing.REGISTERED: N_("The agency has registered your letter"),
    Standing.IN_PROGRESS: N_("Your letter is being looked into"),
    Standing.RETURNED: N_("A paper is missing; ask at the counter"),
    Standing.ANSWERED: N_("The answer is coming to your counter"),
    Standing.READY: N_("The answer is ready at your counter"),
    Standing.HANDED_OVER: N_("The answer was handed over"),
    Standing.CLOSED: N_("Your letter is closed; ask at the counter"),
    Standing.WITHDRAWN: N_("Your letter was withdrawn"),
    Standing.SET_ASIDE: N_("It was not registered; ask at the counter"),
    Standing.TRANSFERRED: N_("Your letter went to the competent agency"),
}
_CODE = frozenset({"code"})
_NEEDED = {
    Pattern.ACCEPTED: _CODE,
    Pattern.RETURNED: frozenset({"missing"}),
    Pattern.HANDED_OVER: _CODE,
    Pattern.HANDED_TO_PROXY: _CODE,
    Pattern.SET_ASIDE: _CODE,
    Pattern.TRANSFERRED: _CODE,
    Pattern.ONE_TIME_CODE: _CODE,
    Pattern.STATUS: frozenset({"state", "code"}),
}
LONGEST_CODE = 13
"""Digits of a tracking code; no other code is longer."""


def check(pattern: Pattern, params: Mapping[str, str]) -> None:
    """Raise ValueError when a parameter of the pattern is missing: a mistake in the program."""
    needed = _NEEDED.get(pattern, frozenset())
    if not needed <= params.keys():
        raise ValueError(f"{pattern} needs {', '.join(sorted(needed - params.keys()))}")
    if pattern is Pattern.STATUS:
        Standing(params["state"])


def text(pattern: Pattern, params: Mapping[str, str], language: Language = Language.PERSIAN) -> str:
    """Return the text, at most LONGEST units; what is missing is cut at a word if need be.

    `until` is an ISO day and is shown as day and month.
    """
    frame, values = _filled(pattern, params, language)
    return frame % values


def parts(
    pattern: Pattern, params: Mapping[str, str], language: Language = Language.PERSIAN
) -> dict[str, str]:
    """Return the parameters as the text shows them, in its order: for a provider that fills in.

    What the text leaves out comes last, empty, so that a pattern always has the same ones.
    """
    frame, values = _filled(pattern, params, language)
    shown = sorted(values, key=lambda name: frame.index(f"%({name})s"))
    found = {name: values[name] for name in shown}
    return found | {name: "" for name in names(pattern) if name not in found}


def names(pattern: Pattern) -> tuple[str, ...]:
    """Return the names of a pattern's parameters."""
    every = _TEXTS[pattern]
    return tuple(name for name in ("missing", "until", "state", "code", "site") if name in every)


def sample(pattern: Pattern, language: Language) -> str:
    """Return the text with its parameters by name, as a provider is asked to approve it."""
    with translation.override(language.value):
        return gettext(_TEXTS[pattern]) % {name: f"{{{name}}}" for name in names(pattern)}


def title(language: Language = Language.PERSIAN) -> str:
    """Return the title of an e-mail."""
    with translation.override(language.value):
        return gettext(TITLE)


def _filled(
    pattern: Pattern, params: Mapping[str, str], language: Language
) -> tuple[str, dict[str, str]]:
    with translation.override(language.value):
        if pattern is Pattern.RETURNED:
            return _returned(params, language)
        if pattern is Pattern.TRACK_HERE:
            return _track_here(params)
        frame = gettext(_TEXTS[pattern])
        values = {}
        if "code" in names(pattern):
            values["code"] = _digits(_code(params["code"]), language)
        if pattern is Pattern.STATUS:
            values["state"] = gettext(_STANDINGS[Standing(params["state"])])
    return frame, values


def _returned(params: Mapping[str, str], language: Language) -> tuple[str, dict[str, str]]:
    until = params.get("until", "")
    frame = gettext(_TEXTS[Pattern.RETURNED] if until else _RETURNED_OPEN)
    values = {"until": _day(until, language)} if until else {}
    room = LONGEST - units(frame % {"missing": "", **values})
    return frame, {"missing": shorten(params["missing"], room, language), **values}


def _track_here(params: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the text with the address where it fits whole: half an address leads nowhere."""
    frame = gettext(_TEXTS[Pattern.TRACK_HERE])
    site = "".join(strip_controls(params.get("site", "")).split())
    if site and units(frame % {"site": site}) <= LONGEST:
        return frame, {"site": site}
    return gettext(_TRACK_ANYWHERE), {}


def _code(given: str) -> str:
    return "".join(sign for sign in latin_digits(given) if sign in "0123456789")[:LONGEST_CODE]


def _digits(words: str, language: Language) -> str:
    return persian_digits(words) if language is Language.PERSIAN else latin_digits(words)


def shorten(words: str, room: int, language: Language = Language.PERSIAN) -> str:
    """Return a line of at most `room` UTF-16 units, cut between words, with an ellipsis."""
    line = _digits(" ".join(strip_controls(words).split()), language).rstrip(" .،؛:")
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


def _day(iso: str, language: Language) -> str:
    _, month, day = to_jalali(date.fromisoformat(iso))
    months = MONTHS_FA if language is Language.PERSIAN else MONTHS_EN
    return _digits(f"{day} {months[month - 1]}", language)
