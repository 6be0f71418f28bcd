"""Thorough cheats: the rows are changed, and tiles and checkpoint made anew and truly signed.

Inside the node everything may agree then. It is caught by what others kept: an older checkpoint, a
witness's memory, a citizen's receipt.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pishkhan.journal import api as journal
from pishkhan.journal.models import Entry
from pishkhan.journal.promise import to_digits
from tests.tamper import cheat
from tests.tamper.auditor import Auditor
from tests.tamper.checkers import GOOD, WRONG, address, fsck, monitor, troubles, verify
from tests.tamper.node import KEY, Copy, Node, ask, evening, log_all, served

HOURS = timedelta(hours=3)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def at_an_address(tmp_path: Path, node: Node) -> Iterator[tuple[str, Path]]:
    """Today's log at an address, and the folder behind it."""
    folder = tmp_path / "served"
    shutil.copytree(node.today.folder, folder)
    with address(folder) as url:
        yield url, folder


def show(folder: Path, copy: Copy) -> None:
    """Let an address show another log from now on."""
    shutil.rmtree(folder)
    shutil.copytree(copy.folder, folder)


# --- one row, everything signed anew --------------------------------------------------------------


def test_a_changed_entry_under_a_new_signature(node: Node, new: Path) -> None:
    cheat.rewrite(node.early.entry, fee=0)
    cheat.sign_anew()
    copy = served(new)
    assert "the one over its entries" not in fsck().words  # from within, log and rows agree
    assert verify(node.policy, tiles=copy.folder).exit == GOOD  # and by itself it is a good log
    told = verify(node.policy, node.today.checkpoint, copy.checkpoint)
    assert told.exit == WRONG
    assert "the log signed two different trees of" in told.words
    told = verify(node.policy, node.yesterday.checkpoint, copy.checkpoint, tiles=copy.folder)
    assert told.exit == WRONG
    assert "is not the beginning of the tree of" in told.words


def test_a_new_signature_has_no_witnesses(node: Node, new: Path) -> None:
    """They remember what they cosigned: asked for another tree of it, they refuse."""
    cheat.rewrite(node.early.entry, fee=0)
    cheat.sign_anew()
    node.world.accept()
    log_all()
    assert ask(node.witnesses) == 0
    assert troubles() == {"conflict"}  # as the status page tells it to the operator
    told = verify(node.policy, tiles=served(new).folder, require="witnessed")
    assert told.exit == WRONG
    assert "it is logged, not witnessed" in told.words


def test_an_entry_removed_under_a_new_signature(node: Node, auditor: Auditor, new: Path) -> None:
    cheat.row(node.early.entry).delete()
    cheat.sign_anew()
    told = auditor.look_beside_his_copy(served(new).folder)
    assert told.exit == WRONG
    assert "is not the beginning of that of" in told.words


def test_entries_in_another_order_under_a_new_signature(
    node: Node, auditor: Auditor, new: Path
) -> None:
    cheat.swap(node.early.entry, node.late.entry, "number")
    cheat.sign_anew()
    told = auditor.look(served(new).folder)
    assert told.exit == WRONG
    assert "signed two different trees of" in told.words


def test_an_entry_dated_back_under_a_new_signature(node: Node, auditor: Auditor, new: Path) -> None:
    at = cheat.row(node.late.entry).get().at - timedelta(hours=20)
    cheat.rewrite(node.late.entry, at=at)
    cheat.sign_anew()
    told = auditor.look(served(new).folder)
    assert told.exit == WRONG
    assert "signed two different trees of" in told.words


# --- what citizens hold ---------------------------------------------------------------------------


