"""Cheats on what a citizen holds: receipt, answer, proof file. `pishkhan-verify` tells.

The citizen has a policy and no line to anybody.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pishkhan.journal import api as journal
from pishkhan.journal.checkpoint import Line, cosign, read_checkpoint, read_note
from pishkhan.journal.promise import from_digits, read_promise, to_digits
from pishkhan.sealing import api as sealing
from pishkhan.sealing.contracts import KeyUse, Reason
from pishkhan.sealing.logic import keys
from pishkhan.web.public import verify as page_of
from tests.journal.log_key import LogKey as AnyKey
from tests.tamper import cheat
from tests.tamper.checkers import GOOD, UNREAD, WRONG, verify
from tests.tamper.node import KEY, Node, Paper, evening, paper
from tests.tamper.switching import Chain

CODE_AT, SLIP_ENDS = 39, 98
"""Where the tracking code of a promise begins, and where the digest of its pages or text ends."""


def changed(digits: str, at: int) -> str:
    """Return a QR with one bit of one byte changed."""
    data = bytearray(from_digits(digits))
    data[at] ^= 1
    return to_digits(bytes(data))


def with_extra(proof: Path, change: Callable[[Any], object]) -> Path:
    """Write a proof file anew after a change of its opening and anchor."""
    header, extra, rest = proof.read_text().split("\n", 2)
    shown = json.loads(b64decode(extra.removeprefix("extra ")))
    change(shown)
    form = json.dumps(shown, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    made = proof.with_name("changed.tlog-proof")
    made.write_text(f"{header}\nextra {b64encode(form.encode()).decode()}\n{rest}")
    return made


def with_note(proof: Path, note: str) -> Path:
    """Put another checkpoint below a proof."""
    made = proof.with_name("changed.tlog-proof")
    made.write_text(proof.read_text().split("\n\n")[0] + f"\n\n{note}")
    return made


def note_of(paper: Paper) -> str:
    return paper.proof.read_text().partition("\n\n")[2]


@pytest.fixture(autouse=True)
def mine(node: Node, tmp_path: Path) -> Path:
    """A copy of the first letter's proof that a test may spoil."""
    copy = tmp_path / "letter.tlog-proof"
    copy.write_bytes(node.early.proof.read_bytes())
    return copy


def test_receipts_of_two_letters_swapped(node: Node) -> None:
    told = verify(node.policy, node.early.promise, node.late.path)
    assert told.exit == WRONG
    assert "what was given is of different letters" in told.words


def test_a_path_that_names_another_letter(node: Node) -> None:
    """The second QR gets the commitment of the other letter."""
    mine, other = from_digits(node.early.path), from_digits(node.late.path)
    forged = to_digits(mine[:17] + other[17:49] + mine[49:])
    told = verify(node.policy, forged)
    assert told.exit == WRONG
    assert "the log did not sign the root that this path leads to" in told.words


def test_another_tracking_code_printed(node: Node) -> None:
    """The paper of one letter is passed off as that of another by the code above the QR."""
    told = verify(node.policy, node.early.promise, code=node.late.code)
    assert told.exit == WRONG
    assert "the tracking code is another" in told.words


def test_the_tracking_code_changed_in_the_qr(node: Node) -> None:
    told = verify(node.policy, changed(node.early.promise, CODE_AT + 5))
    assert told.exit == WRONG
    assert "the signature does not fit the paper: it was changed or forged" in told.words


def test_pages_in_another_order(node: Node) -> None:
    told = verify(node.policy, node.early.promise, pages=node.early.pages[::-1])
    assert told.exit == WRONG
    assert "the pages are others, or in another order" in told.words


def test_a_page_exchanged(node: Node) -> None:
    pages = (node.early.pages[0], node.late.pages[1])
    told = verify(node.policy, node.early.promise, node.early.path, pages=pages)
    assert told.exit == WRONG
    assert "the pages are others, or in another order" in told.words


def test_a_forged_receipt_with_a_key_of_its_own(node: Node) -> None:
    """All of it fits together; only nobody trusts the key."""
    told = verify(node.policy, to_digits(journal.promise(node.early.entry, AnyKey(7))))
    assert told.exit == WRONG
    assert "is not in your policy" in told.words


def test_a_forged_receipt_that_names_the_true_key(node: Node) -> None:
    true = from_digits(node.early.promise)
    forged = journal.promise(node.early.entry, AnyKey(7))
    told = verify(node.policy, to_digits(forged[:1] + true[1:5] + forged[5:]))
    assert told.exit == WRONG
    assert "the signature does not fit the paper: it was changed or forged" in told.words


def test_a_forged_log_with_a_key_of_its_own(node: Node, mine: Path) -> None:
    head = read_checkpoint(read_note(note_of(node.early).encode()).text)
    told = verify(node.policy, with_note(mine, cheat.signed(head.size, head.root, AnyKey(7))))
    assert told.exit == WRONG
    assert f"no known key of {head.origin} signed the checkpoint" in told.words


