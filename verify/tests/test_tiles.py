"""A whole tree, one tree as the beginning of another, and a log that shows two."""

import hashlib
import shutil

import pytest

from pishkhan_verify.merkle import EMPTY
from pishkhan_verify.tiles import Tiles, both_roots, name_of, whole_root
from tests import maker


def leaves(count, salt=b""):
    return [hashlib.sha256(salt + i.to_bytes(4, "big")).digest() for i in range(count)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("big")
    log = maker.Log(leaves=leaves(70_000))
    log.write_tiles(folder)
    return log, folder


@pytest.fixture
def big(world, made):
    """A log of 70,000 leaves: three levels, each with a partial tile."""
    log, folder = made
    shutil.copytree(folder, world.folder, dirs_exist_ok=True)
    world.write("checkpoint", log.checkpoint(witnesses=world.witnesses[:2]))
    return log


def test_tiles_have_the_names_of_the_specification():
    assert name_of(0, 0, 256) == "0/000"
    assert name_of(0, 273, 112) == "0/273.p/112"
    assert name_of(2, 1234067, 256) == "2/x001/x234/067"
    assert name_of(1, 1000, 1) == "1/x001/000.p/1"


def test_a_whole_tree_is_computed_from_its_leaves_and_every_upper_tile_compared(world, big):
    answer = world.check("--tiles", world.folder)
    assert answer.code == 0
    assert "The tiles are the signed tree: 70,000 leaves, all of them hashed." in answer.out
    told = world.check("--tiles", world.folder / "tile", f"{world.folder}/checkpoint", "--json")
    assert (told.json["about"], told.json["verdict"]) == ("tree", "witnessed")


@pytest.mark.parametrize("name", ["1/000", "1/001.p/17", "2/000.p/1"])
def test_a_changed_upper_tile_is_named(world, big, name):
    tile = world.folder / "tile" / name
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    world.refused(f"tile {name} is not what the tiles below it give.", "--tiles", world.folder)


def test_a_changed_leaf_is_found(world, big):
    tile = world.folder / "tile/0/273.p/112"
    tile.write_bytes(tile.read_bytes()[:-1] + b"?")
    sentence = "the tiles do not fit the checkpoint of 70,000 leaves."
    world.refused(sentence, "--tiles", world.folder)


def test_a_tile_that_is_missing_or_of_another_size_is_named(world, big):
    tile = world.folder / "tile/0/100"
    tile.write_bytes(tile.read_bytes() + b"?")
    world.unreadable("tile 0/100 has the wrong size.", "--tiles", world.folder)
    tile.unlink()
    world.unreadable("tile 0/100 is missing.", "--tiles", world.folder)


def test_a_full_tile_stands_in_for_a_partial_one(world):
    log = maker.Log(world.log.key, leaves(300))
    log.write_tiles(world.folder)
    world.write("checkpoint", log.checkpoint(200))
    assert world.check("--tiles", world.folder).code == 0


@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 4096, 65_535, 65_536, 65_537, 69_999])
def test_an_older_tree_is_the_beginning_of_a_newer_one(world, big, old):
    before = world.write("old", big.checkpoint(old))
    answer = world.check(before, f"{world.folder}/checkpoint", "--tiles", world.folder)
    assert answer.code == 0
    told = f"The tree of {old:,} leaves is the beginning of the tree of 70,000."
    assert told in answer.out


@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 4096, 65_535, 65_536, 65_537, 69_999])
def test_an_older_tree_with_another_leaf_is_not_the_beginning(world, big, old):
    if old:
        second = maker.Log(big.key, [bytes(32), *big.leaves[1:old]]).checkpoint()
        sentence = (
            f"the tree of {old:,} leaves is not the beginning of the tree of 70,000:"
            " history was changed."
        )
        newest = f"{world.folder}/checkpoint"
        world.refused(sentence, newest, world.write("old", second), "--tiles", world.folder)
    else:
        assert both_roots(Tiles(world.folder, 70_000), 0)[0] == EMPTY


def test_tiles_of_another_tree_neither_prove_nor_accuse(world, big):
    before = world.write("old", big.checkpoint(300))
    maker.Log(big.key, leaves(70_000, b"x")).write_tiles(world.folder)
    sentence = "the tiles do not fit the checkpoint of 70,000 leaves."
    world.refused(sentence, before, f"{world.folder}/checkpoint", "--tiles", world.folder)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 511, 600])
def test_every_beginning_of_small_trees_has_its_root(tmp_path, size):
    log = maker.Log(leaves=leaves(size))
    log.write_tiles(tmp_path)
    tiles = Tiles(tmp_path, size)
    assert whole_root(tiles) == maker.mth(log.leaves)
    for old in {0, 1, 2, 3, size // 3, size // 2, size - 1, size} - {*range(size + 1, 9)}:
        assert both_roots(tiles, old) == (maker.mth(log.leaves[:old]), maker.mth(log.leaves))


def test_two_checkpoints_of_one_size_with_two_roots_are_a_split_view(world):
    second = maker.Log(world.log.key, [bytes(32), *world.log.leaves[1:]])
    sentence = "the log signed two different trees of 11 leaves: a split view."
    one = world.write("one", world.log.checkpoint())
    world.refused(sentence, one, world.write("two", second.checkpoint()))
    assert world.check(one, one).code == 0


def test_a_proof_in_a_tree_that_others_were_not_shown_is_a_split_view(world):
    other = maker.Log(world.log.key, [bytes(32), *world.log.leaves[1:]])
    head = world.write("checkpoint", other.checkpoint(witnesses=world.witnesses))
    world.refused(
        "the log signed two different trees of 11 leaves: a split view.",
        world.write("a", world.proof()),
        head,
    )


def test_checkpoints_of_two_sizes_need_the_tiles(world):
    heads = [world.write(f"{size}", world.log.checkpoint(size)) for size in (3, 9)]
    sentence = "to compare checkpoints of two sizes, give the folder of tiles by --tiles."
    world.unreadable(sentence, *(f"{world.folder}/{size}" for size in (3, 9)))
    world.log.write_tiles(world.folder, 9)
    assert world.check(*heads, "--tiles", world.folder).code == 0


def test_checkpoints_of_two_logs_are_not_compared(world):
    second = maker.Log(maker.log_key("second", "pishkhan/second/1"), world.log.leaves)
    world.set_policy(maker.policy(world.log.key, second.key, witnesses=world.witnesses))
    heads = [world.write(log.key.name[-6:-2], log.checkpoint()) for log in (world.log, second)]
    world.refused("what was given is of different logs.", *heads)


def test_a_checkpoint_alone_is_checked_by_its_signatures(world):
    head = world.write("c", world.log.checkpoint(witnesses=world.witnesses[:1]))
    answer = world.check(head)
    assert "The log signed this checkpoint: 11 leaves." in answer.out
    assert "Cosigned by w1" in answer.out
    world.refused("it is logged, not witnessed.", head, "--require", "witnessed")


def test_a_checkpoint_of_an_absurd_size_ends_at_the_first_missing_tile(world):
    text = f"{world.log.key.name}\n{2**63 - 1}\n{maker.b64(bytes(32))}\n"
    line = world.log.key.line(world.log.key.private.sign(text.encode()))
    world.write("checkpoint", f"{text}\n{line}")
    (world.folder / "tile").mkdir()
    world.unreadable("tile 0/000 is missing.", "--tiles", world.folder)
