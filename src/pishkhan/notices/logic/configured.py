"""What the administrator set of notices: quiet hours and the IDs of approved patterns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.kernel.i18n import Message
from pishkhan.kernel.text import clean_line, latin_digits
from pishkhan.notices.contracts import Channel, Language, NoticeState, Pattern, PatternView
from pishkhan.notices.contracts import ProviderView as View
from pishkhan.notices.logic import provider, providers, texts
from pishkhan.notices.models import Notice
from pishkhan.notices.rules import QuietHours

QUIET = "notices.quiet-hours"
"""The setting: {"begin": "21:30", "end": "07:30"}; alike, no hour is quiet."""

PATTERNS = "notices.patterns"
"""The setting: {"1": {"fa": {"accepted": "ID"}}}, by the provider's place and the language."""

PUT_OFF = "notices.put-off"
"""The reason of a notice that waits for the end of the quiet hours."""

LONGEST_ID = 60


def quiet_hours(at: datetime | None = None) -> QuietHours:
    """Return the quiet hours that hold at `at` (now)."""
    kept = directory.setting(QUIET, at=at)
    if not isinstance(kept, dict):
        return QuietHours()
    return QuietHours(time.fromisoformat(kept["begin"]), time.fromisoformat(kept["end"]))


def set_quiet_hours(actor: Actor, *, begin: str, end: str, from_at: datetime | None = None) -> None:
    """Let no SMS that can wait go out between `begin` and `end` («21:30»), from a moment on.

    Both empty: there are no quiet hours. What waits is looked at anew. Needs ADMIN. Raises
    Invalid with the fields `begin` and `end`.
    """
    if begin.strip() or end.strip():
        hours = QuietHours(_time("begin", begin), _time("end", end))
    else:
        hours = QuietHours(time(), time())
    value = {"begin": f"{hours.begin:%H:%M}", "end": f"{hours.end:%H:%M}"}
    directory.set_setting(actor, key=QUIET, value=value, from_at=from_at)
    # It is put off again at the next round where the new hours say so.
    waiting = Notice.objects.filter(state=NoticeState.QUEUED, reason=PUT_OFF)
    waiting.update(not_before=clock.current().now(), reason="")


def pattern_ids(no: int) -> dict[tuple[Language, Pattern], str]:
    """Return the IDs that hold now at the provider in this place."""
    kept = directory.setting(PATTERNS)
    mine = kept.get(str(no), {}) if isinstance(kept, dict) else {}
    return {
        (Language(language), Pattern(pattern)): str(each)
        for language, ids in mine.items()
        for pattern, each in ids.items()
        if pattern in set(Pattern) and language in set(Language)
    }


def keep_patterns(actor: Actor, *, no: int, ids: Mapping[tuple[Language, Pattern], str]) -> None:
    """Keep the IDs that a provider gave to the texts it approved; an empty one is taken away.

    Needs ADMIN. Raises Invalid with the field `{language}-{pattern}` of an ID that cannot be one.
    """
    mine: dict[str, dict[str, str]] = {}
    for (language, pattern), given in ids.items():
        wanted = _id(f"{language.value}-{pattern.value}", given)
        if wanted:
            mine.setdefault(language.value, {})[pattern.value] = wanted
    kept = directory.setting(PATTERNS)
    value = {**(kept if isinstance(kept, dict) else {}), str(no): mine}
    directory.set_setting(actor, key=PATTERNS, value=value)


def providers_of_sms() -> list[View]:
    """Return the providers of SMS in the order in which they are asked."""
    return [
        View(each.no, each.name, each.by_pattern, provider.trouble(each))
        for each in providers.of(Channel.SMS)
    ]


def patterns() -> list[PatternView]:
    """Return every text that a provider may be asked to approve, with the IDs it has."""
    ids = {no: pattern_ids(no) for no in (1, 2)}
    return [
        PatternView(
            pattern=pattern,
            language=language,
            text=texts.sample(pattern, language),
            params=texts.names(pattern),
            ids={no: ids[no].get((language, pattern), "") for no in ids},
        )
        for language in Language
        for pattern in Pattern
    ]


def _time(field: str, given: str) -> time:
    hour, _, minute = latin_digits(given.strip()).partition(":")
    try:
        return time(int(hour), int(minute or "0"))
    except ValueError:
        raise Invalid(
            "notices.bad-hour", fields={field: Message(N_("Write an hour such as 21:30."))}
        ) from None


def _id(field: str, given: str) -> str:
    try:
        wanted = clean_line(given, max=LONGEST_ID)
    except Invalid as error:
        raise Invalid(error.code, fields={field: error.message}) from None
    if " " in wanted:
        raise Invalid(
            "notices.bad-pattern-id",
            fields={field: Message(N_("An ID has no spaces; copy it from the provider’s panel."))},
        )
    return wanted
