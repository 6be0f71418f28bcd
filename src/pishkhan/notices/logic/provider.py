"""Hand one message to a provider. The only place that knows Apprise.

What goes wrong here is told by a code: neither text nor address nor the provider's own words,
which may quote both, go further. NO_ANSWER alone leaves open whether the message went.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from pishkhan.notices.contracts import Channel
from pishkhan.notices.logic import by_pattern
from pishkhan.notices.logic.providers import (
    BAD_URL,
    NO_ANSWER,
    NO_PATTERN,
    NOT_REACHED,
    NOT_TAKEN,
    Provider,
)

CONNECT_SECONDS = 5
READ_SECONDS = 10
WHOLE_SECONDS = 30
"""A provider that drips a byte now and then passes any read limit; this one it does not pass."""

_PLACE = "{to}"
_QUIET = logging.CRITICAL + 1
_NOT_KNOWN = {408, 504}
"""HTTP answers of a gateway that does not know whether the provider has the message."""

_heard = threading.local()
"""What became of this thread's request at the wire; Apprise itself says no more than "failed"."""


@dataclass(frozen=True, slots=True)
class Written:
    """One message in both forms: as a text, and as a pattern's ID with its parameters."""

    title: str
    text: str
    pattern_id: str
    values: dict[str, str]


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
    _listen()
    return apprise, asset


def _listen() -> None:
    """Note of each request of Apprise's whether its message may have gone.

    Apprise answers a refusal, a dead line and a silent provider alike; which of them it was
    decides whether another provider may be asked.
    """
    from requests import Session, exceptions  # noqa: PLC0415 - comes with Apprise, as late
    from urllib3.exceptions import NewConnectionError  # noqa: PLC0415 - the same

    inner = Session.send

    def send(self: Session, *args: Any, **kwargs: Any) -> Any:
        _heard.verdict = NO_ANSWER
        try:
            answer = inner(self, *args, **kwargs)
        except (exceptions.ConnectTimeout, exceptions.SSLError, exceptions.ProxyError):
            _heard.verdict = NOT_REACHED
            raise
        except exceptions.ConnectionError as error:
            cause = getattr(error.args[0] if error.args else None, "reason", None)
            if isinstance(cause, NewConnectionError):
                _heard.verdict = NOT_REACHED
            raise
        _heard.verdict = NO_ANSWER if answer.status_code in _NOT_KNOWN else NOT_TAKEN
        return answer

    Session.send = send  # type: ignore[method-assign] # no plugin lets its session be given


def trouble(provider: Provider) -> str:
    """Return why nothing can be sent by a provider (a code), or "" when it can."""
    if provider.by_pattern:
        return by_pattern.trouble(provider)
    sample = "09120000000" if provider.channel is Channel.SMS else "nobody@example.invalid"
    if _PLACE not in provider.address or _plugin(provider.address, sample) is None:
        return BAD_URL
    return ""


def send(provider: Provider, recipient: str, message: Written) -> str:
    """Send one message and return "" when the provider took it, else a code. Never hangs."""
    if provider.by_pattern:
        if not message.pattern_id:
            return NO_PATTERN
        return _within(
            WHOLE_SECONDS,
            lambda: by_pattern.send(provider, recipient, message.pattern_id, message.values),
        )
    plugin = _plugin(provider.address, recipient)
    if plugin is None:
        return BAD_URL
    apprise, asset = _library()
    plain = apprise.NotifyFormat.TEXT
    sender = plugin
    if provider.channel is Channel.EMAIL:  # which is converted to what mail programs show
        sender = apprise.Apprise(asset=asset)
        sender.add(plugin)

    def work() -> str:
        # By the plugin itself, in this thread, where its request is heard.
        _heard.verdict = NOT_TAKEN
        taken = sender.notify(body=message.text, title=message.title, body_format=plain)
        return "" if taken else str(_heard.verdict)

    return _within(WHOLE_SECONDS, work)


def _plugin(address: str, recipient: str) -> Any:
    apprise, asset = _library()
    filled = address.replace(_PLACE, quote(recipient, safe=""))
    plugin = apprise.Apprise.instantiate(filled, asset=asset, suppress_exceptions=True)
    if plugin is None:
        return None
    plugin.socket_connect_timeout = CONNECT_SECONDS
    plugin.socket_read_timeout = READ_SECONDS
    return plugin


def _within(seconds: float, work: Callable[[], str]) -> str:
    """Run `work` in a thread of its own and wait for it no longer than that.

    One that overruns is left to end by itself (its sockets have limits); it holds no lock and no
    connection of ours.
    """
    result = [NO_ANSWER]

    def run() -> None:
        try:
            result[0] = work()
        except Exception:  # whatever a plugin raises may quote the address or the text
            result[0] = NOT_TAKEN

    thread = threading.Thread(target=run, name="notice", daemon=True)
    thread.start()
    thread.join(seconds)
    return NO_ANSWER if thread.is_alive() else result[0]
