"""The frozen vectors of docs/protocol/journal.md: the product, the page and a second checker."""

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.journal import independent, independent_entry
from tests.journal.signing import Signer, verify

from pishkhan.journal import checkpoint as c
from pishkhan.journal import commitment, merkle, promise
from pishkhan.journal.checkpoint import Checkpoint, KeyKind
from pishkhan.journal.slip import BadSlip, Slip
from pishkhan.kernel import canonical
from pishkhan.kernel.money import Epoch

VECTORS: Any = json.loads(
    (Path(__file__).parent.parent / "vectors" / "log.json").read_text("utf-8")
)
POLICY = VECTORS["policy"]
PROOFS, PROMISES, PATHS = VECTORS["proofs"], VECTORS["promises"], VECTORS["paths"]

NODE, OTHER, THIRD, AGENCY = (f"0199c3a1-7c00-7a10-8000-00000000000{each}" for each in "abcf")
COSIGNED = 1_795_331_560


def drawn(*told):
    return sha256(f"pishkhan vector {' '.join(map(str, told))}".encode()).digest()


def signers():
    def one(name, kind):
        return Signer(name, kind, drawn("key", name))

    return (
        [one(f"pishkhan/{NODE}/{epoch}", KeyKind.LOG) for epoch in (1, 2)],
        [one(f"pishkhan-witness/{each}/1", KeyKind.WITNESS) for each in (NODE, OTHER, THIRD)],
    )


def slips():
    return (
        Slip(
            "7214093381260",
            datetime(2026, 11, 22, 7, 12, 30, tzinfo=UTC),
            UUID(AGENCY),
            drawn("pages", 0),
            450_000,
            Epoch.RIAL_1310,
        ),
        Slip(
            "0000000000017",
            datetime(2027, 3, 21, tzinfo=UTC),
            UUID(AGENCY),
            drawn("pages", 1),
            2**40 - 1,
            Epoch.NEW_RIAL,
        ),
    )


def entries():
    """Two acceptances: fields that make the opening's tree uneven, and the fewest there can be."""
    further: list[dict[str, Any]] = [{"print": None, "sheets": 3, "urgent": False}, {}]
    found: list[dict[str, Any]] = []
    for number, (slip, more) in enumerate(zip(slips(), further, strict=True)):
        header = {
            "actor": "applicant",
            "at": slip.value()["at"].replace("Z", ".000000Z"),
            "kind": "letter.accepted",
            "node": NODE,
            "subject": f"0199c3a1-7c00-7a10-8000-0000000001{number:02}",
        }
        fields = {**more, "slip": slip.value()}
        salts = b"".join(drawn("salt", number, i) for i in range(5 + len(fields)))
        commit = commitment.compose(header, fields, salts).commit
        leaf = promise.entry_leaf(commit)
        found.append(
            {
                "header": header,
                "fields": fields,
                "salts": salts.hex(),
                "commit": commit.hex(),
                "leaf": leaf.hex(),
                "leaf_hash": merkle.leaf_hash(leaf).hex(),
            }
        )
    return found


def opening(entry, *show):
    return commitment.make_opening(
        {**entry["header"], **entry["fields"]},
        bytes.fromhex(entry["salts"]),
        erased=frozenset(),
        show=frozenset(show),
    )


def reader(leaves):
    def read(subtrees):
        return [merkle.root(leaves[p << h : (p + 1) << h]) for h, p in subtrees]

    return read


