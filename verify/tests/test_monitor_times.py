"""Clocks that jump, logs that fall silent, promises that are broken."""

from tests import maker
from tests.publisher import HOUR, cosigned, opened, prefix_root


def test_a_witness_whose_time_goes_back_is_told_with_both_notes(place):
    log = place.log().grow(5)
    log.publish(at=maker.ACCEPTED + 500)
    server, monitor = place.serve(log), place.monitor()
    place.wait(1000)
    monitor.look(server.url, code=0)
    log.grow(5).publish(at=maker.ACCEPTED + 499)
    heard = monitor.look(server.url, code=1)
    assert heard.wrong == ["cosigned-backwards"] * 2
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
    key = place.witnesses[1]
    lines[-2] = key.line(bytes(72)).rstrip("\n")
    (log.folder / "checkpoint").write_text("\n".join(lines), "utf-8")
    heard = place.monitor().look(log.folder, code=1)
    assert heard.wrong == ["witness-signature"]
    assert "logged" in heard.codes("note")


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
    log.grow().publish(at=log.at + 60, witnesses=[])  # the hours begin anew
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
    whole = maker.Letter().promise(log.log.key)
    promise = maker.qr(whole[:-1] + bytes([whole[-1] ^ 1]))
    heard = place.monitor().look(log.folder, options=("--promise", promise), code=1)
    assert heard.wrong == ["promise-signature"]


def test_the_quorum_may_stand_at_an_address_of_its_own(place):
    """The newest checkpoint is published before its witnesses are asked: it never has them."""
    log = place.log().grow(5)
    server, monitor = place.serve(log), place.monitor()

    def publish():
        note = log.grow().publish(at=place.now() - 60)
        (log.folder / "witnessed").write_text(note, encoding="utf-8")
        log.grow().publish(at=place.now(), witnesses=[])

    publish()
    assert "logged" in monitor.look(server.url, code=0).codes("note")
    for _ in range(3):
        place.wait(HOUR)
        publish()
        assert monitor.look(server.url, code=0).wrong == []
    place.wait(HOUR)
    log.grow().publish(at=place.now(), witnesses=[])  # from now on nobody cosigns
    assert monitor.look(server.url, code=0).wrong == []
    place.wait(3 * HOUR)
    monitor.look(server.url, code=0)  # the hours begin
    place.wait(2 * HOUR)
    assert monitor.look(server.url, code=1).wrong == ["quorum-lost"]


def test_a_fork_that_witnesses_were_shown_is_found_at_their_address(place):
    log = place.log().grow(5)
    log.publish()
    other = log.branch(place.folder / "other", 2).grow(2)
    other.witnesses = place.witnesses
    (log.folder / "witnessed").write_text(other.publish(), encoding="utf-8")
    server, monitor = place.serve(log), place.monitor()
    assert monitor.look(server.url, code=1).wrong == ["not-beginning"]
