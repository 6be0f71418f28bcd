"""What is refused at the door: too much, too little, and what is no file. Each by its own code."""

import io
import os
import sys
import threading
from pathlib import Path

import pytest

from pishkhan_verify import note, policy, promise, proof, read
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.tiles import Tiles
from tests import maker
from tests.maker import b64, qr

LETTER = maker.Letter()
LOG = maker.Log(leaves=[LETTER.leaf])
PROOF = LOG.proof(LETTER, "slip").encode()


def code_of(reader, *arguments):
    with pytest.raises(Unreadable) as trouble:
        reader(*arguments)
    return trouble.value.code


# --- forms ---------------------------------------------------------------------------------------


def vkey(raw, name=maker.ORIGIN):
    return f"{name}+{LOG.key.id.hex()}+{b64(raw)}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("one+part", "key-form"),
        (vkey(b"\x01" + LOG.key.public, "a name"), "key-form"),
        (f"{maker.ORIGIN}+00000000+=", "key-form"),
        (vkey(b""), "key-kind"),
        (vkey(b"\x04" + LOG.key.public), "key-kind"),
        (vkey(b"\x01" + LOG.key.public[:-1]), "key-form"),
        (vkey(b"\x01" + LOG.key.public + b"\x00"), "key-form"),
        (vkey(b"\x01" + LOG.key.public[::-1]), "key-id"),
    ],
)
def test_a_key_in_another_form_is_not_read(text, code):
    assert note.read_key(LOG.key.vkey, 1).public == LOG.key.public
    assert code_of(note.read_key, text, 1) == code


def signed(text, *lines):
    return f"{text}\n{''.join(lines)}".encode()


def test_a_checkpoint_has_a_signature_and_not_hundreds():
    body = LOG.body(1)
    line = LOG.key.line(LOG.key.private.sign(body.encode()))
    assert len(note.read_checkpoint(signed(body, *[line] * 256)).signatures) == 256
    assert code_of(note.read_checkpoint, signed(body, *[line] * 257)) == "note-form"
    assert code_of(note.read_checkpoint, signed(body)) == "note-form"


def test_a_signature_is_longer_than_the_id_of_its_key():
    body = LOG.body(1)
    short = f"\u2014 {LOG.key.name} {b64(LOG.key.id)}\n"
    assert code_of(note.read_checkpoint, signed(body, short)) == "note-form"


def test_below_a_checkpoint_stand_signatures_alone():
    body = LOG.body(1)
    line = LOG.key.line(LOG.key.private.sign(body.encode()))
    for other in ("a remark\n", line.replace("\u2014", "-"), line.replace(LOG.key.name, "a+b")):
        assert code_of(note.read_checkpoint, signed(body, line, other)) == "note-form"


def test_a_tree_of_nothing_has_one_root():
    line = LOG.key.line(bytes(64))
    empty = signed(LOG.body(0), line)
    assert note.read_checkpoint(empty).checkpoint.size == 0
    other = signed(f"{maker.ORIGIN}\n0\n{b64(bytes(32))}\n", line)
    assert code_of(note.read_checkpoint, other) == "checkpoint-form"


def test_a_policy_is_of_some_size():
    assert code_of(policy.read, b"# remark\n" * 30_000) == "too-large"


def test_a_proof_has_a_head_and_a_path_of_64_hashes_at_most():
    assert code_of(proof.read, PROOF.partition(b"\n\n")[0]) == "proof-form"
    assert code_of(proof.read, PROOF.replace(b"\nindex 0", b"\nplace 0")) == "proof-form"
    head, note_of = PROOF.split(b"\n\n", 1)
    for hashes, good in ((63, True), (64, False)):
        data = head + f"\n{b64(bytes(32))}".encode() * hashes + b"\n\n" + note_of
        if good:
            assert len(proof.read(data).path) == 63
        else:
            assert code_of(proof.read, data) == "proof-form"


def test_a_promise_of_more_than_300_bytes_is_malformed_although_it_is_signed(world):
    body = bytearray(world.letter.promise(world.log.key)[:-64])
    start = body[: len(body) - 32 * 3]
    assert bytes(start[5:7]) == bytes([7, 4])  # fields, and the place of the slip
    for count, hashes, good in ((16, 4, True), (128, 7, False)):
        start[5:7] = bytes([count, 0])
        told = bytes(start) + bytes(32) * hashes
        data = told + world.log.key.private.sign(promise.LABEL + told)
        answer = world.check(qr(data))
        assert (answer.code, "malformed" in answer.err) == ((0, False) if good else (2, True))


def test_the_slip_of_a_signed_promise_has_a_place_among_its_fields(world):
    body = bytearray(world.letter.promise(world.log.key)[:-64])
    for place, good in ((6, True), (7, False)):  # of seven; both would have as many hashes
        start = bytearray(body[:-32])
        start[5:7] = bytes([7, place])
        told = bytes(start)
        answer = world.check(qr(told + world.log.key.private.sign(promise.LABEL + told)))
        assert (answer.code, "malformed" in answer.err) == ((0, False) if good else (2, True))


