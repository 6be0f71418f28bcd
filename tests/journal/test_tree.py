"""The tree that grows, and its proofs: RFC 9162, section 2.1, and the published vectors."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.test_merkle import INPUTS

from pishkhan.journal import merkle
from pishkhan.journal.merkle import BadProof

# The reference tests of Certificate Transparency (RFC 6962 hashing): eight leaves, the hashes of
# their tree, height by height, and the proofs that go with them.
LEAVES = INPUTS
H0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
H1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
H4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
H01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
H23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
H45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
H67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
H0123 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
H4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    H0,
    H01,
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    H0123,
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (index, size) → path
    (0, 1): [],
    (0, 8): [H1, H23, H4567],
    (5, 8): [H4, H67, H0123],
    (2, 3): [H01],
    (1, 5): [H0, H23, H4],
}
CONSISTENCY = {  # (old size, size) → proof
    (1, 1): [],
    (1, 8): [H1, H23, H4567],
    (6, 8): [H45, H67, H0123],
    (2, 5): [H23, H4],
}


def mth(leaves):
    """MTH of RFC 9162, section 2.1.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = largest_power_below(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    """PATH of RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, b):
    """SUBPROOF of RFC 9162, section 2.1.4.1."""
    if m == len(leaves):
        return [] if b else [mth(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], b), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def largest_power_below(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def reader(leaves):
    """What reads the roots of full subtrees, straight from the leaves."""

    def read(subtrees):
        found = []
        for height, place in subtrees:
            part = leaves[place << height : (place + 1) << height]
            assert len(part) == 1 << height, "a subtree that is not full was asked for"
            found.append(mth(part))
        return found

    return read


def numbered(count):
    return [number.to_bytes(2, "big") for number in range(count)]


def hexes(hashes):
    return [each.hex() for each in hashes]


def flipped(data, bit=0):
    return bytes([data[0] ^ (1 << bit), *data[1:]])


def bent(proof):
    """Return wrong copies of a proof: a flipped bit, a hash dropped, added or swapped."""
    extra = sha256(b"extra").digest()
    found = [[*proof[:i], extra, *proof[i:]] for i in range(len(proof) + 1)]
    for i, each in enumerate(proof):
        found.append([*proof[:i], *proof[i + 1 :]])
        found.append([*proof[: i + 1], *proof[i:]])
        found.append([*proof[:i], each[:31] + bytes([each[31] ^ 0x80]), *proof[i + 1 :]])
        found.append([*proof[:i], flipped(each), *proof[i + 1 :]])
        found.append([*proof[:i], each[:31], *proof[i + 1 :]])
        found.append([*proof[:i], each + b"\0", *proof[i + 1 :]])
        found += [
            [*proof[:i], proof[j], *proof[i + 1 : j], each, *proof[j + 1 :]]
            for j in range(i + 1, len(proof))
        ]
    return [each for each in found if each != proof]


def refused_inclusion(index, size, leaf, proof, root):
    try:
        return merkle.root_of_inclusion(index, size, leaf, proof) != root
    except BadProof:
        return True


def refused_consistency(old, size, old_root, root, proof):
    try:
        merkle.check_consistency(old, size, old_root, root, proof)
    except BadProof:
        return True
    return False


SIZES = st.integers(1, 70)


# --- growing -------------------------------------------------------------------------------------


def test_the_published_roots_come_out_leaf_by_leaf():
    edge: tuple[bytes, ...] = ()
    for size, leaf in enumerate(LEAVES):
        assert merkle.root_of_edge(edge).hex() == ROOTS[size]
        edge = merkle.grow(size, edge, [merkle.leaf_hash(leaf)]).edge
    assert hexes(edge) == [ROOTS[8]]


@given(st.lists(st.integers(0, 40), max_size=6), st.sets(st.integers(0, 7)))
def test_a_tree_grown_in_parts_is_the_tree_of_all_leaves(parts, heights):
    leaves = numbered(sum(parts))
    size = 0
    edge: tuple[bytes, ...] = ()
    for count in parts:
        hashes = [merkle.leaf_hash(leaf) for leaf in leaves[size : size + count]]
        grown = merkle.grow(size, edge, hashes, heights)
        assert grown.size == size + count
        assert set(grown.rows) == heights
        for height in heights:
            new = range(size >> height, grown.size >> height)
            assert list(grown.rows[height]) == reader(leaves)([(height, place) for place in new])
        size, edge = grown.size, grown.edge
        assert list(edge) == reader(leaves)(merkle.subtrees(0, size))
        assert merkle.root_of_edge(edge) == mth(leaves[:size])


def test_an_edge_of_another_size_is_refused():
    one = merkle.leaf_hash(b"")
    for size, edge in ((0, (one,)), (1, ()), (2, (one, one)), (3, (one,)), (-1, (one,))):
        with pytest.raises(ValueError, match="the edge does not fit the size"):
            merkle.grow(size, edge, [one])


def test_adding_nothing_changes_nothing():
    edge = (merkle.leaf_hash(b""),)
    assert merkle.grow(1, edge, [], {0, 3}) == merkle.Grown(1, edge, {0: (), 3: ()})


@given(SIZES, st.data())
def test_the_subtrees_of_a_part_are_full_and_leave_no_leaf_out(size, data):
    end = data.draw(st.integers(0, size))
    covered: list[int] = []
    for height, place in merkle.subtrees(0, end):
        covered += range(place << height, (place + 1) << height)
    assert covered == list(range(end))
    assert len(merkle.subtrees(0, end)) == end.bit_count()
    assert merkle.subtrees(8, 8 + 7) == [(2, 2), (1, 6), (0, 14)]
    assert merkle.subtrees(8, 8) == []


# --- inclusion -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_published_inclusion_paths_come_out_and_lead_to_the_root(index, size):
    proof = merkle.inclusion_proof(index, size, reader(LEAVES))
    assert hexes(proof) == INCLUSION[index, size]
    reached = merkle.root_of_inclusion(index, size, merkle.leaf_hash(LEAVES[index]), proof)
    assert reached.hex() == ROOTS[size]


@settings(max_examples=60)
@given(SIZES, st.data())
def test_an_inclusion_path_is_the_recursive_definition(size, data):
    leaves = numbered(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, reader(leaves))
    assert proof == path(index, leaves)
    leaf = merkle.leaf_hash(leaves[index])
    assert merkle.root_of_inclusion(index, size, leaf, proof) == mth(leaves)
    assert merkle.tree_root(size, reader(leaves)) == mth(leaves)


@settings(max_examples=40)
@given(st.integers(1, 40), st.data())
def test_a_wrong_inclusion_path_leads_to_no_root(size, data):
    leaves = numbered(size)
    index = data.draw(st.integers(0, size - 1))
    leaf, root = merkle.leaf_hash(leaves[index]), mth(leaves)
    proof = path(index, leaves)
    assert not refused_inclusion(index, size, leaf, proof, root)
    for wrong in bent(proof):
        assert refused_inclusion(index, size, leaf, wrong, root)
    for other in set(range(-1, size + 2)) - {index}:
        assert refused_inclusion(other, size, leaf, proof, root)
    assert refused_inclusion(index, size, flipped(leaf), proof, root)
    assert refused_inclusion(index, size, leaf, proof, flipped(root, 7))


@settings(max_examples=40)
@given(st.integers(1, 40), st.data())
def test_a_path_of_another_size_is_refused_or_is_the_path_of_both(size, data):
    """A size says nothing by itself: trees of some sizes have one path, and one root, for a leaf.

    For the first leaf of 3 and of 4 the shape is one; only the signed size tells them apart.
    """
    leaves = numbered(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, 80))
    leaf, proof, root = merkle.leaf_hash(leaves[index]), path(index, leaves), mth(leaves)

    def turns(count):
        found, start, end = [], 0, count
        while end - start > 1:
            middle = start + largest_power_below(end - start)
            found.append(index < middle)
            start, end = (start, middle) if index < middle else (middle, end)
        return found

    same = index < other and turns(other) == turns(size)
    assert refused_inclusion(index, other, leaf, proof, root) is not same


def test_every_check_of_an_inclusion_path_says_what_is_wrong():
    leaves = numbered(6)
    leaf, proof = merkle.leaf_hash(leaves[1]), path(1, leaves)
    for index, size in ((6, 6), (-1, 6), (0, 0), (0, -1)):
        with pytest.raises(BadProof, match="an index outside the tree"):
            merkle.root_of_inclusion(index, size, leaf, proof)
    with pytest.raises(BadProof, match="hashes left over"):
        merkle.root_of_inclusion(1, 6, leaf, [*proof, proof[0]])
    with pytest.raises(BadProof, match="hashes left over"):
        merkle.root_of_inclusion(0, 1, leaf, [proof[0]])
    for count in range(len(proof)):
        with pytest.raises(BadProof, match="a hash is missing"):
            merkle.root_of_inclusion(1, 6, leaf, proof[:count])
    for size, short, hashes in ((1, leaf[:31], []), (2, leaf, [leaf[:31]])):
        with pytest.raises(BadProof, match="a hash of the wrong size"):
            merkle.root_of_inclusion(0, size, short, hashes)
    with pytest.raises(IndexError, match="no such leaf"):
        merkle.inclusion_proof(6, 6, reader(leaves))
    with pytest.raises(IndexError, match="no such leaf"):
        merkle.inclusion_proof(-1, 6, reader(leaves))


def test_a_byte_moved_from_the_sibling_to_the_leaf_is_refused():
    """Both spellings have the same bytes and so the same root: only the lengths tell."""
    left, right = merkle.leaf_hash(b"left"), merkle.leaf_hash(b"right")
    assert sha256(b"\x01" + (left + right[:1]) + right[1:]).digest() == mth([b"left", b"right"])
    with pytest.raises(BadProof, match="a hash of the wrong size"):
        merkle.root_of_inclusion(0, 2, left + right[:1], [right[1:]])


# --- consistency ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_the_published_consistency_proofs_come_out_and_hold(old, size):
    proof = merkle.consistency_proof(old, size, reader(LEAVES))
    assert hexes(proof) == CONSISTENCY[old, size]
    merkle.check_consistency(
        old, size, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size]), proof
    )


@settings(max_examples=60)
@given(SIZES, st.data())
def test_a_consistency_proof_is_the_recursive_definition(size, data):
    leaves = numbered(size)
    old = data.draw(st.integers(0, size))
    proof = merkle.consistency_proof(old, size, reader(leaves))
    assert proof == (subproof(old, leaves, True) if old else [])
    merkle.check_consistency(old, size, mth(leaves[:old]), mth(leaves), proof)


@settings(max_examples=40)
@given(st.integers(1, 40), st.data())
def test_a_wrong_consistency_proof_is_refused(size, data):
    leaves = numbered(size)
    old = data.draw(st.integers(0, size))
    old_root, root = mth(leaves[:old]), mth(leaves)
    proof = subproof(old, leaves, True) if old else []
    for wrong in bent(proof):
        assert refused_consistency(old, size, old_root, root, wrong)
    assert refused_consistency(old, size, flipped(old_root), root, proof)
    assert refused_consistency(old, size, old_root, flipped(root), proof) is (old > 0)
    assert refused_consistency(old, size, root, old_root, proof) is (old < size)
    for other in set(range(-1, size + 2)) - {old}:
        assert refused_consistency(other, size, old_root, root, proof)


@settings(max_examples=40)
@given(st.integers(2, 40), st.data())
def test_a_log_that_changed_a_leaf_cannot_prove_that_it_grew(size, data):
    leaves = numbered(size)
    old = data.draw(st.integers(1, size - 1))
    changed = list(leaves)
    changed[data.draw(st.integers(0, old - 1))] = b"changed"
    old_root, root = mth(leaves[:old]), mth(changed)
    for source in (leaves, changed):
        proof = merkle.consistency_proof(old, size, reader(source))
        assert refused_consistency(old, size, old_root, root, proof)


def test_every_check_of_a_consistency_proof_says_what_is_wrong():
    leaves = numbered(7)
    root = {size: mth(leaves[:size]) for size in range(8)}
    proof = subproof(3, leaves, True)
    one, empty = root[1], root[0]
    for old, size, old_root, root_now, hashes, said in (
        (8, 7, one, root[7], proof, "the old tree is the larger one"),
        (-1, 7, one, root[7], proof, "the old tree is the larger one"),
        (3, 7, root[3], root[7], [*proof, one], "hashes left over"),
        (3, 7, root[3], root[7], proof[:-1], "a hash is missing"),
        (3, 7, root[3], root[7], proof[:1], "a hash is missing"),
        (3, 7, root[3], root[7], [], "a hash is missing"),
        (4, 7, root[4], root[7], [], "a hash is missing"),
        (3, 7, root[4], root[7], proof, "the proof does not lead to both roots"),
        (3, 7, root[3], root[6], proof, "the proof does not lead to both roots"),
        (0, 7, empty, root[7], [one], "hashes left over"),
        (7, 7, root[7], root[7], [one], "hashes left over"),
        (0, 7, one, root[7], [], "this is not the root of the empty tree"),
        (0, 0, one, one, [], "this is not the root of the empty tree"),
        (0, 0, empty, one, [], "two roots for one size"),
        (7, 7, root[6], root[7], [], "two roots for one size"),
        (0, 7, empty, root[7][:31], [], "a hash of the wrong size"),
        (7, 7, root[7][:31], root[7], [], "a hash of the wrong size"),
        (1, 2, one, root[2], [one[:31]], "a hash of the wrong size"),
    ):
        with pytest.raises(BadProof, match=said):
            merkle.check_consistency(old, size, old_root, root_now, hashes)
    with pytest.raises(IndexError, match="the old tree is the larger one"):
        merkle.consistency_proof(8, 7, reader(leaves))
    with pytest.raises(IndexError, match="the old tree is the larger one"):
        merkle.consistency_proof(-1, 7, reader(leaves))


def test_a_byte_moved_into_the_old_root_is_refused():
    left, right = merkle.leaf_hash(b"left"), merkle.leaf_hash(b"right")
    with pytest.raises(BadProof, match="a hash of the wrong size"):
        merkle.check_consistency(1, 2, left + right[:1], mth([b"left", b"right"]), [right[1:]])
