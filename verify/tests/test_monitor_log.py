"""Keys, epochs, tiles and entries, as a monitor looks at them."""

import shutil
from hashlib import sha256

import pytest

from pishkhan_verify.monitor import leaves
from pishkhan_verify.note import Checkpoint
from pishkhan_verify.tiles import Tiles
from tests import maker
from tests.publisher import HOUR, commit, opened, prefix_root


def test_a_key_that_is_not_in_the_policy_is_no_key(place):
    log = place.log(key=maker.log_key("stranger")).grow(3)
    log.publish()
    server, monitor = place.serve(log), place.monitor()
    assert monitor.look(server.url, code=1).wrong == ["log-unsigned"]
    assert monitor.remembered["logs"] == {}
    other = place.log("x", key=maker.log_key("x", "pishkhan/elsewhere/1")).grow(3)
    other.publish()
    assert monitor.look(other.folder, code=1).wrong == ["log-unknown"]
    note = (log.folder / "checkpoint").read_text("utf-8")
    key = maker.log_key()
    text = note.partition("\n\n")[0]
    forged = f"{text}\n\n{key.line(bytes(64))}"
    (log.folder / "checkpoint").write_text(forged, "utf-8")
    assert monitor.look(server.url, code=1).wrong == ["log-signature"]


def test_a_new_epoch_is_told_known_or_unknown(place):
    first, second = maker.log_key(), maker.log_key("second", maker.ORIGIN[:-1] + "2")
    one, two = place.log().grow(9), place.log("two", key=second).grow(2)
    one.publish()
    two.publish()
    server, monitor = place.serve(one), place.monitor()
    monitor.look(server.url, code=0)
    shutil.rmtree(one.folder)
    shutil.copytree(two.folder, one.folder)
    heard = monitor.look(server.url, code=1)
    assert heard.one("epoch-unknown")["values"] == {"old": maker.ORIGIN}
    monitor.policy.write_text(place.policy(first, second), "utf-8")
    heard = monitor.look(server.url, code=1)
    assert heard.one("epoch-new")["values"] == {"old": maker.ORIGIN, "size": 9}
    folder = monitor.evidence(heard, "epoch-new")
    assert opened((folder / "1.checkpoint").read_text("utf-8"), first)[0] == 9
    assert opened((folder / "2.checkpoint").read_text("utf-8"), second)[0] == 2
    place.wait(100 * HOUR)
    two.grow(1).publish(at=place.now() - 90)
    shutil.copytree(two.folder, one.folder, dirs_exist_ok=True)
    assert monitor.look(server.url, code=0).wrong == []  # told once, and the first may be silent
    one.publish()
    assert "epoch-back" in monitor.look(server.url, code=1).wrong


def test_a_former_log_that_is_still_served_beside_the_new_one_is_at_rest(place):
    first, second = maker.log_key(), maker.log_key("second", maker.ORIGIN[:-1] + "2")
    one, two = place.log().grow(9), place.log("two", key=second).grow(2)
    one.publish()
    two.publish()
    one_at, two_at = place.serve(one).url, place.serve(two).url
    monitor = place.monitor(policy=place.policy(first, second))
    monitor.look(one_at, code=0)
    assert monitor.look(one_at, two_at, code=1).wrong == ["epoch-new"]
    place.wait(100 * HOUR)
    two.grow(1).publish(at=place.now() - 90)
    assert monitor.look(one_at, two_at, code=0).wrong == []


def test_another_log_at_an_address_of_the_policy_is_told(place):
    mine, other = maker.log_key(), maker.log_key("o", "pishkhan/other/1")
    log = place.log(key=other).grow(3)
    log.publish()
    server = place.serve(log)
    text = place.policy(mine, other).replace(mine.vkey, f"{mine.vkey} {server.url}/")
    heard = place.monitor(policy=text).look(code=1)
    assert heard.one("log-other")["values"] == {"meant": mine.name}


