"""Tiles of C2SP tlog-tiles: their names, their widths, and proofs read from them."""

import re
from hashlib import sha256
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pishkhan.journal import merkle
from pishkhan.journal.tiles import ENTRIES, NoTile, Tile, TileReader, read_path, tiles, width


def leaf_hashes(count):
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


class Store:
    """A tree's tiles in memory, made from its leaf hashes alone; counts what is read."""

    def __init__(self, size):
        self.size = size
        self.levels = [leaf_hashes(size)]
        while len(self.levels[-1]) >= 256:
            below = self.levels[-1]
            whole = range(0, len(below) - 255, 256)
            self.levels.append([merkle.root_of_hashes(below[i : i + 256]) for i in whole])
        self.asked: list[tuple[int, int, int]] = []

    def __call__(self, level, index, wanted):
        self.asked.append((level, index, wanted))
        found = self.levels[level][index * 256 : index * 256 + wanted]
        assert len(found) == wanted, "a tile was asked for wider than it is"
        return b"".join(found)

    def straight(self, subtrees):
        """Read the same subtrees from the leaves, without tiles."""
        leaves = self.levels[0]
        return [merkle.root_of_hashes(leaves[p << h : (p + 1) << h]) for h, p in subtrees]


STORE = Store(70_000)


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(0, 0), "0/000"),
        (Tile(2, 0, 1), "2/000.p/1"),
        (Tile(0, 273, 112), "0/273.p/112"),
        (Tile(1, 999, 255), "1/999.p/255"),
        (Tile(1, 1000), "1/x001/000"),
        (Tile(ENTRIES, 1234067, 8), "entries/x001/x234/067.p/8"),
        (Tile(63, 0, 1), "63/000.p/1"),
    ],
)
def test_a_tile_has_one_path(tile, path):
    assert tile.path == path
    assert read_path(path) == tile


@given(st.integers(ENTRIES, 7), st.integers(0, 2**55 - 1), st.integers(1, 256))
def test_every_tile_is_found_by_its_path(level, index, wide):
    index >>= 8 * max(level, 0)
    tile = Tile(level, index, wide)
    assert read_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "/0/000",
        "0/000/",
        "0/0",
        "0/00",
        "0/0000",
        "0/x000/001",
        "0/x000/x000/001",
        "0/001/234",
        "0/x001/x234/x067",
        "0/X001/234",
        "0/1234067",
        "00/000",
        "01/000",
        "-1/000",
        "64/000",
        "100/000",
        "0/000.p",
        "0/000.p/",
        "0/000.p/0",
        "0/000.p/01",
        "0/000.p/256",
        "0/000.p/257",
        "0/000.p/999",
        "0/000.p/1/",
        "0/000.p/1.p/1",
        "0/000.P/1",
        "0/000\n",
        "0/000.p/1\n",
        " 0/000",
        "0/000?",
        "0/%30%30%30",
        "0/../000",
        "0\\000",
        "٠/000",
        "0/۰۰۰",
        "0/000.p/۱",
        "entries",
        "entries/0",
        "Entries/000",
        "entries/x000/000",
        "tile/0/000",
        "checkpoint",
        "0/x999/x999/x999/x999/x999/x999/999",
        "0/x036/x028/x797/x018/x963/968",
        "1/x000/x140/x737/x488/x355/x328",
        "63/001",
        "0/x001/x001/x001/x001/x001/x001/x001/001",
    ],
)
def test_any_other_spelling_names_no_tile(path):
    with pytest.raises(NoTile):
        read_path(path)


@given(st.from_regex(r"(?:[0-9]{1,2}|entries)/[x0-9/]{1,12}(?:\.p/[0-9]{1,3})?", fullmatch=True))
def test_what_is_read_is_written_the_same(path):
    try:
        tile = read_path(path)
    except NoTile:
        return
    assert tile.path == path


def test_coordinates_that_no_tree_has_are_refused():
    assert Tile(0, (2**63 - 1) >> 8).path == "0/x036/x028/x797/x018/x963/967"
    for level, index, wide in (
        (-2, 0, 1),
        (64, 0, 1),
        (0, 0, 0),
        (0, 0, 257),
        (0, -1, 1),
        (0, 2**55, 1),
        (ENTRIES, 2**55, 1),
        (1, 2**47, 1),
        (63, 1, 1),
    ):
        with pytest.raises(NoTile):
            Tile(level, index, wide)


# --- widths --------------------------------------------------------------------------------------


def test_a_tree_of_70000_leaves_has_the_tiles_that_the_specification_names():
    found = list(tiles(70_000))
    assert found == [
        *[Tile(0, index) for index in range(273)],
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]


def test_a_tree_of_256_leaves_has_one_full_tile_and_one_of_width_one():
    assert list(tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles(255)) == [Tile(0, 0, 255)]
    assert list(tiles(1)) == [Tile(0, 0, 1)]
    assert list(tiles(0)) == []


@given(st.integers(0, 2**40), st.integers(0, 8), st.integers(0, 2**20))
def test_a_width_counts_the_full_subtrees(size, level, index):
    hashes = size // 256**level
    assert width(level, index, size) == len(range(index * 256, min(hashes, (index + 1) * 256)))
    last = hashes // 256
    assert width(level, last, size) == size // 256**level % 256
    assert width(level, last + 1, size) == 0


