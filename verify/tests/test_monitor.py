"""What a monitor tells of a log that it looks at again and again, and what it keeps as evidence."""

import random
import re
import shutil

import pytest

from pishkhan_verify import cli as verifier
from pishkhan_verify.monitor import state, words
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
