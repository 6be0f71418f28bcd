"""Clumsy cheats: something is changed where it lies, and nothing else. The node itself tells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from pishkhan.journal import api as journal
from pishkhan.journal.models import Entry, Log, Witnessed
from pishkhan.kernel.errors import Unavailable
from pishkhan.letters import api as letters
from pishkhan.letters.models import PageRow, Submission
from pishkhan.node import wiring
from tests.journal.foreign_log import ForeignLog
from tests.journal.signing import verify as fits
from tests.tamper import cheat
from tests.tamper.checkers import WRONG, Told, fsck, journal_check
from tests.tamper.node import KEY, Node, log_all

HOUR = timedelta(hours=1)


def only(told: str, *sentences: str) -> bool:
    """Return whether exactly these sentences were told, each by a part of it."""
    lines = told.splitlines()
    return len(lines) == len(sentences) and all(
        part in line for part, line in zip(sentences, lines, strict=True)
    )


def test_an_entry_changed_in_its_row(node: Node) -> None:
    cheat.row(node.early.entry).update(actor="applicant")
    said = f"Entry {node.early.entry} is not what was committed to: it was changed after"
    assert only(fsck().words, said)


def test_an_entry_dated_back_in_its_row(node: Node) -> None:
    cheat.row(node.late.entry).update(at=F("at") - HOUR)
    said = f"Entry {node.late.entry} is not what was committed to: it was changed after"
    assert said in fsck().words


def test_an_entry_dated_back_with_its_commitment(node: Node) -> None:
    """The row agrees with itself, but its date lies before what was written before it."""
    at = cheat.row(node.early.entry).get().at - 20 * HOUR
    cheat.rewrite(node.early.entry, at=at)
    told = fsck().words
    assert "are dated 20 hours before what was written before them" in told
    assert "is not the one over its entries" in told


def test_an_entry_changed_with_its_commitment(node: Node) -> None:
    """The row agrees with itself; the tree over the rows is another than the signed one."""
    cheat.rewrite(node.early.entry, fee=0)
    assert "is not the one over its entries: root or edge are others" in fsck().words
    assert journal_check().words == "Damaged: 1/tile/0/000 Damaged: 1/tile/entries/000"


def test_an_entry_removed(node: Node) -> None:
    place = cheat.row(node.early.entry).get().index
    cheat.row(node.early.entry).delete()
    said = f"No entry has the places {place} to {place} of the log: entries are gone"
    assert said in fsck().words


def test_an_entry_put_between(node: Node) -> None:
    """A row that was never logged gets a place beyond the log's end."""
    cheat.row(node.early.entry).update(index=10**9)
    assert "has the place 1000000000, which the log does not have" in fsck().words


def test_two_entries_change_places(node: Node) -> None:
    cheat.swap(node.early.entry, node.late.entry, "index")
    assert "is not the one over its entries: root or edge are others" in fsck().words


def test_an_entry_changed_before_it_was_logged(node: Node) -> None:
    """This is not caught from within: nobody has seen the first one."""
    accepted = node.world.accept()
    entry = journal.entry_with_slip(accepted.letter_id, "letter.accepted")
    moment = cheat.row(entry).get().at.replace(microsecond=0)
    cheat.rewrite(entry, at=moment)
    Submission.objects.filter(pk=accepted.letter_id).update(accepted_at=moment)
    log_all()
    assert fsck().words == ""


def test_what_a_receipt_proves_changed_before_it_was_logged(node: Node) -> None:
    accepted = node.world.accept()
    entry = journal.entry_with_slip(accepted.letter_id, "letter.accepted")
    cheat.rewrite(entry, pages="0" * 64)
    log_all()
    assert "is not what its row says (pages)" in fsck().words


def test_a_letter_dated_back_in_its_row(node: Node) -> None:
    Submission.objects.filter(pk=node.late.letter).update(accepted_at=F("accepted_at") - HOUR)
    assert "says another time than its entry" in fsck().words


def test_a_letter_removed(node: Node) -> None:
    Submission.objects.filter(pk=node.late.letter)._raw_delete("default")
    assert "which is not there" in fsck().words


def test_pages_exchanged_in_the_rows(node: Node) -> None:
    mine = PageRow.objects.filter(letter_id=node.early.letter, office_id=node.world.counter)
    mine.filter(seq=1).update(seq=3)  # the second is the first now
    assert "are not those of its entry, or stand in another order" in fsck().words


def test_a_byte_of_a_tile(node: Node) -> None:
    cheat.flip(node.home / "log/1/tile/0/000")
    assert journal_check().words == "Damaged: 1/tile/0/000"
    assert only(fsck().words, "The published file 1/tile/0/000 is not what the rows say")


def test_a_byte_of_the_published_checkpoint(node: Node) -> None:
    cheat.flip(node.home / "log/1/checkpoint", len(journal.head().origin))
    assert journal_check().words == "Damaged: 1/checkpoint"
    assert only(fsck().words, "The published file 1/checkpoint is not what the rows say")


def test_a_byte_of_a_blob(node: Node) -> None:
    """A scanned page is changed on the disk."""
    digest = PageRow.objects.filter(letter_id=node.early.letter).earliest("pk").digest
    cheat.flip(letters.blob_store().path(digest))
    assert "of a letter has other bytes than its name says" in fsck().words


def test_the_checkpoint_signed_by_another_key_of_the_node(node: Node) -> None:
    """The witness key signs what the log key must sign."""
    log = Log.objects.get()
    note = cheat.signed(log.size, bytes(log.root), wiring.witness_key())
    Log.objects.update(note=note)
    assert "is not signed by this node's log key" in fsck().words


def test_yesterdays_database_under_todays_home(node: Node) -> None:
    cheat.put_back_database(node.former_rows)
    assert "More was published of the log" in fsck().words
    with pytest.raises(Unavailable, match=r"journal\.rolled-back") as stopped:
        journal.step(KEY)
    assert "The database does not hold what was published" in str(stopped.value.message)


def test_a_log_begun_anew_by_hand(node: Node) -> None:
    """The rows of the log go; the next one has its origin, as if there had been none."""
    Entry.objects.update(index=None)
    Log.objects.all().delete()
    assert "HOME/log.registered names another log than the database" in fsck().words
    with pytest.raises(Unavailable, match=r"journal\.log-lost") as stopped:
        journal.found_log()
    assert "The log of this node is gone or is another one" in str(stopped.value.message)


def test_the_row_of_a_witness_rolled_back(node: Node) -> None:
    """So that this node, as a witness, cosigns a second history of another log."""
    other, fork = ForeignLog(), ForeignLog(word="another history")
    policy = node.home / "witness.policy"
    policy.write_text(f"log {other.key}\n" + policy.read_text())
    key = wiring.witness_key()
    assert journal.add_checkpoint(other.ask(0, 3), key, fits).status == 200
    former = Witnessed.objects.values().get()
    assert journal.add_checkpoint(other.ask(3, 7), key, fits).status == 200
    Witnessed.objects.update(**former)
    with pytest.raises(Unavailable, match=r"journal\.witness-put-back") as stopped:
        journal.add_checkpoint(fork.ask(3, 7), key, fits)
    assert "The database is older than what this witness signed" in str(stopped.value.message)


def test_a_byte_of_a_published_leaf(node: Node) -> None:
    cheat.flip(node.home / "log/1/tile/entries/000", 3)
    assert journal_check() == Told(WRONG, "Damaged: 1/tile/entries/000")
    assert fsck().exit == WRONG
