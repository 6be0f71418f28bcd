"""What a monitor tells of a log that it looks at again and again, and what it keeps as evidence."""

import random
import re
import shutil

import pytest

from pishkhan_verify import cli as verifier
from pishkhan_verify.monitor import after, evidence, state, words
from tests import maker
from tests.publisher import HOUR, opened, prefix_root


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
    mine, theirs = sizes
    shared = min(sizes) - 4
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


def test_what_another_saw_earlier_shows_a_fork_that_its_newest_note_can_not(place):
    one = place.log().grow(13)
    one.publish()
    two = one.branch(place.folder / "two", 10).grow(2)
    two.publish()
    one_at, two_at = place.serve(one).url, place.serve(two).url
    first, second, third = (place.monitor(name) for name in ("first", "second", "third"))
    second.look(two_at, code=0)
    two.grow(4).publish()
    second.look(two_at, code=0)
    heard = first.look(one_at, second.state, code=1)
    assert heard.one("not-beginning")["values"] == {"old": 12, "size": 13, "first": one_at}
    assert "ahead" in heard.codes("note")
    # Who gets the first one's state finds it too, by the evidence in it.
    third.look(one_at, code=0)
    assert third.look(one_at, first.state, code=1).wrong == ["not-beginning"]


def test_a_fork_in_the_first_look_is_found_after_a_kill_between_evidence_and_state(
    place, monkeypatch
):
    one = place.log().grow(13)
    one.publish()
    two = one.branch(place.folder / "two", 10).grow(2)
    two.publish()
    monitor, keep = place.monitor(), evidence.keep

    def kill(*arguments, **named):
        keep(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(evidence, "keep", kill)
        with pytest.raises(KeyboardInterrupt):
            monitor.look(one.folder, two.folder)
    assert monitor.look(one.folder, code=1).wrong == ["not-beginning"]


def test_later_folders_of_many_hold_no_tiles(place, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_WITH_TILES", 1)
    one = place.log().grow(13)
    one.publish()
    two = one.branch(place.folder / "two", 10).grow(5)
    monitor = place.monitor()
    monitor.look(one.folder, code=0)
    for _ in range(2):
        two.grow(1).publish()
        monitor.look(two.folder, code=1)
    tiles = [(each / "tile").is_dir() for each in sorted(monitor.state.glob("evidence-*"))]
    assert tiles == [True, False]


def test_a_note_that_can_not_be_compared_is_kept_once_and_not_without_end(place, monkeypatch):
    monkeypatch.setattr(after, "MOST_PENDING", 2)
    log = place.log().grow(30)
    log.publish(20)
    monitor, server = place.monitor(), place.serve(log)
    monitor.look(server.url, code=0)
    names = []
    for size in (25, 26):
        names.append(place.folder / f"{size}")
        names[-1].write_text(log.log.checkpoint(size), "utf-8")
    for _ in range(2):
        monitor.look(server.url, *names, code=0)
        assert len(monitor.remembered["logs"][maker.ORIGIN]["pending"]) == 2
    names.append(place.folder / "27")
    names[-1].write_text(log.log.checkpoint(27), "utf-8")
    assert monitor.look(server.url, *names, code=1).wrong == ["pending-full"]
    log.publish(at=log.at + 60)
    assert monitor.look(server.url, code=0).wrong == []
    assert monitor.remembered["logs"][maker.ORIGIN]["pending"] == []


def test_a_log_that_goes_back_to_another_past_is_found_once_its_tiles_are_back(place):
    log = place.log().grow(300)
    log.publish(at=maker.ACCEPTED)
    server, monitor = place.serve(log), place.monitor()
    monitor.look(server.url, code=0)
    other = log.branch(place.folder / "other", 100).grow(100)
    other.publish(at=maker.ACCEPTED, witnesses=[])
    good = (log.folder / "checkpoint").read_text("utf-8")
    (log.folder / "tile").rename(log.folder / "away")
    shutil.copytree(other.folder, log.folder, dirs_exist_ok=True)
    assert "rollback" in monitor.look(server.url, code=1).wrong
    shutil.rmtree(log.folder / "tile")
    (log.folder / "away").rename(log.folder / "tile")
    (log.folder / "checkpoint").write_text(good, "utf-8")
    assert "not-beginning" in monitor.look(server.url, code=1).wrong


def test_the_note_with_more_cosignatures_is_remembered(place):
    log = place.log().grow(3)
    log.publish(at=maker.ACCEPTED, witnesses=place.witnesses[:1])
    server, monitor = place.serve(log), place.monitor()
    monitor.look(server.url, code=0)
    note = log.publish(at=maker.ACCEPTED)
    monitor.look(server.url, code=0)
    log.publish(at=maker.ACCEPTED, witnesses=[])
    monitor.look(server.url, code=0)
    assert monitor.remembered["logs"][maker.ORIGIN]["newest"]["note"] == note


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