def test_a_log_of_another_name(node: Node, mine: Path) -> None:
    head = read_checkpoint(read_note(note_of(node.early).encode()).text)
    origin = head.origin.rpartition("/")[0] + "/2"
    told = verify(node.policy, with_note(mine, cheat.signed(head.size, head.root, None, origin)))
    assert told.exit == WRONG
    assert f"the log {origin} is not in your policy" in told.words


def test_a_checkpoint_signed_by_the_relay_key(node: Node, mine: Path) -> None:
    """It is given the name and id of the log's key."""
    note = read_note(note_of(node.early).encode())
    relay = keys.held(node.home, KeyUse.RELAY).key
    line = next(each for each in note.lines if each.name == journal.head().origin)
    forged = Line(line.name, line.key_id, relay.sign(note.text.encode()))
    told = verify(node.policy, with_note(mine, f"{note.text}\n{forged}"))
    assert told.exit == WRONG
    assert f"the signature of {line.name} does not fit the checkpoint" in told.words


def test_a_checkpoint_with_extension_lines(node: Node, mine: Path) -> None:
    """Truly signed, with more below its root than the norm allows."""
    note = read_note(note_of(node.early).encode())
    text = f"{note.text}another root is the true one\n"
    line = next(each for each in note.lines if each.name == journal.head().origin)
    signed = Line(line.name, line.key_id, KEY.of(1).sign(text.encode()))
    told = verify(node.policy, with_note(mine, f"{text}\n{signed}"))
    assert told.exit == UNREAD
    assert "the checkpoint is malformed" in told.words


def test_a_proof_that_shows_another_value(node: Node, mine: Path) -> None:
    def cheaper(extra: Any) -> None:
        extra["shown"][0]["value"]["fee"] = 0

    told = verify(node.policy, with_extra(mine, cheaper))
    assert told.exit == WRONG
    assert "the entry is not in the tree that was signed" in told.words


def test_a_proof_at_another_place(node: Node, mine: Path) -> None:
    head, _, rest = mine.read_text().partition("\nindex ")
    index, _, rest = rest.partition("\n")
    mine.write_text(f"{head}\nindex {int(index) - 1}\n{rest}")
    told = verify(node.policy, mine)
    assert told.exit == WRONG
    assert "the entry is not in the tree that was signed" in told.words


def test_a_cosignature_copied_from_another_checkpoint(node: Node, mine: Path) -> None:
    """The log signs today's tree; the witnesses' lines are those of yesterday's."""
    old, new = node.yesterday.note, node.today.note
    others = [line for line in old.lines if line.name != journal.head().origin]
    own = [line for line in new.lines if line.name == journal.head().origin]
    (mine.parent / "checkpoint").write_text(f"{new.text}\n" + "".join(map(str, own + others)))
    told = verify(node.policy, mine.parent / "checkpoint")
    assert told.exit == WRONG
    assert (
        f"the signature of the witness {node.a.key.name} does not fit the checkpoint" in told.words
    )


def test_a_quorum_of_one_witness_twice(node: Node, mine: Path) -> None:
    """One witness signs at two moments; two different ones are asked for."""
    text = read_note(note_of(node.early).encode()).text
    log = next(line for line in node.yesterday.note.lines if line.name == journal.head().origin)
    assert node.yesterday.note.text != text  # its first cosigned checkpoint is an earlier one
    log = Line(log.name, log.key_id, KEY.of(1).sign(text.encode()))
    now = int(node.clock.now().timestamp())
    twice = [cosign(text, node.a.key, node.a.signer.sign, seconds=now - n) for n in (0, 60)]
    forged = with_note(mine, f"{text}\n" + "".join(map(str, [log, *twice])))
    told = verify(node.policy, forged, require="witnessed")
    assert told.exit == WRONG
    assert "it is logged, not witnessed" in told.words


def test_a_witness_under_the_name_of_another(node: Node, mine: Path) -> None:
    note = read_note(note_of(node.early).encode())
    own = [line for line in note.lines if line.name != node.b.key.name]
    signed = cosign(note.text, node.a.key, node.a.signer.sign, seconds=1)
    forged = Line(node.b.key.name, node.b.key.id, signed.signature)
    told = verify(
        node.policy, with_note(mine, f"{note.text}\n" + "".join(map(str, [*own, forged])))
    )
    assert told.exit == WRONG
    assert (
        f"the signature of the witness {node.b.key.name} does not fit the checkpoint" in told.words
    )


def test_an_answers_promise_as_an_acceptances(node: Node) -> None:
    """Its first byte is changed; then fee and currency are put in, which an answer has not."""
    data = from_digits(node.answer)
    told = verify(node.policy, to_digits(b"\x01" + data[1:]))
    assert told.exit == UNREAD
    assert "the promise is malformed" in told.words
    fee = bytes(5) + b"\x01"
    told = verify(node.policy, to_digits(b"\x01" + data[1:SLIP_ENDS] + fee + data[SLIP_ENDS:]))
    assert told.exit == WRONG
    assert "the signature does not fit the paper: it was changed or forged" in told.words