def test_a_checkpoint_whose_tiles_give_another_root_is_not_taken(place):
    log = place.log().grow(20)
    log.publish()
    server, monitor = place.serve(log), place.monitor()
    tile = log.folder / "tile/0/000.p/20"
    good = tile.read_bytes()
    tile.write_bytes(bytes(32) + good[32:])
    heard = monitor.look(server.url, code=1)
    assert heard.wrong == ["tiles-other"]
    assert monitor.remembered["logs"] == {}
    folder = monitor.evidence(heard, "tiles-other")
    root = opened((folder / "1.checkpoint").read_text("utf-8"), log.log.key)[1]
    assert prefix_root(folder, 20) != root
    tile.write_bytes(good)
    monitor.look(server.url, code=0)
    log.grow(5).publish()
    grown = log.folder / "tile/0/000.p/25"
    grown.write_bytes(grown.read_bytes()[:-32] + bytes(32))
    assert monitor.look(server.url, code=1).wrong == ["tiles-other"]
    assert "\n20\n" in monitor.remembered["logs"][maker.ORIGIN]["newest"]["note"]


def test_an_entry_that_is_not_its_hash_is_told(place):
    log = place.log().grow(300)
    log.publish()
    bundle = log.folder / "tile/entries/001.p/44"
    good = bundle.read_bytes()
    bundle.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    server, monitor = place.serve(log), place.monitor()
    heard = monitor.look(server.url, code=1)
    assert heard.one("entry-other")["values"]["index"] == 299
    folder = monitor.evidence(heard, "entry-other")
    entry = (folder / "tile/entries/001.p/44").read_bytes()[-33:]
    kept = (folder / "tile/0/001.p/44").read_bytes()[-32:]
    assert sha256(b"\0" + entry).digest() != kept
    bundle.write_bytes(good[:-35])
    assert monitor.look(server.url, code=2).codes("unread") == ["tile-form"]
    bundle.unlink()
    assert monitor.look(server.url, code=2).codes("unread") == ["tile-missing"]
    bundle.write_bytes(good)
    assert monitor.look(server.url, code=0).wrong == []


def test_entries_that_fit_hashes_which_do_not_fit_the_root_are_told(place):
    log = place.log().grow(300)
    log.publish()
    false = place.log("false", salt=b"false").grow(300)
    false.publish()
    for name in ("tile/0/000", "tile/entries/000"):  # the level above stays what was signed
        shutil.copy(false.folder / name, log.folder / name)
    server, monitor = place.serve(log), place.monitor()
    assert monitor.look(server.url, code=1).wrong == ["tiles-other"]
    assert monitor.remembered["logs"][maker.ORIGIN]["leaves"] == 0


def test_the_verifier_compares_entries_that_lie_beside_the_tiles(place, world):
    log = place.log().grow(300)
    log.publish()
    world.set_policy(place.policy())
    assert world.check("--tiles", log.folder).code == 0
    bundle = log.folder / "tile/entries/000"
    bundle.write_bytes(b"\x00\x21\x02" + bundle.read_bytes()[3:])
    world.refused(
        "the entry 0 that the log serves does not fit its hash in the tile.",
        *("--tiles", log.folder),
    )
    bundle.write_bytes(bundle.read_bytes()[:-1])
    world.unreadable("tile entries/000 has the wrong size.", "--tiles", log.folder)


def test_many_entries_are_compared_over_several_looks(place, monkeypatch):
    monkeypatch.setattr("pishkhan_verify.monitor.after.MOST_WALKED", 256)
    log = place.log().grow(700)
    log.publish()
    server, monitor = place.serve(log), place.monitor()
    done = [monitor.look(server.url, code=0) for _ in range(4)]
    told = [each.codes().count("entries-later") for each in done]
    assert told == [1, 1, 0, 0]
    assert monitor.remembered["logs"][maker.ORIGIN]["leaves"] == 700


def test_a_stick_without_entries_is_said_to_be_without(place):
    log = place.log().grow(7)
    log.publish()
    shutil.rmtree(log.folder / "tile/entries")
    heard = place.monitor().look(log.folder, code=0)
    assert "entries-absent" in heard.codes("note")


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_every_stretch_of_leaves_is_tied_to_the_root(tmp_path, size):
    log = maker.Log(leaves=[commit(n) for n in range(size)])
    log.write_tiles(tmp_path)
    tiles = Tiles(tmp_path, size)
    head = Checkpoint("x", size, maker.mth(log.leaves))
    for start in {0, 1, size // 3, size - 1}:
        for end in {start, start + 1, (start + size) // 2, size}:
            if start <= end <= size:
                assert leaves.walk(tiles, head, start, end) == log.leaves[start:end]
