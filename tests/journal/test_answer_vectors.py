"""The frozen vectors of an answer's promise: the product and a second checker (journal.md)."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.journal import independent, independent_entry
from tests.journal.signing import verify
from tests.journal.test_log_vectors import (
    AGENCY,
    NODE,
    OTHER,
    PROMISES,
    drawn,
    opening,
    reader,
    signers,
    spoilt,
)

from pishkhan.journal import checkpoint as c
from pishkhan.journal import commitment, merkle, promise
from pishkhan.journal.checkpoint import Checkpoint
from pishkhan.journal.slip import AnswerSlip, BadSlip
from pishkhan.kernel import canonical

VECTORS: Any = json.loads(
    (Path(__file__).parent.parent / "vectors" / "answer.json").read_text("utf-8")
)
POLICY = VECTORS["policy"]


def slips():
    return (
        AnswerSlip(
            "7214093381260",
            datetime(2026, 11, 23, 9, 40, 5, tzinfo=UTC),
            UUID(AGENCY),
            drawn("text", 0),
        ),
        AnswerSlip(
            "0000000000017", datetime(2027, 3, 21, tzinfo=UTC), UUID(AGENCY), drawn("text", 1)
        ),
    )


def entries():
    """An answer with the fields that a node writes, and one with the fewest there can be."""
    further: list[dict[str, Any]] = [
        {
            "draft": OTHER,
            "number": 12,
            "secretariat": NODE,
            "series": AGENCY,
            "text_digest": drawn("text", 0).hex(),
            "year": 1405,
        },
        {},
    ]
    found: list[dict[str, Any]] = []
    for number, (slip, more) in enumerate(zip(slips(), further, strict=True)):
        header = {
            "actor": "user",
            "at": str(slip.value()["at"]).replace("Z", ".000000Z"),
            "kind": "letter.dispatched",
            "node": NODE,
            "subject": f"0199c3a1-7c00-7a10-8000-0000000002{number:02}",
        }
        fields = {**more, "slip": slip.value()}
        salts = b"".join(drawn("answer salt", number, i) for i in range(5 + len(fields)))
        commit = commitment.compose(header, fields, salts).commit
        found.append(
            {"header": header, "fields": fields, "salts": salts.hex(), "commit": commit.hex()}
        )
    return found


def made():
    """Make the vectors anew; the file was made by this once, and is never written by a test."""
    log = signers()[0][0]
    known = entries()
    leaves = [promise.entry_leaf(drawn("commit", i)) for i in range(5)]
    leaves[3] = promise.entry_leaf(bytes.fromhex(known[0]["commit"]))
    head = Checkpoint(log.key.name, 5, merkle.root(leaves))
    note = c.sign_checkpoint(head, log.key, log.sign)
    hashes = merkle.inclusion_proof(3, 5, reader(leaves))

    def promised(which, hours):
        opened = opening(known[which], "slip")
        one = promise.make_promise(slips()[which], opened, hours=hours, key=log.key, sign=log.sign)
        told = {"entry": which, "due": one.due.isoformat(), "bytes": bytes(one).hex()}
        return {**told, "digits": promise.to_digits(bytes(one))}

    def disguised(body, kind):
        """A body under the first byte of another kind, signed by the log itself."""
        body = kind + body[1:-64]
        signature = log.sign(b"pishkhan/promise/v1\n" + body)
        return promise.to_digits(body + signature)

    data = canonical.dumps(commitment.opening_to_json(opening(known[0], "slip")))
    lines = ["c2sp.org/tlog-proof@v1", f"extra {b64encode(data).decode()}", "index 3"]
    proof = [*lines, *(b64encode(each).decode() for each in hashes), "", str(note)]
    path = promise.LeafPath(
        log.key.id, 3, 5, bytes.fromhex(known[0]["commit"]), note.lines[0].signature, tuple(hashes)
    )
    promises = [promised(0, 24), promised(1, 72)]
    return {
        "about": "Frozen vectors of docs/protocol/journal.md, the promise of an answer; never "
        "regenerated. The keys are those of log.json.",
        "policy": {"logs": [str(log.key)], "witnesses": [], "quorum": 0},
        "entries": known,
        "promises": promises,
        "path": {"entry": 0, "index": 3, "size": 5, "digits": promise.to_digits(bytes(path))},
        "proof": {"entry": 0, "text": "\n".join(proof)},
        "disguised": [
            *(disguised(bytes.fromhex(each["bytes"]), b"\x01") for each in promises),
            *(disguised(bytes.fromhex(each["bytes"]), b"\x03") for each in PROMISES),
        ],
    }


def test_the_frozen_vectors_come_out():
    assert made() == VECTORS


@pytest.mark.parametrize("vector", VECTORS["promises"])
def test_both_checkers_agree_on_a_promise_and_refuse_every_flipped_bit(vector):
    entry = VECTORS["entries"][vector["entry"]]
    commit, slip, due = independent.check_qr(vector["digits"], POLICY)
    assert (commit.hex(), slip) == (entry["commit"], entry["fields"]["slip"])
    assert due.isoformat() == vector["due"]
    key = c.read_key(POLICY["logs"][0])
    data = promise.from_digits(vector["digits"])
    assert data.hex() == vector["bytes"]
    mine = promise.read_promise(data)
    assert bytes(mine) == data
    assert isinstance(mine.slip, AnswerSlip)
    assert promise.is_promised(mine, key, verify)
    assert (mine.commit, mine.slip.value(), mine.due) == (commit, slip, due)
    for wrong in spoilt(data):
        with pytest.raises(independent_entry.Refused):
            independent.check_qr(promise.to_digits(wrong), POLICY)
        try:
            assert not promise.is_promised(promise.read_promise(wrong), key, verify)
        except BadSlip:
            continue


@pytest.mark.parametrize("digits", VECTORS["disguised"])
def test_one_kind_under_the_first_byte_of_the_other_is_refused_though_it_is_signed(digits):
    with pytest.raises(independent_entry.Refused):
        independent.check_qr(digits, POLICY)
    with pytest.raises(BadSlip):
        promise.read_promise(promise.from_digits(digits))


def test_the_second_checker_agrees_on_the_proof_and_the_path_of_an_answer():
    entry = VECTORS["entries"][0]
    verdict, commit, index, size, shown, _ = independent.check_proof(
        VECTORS["proof"]["text"], POLICY
    )
    assert (verdict, index, size) == ("witnessed", 3, 5)  # its policy asks for no witness
    assert shown == {"slip": entry["fields"]["slip"]}
    path = independent.check_qr(VECTORS["path"]["digits"], POLICY)
    assert path == (commit, signers()[0][0].key.name, 3, 5)
    assert commit.hex() == entry["commit"]
