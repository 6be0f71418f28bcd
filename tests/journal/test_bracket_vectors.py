"""The frozen vectors of the time bracket: the second checker and the verifier (journal.md)."""

import ast
import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pishkhan_verify import judge, read
from pishkhan_verify import policy as policies
from pishkhan_verify.errors import Trouble
from tests.journal import independent, independent_entry
from tests.journal.test_log_vectors import (
    COSIGNED,
    NODE,
    POLICY,
    drawn,
    entries,
    opening,
    reader,
    signers,
)

from pishkhan.journal import checkpoint as c
from pishkhan.journal import commitment, merkle, promise
from pishkhan.journal.checkpoint import Checkpoint, Note
from pishkhan.kernel import canonical

HERE = Path(__file__).parent
VECTORS: Any = json.loads((HERE.parent / "vectors" / "bracket.json").read_text("utf-8"))
SCRIPTS = (HERE / "independent.py", HERE / "independent_entry.py")
ACCEPTED = 1_795_331_550  # the `at` of the slip that is proved
ANCHOR, LETTER, SIZE = 3, 5, 7


class World:
    """A log of seven entries: an anchor at 3, an acceptance at 5."""

    def __init__(self, note: Note, entry: dict[str, Any], places: tuple[int, int]) -> None:
        self.log = signers()[0][0]
        self.entry, (self.at, self.index) = entry, places
        header = {
            "actor": "system",
            "at": entry["header"]["at"],
            "kind": "log.witnessed",
            "node": NODE,
            "subject": NODE,
        }
        fields: dict[str, Any] = {"note": str(note), "size": ANCHOR}
        salts = b"".join(drawn("anchor salt", i) for i in range(7))
        commit = commitment.compose(header, fields, salts).commit
        self.anchor = {"header": header, "fields": fields, "salts": salts.hex()}
        self.leaves = [promise.entry_leaf(drawn("bracket", i)) for i in range(SIZE)]
        self.leaves[self.at] = promise.entry_leaf(commit)
        self.leaves[self.index] = promise.entry_leaf(bytes.fromhex(entry["commit"]))

    def path(self, index: int) -> list[bytes]:
        return list(merkle.inclusion_proof(index, SIZE, reader(self.leaves)))

    def proof(self, *show: str, **changed: Any) -> str:
        """The proof of the acceptance, and of its anchor; `changed` replaces members of `after`."""
        head = Checkpoint(self.log.key.name, SIZE, merkle.root(self.leaves))
        note = c.sign_checkpoint(head, self.log.key, self.log.sign)
        lines = [
            c.cosign(note.text, each.key, each.sign, seconds=ACCEPTED + 10 + number)
            for number, each in enumerate(signers()[1][:2])
        ]
        after = {
            "index": self.at,
            "opening": commitment.opening_to_json(opening(self.anchor, "note")),
            "path": [each.hex() for each in self.path(self.at)],
        } | changed
        shown = commitment.opening_to_json(opening(self.entry, *show))
        extra = canonical.dumps({**shown, "after": after})
        told = ["c2sp.org/tlog-proof@v1", f"extra {b64encode(extra).decode()}"]
        told += [f"index {self.index}", *(b64encode(e).decode() for e in self.path(self.index))]
        return "\n".join([*told, "", str(note.with_lines(lines))])


def anchored(*seconds: int) -> Note:
    """The checkpoint of the first three entries, cosigned at these moments."""
    log, witnesses = signers()[0][0], signers()[1]
    leaves = [promise.entry_leaf(drawn("bracket", i)) for i in range(ANCHOR)]
    head = Checkpoint(log.key.name, ANCHOR, merkle.root(leaves))
    note = c.sign_checkpoint(head, log.key, log.sign)
    pairs = zip(witnesses, seconds, strict=False)
    lines = [c.cosign(note.text, each.key, each.sign, seconds=at) for each, at in pairs]
    return note.with_lines(lines)


