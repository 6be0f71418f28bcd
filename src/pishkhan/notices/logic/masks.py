"""Addresses as they may be shown."""

from __future__ import annotations

from pishkhan.kernel.text import mask_mobile
from pishkhan.notices.contracts import Channel


def masked(channel: str, recipient: str) -> str:
    """Return `0912•••4567` or `a•••@example.ir`; an address masked before stays as it is."""
    if "•" in recipient:
        return recipient
    if channel == Channel.SMS:
        return mask_mobile(recipient)
    name, _, host = recipient.partition("@")
    return f"{name[:1]}•••@{host}"