def test_a_letter_that_was_never_logged(node: Node, new: Path, tmp_path: Path) -> None:
    """The receipt is true; its entry is taken away before the log takes it."""
    accepted = node.world.accept()
    entry = journal.entry_with_slip(accepted.letter_id, "letter.accepted")
    promise = to_digits(journal.promise(entry, KEY))
    cheat.row(entry).delete()
    node.clock.advance(timedelta(hours=25))
    node.world.accept()  # life goes on, and is cosigned
    evening(node.clock, node.witnesses)
    told = monitor(node.policy, tmp_path / "citizen", served(new).folder, promises=(promise,))
    assert told.exit == WRONG
    assert "a promise was broken" in told.words


def test_a_letter_taken_out_of_the_log(node: Node, new: Path, tmp_path: Path) -> None:
    """A monitor without any memory is enough for who holds the receipt."""
    cheat.row(node.late.entry).delete()
    cheat.sign_anew()
    node.clock.advance(timedelta(hours=25))
    promises = (node.late.promise,)
    with address(served(new).folder) as url:
        told = monitor(node.policy, tmp_path / "citizen", url, promises=promises)
    assert told.exit == WRONG
    assert "a promise was broken" in told.words


def test_an_answer_taken_out_of_the_log(node: Node, new: Path, tmp_path: Path) -> None:
    Entry.objects.filter(subject=node.late.letter, kind="letter.dispatched").delete()
    cheat.sign_anew()
    node.clock.advance(timedelta(hours=25))
    with address(served(new).folder) as url:
        told = monitor(node.policy, tmp_path / "citizen", url, promises=(node.answer,))
    assert told.exit == WRONG
    assert "a promise was broken" in told.words


def test_a_receipt_and_a_log_without_it(node: Node, new: Path) -> None:
    """The path on the paper is a checkpoint too, and the log is none that grew from it."""
    cheat.row(node.late.entry).delete()
    cheat.sign_anew()
    copy = served(new)
    told = verify(node.policy, node.late.path, copy.checkpoint, tiles=node.today.folder)
    assert told.exit == WRONG
    assert "is not the beginning of the tree of" in told.words


# --- two histories --------------------------------------------------------------------------------


def test_two_auditors_are_shown_different_logs(
    node: Node, auditor: Auditor, new: Path, tmp_path: Path
) -> None:
    """Neither can know by itself; once they compare, both do."""
    cheat.rewrite(node.late.entry, fee=0)
    cheat.sign_anew()
    other = tmp_path / "other-auditor"
    assert monitor(node.policy, other, served(new).folder).exit == GOOD
    told = auditor.look(node.today.folder, other)
    assert told.exit == WRONG
    assert "a split view" in told.words
    assert "signed two different trees of" in told.words


def test_yesterdays_database_and_home_are_put_back(
    node: Node, auditor: Auditor, at_an_address: tuple[str, Path], new: Path
) -> None:
    """The whole machine is set back: it does not know of today."""
    url, folder = at_an_address
    assert auditor.look(url).exit == GOOD
    cheat.put_back(node.former_rows, node.former_home)
    assert fsck().words == ""
    show(folder, served(new))
    told = auditor.look(url)
    assert told.exit == WRONG
    assert "went back" in told.words


def test_a_log_that_was_put_back_goes_on(node: Node, auditor: Auditor, new: Path) -> None:
    """Its witnesses refuse it, and it is another history for everybody who saw today's."""
    cheat.put_back(node.former_rows, node.former_home)
    node.clock.advance(HOURS)
    for _ in range(3):
        node.world.accept()
    log_all()
    assert ask(node.witnesses) == 0
    assert troubles() == {"ahead"}  # the witnesses know more of it than it knows itself
    told = auditor.look_beside_his_copy(served(new).folder)
    assert told.exit == WRONG
    assert "is not the beginning of that of" in told.words


def test_a_log_begun_anew_in_silence(
    node: Node, auditor: Auditor, at_an_address: tuple[str, Path], new: Path
) -> None:
    """The next log is properly begun and signed, and nobody is told."""
    url, folder = at_an_address
    assert auditor.look(url).exit == GOOD
    old = journal.head().origin
    journal.begin_anew()
    log_all()
    show(folder, served(new))
    told = auditor.look(url)
    assert told.exit == WRONG
    assert f"says that {old} began anew as {journal.head().origin}" in told.words