def made() -> dict[str, Any]:
    """Make the vectors anew; the file was made by this once, and is never written by a test."""
    known = entries()[0]
    places = (ANCHOR, LETTER)
    both = anchored(ACCEPTED - 300, ACCEPTED - 240)
    good = World(both, known, places)
    late = World(anchored(ACCEPTED + 590, ACCEPTED + 601), known, places)
    other = World(anchored(ACCEPTED - 900, ACCEPTED - 900), known, places)
    turned = World(both, known, (LETTER, ANCHOR))
    again = replace(both, lines=(*both.lines, *anchored(ACCEPTED + 9000).lines[1:]))
    twice = World(again, known, places)
    swapped = str(both).replace("\n3\n", "\n2\n", 1)
    unsigned = World(c.read_note(swapped.encode()), known, places)
    bounded = {"not_before": ACCEPTED - 240, "not_after": ACCEPTED + 10}
    edge = World(anchored(ACCEPTED + 590, ACCEPTED + 600), known, places)
    alone = World(anchored(ACCEPTED + 7200), known, places)
    foreign = commitment.opening_to_json(opening(other.anchor, "note"))
    hidden = commitment.opening_to_json(opening(good.anchor, "size"))
    path = [each.hex() for each in good.path(ANCHOR)]
    return {
        "about": "Frozen vectors of docs/protocol/journal.md, time is a bracket; never "
        "regenerated. Policy, keys and the entry (the first) are those of log.json.",
        "proofs": [
            {**bounded, "text": good.proof("slip")},
            {**bounded, "text": good.proof("at", "sheets")},
            {**bounded, "text": twice.proof("slip")},
            {**bounded, "not_before": ACCEPTED + 600, "text": edge.proof("slip")},
            {**bounded, "not_before": ACCEPTED + 601, "text": late.proof("kind")},
            {**bounded, "not_before": None, "text": alone.proof("slip")},
        ],
        "refused": [
            {"why": "dated back by its slip", "text": late.proof("slip")},
            {"why": "dated back by its time", "text": late.proof("at")},
            {"why": "the anchor stands after the entry", "text": turned.proof("slip")},
            {"why": "the anchor is not in the tree", "text": good.proof("slip", opening=foreign)},
            {"why": "the anchor stands elsewhere", "text": good.proof("slip", index=2)},
            {"why": "the note was changed under its signatures", "text": unsigned.proof("slip")},
            {"why": "the note is not shown", "text": good.proof("slip", opening=hidden)},
            {"why": "a hash is missing", "text": good.proof("slip", path=path[:-1])},
            {"why": "a hash is left over", "text": good.proof("slip", path=[*path, path[0]])},
            {
                "why": "hexadecimal in another spelling",
                "text": good.proof("slip", path=[each.upper() for each in path]),
            },
            {"why": "another member", "text": good.proof("slip", more=1)},
            {"why": "an index that is no number", "text": good.proof("slip", index="3")},
        ],
    }


def by_the_verifier(text: str) -> judge.Finding:
    names = [f"w{number}" for number in range(len(POLICY["witnesses"]))]
    lines = ["# date: 2026-11-22", *(f"log {key}" for key in POLICY["logs"])]
    lines += [f"witness {name} {key}" for name, key in zip(names, POLICY["witnesses"], strict=True)]
    lines += [f"group enough {POLICY['quorum']} {' '.join(names)}", "quorum enough", ""]
    trusted = policies.read("\n".join(lines).encode())
    now = datetime.fromtimestamp(COSIGNED + 3600, UTC)
    return judge.judge(read.held(text.encode()), trusted, now=now)


def test_the_frozen_vectors_come_out():
    assert made() == VECTORS


@pytest.mark.parametrize("vector", VECTORS["proofs"])
def test_the_second_checker_and_the_verifier_tell_the_same_bracket(vector):
    verdict, commit, index, size, shown, bracket = independent.check_proof(vector["text"], POLICY)
    known = entries()[0]
    assert (verdict, commit.hex(), index, size) == ("witnessed", known["commit"], LETTER, SIZE)
    assert shown.items() <= {**known["header"], **known["fields"]}.items()
    assert bracket == (vector["not_before"], vector["not_after"])
    found = by_the_verifier(vector["text"])
    assert (found.level, found.not_before, found.not_after) == (verdict, *bracket)


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda each: each["why"])
def test_both_refuse_what_is_dated_back_or_has_no_true_anchor(vector):
    with pytest.raises(independent_entry.Refused):
        independent.check_proof(vector["text"], POLICY)
    with pytest.raises(Trouble):
        by_the_verifier(vector["text"])


def test_the_second_checker_is_a_hundred_lines_and_shares_no_code_with_the_product():
    known = {"json", "re", "base64", "hashlib", "datetime", "uuid", "cryptography"}
    for script in SCRIPTS:
        for node in ast.walk(ast.parse(script.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                given = [each.name for each in node.names]
                names = given if isinstance(node, ast.Import) else [str(node.module)]
                for name in names:
                    own = name == f"tests.journal.{SCRIPTS[1].stem}"
                    assert own or name.partition(".")[0] in known, name
    assert len(SCRIPTS[0].read_text("utf-8").splitlines()) <= 100
    assert len(SCRIPTS[1].read_text("utf-8").splitlines()) <= 100
