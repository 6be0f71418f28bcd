"""Cheats with witnesses: put back, in collusion, with clocks that lie, left out, made up."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from pishkhan.journal.checkpoint import Line, cosign, read_checkpoint
from tests.tamper import cheat
from tests.tamper.auditor import Auditor
from tests.tamper.checkers import GOOD, WRONG, verify
from tests.tamper.node import Copy, Node, ask, log_all, served

HOURS = timedelta(hours=3)


def cosigned_by(node: Node, copy: Copy, folder: Path, seconds: int, *names: str) -> Path:
    """Copy a copy of the log; these witnesses cosign its checkpoint, at this time."""
    shutil.copytree(copy.folder, folder)
    who = {"a": node.a, "b": node.b}
    lines = [
        cosign(copy.note.text, each.key, each.signer.sign, seconds=seconds)
        for each in map(who.__getitem__, names)
    ]
    (folder / "checkpoint").write_text(str(copy.note.with_lines(lines)))
    return folder


def test_a_restored_witness_cosigns_what_is_older(node: Node, auditor: Auditor, new: Path) -> None:
    """A witness that forgot today cosigns yesterday's tree once more, now."""
    now = int(node.clock.now().timestamp()) + 60
    told = auditor.look_beside_his_copy(cosigned_by(node, node.yesterday, new, now, "a"))
    assert told.exit == WRONG
    assert "the time of the witness a went backwards" in told.words


def test_a_restored_witness_cosigns_another_history(
    node: Node, auditor: Auditor, new: Path
) -> None:
    """One of two witnesses was put back with the log: it signs, the other refuses."""
    cheat.put_back(node.former_rows, node.former_home)
    node.a.size = node.yesterday.size
    node.a.root = read_checkpoint(node.yesterday.note.text).root
    node.clock.advance(HOURS)
    node.world.accept()
    log_all()
    assert ask(node.witnesses) == 1
    copy = served(new)
    told = verify(node.policy, tiles=copy.folder, require="witnessed")
    assert told.exit == WRONG
    assert "it is logged, not witnessed" in told.words
    assert "is not the beginning of that of" in auditor.look_beside_his_copy(copy.folder).words


def test_a_witness_that_signs_the_future(node: Node, auditor: Auditor, new: Path) -> None:
    later = int((node.clock.now() + timedelta(days=3)).timestamp())
    copy = cosigned_by(node, node.today, new, later, "a", "b")
    told = auditor.look(copy)
    assert told.exit == WRONG
    assert "at a time to come" in told.words
    assert "a witness's time is still to come" in verify(node.policy, copy / "checkpoint").words


def test_witnesses_whose_clocks_differ(node: Node, auditor: Auditor, new: Path) -> None:
    """One of them says an earlier time than it was, so that an entry seems older."""
    early = int((node.clock.now() - HOURS).timestamp())
    told = auditor.look(cosigned_by(node, node.today, new, early, "a"))
    assert told.exit == WRONG
    assert "disagree on the time" in told.words


def test_a_log_that_no_longer_asks_its_witnesses(node: Node, auditor: Auditor, new: Path) -> None:
    """Who wants two histories must do without witnesses, and that is seen."""
    node.clock.advance(HOURS)
    node.world.accept()
    log_all()
    copy = served(new)
    assert auditor.look(copy.folder).exit == GOOD  # they may still come
    node.clock.advance(HOURS)
    told = auditor.look(copy.folder)
    assert told.exit == WRONG
    assert "no longer reaches the quorum of witnesses" in told.words


def test_a_signature_of_a_witness_that_does_not_fit(
    node: Node, auditor: Auditor, new: Path
) -> None:
    """The node makes up what it did not get."""
    shutil.copytree(node.today.folder, new)
    lines = [
        Line(each.name, each.key_id, each.signature[:-1] + bytes([each.signature[-1] ^ 1]))
        if each.name == node.a.key.name
        else each
        for each in node.today.note.lines
    ]
    (new / "checkpoint").write_text(f"{node.today.note.text}\n" + "".join(map(str, lines)))
    told = auditor.look(new)
    assert told.exit == WRONG
    assert "does not fit the checkpoint" in told.words
