"""This node as a witness: each status of C2SP tlog-witness, and what it never signs."""

import threading
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connections, transaction
from tests.journal.foreign_log import ORIGIN, ForeignLog
from tests.journal.signing import Signer, verify

from pishkhan.journal import api, guard
from pishkhan.journal.checkpoint import (
    KeyKind,
    Line,
    Note,
    NoteKey,
    checkpoint_of,
    cosigned_at,
    read_lines,
    read_note,
)
from pishkhan.journal.contracts import WriteOutsideAct
from pishkhan.journal.models import Witnessed
from pishkhan.journal.witness_number import mark_restored, number
from pishkhan.journal.witnessing import write_request
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound, Unavailable

OWN = Signer("any", KeyKind.WITNESS, b"\7" * 32)
LOG = ForeignLog()
FORK = ForeignLog(word="another")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


class Key:
    public = OWN.key.public
    sign = staticmethod(OWN.sign)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings):
    settings.HOME = tmp_path
    trust(LOG)
    with clock.use(clock.FakeClock(NOW)):
        yield tmp_path


def trust(*logs: ForeignLog) -> None:
    lines = [f"log {log.key}\n" for log in logs]
    (django_settings.HOME / "witness.policy").write_text("".join([*lines, "quorum none\n"]))


def key(number: int = 1) -> NoteKey:
    return NoteKey(f"pishkhan-witness/{api.node_id()}/{number}", KeyKind.WITNESS, Key.public)


def ask(body: bytes) -> tuple[int, bytes]:
    answer = api.add_checkpoint(body, Key, verify)
    return answer.status, answer.body


def good(body: bytes, *, of: NoteKey | None = None) -> int:
    """Assert that it is cosigned, as a log would check it; return the time."""
    answer = api.add_checkpoint(body, Key, verify)
    assert answer.status == 200, answer.body
    (line,) = read_lines(answer.body.decode())
    note = read_note(body.partition(b"\n\n")[2])
    seconds = cosigned_at(Note(note.text, (line,)), of or key(), verify)
    assert seconds
    return seconds


def state() -> list[tuple[str, int, bytes]]:
    return [(row.origin, row.size, bytes(row.root)) for row in Witnessed.objects.all()]


def test_a_log_that_grows_is_cosigned_and_remembered():
    sizes = (0, 1, 2, 7, 7, 8, 300)
    for old, size in zip((0, *sizes), sizes, strict=False):
        assert good(LOG.ask(old, size)) == int(NOW.timestamp())
        head = checkpoint_of(LOG.note(size), LOG.key, verify)
        assert state() == [(ORIGIN, size, head.root)]


@pytest.mark.parametrize("body", [b"", b"old 0\n", b"old 00\n\n", b"\xff" * 9])
def test_400_for_what_is_no_request(body: bytes):
    assert ask(body)[0] == 400
    assert state() == []


def test_400_for_an_old_size_beyond_the_new_and_403_or_404_go_before_it():
    note = LOG.note(3)
    assert ask(write_request(4, [], note))[0] == 400
    assert ask(write_request(4, [], ForeignLog(seed=8).note(3)))[0] == 403
    assert ask(write_request(4, [], ForeignLog("pishkhan/x/1").note(3)))[0] == 404
    assert state() == []


def test_403_without_a_signature_of_a_trusted_key_or_with_one_that_does_not_fit():
    stranger = ForeignLog(seed=8)
    assert ask(stranger.ask(0, 3))[0] == 403
    note = LOG.note(3)
    bad = Line(LOG.key.name, LOG.key.id, b"s" * 64)
    assert ask(write_request(0, [], Note(note.text, (bad,))))[0] == 403
    assert ask(write_request(0, [], Note(note.text, (*note.lines, bad))))[0] == 403
    assert ask(write_request(0, [], Note(FORK.note(3).text, note.lines)))[0] == 403
    assert state() == []


