"""What a payload is while it travels to another node: compressed, then sealed to that node.

Plain text: one byte, and what it says how to read. 0: the payload itself; 1: raw deflate (RFC
1951) with dictionary 1. It is then an age file to the node's recipient (docs/protocol/envelope.md).
"""

from __future__ import annotations

import zlib

from pishkhan.kernel.errors import Invalid
from pishkhan.relay.dictionary import DICTIONARY_1
from pishkhan.relay.protocol import MAX_PAYLOAD, NOT_SEALED, broken
from pishkhan.sealing import api as sealing

_AS_IS, _DEFLATED = b"\x00", b"\x01"


def close(payload: bytes, recipient: str) -> bytes:
    """Return the payload as it travels to the node of this age recipient."""
    deflate = zlib.compressobj(9, wbits=-15, zdict=DICTIONARY_1)
    short = deflate.compress(payload) + deflate.flush()
    plain = _DEFLATED + short if len(short) < len(payload) else _AS_IS + payload
    return sealing.seal_to([recipient], plain)


def open_(payload: bytes, seal: str) -> bytes:
    """Return the payload that an envelope brought; Invalid `relay.not-opened`.

    One code for all that can be wrong: another's seal, damage, a bomb.
    """
    if seal == NOT_SEALED:
        return payload
    try:
        plain = sealing.unseal(payload)
    except Invalid:
        raise broken("relay.not-opened") from None
    kind, rest = plain[:1], plain[1:]
    if kind == _AS_IS:
        return rest
    if kind != _DEFLATED:
        raise broken("relay.not-opened")
    inflate = zlib.decompressobj(wbits=-15, zdict=DICTIONARY_1)
    try:
        found = inflate.decompress(rest, MAX_PAYLOAD)
    except zlib.error:
        raise broken("relay.not-opened") from None
    if not inflate.eof or inflate.unused_data:
        raise broken("relay.not-opened")
    return found