# --- files ---------------------------------------------------------------------------------------


def test_standard_input_has_an_end(monkeypatch):
    monkeypatch.setattr(read, "MOST_BYTES", len(PROOF) - 1)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PROOF)))
    assert code_of(read.given, "-") == "too-large"


@pytest.mark.parametrize("reader", [read.file, read.digest])
def test_a_file_that_can_not_be_opened_is_named(tmp_path, monkeypatch, reader):
    (tmp_path / "one").write_bytes(b"1")
    assert code_of(reader, tmp_path / "none") == "no-file"
    assert code_of(reader, tmp_path) == "no-file"

    def locked(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    assert code_of(reader, tmp_path / "one") == "no-file"


def test_a_tile_that_can_not_be_opened_is_missing(tmp_path, monkeypatch):
    LOG.write_tiles(tmp_path)
    tiles = Tiles(tmp_path / "tile", 1)
    assert tiles.read(0, 0, 1) == [LETTER.leaf]

    def locked(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    assert code_of(tiles.read, 0, 0, 1) == "tile-missing"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="by design: this system has no named pipes")
@pytest.mark.parametrize("reader", [read.file, read.digest])
def test_a_pipe_is_not_waited_for(tmp_path, reader):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(PROOF))
    writer.start()
    try:
        assert code_of(reader, pipe) == "no-file"
    finally:
        freed = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        writer.join()
        os.close(freed)


def test_a_page_that_is_not_there_is_named(world):
    paper = qr(world.letter.promise(world.log.key))
    answer = world.check(paper, "--pages", world.folder / "page 1")
    assert (answer.code, answer.out) == (2, "")
    assert "page 1 can not be read" in answer.err


# --- the monitor ---------------------------------------------------------------------------------


def test_a_monitor_without_its_policy_says_so(place):
    log = place.log().grow(3)
    log.publish()
    monitor = place.monitor()
    monitor.policy.unlink()
    heard = monitor.look(log.folder, code=2)
    assert [each["code"] for each in heard.told] == ["no-policy"]


def test_what_holds_no_promise_can_not_be_asked_for(place):
    log = place.log().grow(3)
    log.publish()
    other = place.folder / "other"
    other.write_bytes(PROOF)
    heard = place.monitor().look(log.folder, options=("--promise", other), code=2)
    assert [each["code"] for each in heard.told] == ["promise-none"]


def test_a_folder_in_the_place_of_a_tile_is_no_tile(place):
    log = place.log().grow(300)
    log.publish()
    (log.folder / "tile/0/000").unlink()
    (log.folder / "tile/0/000").mkdir()
    assert "no-file" in place.monitor().look(log.folder, code=2).codes("unread")


def test_a_memory_that_can_not_be_written_is_said(place):
    log = place.log().grow(3)
    log.publish()
    monitor = place.monitor()
    (place.folder / "file").write_bytes(b"")
    monitor.state = place.folder / "file" / "state"
    assert monitor.look(log.folder, code=2).codes("unread") == ["state-write"]


def test_an_older_checkpoint_without_tiles_to_compare_is_told_and_not_taken_for_good(place):
    log = place.log().grow(30)
    log.publish()
    monitor = place.monitor()
    monitor.look(log.folder, code=0)
    other = log.branch(place.folder / "other", 10).grow(10)
    told = place.folder / "told"
    told.write_text(other.publish(), "utf-8")
    heard = monitor.look(told, code=2)
    assert heard.one("uncompared")["values"] == {"count": 1}
    assert heard.wrong == []
    assert monitor.look(log.folder, code=1).wrong == ["not-beginning"]


def test_a_promise_is_not_searched_without_tiles(place):
    log = place.log().grow(3)
    told = place.folder / "told"
    told.write_text(log.publish(), "utf-8")
    asked = ("--promise", qr(LETTER.promise(log.log.key, hours=1)))
    heard = place.monitor().look(told, options=asked, code=2)
    assert heard.codes("unread") == ["promise-unsearched"]


def test_a_promise_that_was_not_searched_for_to_the_end_is_not_said_to_be_broken(
    place, monkeypatch
):
    monkeypatch.setattr("pishkhan_verify.monitor.after.MOST_WALKS", 1)
    monkeypatch.setattr("pishkhan_verify.monitor.after.MOST_WALKED", 256)
    place.clock[0] = maker.ACCEPTED + 7200
    log = place.log().grow(600)
    log.publish(at=place.now() - 60)
    monitor, asked = place.monitor(), ("--promise", qr(LETTER.promise(log.log.key, hours=1)))
    for _ in range(2):
        heard = monitor.look(log.folder, options=asked, code=2)
        assert heard.codes("unread") == ["promise-unsearched"]
    assert monitor.look(log.folder, options=asked, code=1).wrong == ["promise-broken"]
