"""The node went on to its next log key: what was printed before and after is good to everyone."""

from __future__ import annotations

from pathlib import Path

from pishkhan.journal import api as journal
from pishkhan.journal.checkpoint import read_note
from pishkhan.journal.policy import read_policy
from pishkhan.journal.witnessing import trusted_lines
from pishkhan.letters import api as letters
from pishkhan.sealing import api as sealing
from pishkhan.sealing import papers
from pishkhan.sealing.contracts import KeyUse, Reason
from pishkhan.sealing.logic import keys
from pishkhan.web.public import verify as page_of
from tests.tamper.checkers import GOOD, WRONG, fsck, journal_check, monitor, verify
from tests.tamper.node import Node, served
from tests.tamper.switching import Chain


def both(node: Node) -> Path:
    """Return the citizens' policy with the line of the new key below the former one's."""
    policy = node.policy.with_name("both")
    line = f"log {journal.log_vkey(sealing.LogKey())}\n"
    policy.write_text(node.policy.read_text() + line)
    return policy


def test_what_was_printed_before_and_after_verifies_by_roots_and_by_two_lines(
    node: Node, chain: Chain, tmp_path: Path
) -> None:
    for given in (node.early, chain.third):
        assert chain.by_roots(node, given.promise).exit == GOOD
        told = chain.by_roots(node, given.promise, given.proof, require="witnessed")
        assert told.exit == GOOD, told
        told = verify(both(node), given.promise, given.proof, require="witnessed")
        assert told.exit == GOOD, told
        assert verify(both(node), given.promise, given.path, require="logged").exit == GOOD
    assert verify(node.policy, node.early.promise).exit == GOOD
    told = verify(node.policy, chain.third.promise)  # who was not told of the new key
    assert (told.exit, "not in your policy" in told.words) == (WRONG, True), told
    assert fsck().words == ""
    assert journal_check().exit == GOOD
    copy = served(tmp_path / "served")
    told = monitor(both(node), tmp_path / "state", node.today.folder, copy.folder)
    assert told.exit == GOOD, told
    assert verify(both(node), node.today.checkpoint, copy.checkpoint, tiles=copy.folder).exit == 0


def test_witnesses_with_both_lines_take_checkpoints_of_both_keys(node: Node, chain: Chain) -> None:
    head = journal.head()
    policy = read_policy(b"\n".join(
        line for line in both(node).read_bytes().splitlines() if not line.startswith(b"#")
    ) + b"\n")  # fmt: skip
    known = policy.keys_of(head.origin)
    assert len(known) == 2
    for note in (node.today.note, read_note(journal.checkpoint())):
        (line,) = trusted_lines(note, known, sealing.fits)
        assert line.name == head.origin


def test_the_former_key_revoked_counts_where_witnesses_saw_it_before(
    node: Node, chain: Chain
) -> None:
    chain.revoke(Reason.SUPERSEDED)
    told = chain.by_roots(node, node.early.promise, node.early.proof, require="witnessed")
    assert told.exit == GOOD, told
    told = chain.by_roots(node, node.early.promise)
    assert (told.exit, "revoked" in told.words) == (WRONG, True), told
    told = chain.by_roots(node, chain.third.promise, chain.third.proof, require="witnessed")
    assert told.exit == GOOD, told
    # A print of today bears a promise by the key of today.
    again = letters.receipt_proof(node.world.clerk, node.early.letter).promise
    assert chain.by_roots(node, again).exit == GOOD
    for given in (node.early, chain.third):
        found = journal.check_entry(given.entry, papers.log_keys, sealing.fits)
        assert [line.good for line in found.lines if line.code == "signature"] == [True]
    assert fsck().words == ""


def test_the_offices_page_knows_the_former_key_until_it_is_revoked(
    node: Node, chain: Chain, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.write_text(page_of._own_policy())
    for given in (node.early, chain.third):
        assert verify(own, given.promise).exit == GOOD
    chain.revoke(Reason.SUPERSEDED)
    own.write_text(page_of._own_policy())
    assert verify(own, chain.third.promise).exit == GOOD
    assert verify(own, node.early.promise).exit == WRONG


def test_the_former_private_key_is_gone_from_the_node(node: Node, chain: Chain) -> None:
    assert sorted(path.name for path in (node.home / "keys").glob("log*")) == ["log-2.key"]
    assert keys.held(node.home, KeyUse.LOG).former[0].public_key == chain.former.public