@given(st.integers(0, 200_000), st.integers(0, 3_000))
def test_the_tiles_since_an_older_tree_are_those_that_changed(old, more):
    size = old + more
    new = list(tiles(size, since=old))
    assert set(new) == {tile for tile in tiles(size) if not tile.is_of(old)}
    assert len(new) == len(set(new))
    assert list(tiles(size, since=size)) == []


def test_a_tile_is_of_every_tree_that_is_wide_enough():
    for tile in (Tile(0, 273, 112), Tile(ENTRIES, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)):
        assert tile.is_of(70_000)
        assert tile.is_of(2**40)
    assert Tile(0, 273, 111).is_of(70_000)
    for tile in (Tile(0, 273, 113), Tile(ENTRIES, 273, 113), Tile(0, 273), Tile(1, 1, 18)):
        assert not tile.is_of(70_000)
    assert not Tile(2, 0, 2).is_of(70_000)
    assert not Tile(3, 0, 1).is_of(70_000)
    assert not Tile(0, 0, 1).is_of(0)


# --- reading -------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.integers(1, 70_000), st.data())
def test_proofs_from_tiles_are_those_from_the_leaves(size, data):
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    read = TileReader(STORE, keep=data.draw(st.sampled_from((0, 1, 3, 64)))).at(size)
    assert merkle.inclusion_proof(index, size, read) == merkle.inclusion_proof(
        index, size, STORE.straight
    )
    assert merkle.consistency_proof(old, size, read) == merkle.consistency_proof(
        old, size, STORE.straight
    )


@settings(max_examples=20)
@given(st.lists(st.integers(1, 70_000), min_size=2, max_size=6), st.data())
def test_one_reader_serves_trees_of_all_sizes(sizes, data):
    reader = TileReader(STORE)
    for size in sizes:
        root = merkle.tree_root(size, reader.at(size))
        index = data.draw(st.integers(0, size - 1))
        proof = merkle.inclusion_proof(index, size, reader.at(size))
        leaf = STORE.levels[0][index]
        assert merkle.root_of_inclusion(index, size, leaf, proof) == root
    assert merkle.tree_root(0, reader.at(0)) == sha256(b"").digest()


def test_the_root_over_tiles_is_the_root_over_the_leaves():
    read = TileReader(STORE).at(70_000)
    assert merkle.tree_root(70_000, read) == merkle.root_of_hashes(STORE.levels[0])


def test_a_tile_is_read_once_and_again_only_when_it_grew():
    store = Store(1000)
    reader = TileReader(store)
    for size in (600, 600, 512, 600):
        merkle.inclusion_proof(3, size, reader.at(size))
    assert store.asked == [(0, 0, 256), (1, 0, 2), (0, 2, 88)]
    store.asked.clear()
    merkle.inclusion_proof(3, 700, reader.at(700))
    assert store.asked == [(0, 2, 188)]


def test_no_more_tiles_are_kept_than_told():
    store = Store(256 * 5)
    reader = TileReader(store, keep=2)

    def touch(*indexes):
        store.asked.clear()
        for index in indexes:
            reader.at(256 * 5)([(0, index * 256)])
        return [index for _, index, _ in store.asked]

    assert touch(0, 1, 0, 1) == [0, 1]
    assert touch(2) == [2]
    assert touch(1, 2) == []
    assert touch(1, 3, 1) == [3]
    assert touch(2) == [2]
    assert len(reader._kept) == 2
    nothing = TileReader(store, keep=0)
    nothing.at(256 * 5)([(0, 0)])
    assert len(nothing._kept) == 0


def test_within_one_proof_no_tile_is_read_twice_though_nothing_is_kept():
    store = Store(70_000)
    merkle.inclusion_proof(123, 70_000, TileReader(store, keep=0).at(70_000))
    assert len(store.asked) == len(set(store.asked)) <= 5


@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_a_tile_of_the_wrong_length_is_refused(change):
    def read(level, index, wanted):
        return bytes(wanted * 32 + change)

    with pytest.raises(NoTile, match="a tile of the wrong length"):
        TileReader(read).at(300)([(0, 3)])


def test_a_subtree_that_is_not_full_is_never_read():
    read = TileReader(STORE).at(300)
    assert read([(8, 0), (5, 8), (0, 299)]) == STORE.straight([(8, 0), (5, 8), (0, 299)])
    for subtree in ((9, 0), (8, 1), (6, 4), (0, 300), (0, -1)):
        with pytest.raises(IndexError, match="no such subtree"):
            read([subtree])


def test_many_threads_read_by_one_reader():
    reader = TileReader(STORE, keep=3)
    failures: list[object] = []

    def work(seed):
        for step in range(40):
            size = 1 + (seed * 7919 + step * 104729) % 70_000
            index = (seed + step * 31) % size
            proof = merkle.inclusion_proof(index, size, reader.at(size))
            if proof != merkle.inclusion_proof(index, size, TileReader(STORE, keep=0).at(size)):
                failures.append((index, size))

    threads = [Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(reader._kept) == 3


def test_a_path_is_safe_to_hang_below_a_directory():
    for tile in tiles(70_000):
        assert re.fullmatch(r"[0-9x/]+(\.p/[0-9]+)?", tile.path)
