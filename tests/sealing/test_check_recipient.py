"""To whom can be sealed: X25519's recipients of age, written one way."""

from __future__ import annotations

import io

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519

from pishkhan.kernel.errors import Invalid
from pishkhan.sealing import api

KNOWN = "age1nyg86rs5k33se2gvl3m3j792ucvws7ukdgsnfcssr2an3aqhlawqnm026z"
TAGGED = "age1tag1qgnwln4apm57xjnxjxr7rze6jy3t9aenj3dkf8xfl8ujr60emtvpy5u75j9"  # of a token
SSH = (
    Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
)  # fmt: skip


def test_a_recipient_is_given_back_as_it_is_always_written():
    assert api.check_recipient(KNOWN) == KNOWN
    assert api.check_recipient(KNOWN.upper()) == KNOWN


def bad(text: str) -> None:
    with pytest.raises(Invalid, match=r"sealing\.bad-recipient"):
        api.check_recipient(text)
    with pytest.raises(Invalid, match=r"sealing\.bad-recipient"):
        api.seal_to([KNOWN, text], b"words")
    target = io.BytesIO()
    with pytest.raises(Invalid, match=r"sealing\.bad-recipient"):
        api.seal_stream([KNOWN, text], io.BytesIO(b"words"), target)
    assert not target.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "", "age1", "node", "گ", "\0", "\ud800",
        f" {KNOWN}", f"{KNOWN}\n", f"{KNOWN}\0", KNOWN[:-1], KNOWN[:10] + KNOWN[10:].upper(),
        KNOWN.replace("6z", "6q"), KNOWN.replace("age1", "agf1"),
        SSH, TAGGED,
    ],
)  # fmt: skip
def test_what_is_no_recipient_of_x25519_is_refused(text):
    bad(text)


# What the library panics at: 0, 1, the two of order 8, p - 1, p, p + 1 (RFC 7748, section 6.1).
LOW = [
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
    "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
]


@pytest.mark.parametrize("text", LOW)
def test_a_key_of_low_order_is_refused_for_anyone_could_open_it(text):
    assert str(x25519.Recipient.from_str(text)) == text
    bad(text)