def test_a_log_begun_anew_and_named_in_the_policy(
    node: Node, auditor: Auditor, new: Path, tmp_path: Path
) -> None:
    """Also who trusts the new log's key is told where the old one ended."""
    old = journal.head().origin
    journal.begin_anew()
    log_all()
    auditor.policy = with_log(node.policy, tmp_path)
    told = auditor.look(served(new).folder)
    assert told.exit == WRONG
    assert f"the log began anew: after {old} of {node.today.size} leaves" in told.words


def test_after_begin_anew_from_another_beginning(
    node: Node, auditor: Auditor, new: Path, tmp_path: Path
) -> None:
    """The second log grows, then it is begun once more under the same name, dated otherwise."""
    journal.begin_anew()
    log_all()
    auditor.policy = with_log(node.policy, tmp_path)
    auditor.look(served(new).folder)
    first = Entry.objects.filter(kind="log.begun").latest("number")
    cheat.rewrite(first.id, at=first.at - HOURS)
    node.world.accept()
    cheat.sign_anew()
    told = auditor.look(served(tmp_path / "again").folder)
    assert told.exit == WRONG
    assert "is not the beginning of that of" in told.words


def test_less_is_shown_to_one(
    node: Node, auditor: Auditor, at_an_address: tuple[str, Path], tmp_path: Path
) -> None:
    """One address holds the newest letters back from some."""
    url, folder = at_an_address
    show(folder, node.yesterday)
    other = tmp_path / "other-auditor"
    assert monitor(node.policy, other, url).exit == GOOD
    assert monitor(node.policy, other, url, auditor.state).exit == GOOD  # it may be a moment's
    node.clock.advance(HOURS)
    told = monitor(node.policy, other, url, auditor.state)
    assert told.exit == WRONG
    assert "for more than an hour" in told.words


def test_a_log_that_shows_nothing_new(
    node: Node, auditor: Auditor, at_an_address: tuple[str, Path]
) -> None:
    """Letters are taken, and the log stands still."""
    url, _ = at_an_address
    assert auditor.look(url).exit == GOOD
    node.clock.advance(timedelta(hours=25))
    told = auditor.look(url)
    assert told.exit == WRONG
    assert "has neither grown nor been cosigned since" in told.words


# --- tiles and entries on the way -----------------------------------------------------------------


def test_a_byte_of_a_served_tile(node: Node, new: Path) -> None:
    copy = served(new)
    cheat.flip(new / f"tile/0/000.p/{copy.size}")
    told = verify(node.policy, tiles=copy.folder)
    assert "the entry 0 that the log serves does not fit its hash" in told.words
    shutil.rmtree(new / "tile/entries")  # many keep the hashes alone
    told = verify(node.policy, tiles=copy.folder)
    assert told.exit == WRONG
    assert "the tiles do not fit the checkpoint of" in told.words


def test_a_byte_of_a_served_entry(node: Node, new: Path, tmp_path: Path) -> None:
    copy = served(new)
    cheat.flip(new / f"tile/entries/000.p/{copy.size}", 3)
    told = monitor(node.policy, tmp_path / "auditor", copy.folder)
    assert told.exit == WRONG
    assert "does not fit its hash in" in told.words
    assert "does not fit its hash in the tile" in verify(node.policy, tiles=copy.folder).words


def with_log(policy: Path, folder: Path) -> Path:
    """Return a policy that names the present log for the former: a key may stand in it once."""
    lines = [each for each in policy.read_text().splitlines() if not each.startswith("log ")]
    made = folder / "policy-of-the-new-log"
    made.write_text("\n".join([*lines, f"log {journal.log_vkey(KEY)}", ""]))
    return made
