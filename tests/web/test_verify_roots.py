"""Roots, key statements and revocation lists: the page at /verify reads them as the program."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.web.verifiers import ROOT, Case, agree, flips, maker, moment

VECTORS = json.loads((ROOT / "tests/vectors/keys.json").read_text("utf-8"))
AGENCY, OTHER = maker.AGENCY, "0199c3a1-7c00-7a10-8000-0000000000bb"
ACCEPTED = maker.ACCEPTED
EARLY, LATE = ACCEPTED - 3600, ACCEPTED + 3600  # before and after the witnesses' time
NEXT, STALE = "2027-02-21T00:00:00Z", "2026-11-23T11:00:00Z"


def root(seed: str = "root") -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def key_id(data: bytes) -> str:
    return hashlib.sha256(data).digest()[:8].hex()


def text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def roots(*pairs: tuple[str, Ed25519PrivateKey], day: str = maker.TODAY) -> bytes:
    lines = [f"root {agency} {maker.b64(public(key))}" for agency, key in pairs]
    return "\n".join([f"# date: {day}", *lines, ""]).encode()


def paper(label: str, value: Any, by: Ed25519PrivateKey | None = None) -> bytes:
    head = f"pishkhan/{label}/v1\n".encode() + maker.dumps(value)
    return head + b"\n" + base64.b64encode((by or root()).sign(head)) + b"\n"


def statement(
    key: Any, /, by: Ed25519PrivateKey | None = None, *, begins: Any = None, **changed: Any
) -> bytes:
    value = {
        "agency": AGENCY,
        "from": text(EARLY) if begins is None else begins,
        "key": maker.b64(key.public),
        "kind": "node-log" if key.kind == 1 else "node-witness",
        "number": 1,
        "root": key_id(public(by or root())),
        "subject": key.vkey,
    } | changed
    return paper("key-statement", value, by)


def listed(*rows: tuple[Any, int], by: Ed25519PrivateKey | None = None, **changed: Any) -> bytes:
    told = [
        {"at": text(at), "key": key_id(key.public), "reason": "compromised"} for key, at in rows
    ]
    value = {
        "agency": AGENCY,
        "issued": text(LATE),
        "next": NEXT,
        "number": 1,
        "revoked": sorted(told, key=lambda row: row["key"]),
        "root": key_id(public(by or root())),
    } | changed
    return paper("revocations", value, by)


GOOD = roots((AGENCY, root()))


class World:
    """A letter in a log that no policy pins, and three witnesses that one does."""

    def __init__(self) -> None:
        self.witnesses = [maker.witness_key(number) for number in (1, 2, 3)]
        self.letter = maker.Letter()
        leaves = [hashlib.sha256(bytes([i])).digest() for i in range(9)]
        self.log = maker.Log(leaves=[*leaves[:5], self.letter.leaf, *leaves[5:]])
        self.key = self.log.key
        self.policy = maker.policy(witnesses=self.witnesses).encode()
        self.pinned = maker.policy(self.key, witnesses=self.witnesses).encode()
        self.promise = maker.qr(self.letter.promise(self.key))
        self.path = maker.qr(self.log.path_qr(self.letter))
        self.stated = statement(self.key)

    def proof(self, count: int = 2) -> bytes:
        """The second of two witnesses cosigned at ACCEPTED + 120."""
        told = self.log.proof(self.letter, "slip", witnesses=self.witnesses[:count])
        return str(told).encode()

    def case(self, *inputs: str | bytes, states: Any = (), lists: Any = (), **more: Any) -> Case:
        given: dict[str, Any] = {"policy": self.policy, "now": maker.NOW, "roots": GOOD} | more
        given |= {"statements": tuple(states), "revocations": tuple(lists)}
        return Case(inputs or (self.proof(),), **given)


@pytest.fixture(scope="module")
def made() -> World:
    return World()


def codes(told: list[dict[str, Any]]) -> list[Any]:
    return [said.get("code", said.get("verdict")) for said in told]


# --- the frozen vectors --------------------------------------------------------------------------

FROZEN = f"# date: 2026-11-23\n{VECTORS['root']}".encode()
PAPERS = [(each["label"], each["text"].encode()) for each in VECTORS["papers"]]
STATES = b"".join(data for label, data in PAPERS if label == "key-statement")
LISTS = [data for label, data in PAPERS if label == "revocations"]


def of_vectors(made: World, label: str, data: bytes, **more: Any) -> Case:
    kept = {"states": [data]} if label == "key-statement" else {"lists": [data]}
    return made.case(roots=FROZEN, **kept, **more)


def test_the_papers_of_the_vectors_are_taken_and_rule_alike(made: World):
    before, after = moment("2026-11-23T07:00:00"), moment("2027-06-01T00:00:00")
    told = agree(
        [
            made.case(roots=FROZEN, states=[STATES], now=before),
            made.case(roots=FROZEN, states=[STATES], lists=LISTS[:1], now=after),
            made.case(roots=FROZEN, states=[STATES], lists=LISTS, now=after),
            made.case(roots=FROZEN, states=[STATES], lists=LISTS[::-1], policy=made.pinned),
            made.case(made.promise, roots=FROZEN, states=[STATES], lists=LISTS, now=after),
            *(of_vectors(made, label, data, policy=made.pinned) for label, data in PAPERS),
        ]
    )
    assert told[0]["stated"] == [{"agency": AGENCY, "number": 2}]
    assert "key-revoked" in codes(told)
    assert {"paper-form", "root-unknown"} & set(codes(told)[:5]) == set()


def test_what_is_malformed_in_the_vectors_is_read_by_neither(made: World):
    texts = [each["text"].encode() for each in VECTORS["malformed"]]
    told = agree([of_vectors(made, each.decode().split("/")[1], each) for each in texts])
    assert codes(told) == ["paper-form"] * len(texts)
    texts = [each.encode() for each in VECTORS["not_signed_by_the_root"]]
    told = agree([of_vectors(made, "key-statement", each) for each in texts])
    assert codes(told) == ["paper-signature"] * len(texts)


@pytest.mark.parametrize("label", ["key-statement", "revocations"])
def test_a_change_of_any_byte_of_a_paper_is_refused_alike(made: World, label: str):
    data = next(text for kind, text in PAPERS if kind == label)
    told = agree([of_vectors(made, label, each, policy=made.pinned) for each in flips(data)])
    assert set(codes(told)) <= {"paper-form", "paper-signature", "root-unknown"}
    assert {"paper-form", "paper-signature", "root-unknown"} == set(codes(told))


# --- what keys.md says that a checker does -------------------------------------------------------


def test_a_stated_key_counts_and_by_whom_is_told_alike(made: World):
    good, none = [made.stated], [listed()]
    old, soon = roots((AGENCY, root()), day="2025-10-18"), roots((AGENCY, root()), day="2026-11-26")
    cases = {
        "log-unknown": made.case(roots=None),
        "": made.case(states=good, lists=none),
        "revocations-none": made.case(states=good),
        "revocations-old": made.case(states=good, lists=[listed(next=STALE)]),
        "roots-old": made.case(states=good, lists=none, roots=old),
        "roots-future": made.case(states=good, lists=none, roots=soon),
        "witness-revoked": made.case(states=good, lists=[listed((made.witnesses[0], LATE))]),
    }
    told = agree(list(cases.values()))
    early = "before-unknown"  # this log has no anchors
    assert [
        said.get("code") or "".join(c["code"] for c in said["cautions"] if c["code"] != early)
        for said in told
    ] == list(cases)
    assert told[1]["stated"] == [{"agency": AGENCY, "number": 1}]
    stale = {"code": "revocations-old", "agency": AGENCY, "at": STALE}
    assert told[3]["cautions"] == [{"code": early}, stale]
    assert codes(told)[1:] == ["witnessed"] * 5 + ["logged"]


@pytest.mark.parametrize("pinned", [False, True])
def test_a_revoked_key_counts_for_what_a_quorum_saw_before_alone(made: World, pinned: bool):
    key = made.key
    kept: dict[str, Any] = {"policy": made.pinned} if pinned else {"states": [made.stated]}
    head = made.log.checkpoint(witnesses=made.witnesses[:2]).encode()

    def case(at: int, *inputs: str | bytes) -> Case:
        return made.case(*inputs, lists=[listed((key, at))], **kept)

    told = agree(
        [
            case(ACCEPTED + 121),
            *(case(at) for at in (ACCEPTED + 120, ACCEPTED + 90, EARLY)),
            case(LATE, made.proof(1)),
            case(LATE, made.promise),
            case(LATE, made.promise, made.proof()),
            case(LATE, made.promise, made.path),
            case(LATE, made.promise, made.path, head),
            case(EARLY, head),
        ]
    )
    gone = "key-revoked"
    assert codes(told) == [
        "witnessed", gone, gone, gone, gone, gone, "witnessed", gone, "witnessed", gone,
    ]  # fmt: skip


def test_a_statement_holds_from_its_beginning_to_its_end_alike(made: World):
    ends = (NEXT, text(LATE), text(ACCEPTED + 120), text(ACCEPTED))
    late = statement(made.key, until=text(LATE))
    over = statement(made.key, until=text(ACCEPTED))
    told = agree(
        [
            *(made.case(states=[statement(made.key, until=end)], lists=[listed()]) for end in ends),
            made.case(made.promise, states=[late], lists=[listed()]),
            made.case(states=[statement(made.key, begins="2026-11-24T00:00:00Z")]),
            made.case(states=[over], policy=made.pinned),
        ]
    )
    assert codes(told) == [
        "witnessed", "witnessed", "key-ended", "key-ended", "key-ended", "key-not-yet", "witnessed",
    ]  # fmt: skip


def test_papers_that_contradict_each_other_end_the_check_alike(made: World):
    key, power, fake = made.key, root("power"), maker.log_key("fake")
    two = roots((AGENCY, root()), (OTHER, power))
    early, gone = listed((key, EARLY)), listed((key, EARLY), number=2)
    other = listed((key, EARLY), by=power, agency=OTHER)
    before = listed((key, EARLY), number=2, issued=text(EARLY))
    rotated = maker.Log(maker.log_key("rotated"), made.log.leaves)
    both = made.stated + statement(rotated.key, number=2)
    proof = rotated.proof(made.letter, "slip", witnesses=made.witnesses[:2]).encode()
    theirs = statement(fake, by=power, agency=OTHER)
    signed_else = statement(key, by=root("x"), root=key_id(public(root())))
    told = agree(
        [
            made.case(states=[made.stated], roots=roots((AGENCY, root("x")))),
            made.case(states=[made.stated], roots=roots((OTHER, root()))),
            made.case(states=[made.stated], roots=None),
            made.case(lists=[listed()], roots=None),
            made.case(states=[signed_else]),
            made.case(states=[made.stated, theirs], roots=two),
            made.case(states=[made.stated, statement(fake)]),
            made.case(states=[made.stated, made.stated], lists=[gone, early, early]),
            made.case(states=[made.stated], lists=[listed(number=2), early]),
            made.case(states=[made.stated], lists=[listed((key, EARLY + 1), number=2), early]),
            made.case(states=[made.stated], lists=[early, listed()]),
            made.case(states=[made.stated], lists=[early, before]),
            made.case(states=[made.stated], lists=[listed((key, LATE)), other], roots=two),
            made.case(proof, states=[both], lists=[listed((key, LATE))]),
        ]
    )
    unknown, differ, lists = "root-unknown", "statements-differ", "lists-differ"
    assert codes(told) == [
        unknown, unknown, unknown, unknown, "paper-signature", differ, differ, "key-revoked",
        "list-takes-back", "list-takes-back", lists, lists, "key-revoked", "witnessed",
    ]  # fmt: skip


# --- forms ---------------------------------------------------------------------------------------


def test_files_of_roots_in_every_form_are_read_alike(made: World):
    good = GOOD.decode()
    line = good.split("\n")[1]
    bad = [
        good[:-1], good.replace("# date: 2026-11-23\n", ""), good + "# date: 2026-11-23\n",
        good.replace("11-23", "13-23"), good.replace("2026-11-23", "0000-11-23"),
        good + line + "\n", good + line.replace(AGENCY, OTHER) + "\n",
        good.replace(AGENCY, AGENCY.upper()), good.replace("=\n", "\n"), good + "trust all\n",
        good.replace("\n", "\r\n"), good.replace("root ", "root  "), good + "\u00a0\n", "", "\n",
        good.replace("=\n", "=\x1f\n"), good.replace("root ", "Root "),
    ]  # fmt: skip
    told = agree([made.case(states=[made.stated], roots=each.encode()) for each in bad])
    assert codes(told) == ["roots-form"] * len(bad)
    fine = [good + "\n# water\n", good + line.replace(AGENCY, OTHER)[:5].replace("root ", "#\n")]
    told = agree([made.case(states=[made.stated], roots=each.encode()) for each in fine])
    assert codes(told) == ["witnessed"] * len(fine)
    flipped = agree([made.case(states=[made.stated], roots=each) for each in flips(GOOD)])
    assert {"roots-form", "root-unknown"} <= set(codes(flipped))


def test_papers_in_another_form_are_read_by_neither(made: World):
    key, witness = made.key, made.witnesses[0]
    kinds: list[Any] = ["node", "node-witness", "post", [], None]
    states = [
        b"", b"x", made.stated[:-1], made.stated + b"\n", listed(),
        made.stated.replace(b'"number":1', b'"number": 1'),
        *(statement(key, number=each) for each in (0, -1, "1", 1.5, True, None, 2**53, 1e21)),
        *(statement(key, kind=kind) for kind in kinds),
        *(statement(key, subject=each) for each in (witness.vkey, AGENCY, 1, key.vkey + "\n")),
        statement(key, more=1), statement(key, key=maker.b64(witness.public)),
        *(statement(key, key=each) for each in (1, None, "", maker.b64(bytes(31)))),
        statement(maker.log_key(name="example.org/log")), statement(maker.log_key("root")),
        statement(maker.log_key(name=f"pishkhan/{AGENCY}/01")), made.stated * 257,
        paper("statement", json.loads(made.stated.split(b"\n")[1])), paper("key-statement", [1]),
        *(statement(key, until=each) for each in (text(EARLY), None, 1, "2026-11-23")),
        *(statement(key, begins=each) for each in ("2026-11-23", "2026-02-30T00:00:00Z", 1)),
        *(statement(key, agency=each) for each in (1, None)), statement(key, root=1),
    ]  # fmt: skip
    told = agree([made.case(states=[each]) for each in states])
    assert codes(told) == ["paper-form"] * len(states)
    row = {"at": text(EARLY), "key": "0" * 16, "reason": "lost"}
    rows: list[Any] = [{}, [1], None, [None], "", [row, row]]
    changes: list[dict[str, Any]] = [
        {"reason": "because"}, {"reason": []}, {"key": "0"}, {"key": "A" * 16}, {"key": 1},
        {"at": text(LATE + 1)}, {"at": 1}, {"key": key_id(public(root()))}, {"more": 1},
    ]  # fmt: skip
    lists = [
        made.stated,
        *(listed(number=each) for each in (0, "1", 2**53)),
        *(listed(next=each) for each in (text(LATE), 1)),
        *(listed(revoked=each) for each in rows),
        *(listed(revoked=[row | each]) for each in changes),
        listed(revoked=[row | {"key": f"{n:016x}"} for n in range(2001)]), listed(more=1),
    ]  # fmt: skip
    told = agree([made.case(lists=[each]) for each in lists])
    assert codes(told) == ["paper-form"] * len(lists)
    full = listed(revoked=[row | {"key": f"{n:016x}"} for n in range(2000)])
    seen = maker.Key(f"pishkhan-witness/{AGENCY}/1", 4, "seen")
    others = statement(seen, number=3) + statement(
        key, number=4, kind="post", subject=AGENCY, key=maker.b64(witness.public)
    )
    [told_full, other] = agree(
        [made.case(states=[made.stated], lists=[full]), made.case(states=[made.stated, others])]
    )
    assert (told_full["verdict"], other["verdict"]) == ("witnessed", "witnessed")