def made():
    """Make the vectors anew; the file was made by this once, and is never written by a test."""
    logs, witnesses = signers()
    known = entries()
    leaves = [promise.entry_leaf(drawn("commit", i)) for i in range(11)]
    leaves[6], leaves[10] = (bytes.fromhex(each["leaf"]) for each in known)
    trees = [(logs[0], leaves[:7]), (logs[0], leaves), (logs[1], leaves[6:7])]
    notes = [
        c.sign_checkpoint(Checkpoint(log.key.name, len(each), merkle.root(each)), log.key, log.sign)
        for log, each in trees
    ]
    cosigned = [
        c.cosign(notes[1].text, each.key, each.sign, seconds=COSIGNED + number)
        for number, each in enumerate(witnesses[:2])
    ]

    def proof(which, number, index, note, *show):
        data = canonical.dumps(commitment.opening_to_json(opening(known[which], *show)))
        tree = trees[number][1]
        path = merkle.inclusion_proof(index, len(tree), reader(tree))
        return "\n".join(
            [
                "c2sp.org/tlog-proof@v1",
                f"extra {b64encode(data).decode()}",
                f"index {index}",
                *(b64encode(each).decode() for each in path),
                "",
                str(note),
            ]
        )

    def path(which, number, index):
        log, tree = trees[number]
        hashes = merkle.inclusion_proof(index, len(tree), reader(tree))
        signature = notes[number].lines[0].signature
        commit = bytes.fromhex(known[which]["commit"])
        data = bytes(
            promise.LeafPath(log.key.id, index, len(tree), commit, signature, tuple(hashes))
        )
        told = {"entry": which, "origin": log.key.name, "index": index, "size": len(tree)}
        return {**told, "bytes": data.hex(), "digits": promise.to_digits(data)}

    def promised(which, hours):
        key, sign = logs[0].key, logs[0].sign
        opened = opening(known[which], "slip")
        one = promise.make_promise(slips()[which], opened, hours=hours, key=key, sign=sign)
        data = bytes(one)
        told = {"entry": which, "due": one.due.isoformat(), "digits": promise.to_digits(data)}
        return {**told, "bytes": data.hex()}

    both = notes[1].with_lines(cosigned)
    return {
        "about": "Frozen vectors of docs/protocol/journal.md, version 1; never regenerated. The "
        "keys are SHA-256 of a text and secure nothing.",
        "seeds": {each.key.name: drawn("key", each.key.name).hex() for each in [*logs, *witnesses]},
        "policy": {
            "logs": [str(each.key) for each in logs],
            "witnesses": [str(each.key) for each in witnesses],
            "quorum": 2,
        },
        "entries": known,
        "leaves": [each.hex() for each in leaves],
        "checkpoints": [str(each) for each in notes],
        "cosignatures": [
            {"line": str(line), "seconds": COSIGNED + number}
            for number, line in enumerate(cosigned)
        ],
        "proofs": [
            {"entry": 0, "verdict": "witnessed", "text": proof(0, 1, 6, both, "slip")},
            {"entry": 1, "verdict": "witnessed", "text": proof(1, 1, 10, both, "at", "slip")},
            {"entry": 0, "verdict": "logged", "text": proof(0, 0, 6, notes[0], "kind", "sheets")},
            {"entry": 0, "verdict": "logged", "text": proof(0, 2, 0, notes[2], "slip")},
        ],
        "promises": [promised(0, 24), promised(1, 72)],
        "paths": [path(0, 1, 6), path(1, 1, 10), path(0, 0, 6), path(0, 2, 0)],
    }


def flips(text):
    """Every copy of a text with one character another, or a line feed."""
    for i, each in enumerate(text):
        other = {"0": "1", "A": "B"}.get(each, "0" if each.isdecimal() else "A")
        for new in {other, "\n"} - {each}:
            yield text[:i] + new + text[i + 1 :]


