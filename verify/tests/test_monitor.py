"""What a monitor tells of a log that it looks at again and again, and what it keeps as evidence."""

import random
import re
import shutil
from base64 import b64encode
from hashlib import sha256

import pytest

from pishkhan_verify import cli as verifier
from pishkhan_verify.monitor import leaves, state, words
from tests import maker
from tests.publisher import HOUR, commit, cosigned, opened


def prefix_root(folder, size):
    """The root over the first leaves of the level-0 tiles that a folder of evidence keeps."""
    data = b""
    for number in range((size + 255) // 256):
        full = folder / f"tile/0/{number:03}"
        (name,) = [full] if full.is_file() else folder.glob(f"tile/0/{number:03}.p/*")
        data += name.read_bytes()
    hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
    return maker.mth(hashes[:size])


def test_a_log_that_grows_is_good_and_remembered_whole(place):
    log = place.log().grow(3)
    first = log.publish()
    server, monitor = place.serve(log), place.monitor()
    heard = monitor.look(server.url, code=0)
    assert heard.codes() == ["watching", "witnessed"]
    second = log.grow(300).publish()
    heard = monitor.look(server.url, code=0)
    assert heard.one("witnessed")["values"] == {"size": 303}
    known = monitor.remembered["logs"][maker.ORIGIN]
    assert (known["newest"]["note"], known["newest"]["at"]) == (second, place.now())
    assert [each["note"] for each in known["history"]] == [first]
    assert known["leaves"] == 303


def test_no_growth_of_an_honest_log_is_ever_found_wrong(place):
    chance = random.Random(20261123)
    log = place.log().grow(1)
    place.clock[0] = log.at + 90
    log.publish(at=place.now() - 80)
    server, monitor, other = place.serve(log), place.monitor(), place.monitor("other")
    looks = 0
    for _ in range(50):
        place.wait(chance.choice([61, 300, 4000]))
        log.grow(chance.choice([1, 1, 2, 7, 30, 255, 256])).publish(at=place.now() - 60)
        if chance.random() < 0.7:
            place.wait(chance.randrange(100))
            assert monitor.look(server.url, code=0).codes("wrong") == []
            looks += 1
        if chance.random() < 0.3:
            assert other.look(server.url, monitor.state, code=0).codes("unread") == []
            looks += 1
    assert looks > 40
    assert not list(place.folder.glob("*/evidence-*"))
    assert monitor.remembered["logs"][maker.ORIGIN]["leaves"] > 1000


# --- split views ---------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(9, 9), (9, 12), (300, 280), (700, 515)])
def test_two_auditors_who_are_shown_two_logs_find_it_by_each_other_s_state(place, sizes, world):
    shared, mine, theirs = min(sizes) - 4, *sizes
    one = place.log().grow(mine)
    two = one.branch(place.folder / "two", shared).grow(theirs - shared)
    one.publish()
    two.publish()
    first, second = place.monitor("first"), place.monitor("second")
    one_at, two_at = place.serve(one).url, place.serve(two).url
    first.look(one_at, code=0)
    second.look(two_at, code=0)
    heard = first.look(one_at, second.state)
    if theirs > mine:  # nobody here has its tiles: it waits until this log is as large
        assert (heard.code, heard.wrong) == (0, [])
        assert heard.one("ahead")["values"] == {"size": mine, "newest": theirs}
        one.grow(5).publish()
        heard = first.look(one_at)
    code = "split-view" if theirs == mine else "not-beginning"
    assert (heard.code, heard.wrong) == (1, [code])
    # By a few lines: both are signed by one key; they exclude each other.
    folder = first.evidence(heard, code)
    notes = [(folder / f"{n}.checkpoint").read_text("utf-8") for n in (1, 2)]
    (small, small_root), (large, large_root) = (opened(note, one.log.key) for note in notes)
    if small == large:
        assert small_root != large_root
    elif large <= 256:
        assert prefix_root(folder, large) == large_root
        assert prefix_root(folder, small) != small_root
    # And by the program, from the folder alone.
    world.policy = str(folder / "policy")
    sentence = "a split view." if small == large else "history was changed."
    answer = world.check(*(folder / f"{n}.checkpoint" for n in (1, 2)), "--tiles", folder)
    assert answer.code == 1
    assert answer.err.endswith(f"{sentence}\n")
    readme = (folder / "README.txt").read_text("utf-8")
    assert "That is proof to anybody." in readme
    assert "همین برای هر کس بس است" in readme
    # It is told for ever, of the same folder, and what is remembered stays.
    again = first.look(one_at, code=1)
    assert again.one(code)["evidence"] == folder.name
    assert len(list(first.state.glob("evidence-*"))) == 1
    newest = first.remembered["logs"][maker.ORIGIN]["newest"]["note"]
    assert newest == (one.folder / "checkpoint").read_text("utf-8")


def test_a_log_that_changes_its_past_is_found_by_one_monitor(place):
    log = place.log().grow(20)
    log.publish()
    other = log.branch(place.folder / "other", 10).grow(40)
    other.publish()
    server, monitor = place.serve(log), place.monitor()
    monitor.look(server.url, code=0)
    shutil.rmtree(log.folder)
    shutil.copytree(other.folder, log.folder)
    heard = monitor.look(server.url, code=1)
    assert heard.wrong == ["not-beginning"]
    assert heard.one("not-beginning")["values"] == {"old": 20, "size": 50, "first": server.url}
    folder = monitor.evidence(heard, "not-beginning")
    assert prefix_root(folder, 50) == opened((folder / "2.checkpoint").read_text(), log.log.key)[1]
    assert prefix_root(folder, 20) != opened((folder / "1.checkpoint").read_text(), log.log.key)[1]
    # Each other history is kept beside the first, and nothing is written over.
    kept = {path: path.read_bytes() for path in monitor.state.glob("evidence-*/*.*")}
    other.grow(3).publish()
    shutil.copytree(other.folder, log.folder, dirs_exist_ok=True)
    assert monitor.look(server.url, code=1).wrong == ["not-beginning"] * 2
    assert len(list(monitor.state.glob("evidence-*"))) == 2
    assert all(path.read_bytes() == data for path, data in kept.items())


def test_a_checkpoint_file_and_a_stick_are_compared_too(place):
    log = place.log().grow(20)
    log.publish()
    other = log.branch(place.folder / "stick", 10).grow(15)
    other.publish()
    older = place.log("older", commits=log.commits[:7])
    note = older.publish(at=log.at - 100)
    monitor = place.monitor()
    assert monitor.look(log.folder, code=0).codes() == ["watching", "witnessed"]
    assert monitor.look(older.folder, log.folder, code=0).codes() == ["older", "witnessed"]
    (place.folder / "note").write_text(note, "utf-8")
    assert monitor.look(log.folder, place.folder / "note", code=0).wrong == []
    heard = monitor.look(other.folder, code=1)
    assert heard.wrong == ["not-beginning"]


# --- rollbacks -----------------------------------------------------------------------------------


def test_a_log_that_goes_back_is_told_and_an_old_note_from_a_new_one(place):
    log = place.log().grow(20)
    old = log.publish(at=maker.ACCEPTED)
    server, monitor = place.serve(log), place.monitor()
    monitor.look(server.url, code=0)
    seen = place.now()
    log.grow(10).publish(at=maker.ACCEPTED + 100)
    place.wait(100)
    monitor.look(server.url, code=0)
    (log.folder / "checkpoint").write_text(old, "utf-8")
    heard = monitor.look(server.url, code=1)
    assert heard.wrong == ["rollback-old"]
    assert heard.one("rollback-old")["values"] == {"size": 20, "old": 30, "at": seen}
    assert "It may be a stale cache." in heard.one("rollback-old")["sentence"]
    folder = monitor.evidence(heard, "rollback-old")
    notes = [(folder / f"{n}.checkpoint").read_text("utf-8") for n in (1, 2)]
    assert [opened(note, log.log.key)[0] for note in notes] == [20, 30]
    assert "this monitor's word alone" in (folder / "README.txt").read_text("utf-8")
    log.publish(25, at=maker.ACCEPTED + 50)
    assert monitor.look(server.url, code=1).wrong == ["rollback"]
    log.publish(at=maker.ACCEPTED + 200)
    assert monitor.look(server.url, code=0).wrong == []


def test_an_address_that_stays_behind_what_others_saw_is_told_after_an_hour(place):
    log = place.log().grow(20)
    log.publish()
    slow = place.log("slow", commits=log.commits)
    slow.publish(at=log.at)
    log.grow(10).publish()
    fast_at, slow_at = place.serve(log).url, place.serve(slow).url
    monitor, partner = place.monitor(), place.monitor("partner")
    partner.look(fast_at, code=0)
    assert "ahead" in monitor.look(slow_at, partner.state, code=0).codes("note")
    place.wait(HOUR + 1)
    heard = monitor.look(slow_at, code=1)
    assert heard.one("withheld")["values"] == {"size": 20, "newest": 30}
    assert "behind" in monitor.look(slow_at, fast_at, code=0).codes("note")
    place.wait(HOUR + 1)
    assert monitor.look(slow_at, fast_at, code=1).wrong == ["withheld"]


# --- signatures, epochs, tiles, entries ----------------------------------------------------------


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
    forged = note.replace(f"{maker.b64(log.log.key.id)[:5]}", maker.b64(key.id)[:5], 1)
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
    tiles = verifier.judge.Tiles(tmp_path, size)
    head = verifier.judge.Checkpoint("x", size, maker.mth(log.leaves))
    for start in {0, 1, size // 3, size - 1}:
        for end in {start, start + 1, (start + size) // 2, size}:
            if start <= end <= size:
                assert leaves.walk(tiles, head, start, end) == log.leaves[start:end]


# --- clocks --------------------------------------------------------------------------------------


def test_a_witness_whose_time_goes_back_is_told_with_both_notes(place):
    log = place.log().grow(5)
    log.publish(at=maker.ACCEPTED + 500)
    server, monitor = place.serve(log), place.monitor()
    place.wait(1000)
    monitor.look(server.url, code=0)
    log.grow(5).publish(at=maker.ACCEPTED + 499)
    heard = monitor.look(server.url, code=1)
    assert heard.wrong == ["cosigned-backwards"] * 2
    folder = monitor.state / heard.told[-2]["evidence"]
    folders = {each["evidence"] for each in heard.told if each["evidence"]}
    for folder in (monitor.state / each for each in folders):
        notes = [(folder / f"{n}.checkpoint").read_text("utf-8") for n in (1, 2)]
        sizes = [opened(note, log.log.key)[0] for note in notes]
        times = [cosigned(note, place.witnesses[0]) for note in notes]
        assert sizes == [5, 10]
        assert times[0] > times[1]
    assert monitor.look(server.url, code=0).wrong == []


def test_a_time_to_come_is_told_beyond_five_minutes(place):
    log = place.log(witnesses=place.witnesses[:1]).grow(5)
    log.publish(at=place.now() + 300)
    server = place.serve(log)
    monitor = place.monitor(policy=place.policy(witnesses=place.witnesses[:1], quorum="w1"))
    assert monitor.look(server.url, code=0).wrong == []
    log.grow().publish(at=place.now() + 301)
    heard = monitor.look(server.url, code=1)
    assert heard.wrong == ["cosigned-ahead"]


def test_witnesses_that_are_more_than_five_minutes_apart_are_told(place, monkeypatch):
    log = place.log().grow(5)
    place.wait(1000)

    def note(gap):
        one, two = (log.log.checkpoint(5, [key], at=maker.ACCEPTED + gap * n)
                    for n, key in enumerate(place.witnesses))  # fmt: skip
        return one + two.splitlines(keepends=True)[-1]

    log.publish()
    server, monitor = place.serve(log), place.monitor()
    (log.folder / "checkpoint").write_text(note(300), "utf-8")
    assert monitor.look(server.url, code=0).wrong == []
    (log.folder / "checkpoint").write_text(note(301), "utf-8")
    assert monitor.look(server.url, code=1).wrong == ["witnesses-apart"]


def test_a_log_that_shows_nothing_new_is_silent_after_the_hours_given(place):
    log = place.log().grow(5)
    log.publish()
    server, monitor = place.serve(log), place.monitor()
    since = place.now()
    monitor.look(server.url, code=0)
    place.wait(24 * HOUR)
    assert monitor.look(server.url, code=0).wrong == []
    place.wait(1)
    heard = monitor.look(server.url, code=1)
    assert heard.one("silent")["values"] == {"since": since}
    assert monitor.look(server.url, options=("--silent", "48"), code=0).wrong == []
    log.publish(at=place.now() - 90)  # the same size, cosigned anew
    assert monitor.look(server.url, code=0).wrong == []


def test_this_machine_s_own_clock_is_told_when_it_goes_back(place):
    log = place.log().grow(5)
    log.publish()
    server, monitor = place.serve(log), place.monitor()
    monitor.look(server.url, code=0)
    place.wait(-300)
    assert monitor.look(server.url, code=0).wrong == []
    place.wait(-301)
    assert "own-clock" in monitor.look(server.url, code=1).wrong


def test_a_line_of_a_witness_that_does_not_fit_is_told_and_counts_for_nothing(place):
    log = place.log().grow(5)
    note = log.publish()
    lines = note.split("\n")
    name, _, raw = lines[-2].rpartition(" ")
    lines[-2] = f"{name} {b64encode(maker.h(b'x') * 2 + bytes(12)).decode()}"
    key = place.witnesses[1]
    lines[-2] = key.line(bytes(72)).rstrip("\n")
    (log.folder / "checkpoint").write_text("\n".join(lines), "utf-8")
    heard = place.monitor().look(log.folder, code=1)
    assert heard.wrong == ["witness-signature"]
    assert "logged" in heard.codes("note")
    assert raw


def test_a_quorum_that_is_lost_is_told_after_the_hours_given(place):
    log = place.log().grow(5)
    log.publish()
    server, monitor = place.serve(log), place.monitor()
    monitor.look(server.url, code=0)
    log.grow().publish(witnesses=place.witnesses[:1])
    assert monitor.look(server.url, code=0).wrong == []
    place.wait(2 * HOUR - 1)
    assert monitor.look(server.url, code=0).wrong == []
    place.wait(1)
    assert monitor.look(server.url, code=1).wrong == ["quorum-lost"]
    log.publish(at=log.at + 60)
    assert monitor.look(server.url, code=0).wrong == []


# --- promises ------------------------------------------------------------------------------------


def test_a_promise_that_is_overdue_and_not_in_the_log_is_broken_with_evidence(place, world):
    letter = maker.Letter()
    log = place.log().grow(300)
    log.publish()
    server, monitor = place.serve(log), place.monitor()
    promise = maker.qr(letter.promise(log.log.key, hours=1))
    asked = ("--promise", promise)
    heard = monitor.look(server.url, options=asked, code=0)
    assert "promise-waits" in heard.codes("note")
    place.clock[0] = maker.ACCEPTED + HOUR + 1
    log.grow(1).publish(at=place.now() - 60)
    heard = monitor.look(server.url, options=asked, code=1)
    assert heard.one("promise-broken")["values"] == {
        "name": maker.CODE,
        "due": maker.ACCEPTED + HOUR,
    }
    folder = monitor.evidence(heard, "promise-broken")
    size, root = opened((folder / "1.checkpoint").read_text("utf-8"), log.log.key)
    assert prefix_root(folder, size) == root
    hashes = (folder / "tile/0/000").read_bytes() + (folder / "tile/0/001.p/45").read_bytes()
    assert letter.leaf not in {hashes[at : at + 32] for at in range(0, len(hashes), 32)}
    world.policy = str(folder / "policy")
    assert "Promised:" in world.check(folder / "promise.txt").out
    assert world.check(folder / "1.checkpoint", "--tiles", folder).code == 0
    log.grow(5).publish(at=place.now() - 60)
    assert monitor.look(server.url, options=asked).wrong.count("promise-broken") == 1
    assert len(list(monitor.state.glob("evidence-*"))) == 1


def test_a_promise_that_was_kept_is_found_at_its_leaf(place):
    letter = maker.Letter()
    log = place.log().grow(300, letter.commit).grow(20)
    place.clock[0] = maker.ACCEPTED + 2 * HOUR
    log.publish(at=place.now() - 90)
    text = place.folder / "receipt.txt"
    text.write_text(maker.qr(letter.promise(log.log.key, hours=1)), "utf-8")
    monitor = place.monitor()
    heard = monitor.look(log.folder, options=("--promise", text), code=0)
    assert heard.one("promise-kept")["values"]["index"] == 300


def test_an_old_copy_can_not_break_a_promise(place):
    letter = maker.Letter()
    log = place.log().grow(30)
    log.publish(at=maker.ACCEPTED)
    place.clock[0] = maker.ACCEPTED + 2 * HOUR
    asked = ("--promise", maker.qr(letter.promise(log.log.key, hours=1)))
    heard = place.monitor().look(log.folder, options=asked, code=0)
    assert "promise-waits" in heard.codes("note")


def test_a_promise_that_nobody_signed_is_refused(place):
    log = place.log().grow(3)
    log.publish()
    promise = maker.qr(maker.Letter().promise(log.log.key)[:-1] + b"x")
    heard = place.monitor().look(log.folder, options=("--promise", promise), code=1)
    assert heard.wrong == ["promise-signature"]


# --- sentences -----------------------------------------------------------------------------------


def test_every_sentence_has_two_languages_with_the_same_values():
    for persian, english in words.OWN.values():
        assert set(re.findall(r"\{(\w+)\}", persian)) == set(re.findall(r"\{(\w+)\}", english))
    assert set(words.PROOF) | set(words._PROOF_OF) == set(words.FORKED)


def test_sentences_are_persian_when_nothing_else_is_asked(place):
    log = place.log().grow(1234)
    log.publish()
    monitor = place.monitor()
    asked = ["--policy", str(monitor.policy), "--state", str(monitor.state), str(log.folder)]
    assert verifier.main(["monitor", *asked]) == 0
    out, err = place.capsys.readouterr()
    assert "۱٬۲۳۴ ثبت" in out
    assert err == ""
    assert state.load(monitor.state).looked == place.now()
