from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.journal import merkle

# The tree of the Certificate Transparency reference tests: these eight inputs and the roots over
# the first n of them (RFC 6962 hashing; used by most implementations of it).
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def test_the_published_roots_come_out():
    assert merkle.root([]).hex() == sha256(b"").hexdigest()
    assert [merkle.root(INPUTS[: n + 1]).hex() for n in range(8)] == ROOTS


TREES = st.lists(st.binary(max_size=8), max_size=40)


@given(TREES)
def test_the_root_is_the_recursive_definition(leaves):
    assert merkle.root(leaves) == naive(leaves)


@given(TREES, st.data())
def test_any_subset_of_leaves_proves_itself(leaves, data):
    places = st.integers(0, len(leaves) - 1) if leaves else st.nothing()
    shown = data.draw(st.sets(places))
    proof = merkle.subset_proof(leaves, shown)
    reached = merkle.subset_root(len(leaves), {i: leaves[i] for i in shown}, proof)
    assert reached == merkle.root(leaves)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=20), st.data())
def test_nothing_changed_proves_itself(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.subset_proof(leaves, {place})
    root = merkle.root(leaves)
    other = data.draw(st.binary(max_size=8).filter(lambda b: b != leaves[place]))
    assert merkle.subset_root(len(leaves), {place: other}, proof) != root
    for i in range(len(proof)):
        bent = [*proof]
        bent[i] = bytes([bent[i][0] ^ 1]) + bent[i][1:]
        assert merkle.subset_root(len(leaves), {place: leaves[place]}, bent) != root


def test_a_misshapen_proof_is_refused():
    proof = merkle.subset_proof(INPUTS, {2})
    assert len(proof) == 3
    shown = {2: INPUTS[2]}
    for size, given_leaves, bad in (
        (8, shown, proof[:-1]),
        (8, shown, [*proof, proof[0]]),
        (8, shown, [proof[0][:31], *proof[1:]]),
        (2, shown, proof),
        (0, shown, []),
        (-1, {}, []),
        (8, {-1: b""}, proof),
    ):
        with pytest.raises(merkle.BadProof):
            merkle.subset_root(size, given_leaves, bad)
    with pytest.raises(IndexError):
        merkle.subset_proof(INPUTS, {8})