def spoilt(data):
    """Every copy of bytes with one bit flipped, and some shorter or longer."""
    for i in range(len(data) * 8):
        yield data[: i // 8] + bytes([data[i // 8] ^ 1 << i % 8]) + data[i // 8 + 1 :]
    yield from (data[:-1], data[:-32], data[1:], data + b"\0", data + bytes(32), b"")


def test_the_frozen_vectors_come_out():
    assert made() == VECTORS


def test_the_product_accepts_the_frozen_checkpoints_and_cosignatures():
    logs = [c.read_key(each) for each in POLICY["logs"]]
    keys = [c.read_key(each) for each in POLICY["witnesses"]]
    notes = [c.read_note(each.encode()) for each in VECTORS["checkpoints"]]
    leaves = [bytes.fromhex(each) for each in VECTORS["leaves"]]
    heads = [c.checkpoint_of(n, logs[i], verify) for n, i in zip(notes, (0, 0, 1), strict=True)]
    assert [head.size for head in heads] == [7, 11, 1]
    assert [head.root for head in heads[:2]] == [merkle.root(leaves[:7]), merkle.root(leaves)]
    more = [line for each in VECTORS["cosignatures"] for line in c.read_lines(each["line"])]
    times = [c.cosigned_at(notes[1].with_lines(more), key, verify) for key in keys]
    assert times == [*(each["seconds"] for each in VECTORS["cosignatures"]), None]


def test_the_second_checker_makes_the_same_leaves():
    for entry in VECTORS["entries"]:
        values = {**entry["header"], **entry["fields"]}
        salts = bytes.fromhex(entry["salts"])
        shown = [
            {"place": i, "name": name, "salt": salts[32 * i : 32 * i + 32].hex(), "value": value}
            for i, (name, value) in enumerate(sorted(values.items()))
        ]
        opening = {"v": 1, "size": len(shown), "shown": shown, "proof": []}
        commit, told = independent_entry.opened(opening)
        assert (commit.hex(), told) == (entry["commit"], values)
        assert (b"\x01" + commit).hex() == entry["leaf"]
        assert independent_entry.sha(b"\0", b"\1", commit).hex() == entry["leaf_hash"]


@pytest.mark.parametrize("vector", PROOFS)
def test_the_second_checker_agrees_on_a_proof_and_no_change_says_anything_else(vector):
    entry = VECTORS["entries"][vector["entry"]]
    verdict, *said = independent.check_proof(vector["text"], POLICY)
    assert verdict == vector["verdict"]
    commit, _, _, shown, _ = said
    assert commit.hex() == entry["commit"]
    values = {**entry["header"], **entry["fields"]}
    assert shown == {name: values[name] for name in shown}
    accepted = 0
    for wrong in flips(vector["text"]):
        try:
            found, *others = independent.check_proof(wrong, POLICY)
        except independent_entry.Refused:
            continue
        accepted += 1
        assert others[:-1] == said[:-1]
        assert found == "logged", "a changed proof can only lose cosignatures"
    if verdict == "logged":
        assert accepted == 0


@pytest.mark.parametrize("vector", PROMISES)
def test_both_checkers_agree_on_a_promise_and_refuse_every_flipped_bit(vector):
    entry = VECTORS["entries"][vector["entry"]]
    commit, slip, due = independent.check_qr(vector["digits"], POLICY)
    assert commit.hex() == entry["commit"]
    assert slip == entry["fields"]["slip"]
    assert due.isoformat() == vector["due"]
    key = c.read_key(POLICY["logs"][0])
    data = promise.from_digits(vector["digits"])
    assert data.hex() == vector["bytes"]
    mine = promise.read_promise(data)
    assert bytes(mine) == data
    assert promise.is_promised(mine, key, verify)
    assert (mine.commit, mine.slip.value(), mine.due) == (commit, slip, due)
    for wrong in spoilt(data):
        with pytest.raises(independent_entry.Refused):
            independent.check_qr(promise.to_digits(wrong), POLICY)
        try:
            assert not promise.is_promised(promise.read_promise(wrong), key, verify)
        except BadSlip:
            continue


@pytest.mark.parametrize("vector", PATHS)
def test_both_checkers_agree_on_a_path_and_refuse_every_flipped_bit(vector):
    entry = VECTORS["entries"][vector["entry"]]
    commit, origin, index, size = independent.check_qr(vector["digits"], POLICY)
    assert commit.hex() == entry["commit"]
    assert (origin, index, size) == (vector["origin"], vector["index"], vector["size"])
    key = next(k for k in map(c.read_key, POLICY["logs"]) if k.name == origin)
    data = promise.from_digits(vector["digits"])
    assert data.hex() == vector["bytes"]
    mine = promise.read_leaf_path(data)
    assert bytes(mine) == data
    assert (mine.commit, mine.index, mine.size) == (commit, index, size)
    head = promise.logged_under(mine, key, verify)
    texts = [each.partition("\n\n")[0] + "\n" for each in VECTORS["checkpoints"]]
    assert str(head) in texts
    for wrong in spoilt(data):
        with pytest.raises(independent_entry.Refused):
            independent.check_qr(promise.to_digits(wrong), POLICY)
        with pytest.raises((BadSlip, c.BadNote)):
            promise.logged_under(promise.read_leaf_path(wrong), key, verify)


def test_the_second_checker_takes_no_key_but_the_policys():
    for field in ("logs", "witnesses"):
        other = {**POLICY, field: []}
        assert independent.check_proof(PROOFS[0]["text"], POLICY)[0] == "witnessed"
        if field == "witnesses":
            assert independent.check_proof(PROOFS[0]["text"], other)[0] == "logged"
            continue
        for check, text in (
            (independent.check_proof, PROOFS[0]["text"]),
            (independent.check_qr, PROMISES[0]["digits"]),
            (independent.check_qr, PATHS[0]["digits"]),
        ):
            with pytest.raises(independent_entry.Refused):
                check(text, other)


def test_an_opening_in_another_spelling_is_refused():
    text = PROOFS[0]["text"]
    encoded = text.split("\n")[1].removeprefix("extra ")
    said = json.loads(b64decode(encoded))
    shown = said["shown"][0]
    changed: list[Any] = [
        {**said, "v": 2},
        {**said, "more": 1},
        {**said, "shown": []},
        {**said, "shown": [shown, shown]},
        {**said, "shown": [{**shown, "name": "Slip"}]},
        {**said, "shown": [{**shown, "salt": shown["salt"].upper()}]},
        {**said, "proof": said["proof"][::-1]},
        {**said, "proof": said["proof"][1:]},
        {**said, "proof": [*said["proof"], said["proof"][0]]},
    ]
    spellings = [independent_entry.canonical(each) for each in changed]
    spellings += [json.dumps(said).encode(), b64decode(encoded) + b"\n", b"[]", b"null"]
    for each in spellings:
        with pytest.raises(independent_entry.Refused):
            independent.check_proof(text.replace(encoded, b64encode(each).decode()), POLICY)
