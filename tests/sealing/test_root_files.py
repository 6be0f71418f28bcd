"""An agency's root in its files: made once, opened by its passphrase, its book is kept."""

from __future__ import annotations

import stat
from datetime import timedelta
from typing import Any

import pytest
from tests.sealing.papers import AGENCY, BEGINS, LATER, NODE, public, revoked, subjects

from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, NotFound, Refused
from pishkhan.sealing import offline
from pishkhan.sealing.contracts import Reason, Revoked, key_id_of
from pishkhan.sealing.statements import check_follows, read_root_line
from pishkhan.sealing.statements import read as read_papers

WORDS = "six plain words of a passphrase"
RELAY, LOG, WITNESS = subjects()


@pytest.fixture(autouse=True)
def now():
    frozen = clock.FakeClock(BEGINS)
    with clock.use(frozen):
        yield frozen


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "water.root"
    offline.make(path, AGENCY, WORDS)
    return path


def read(data: bytes) -> list[Any]:
    """Return the papers of some bytes; each test knows of what kind they are."""
    return list(read_papers(data))


def opened(path, words=WORDS):
    return offline.open_root(path, words)


def test_a_root_is_made_once_encrypted_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "water.root"
    agency, key = read_root_line(offline.make(path, AGENCY, WORDS))
    assert agency == AGENCY
    assert opened(path).private.public_key().public_bytes_raw() == key
    assert (tmp_path / "water.root.pub").read_bytes().endswith(b"\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()
    for gone in ("water.root", "water.root.pub", "water.root.book"):
        with pytest.raises(Refused, match=r"sealing\.root-there"):
            offline.make(path, AGENCY, WORDS)
        (tmp_path / gone).unlink()
    with pytest.raises(Invalid, match=r"sealing\.passphrase"):
        offline.make(path, AGENCY, "x" * 14)
    assert list(tmp_path.iterdir()) == []


def test_it_opens_by_its_passphrase_when_others_can_not_read_it(path):
    for words in ("", "another passphrase of words"):
        with pytest.raises(Invalid, match=r"sealing\.passphrase"):
            opened(path, words)
    path.chmod(0o640)
    with pytest.raises(Refused, match=r"sealing\.root-readable"):
        opened(path)
    path.chmod(0o600)
    path.with_name("water.root.book").unlink()
    with pytest.raises(NotFound, match=r"sealing\.no-root-file"):
        opened(path)


def test_statements_are_numbered_on_from_the_book(path):
    first = read(offline.state(opened(path), subjects()))
    second = read(offline.state(opened(path), subjects("2")[:1], ends=LATER))
    assert [each.said.number for each in (*first, *second)] == [1, 2, 3, 4]
    assert [each.said.subject for each in first] == subjects()
    assert second[0].said.ends == LATER
    _, key = read_root_line(path.with_name("water.root.pub").read_bytes())
    assert all(each.is_by(key) for each in (*first, *second))
    assert opened(path).book == (*first, *second)
    (third,) = read(offline.state(opened(path), [WITNESS], number=9))
    assert third.said.number == 9
    with pytest.raises(Refused, match=r"sealing\.number-low"):
        offline.state(opened(path), [WITNESS], number=9)


def test_a_paper_is_in_the_book_before_it_is_handed_out(path, monkeypatch):
    def fail(*_args, **_more):
        raise OSError("the disk is full")

    monkeypatch.setattr("pishkhan.kernel.durable.write_file", fail)
    with pytest.raises(OSError, match="full"):
        offline.state(opened(path), subjects())
    monkeypatch.undo()
    assert opened(path).book == ()


def test_each_list_names_all_before_it_and_none_is_taken_back(path, now):
    (one,) = read(offline.revoke(opened(path), [revoked(LOG.key_id)], days=90))
    assert (one.said.number, one.said.issued, one.said.next) == (
        1, BEGINS, BEGINS + timedelta(days=90),
    )  # fmt: skip
    now.advance(timedelta(days=1))
    lost = Revoked(RELAY.key_id, BEGINS, Reason.LOST)
    (two,) = read(offline.revoke(opened(path), [lost], days=30))
    assert {each.key_id for each in two.said.revoked} == {LOG.key_id, RELAY.key_id}
    (three,) = read(offline.revoke(opened(path), [], days=30))
    assert three.said.revoked == two.said.revoked
    check_follows(one.said, two.said)
    check_follows(two.said, three.said)
    with pytest.raises(Refused, match=r"sealing\.revocations-fewer"):
        offline.revoke(opened(path), [revoked(LOG.key_id, BEGINS + timedelta(hours=1))], days=30)
    with pytest.raises(Refused, match=r"sealing\.key-revoked"):
        offline.state(opened(path), [LOG])
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        offline.revoke(opened(path), [revoked("no key id")], days=30)
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        offline.revoke(opened(path), [revoked(opened(path).key_id)], days=30)
    assert len(opened(path).book) == 3


def test_a_book_that_was_changed_is_refused(path):
    offline.state(opened(path), subjects())
    book = path.with_name("water.root.book")
    data = book.read_bytes()
    book.write_bytes(data.replace(b'"number":2', b'"number":7'))
    with pytest.raises(Invalid, match=r"sealing\.root-book"):
        opened(path)
    book.write_bytes(data[:-9])
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        opened(path)


def test_a_public_key_of_another_root_is_refused(path, tmp_path):
    other = tmp_path / "other.root"
    offline.make(other, AGENCY, WORDS)
    path.with_name("water.root.pub").write_bytes(other.with_name("other.root.pub").read_bytes())
    with pytest.raises(Invalid, match=r"sealing\.root-book"):
        opened(path)


def test_the_next_root_goes_on_with_the_numbers_and_the_revocations(path, tmp_path):
    offline.state(opened(path), subjects())
    offline.revoke(opened(path), [revoked(LOG.key_id)], days=30)
    new = tmp_path / "new.root"
    line = offline.make(new, AGENCY, WORDS)
    (paper,) = read(offline.change(opened(path), new))
    assert (paper.said.key, paper.said.number) == (read_root_line(line)[1], 2)
    (stated,) = read(offline.state(opened(new), subjects("2")[:1]))
    assert (stated.said.number, stated.said.root) == (4, key_id_of(paper.said.key))
    (listed,) = read(offline.revoke(opened(new), [], days=30))
    assert (listed.said.number, len(listed.said.revoked)) == (2, 1)
    with pytest.raises(Refused, match=r"sealing\.root-used"):
        offline.change(opened(path), new)
    stranger = tmp_path / "power.root"
    offline.make(stranger, NODE, WORDS)
    with pytest.raises(Refused, match=r"sealing\.root-used"):
        offline.change(opened(path), stranger)
    with pytest.raises(NotFound, match=r"sealing\.no-root-file"):
        offline.change(opened(path), tmp_path / "none")
    assert public("root") != paper.said.key
