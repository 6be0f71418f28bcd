"""Hand one message to the provider. The only place that knows Apprise.

What goes wrong here is told by a code: neither text nor address nor the provider's own words,
which may quote both, go further.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote

from django.conf import settings

from pishkhan.notices.contracts import Channel

CONNECT_SECONDS = 5
READ_SECONDS = 10
WHOLE_SECONDS = 30
"""A provider that drips a byte now and then passes any read limit; this one it does not pass."""

NOT_CONFIGURED = "notices.not-configured"
BAD_URL = "notices.bad-url"
NO_ANSWER = "notices.no-answer"
NOT_TAKEN = "notices.not-taken"

_PLACE = "{to}"
_QUIET = logging.CRITICAL + 1


@cache
def _library() -> tuple[Any, Any]:
    """Return Apprise and our settings for it; loaded at the first use, for it costs 45 MB."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its hundred plugins' own affair
        import apprise  # noqa: PLC0415 - an office without a provider does not pay for it

        asset = apprise.AppriseAsset(
            app_id="Pishkhan",
            app_desc="Pishkhan",
            app_url="",
            async_mode=False,
            interpret_emojis=False,
            interpret_escapes=False,
        )
        apprise.Apprise.instantiate("json://localhost", asset=asset)
    # They write addresses, whole URLs, and at a failure the provider's answer.
    for talker in ("apprise", "urllib3"):
        logging.getLogger(talker).setLevel(_QUIET)
    return apprise, asset


def url(channel: Channel) -> str:
    """Return the provider's address of a channel, with `{to}` in the recipient's place; or ""."""
    name = "PISHKHAN_SMS_URL" if channel is Channel.SMS else "PISHKHAN_EMAIL_URL"
    return str(getattr(settings, name, "") or "")


def is_set(channel: Channel) -> bool:
    """Return whether the operator gave a provider for a channel; looks at nothing else."""
    return bool(url(channel))


def trouble(channel: Channel) -> str:
    """Return why nothing can be sent on a channel (a code), or "" when it can."""
    address = url(channel)
    if not address:
        return NOT_CONFIGURED
    sample = "09120000000" if channel is Channel.SMS else "nobody@example.invalid"
    if _PLACE not in address or _plugin(address, sample) is None:
        return BAD_URL
    return ""


def send(channel: Channel, recipient: str, title: str, text: str) -> str:
    """Send one message and return "" when the provider took it, else a code. Never hangs."""
    plugin = _plugin(url(channel), recipient)
    if plugin is None:
        return BAD_URL
    apprise, asset = _library()
    sender = apprise.Apprise(asset=asset)
    sender.add(plugin)
    return _within(
        WHOLE_SECONDS,
        lambda: bool(sender.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT)),
    )


def _plugin(address: str, recipient: str) -> Any:
    apprise, asset = _library()
    filled = address.replace(_PLACE, quote(recipient, safe=""))
    plugin = apprise.Apprise.instantiate(filled, asset=asset, suppress_exceptions=True)
    if plugin is None:
        return None
    plugin.socket_connect_timeout = CONNECT_SECONDS
    plugin.socket_read_timeout = READ_SECONDS
    return plugin


def _within(seconds: float, work: Callable[[], bool]) -> str:
    """Run `work` in a thread of its own and wait for it no longer than that.

    One that overruns is left to end by itself (its sockets have limits); it holds no lock and no
    connection of ours.
    """
    result = [NO_ANSWER]

    def run() -> None:
        try:
            result[0] = "" if work() else NOT_TAKEN
        except Exception:  # whatever a plugin raises may quote the address or the text
            result[0] = NOT_TAKEN

    thread = threading.Thread(target=run, name="notice", daemon=True)
    thread.start()
    thread.join(seconds)
    return NO_ANSWER if thread.is_alive() else result[0]
