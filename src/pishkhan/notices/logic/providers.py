"""Who carries notices: one provider of e-mail, a first and a second one of SMS.

An address begins with `pattern+https://`, or `pattern-json+https://`, when its provider takes a
pattern's ID and parameters in place of a text; any other is Apprise's.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from pishkhan.notices.contracts import Channel

NOT_CONFIGURED = "notices.not-configured"
BAD_URL = "notices.bad-url"
NO_PATTERN = "notices.no-pattern"
NO_ANSWER = "notices.no-answer"
NOT_REACHED = "notices.not-reached"
NOT_TAKEN = "notices.not-taken"

QUERY = "pattern+"
JSON = "pattern-json+"
_SHOWS_HOST = {"json", "jsons", "form", "forms", "xml", "xmls", "mailto", "mailtos"}


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider; `no` counts from 1 in the order in which they are asked."""

    channel: Channel
    no: int
    address: str

    @property
    def by_pattern(self) -> bool:
        """Return whether it takes IDs of patterns in place of texts."""
        return self.address.startswith((QUERY, JSON))

    @property
    def name(self) -> str:
        """Return how it is called on record: its host, or its kind where the host is a key."""
        bare = self.address.removeprefix(QUERY).removeprefix(JSON)
        kind, _, _ = bare.partition("://")
        if self.by_pattern or kind in _SHOWS_HOST:
            try:
                return (urlsplit(bare).hostname or kind)[:60]
            except ValueError:
                return kind[:60]
        return kind[:60]


def of(channel: Channel) -> list[Provider]:
    """Return the providers of a channel that the operator set, the first to be asked first."""
    names = (
        ("PISHKHAN_SMS_URL", "PISHKHAN_SMS_URL_SECOND")
        if channel is Channel.SMS
        else ("PISHKHAN_EMAIL_URL",)
    )
    found = (str(getattr(settings, name, "") or "") for name in names)
    return [Provider(channel, no, address) for no, address in enumerate(found, 1) if address]


def is_set(channel: Channel) -> bool:
    """Return whether the operator gave a provider for a channel; looks at nothing else."""
    return bool(of(channel))