def test_an_answers_promise_with_the_letters_pages(node: Node) -> None:
    told = verify(node.policy, node.answer, code=node.late.code, pages=node.late.pages)
    assert told.exit == WRONG
    assert "this is of an answer, which has no pages" in told.words


def test_a_promise_taken_for_an_entry(node: Node) -> None:
    """A letter is promised and never logged; whoever asks for more than a promise is told."""
    told = verify(node.policy, node.early.promise, require="logged")
    assert told.exit == WRONG
    assert "it is promised; that it is logged was not shown" in told.words
    assert "it must be in the log by now; ask for the proof" in (
        verify(node.policy, node.early.promise).words
    )


@pytest.fixture
def dated_back(node: Node, tmp_path: Path) -> Paper:
    """A letter of Sunday evening that is dated to Saturday's: the node's clock lies."""
    node.clock.advance(timedelta(hours=-20))
    accepted = node.world.accept()
    node.clock.advance(timedelta(hours=20, minutes=5))
    evening(node.clock, node.witnesses)
    return paper(tmp_path / "dated-back", node.world, accepted)


def test_a_letter_dated_back_beyond_its_bracket(node: Node, dated_back: Paper) -> None:
    """Row, entry, promise and tree agree; what witnesses signed stands before it in the log."""
    told = verify(node.policy, dated_back.proof)
    assert told.exit == WRONG
    assert "it is dated back: it says" in told.words
    assert "but it was given its place not before" in told.words
    honest = verify(node.policy, node.late.proof, require="witnessed")
    assert honest.exit == GOOD
    assert "It was given its place not before" in honest.words


def test_an_anchor_of_another_log(node: Node, dated_back: Paper) -> None:
    """To be dated freely, the letter gets an older anchor that is not in this log."""

    def older(extra: Any) -> None:
        extra["after"]["opening"]["shown"][0]["value"] = node.yesterday.checkpoint.read_text()

    told = verify(node.policy, with_extra(dated_back.proof, older))
    assert told.exit == WRONG
    assert "what witnesses had signed before is not in this log" in told.words


def test_an_anchor_from_behind_the_letter(node: Node, dated_back: Paper) -> None:
    def later(extra: Any) -> None:
        extra["after"]["index"] = 10**6

    told = verify(node.policy, with_extra(dated_back.proof, later))
    assert told.exit == WRONG
    assert "what must stand before this entry stands after it" in told.words


def test_a_proof_without_its_anchor(node: Node, dated_back: Paper) -> None:
    """This is not refused: the node may leave the anchor out. That it did so is cautioned of."""
    told = verify(node.policy, with_extra(dated_back.proof, lambda extra: extra.pop("after")))
    assert told.exit == GOOD
    assert "It was given its place not before" not in told.words
    assert 'nothing witnessed before it is shown: "not before" is unknown' in told.words


def test_a_letter_dated_ahead(node: Node, tmp_path: Path) -> None:
    """Accepted before its witnesses signed, and dated after it."""
    node.clock.advance(timedelta(hours=5))
    accepted = node.world.accept()
    node.clock.advance(timedelta(hours=-5))
    evening(node.clock, node.witnesses)
    ahead = paper(tmp_path / "ahead", node.world, accepted)
    told = verify(node.policy, ahead.proof)
    assert "the time that the node says is after the first cosignature" in told.words


def test_every_field_of_the_slip_is_bound(node: Node, mine: Path) -> None:
    slip = read_promise(from_digits(node.early.promise)).slip.value()
    assert len(slip) == 6
    for name, value in slip.items():

        def other(extra: Any, name: str = name, value: Any = value) -> None:
            changed = value + 1 if isinstance(value, int) else _other(value)
            extra["shown"][0]["value"][name] = changed

        told = verify(node.policy, with_extra(mine, other))
        assert told.exit == WRONG, name
        assert "the entry is not in the tree that was signed" in told.words


def _other(text: str) -> str:
    """Return a text of the same form."""
    if text in ("rial", "new_rial"):
        return "new_rial" if text == "rial" else "rial"
    last = next(at for at in reversed(range(len(text))) if text[at].isdecimal())
    return text[:last] + str((int(text[last]) + 1) % 10) + text[last + 1 :]


def test_a_thief_with_the_former_key_is_told(node: Node, chain: Chain) -> None:
    """He makes a promise of an entry that never was: another code, signed by the former key."""
    body = bytearray(from_digits(node.early.promise)[:-64])
    body[39] ^= 1  # of the code, so that no entry has this slip
    signed = b"pishkhan/promise/v1\n" + bytes(body)
    forged = to_digits(bytes(body) + chain.former.sign(signed))
    assert chain.by_roots(node, forged).exit == GOOD  # nobody knows yet
    chain.revoke(Reason.COMPROMISED)
    told = chain.by_roots(node, forged)
    assert told.exit == WRONG
    assert "is revoked by the agency" in told.words
    own = page_of._own_policy()
    assert journal.log_vkey(sealing.LogKey()) in own
    assert journal.log_vkey(chain.former.public) not in own