def test_foreign_lines_are_ignored_and_not_kept():
    foreign = Line("x", b"idid", b"s" * 9000)
    good(write_request(0, [], LOG.note(3).with_lines([foreign])))
    assert Witnessed.objects.get().note == str(LOG.note(3))


def test_404_for_an_unknown_log_and_for_one_of_this_node_itself(home: Path):
    assert ask(ForeignLog("pishkhan/x/1").ask(0, 3))[0] == 404
    mine = ForeignLog(f"pishkhan/{api.node_id()}/1", seed=8)
    trust(LOG, mine)
    assert ask(mine.ask(0, 3))[0] == 404
    (home / "witness.policy").unlink()
    assert ask(LOG.ask(0, 3))[0] == 404
    assert state() == []


def test_409_with_the_size_when_the_log_goes_on_from_another():
    answer = api.add_checkpoint(LOG.ask(3, 5), Key, verify)
    assert (answer.status, answer.body, answer.media) == (409, b"0\n", "text/x.tlog.size")
    good(LOG.ask(0, 5))
    for old, size in ((0, 5), (4, 9), (6, 9), (0, 0)):
        assert ask(LOG.ask(old, size)) == (409, b"5\n")
    assert state()[0][1] == 5


def test_a_rollback_is_never_cosigned():
    good(LOG.ask(0, 9))
    for old, size in ((0, 5), (3, 5), (5, 5)):
        assert ask(LOG.ask(old, size)) == (409, b"9\n")
    assert ask(write_request(9, [], LOG.note(5)))[0] == 400
    assert state()[0][1] == 9


def test_422_for_another_root_of_the_same_size_and_for_a_fork():
    good(LOG.ask(0, 5))
    assert ask(FORK.ask(5, 5))[0] == 422
    assert ask(FORK.ask(5, 9))[0] == 422
    assert ask(write_request(5, LOG.proof(5, 9), FORK.note(9)))[0] == 422
    assert state() == [(ORIGIN, 5, checkpoint_of(LOG.note(5), LOG.key, verify).root)]


def test_422_for_a_proof_that_does_not_verify():
    proof = LOG.proof(5, 9)
    good(LOG.ask(0, 5))
    for wrong in ([], proof[:-1], [*proof, proof[0]], proof[::-1], [b"x" * 32, *proof[1:]]):
        assert ask(write_request(5, wrong, LOG.note(9)))[0] == 422
    assert ask(write_request(5, proof[:1], LOG.note(5)))[0] == 422
    good(LOG.ask(5, 9))


def test_422_for_a_proof_from_nothing_and_for_a_wrong_root_of_nothing():
    assert ask(write_request(0, LOG.proof(1, 3), LOG.note(3)))[0] == 422
    text = f"{ORIGIN}\n0\n{b64encode(b'r' * 32).decode()}\n"
    line = Line(LOG.key.name, LOG.key.id, LOG.signer.sign(text.encode()))
    assert ask(write_request(0, [], Note(text, (line,))))[0] == 422
    assert state() == []
    good(LOG.ask(0, 0))


def test_a_policy_that_cannot_be_read_cosigns_nothing(home: Path):
    (home / "witness.policy").write_text(f"log {LOG.key}\nquorum x\n")
    with pytest.raises(Unavailable) as caught:
        ask(LOG.ask(0, 3))
    assert caught.value.code == "journal.policy"
    assert caught.value.message.params["line"] == 2
    assert state() == []


def test_it_is_committed_before_anything_is_signed():
    seen = []

    class Watching:
        public = Key.public

        @staticmethod
        def sign(message: bytes) -> bytes:
            def look() -> None:
                seen.append([(origin, size) for origin, size, _ in state()])
                connections.close_all()

            other = threading.Thread(target=look)  # another connection sees only what is committed
            other.start()
            other.join()
            return Key.sign(message)

    assert api.add_checkpoint(LOG.ask(0, 4), Watching, verify).status == 200
    assert seen == [[(ORIGIN, 4)]]


