import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.sealing import api
from pishkhan.sealing.logic import signing

# RFC 8032, section 7.1, TEST 3.
SECRET = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
PUBLIC = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
SIGNATURE = bytes.fromhex(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)


def test_the_library_gives_the_signature_of_the_rfc():
    key = Ed25519PrivateKey.from_private_bytes(SECRET)
    assert key.public_key().public_bytes_raw() == PUBLIC
    assert key.sign(bytes.fromhex("af82")) == SIGNATURE


def test_a_signature_counts_for_its_bytes_kind_and_key_alone():
    public = api.node_key().public_key
    signature = api.sign("envelope", b"header and payload")
    assert len(signature) == 64
    assert api.verify("envelope", b"header and payload", signature, public)
    assert not api.verify("envelope", b"header and payloae", signature, public)
    assert not api.verify("receipt", b"header and payload", signature, public)
    assert not api.verify("envelope", b"header and payload", signature, PUBLIC)
    bent = bytes([signature[0] ^ 1]) + signature[1:]
    assert not api.verify("envelope", b"header and payload", bent, public)


def test_what_is_signed_names_product_kind_and_version():
    assert signing.message("relay.receipt", b"x") == b"pishkhan/relay.receipt/v1\nx"
    key = Ed25519PrivateKey.from_private_bytes(SECRET)
    assert signing.sign(key, "envelope", b"x") == key.sign(b"pishkhan/envelope/v1\nx")


@pytest.mark.parametrize("kind", ["", "A", "a/v1", "a\n", "a b", "1a", "a" * 65, "نامه"])
def test_an_ill_formed_kind_is_refused(kind):
    with pytest.raises(ValueError, match="kind"):
        api.sign(kind, b"")
    with pytest.raises(ValueError, match="kind"):
        api.verify(kind, b"", SIGNATURE, PUBLIC)


@given(st.binary(max_size=80), st.binary(max_size=40))
def test_rubbish_is_no_signature_and_raises_nothing(signature, public):
    assert not api.verify("envelope", b"x", signature, public)
    assert not api.verify("envelope", b"x", (signature * 64)[:64], (public * 32)[:32])