def test_of_many_at_once_each_goes_on_from_what_was_cosigned():
    good(LOG.ask(0, 3))
    answers = []

    def run(log: ForeignLog, size: int) -> None:
        try:
            answers.append(ask(write_request(3, LOG.proof(3, size), log.note(size)))[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(LOG, size)) for size in range(4, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 7


def test_a_clock_that_was_put_back_does_not_date_back():
    first = good(LOG.ask(0, 3))
    with clock.use(clock.FakeClock(NOW - timedelta(days=3))):
        assert good(LOG.ask(3, 5)) == first
    with clock.use(clock.FakeClock(NOW + timedelta(days=3))):
        assert good(LOG.ask(5, 5)) == first + 3 * 86_400


def test_what_was_cosigned_last_is_served_by_the_hash_of_the_origin():
    name = sha256(ORIGIN.encode()).hexdigest()
    with pytest.raises(NotFound, match=r"journal\.not-witnessed"):
        api.witnessed_of(name, Key)
    answer = api.add_checkpoint(LOG.ask(0, 3), Key, verify)
    with pytest.raises(NotFound):
        api.witnessed_of(sha256(b"x").hexdigest(), Key)
    assert api.witnessed_of(name, Key) == str(LOG.note(3)).encode() + answer.body


def test_a_restored_witness_takes_the_next_number_and_keeps_what_it_knew(home: Path):
    good(LOG.ask(0, 5))
    (home / "keys").mkdir()
    (home / "keys" / "witness-1.key").touch()
    mark_restored(home)
    assert api.witness_number() == 2
    assert api.witness_number() == 2, "once for each restore"
    assert not (home / "witness.restored").exists()
    assert api.witness_vkey(Key) == str(key(2))
    with pytest.raises(NotFound):
        api.witnessed_of(sha256(ORIGIN.encode()).hexdigest(), Key)
    assert ask(FORK.ask(0, 9)) == (409, b"5\n")
    good(LOG.ask(5, 9), of=key(2))
    mark_restored(home)
    assert api.witness_number() == 3


def test_a_restore_counts_keys_that_are_there_though_nobody_registered_them(tmp_path: Path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "witness-4.key").touch()
    (tmp_path / "keys" / "witness-x.key").touch()
    mark_restored(tmp_path)
    assert number(tmp_path) == 5
    # Killed after the number was written and before the mark went: the same number again.
    (tmp_path / "witness.restored").write_text("5\n")
    assert number(tmp_path) == 5


def test_a_database_that_was_put_back_is_noticed_and_signs_nothing(home: Path):
    good(LOG.ask(0, 3))
    before = Witnessed.objects.values().get()
    good(LOG.ask(3, 7))
    with transaction.atomic(), guard.witnessing():
        Witnessed.objects.update(**before)
    for body in (FORK.ask(3, 7), LOG.ask(3, 7), LOG.ask(0, 9)):
        with pytest.raises(Unavailable, match=r"journal\.witness-put-back"):
            ask(body)
    assert api.witness_anew() == 2
    good(LOG.ask(3, 9), of=key(2))
    with transaction.atomic(), guard.witnessing():  # of one size, with another root
        Witnessed.objects.update(root=b"r" * 32)
    with pytest.raises(Unavailable, match=r"journal\.witness-put-back"):
        ask(LOG.ask(9, 9))


@pytest.mark.parametrize("table", ["witnessed", "cosigned", "asked"])
def test_nobody_else_writes_what_a_witness_remembers(table: str):
    model = apps.get_model("journal", table)
    with pytest.raises(WriteOutsideAct):
        model.objects.all().delete()
    with guard.witnessing(), pytest.raises(WriteOutsideAct):  # outside a transaction
        model.objects.update(size=0)


def test_a_witness_never_forgets():
    with transaction.atomic(), guard.witnessing(), pytest.raises(WriteOutsideAct):
        Witnessed.objects.all().delete()
