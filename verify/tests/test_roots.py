"""Agencies' roots: keys that they state, keys that they revoke, and since when."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pishkhan_verify.errors import Unreadable
from pishkhan_verify.roots import read_roots
from tests import maker
from tests.maker import ACCEPTED, AGENCY, dumps, qr

OTHER = "0199c3a1-7c00-7a10-8000-0000000000bb"
NEXT = "2027-02-21T00:00:00Z"
EARLY, LATE = ACCEPTED - 3600, ACCEPTED + 3600  # before and after the witnesses' time
STALE = "2026-11-23T11:00:00Z"


def root(seed="root"):
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


def public(key):
    return key.public_key().public_bytes_raw()


def key_id(data):
    return hashlib.sha256(data).digest()[:8].hex()


def text(seconds):
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def roots(*pairs, day=maker.TODAY):
    lines = [f"root {agency} {maker.b64(public(key))}" for agency, key in pairs]
    return "\n".join([f"# date: {day}", *lines, ""])


def paper(label, value, by=None):
    head = f"pishkhan/{label}/v1\n".encode() + dumps(value)
    return head + b"\n" + maker.b64((by or root()).sign(head)).encode() + b"\n"


def statement(key, /, by=None, **changed):
    value = {
        "agency": AGENCY,
        "from": text(EARLY),
        "key": maker.b64(key.public),
        "kind": "node-log" if key.kind == 1 else "node-witness",
        "number": 1,
        "root": key_id(public(by or root())),
        "subject": key.vkey,
    } | changed
    return paper("key-statement", value, by)


def listed(*rows, by=None, **changed):
    value = {
        "agency": AGENCY,
        "issued": text(LATE),
        "next": NEXT,
        "number": 1,
        "revoked": sorted(
            (
                {"at": text(at), "key": key_id(key.public), "reason": "compromised"}
                for key, at in rows
            ),
            key=lambda row: row["key"],
        ),
        "root": key_id(public(by or root())),
    } | changed
    return paper("revocations", value, by)


@pytest.fixture
def given(world):
    """A policy of the witnesses alone; what each call of it gives are the program's arguments."""
    world.set_policy(maker.policy(witnesses=world.witnesses))

    def arguments(*, statements=(), revocations=(), trusted=None):
        trusted = roots((AGENCY, root())) if trusted is None else trusted
        told = ["--roots", world.write("roots", trusted)] if trusted else []
        for name, papers in (("statements", statements), ("revocations", revocations)):
            files = [world.write(f"{name}{n}", each) for n, each in enumerate(papers)]
            told += [f"--{name}", *files] if files else []
        return told

    return arguments


def test_a_stated_key_is_trusted_and_by_whom_is_told(world, given):
    proof = world.write("a", world.proof())
    assert world.check(proof).code == 1
    told = given(statements=[statement(world.log.key)], revocations=[listed()])
    answer = world.check(proof, *told)
    assert answer.code == 0
    assert f"The log's key is stated by the root of the agency {AGENCY}, number 1." in answer.out
    assert answer.out.count("Caution: ") == 1  # this log has no anchors
    assert "Caution: nothing witnessed before it is shown" in answer.out
    answer = world.check(proof, *told, "--json")
    assert answer.json["stated"] == [{"agency": AGENCY, "number": 1}]
    persian = world.check(proof, *told, lang="fa")
    assert "ریشهٔ دستگاه" in persian.out
    assert world.check(qr(world.letter.promise(world.log.key)), *told).code == 0


def test_without_a_list_or_with_a_stale_one_a_caution_is_told(world, given):
    proof = world.write("a", world.proof())
    state = statement(world.log.key)
    none = world.check(proof, *given(statements=[state]))
    assert f"Caution: no revocation list of the agency {AGENCY} was given" in none.out
    stale = given(statements=[state], revocations=[listed(next=STALE)])
    answer = world.check(proof, *stale)
    assert answer.code == 0
    assert "is stale: a newer one was due by 2026-11-23 11:00:00 UTC." in answer.out
    assert world.check(proof, *stale, "--json").json["cautions"] == [
        {"code": "before-unknown"},
        {"code": "revocations-old", "agency": AGENCY, "at": STALE},
    ]


@pytest.mark.parametrize(
    ("day", "code"), [("2025-10-18", "roots-old"), ("2026-11-26", "roots-future")]
)
def test_a_file_of_roots_too_old_or_of_the_future_is_cautioned_of(world, given, day, code):
    told = given(
        statements=[statement(world.log.key)],
        revocations=[listed()],
        trusted=roots((AGENCY, root()), day=day),
    )
    answer = world.check(world.write("a", world.proof()), *told, "--json")
    assert [each["code"] for each in answer.json["cautions"]] == ["before-unknown", code]


def test_an_unknown_root_is_refused(world, given):
    proof = world.write("a", world.proof())
    unknown = f"root {key_id(public(root()))} of the agency {AGENCY} is not in your file of roots."
    state, none = statement(world.log.key), listed()
    for trusted in (roots((AGENCY, root("x"))), roots((OTHER, root())), ""):
        world.refused(unknown, proof, *given(statements=[state], trusted=trusted))
        world.refused(unknown, proof, *given(revocations=[none], trusted=trusted))


def test_a_paper_that_the_root_did_not_sign_is_refused(world, given):
    proof = world.write("a", world.proof())
    sentence = f"the signature of the root of the agency {AGENCY} does not fit the key paper."
    state = statement(world.log.key)
    for changed in (
        state.replace(b'"number":1', b'"number":2'),
        statement(world.log.key, by=root("x"), root=key_id(public(root()))),
    ):
        world.refused(sentence, proof, *given(statements=[changed]))
    changed = listed((world.log.key, EARLY)).replace(b'"number":1', b'"number":2')
    world.refused(sentence, proof, *given(revocations=[changed]))


def revoked_words(key, at):
    when = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return (
        f"key {key_id(key.public)} is revoked by the agency {AGENCY} since {when}, and no "
        "witnesses saw this before."
    )


@pytest.mark.parametrize("pinned", [False, True])
def test_a_revoked_key_counts_for_what_a_quorum_saw_before_alone(world, given, pinned):
    key = world.log.key
    if pinned:
        world.set_policy(maker.policy(key, witnesses=world.witnesses))
    state = [] if pinned else [statement(key)]
    proof = world.write("a", world.proof())  # the second cosigned at ACCEPTED + 120

    def check(at):
        return given(statements=state, revocations=[listed((key, at))])

    assert world.check(proof, *check(ACCEPTED + 121)).code == 0
    for at in (ACCEPTED + 120, ACCEPTED + 90, EARLY):
        world.refused(revoked_words(key, at), proof, *check(at))
    one = world.write("one", world.proof(witnesses=world.witnesses[:1]))
    world.refused(revoked_words(key, LATE), one, *check(LATE))
    promise = qr(world.letter.promise(key))
    world.refused(revoked_words(key, LATE), promise, *check(LATE))
    assert world.check(promise, proof, *check(LATE)).code == 0
    path = qr(world.log.path_qr(world.letter))
    world.refused(revoked_words(key, LATE), promise, path, *check(LATE))
    head = world.write("head", world.log.checkpoint(witnesses=world.witnesses[:2]))
    assert world.check(promise, path, head, *check(LATE)).code == 0
    world.refused(revoked_words(key, EARLY), head, *check(EARLY))


def test_the_earliest_revocation_of_any_list_counts(world, given):
    key, power = world.log.key, root("power")
    trusted = roots((AGENCY, root()), (OTHER, power))
    lists = [listed((key, LATE)), listed((key, EARLY), by=power, agency=OTHER)]
    answer = world.check(
        world.write("a", world.proof()),
        *given(statements=[statement(key)], revocations=lists, trusted=trusted),
    )
    assert (answer.code, f"by the agency {OTHER}" in answer.err) == (1, True)


def test_a_statement_holds_from_its_beginning_to_its_end(world, given):
    key = world.log.key
    proof = world.write("a", world.proof())

    def told(**changed):
        return given(statements=[statement(key, **changed)], revocations=[listed()])

    assert world.check(proof, *told(until=NEXT)).code == 0
    assert world.check(proof, *told(until=text(LATE))).code == 0
    for end in (text(ACCEPTED + 120), text(ACCEPTED)):
        answer = world.check(proof, *told(until=end))
        assert (answer.code, "the statement of key" in answer.err) == (1, True)
    answer = world.check(qr(world.letter.promise(key)), *told(until=text(LATE)))
    assert (answer.code, "ended at" in answer.err) == (1, True)
    answer = world.check(proof, *told(**{"from": "2026-11-24T00:00:00Z"}))
    assert (answer.code, "is stated only from 2026-11-24" in answer.err) == (1, True)
    world.set_policy(maker.policy(key, witnesses=world.witnesses))
    assert world.check(proof, *told(until=text(ACCEPTED))).code == 0, "the policy pins the key"


def test_a_new_key_of_the_same_log_is_trusted_beside_the_former(world, given):
    new = maker.Log(maker.log_key("rotated"), world.log.leaves)
    told = given(
        statements=[statement(world.log.key) + statement(new.key, number=2)],
        revocations=[listed((world.log.key, LATE))],
    )
    good = new.proof(world.letter, "slip", witnesses=world.witnesses[:2])
    assert world.check(world.write("a", good), *told).code == 0
    late = new.checkpoint(witnesses=world.witnesses[:2], at=LATE + 60)
    assert world.check(world.write("b", late), *told).code == 0
    old = world.log.checkpoint(witnesses=world.witnesses[:2], at=LATE + 60)
    world.refused(revoked_words(world.log.key, LATE), world.write("c", old), *told)


def test_two_agencies_can_not_state_keys_of_one_node(world, given):
    power = root("power")
    fake = maker.log_key("fake")
    told = given(
        statements=[statement(world.log.key), statement(fake, by=power, agency=OTHER)],
        trusted=roots((AGENCY, root()), (OTHER, power)),
    )
    sentence = f"two key statements contradict each other (agency {OTHER})."
    world.refused(sentence, world.write("a", world.proof()), *told)


def test_two_statements_of_one_number_are_refused(world, given):
    told = given(statements=[statement(world.log.key), statement(maker.log_key("fake"))])
    sentence = f"two key statements contradict each other (agency {AGENCY})."
    world.refused(sentence, world.write("a", world.proof()), *told)


def test_lists_must_follow_each_other(world, given):
    key, proof = world.log.key, world.write("a", world.proof())
    early, gone = listed((key, EARLY)), listed((key, EARLY), number=2)
    good = given(statements=[statement(key)], revocations=[gone, early, early])
    world.refused(revoked_words(key, EARLY), proof, *good)
    back = f"revocation list 2 of the agency {AGENCY} takes a revocation back."
    for each in (listed(number=2), listed((key, EARLY + 1), number=2)):
        world.refused(back, proof, *given(statements=[statement(key)], revocations=[each, early]))
    differ = f"revocation list {{}} of the agency {AGENCY} contradicts another."
    for number, each in ((1, listed()), (2, listed((key, EARLY), number=2, issued=text(EARLY)))):
        lists = given(statements=[statement(key)], revocations=[early, each])
        world.refused(differ.format(number), proof, *lists)


def test_a_revoked_witness_counts_for_nothing(world, given):
    told = given(
        statements=[statement(world.log.key)], revocations=[listed((world.witnesses[0], LATE))]
    )
    answer = world.check(world.write("a", world.proof()), *told)
    assert answer.out.splitlines()[1].startswith("Logged: ")
    assert "Caution: the key of the witness w1 is revoked" in answer.out
    assert "Cosigned by w1" not in answer.out


GOOD = roots((AGENCY, root()))


@pytest.mark.parametrize(
    ("trusted", "line"),
    [
        (GOOD[:-1], 2),
        (GOOD.replace("# date: 2026-11-23\n", ""), 1),
        (GOOD + "# date: 2026-11-23\n", 3),
        (GOOD.replace("11-23", "13-23"), 1),
        (GOOD + GOOD.split("\n")[1] + "\n", 3),
        (GOOD.replace(AGENCY, AGENCY.upper()), 2),
        (GOOD.replace("=\n", "\n"), 2),
        (GOOD + "trust all\n", 3),
        (GOOD.replace("\n", "\r\n"), 2),
    ],
)
def test_a_file_of_roots_in_another_form_is_not_read(world, given, trusted, line):
    told = given(trusted=trusted)
    sentence = f"line {line} of the file of roots is malformed."
    world.unreadable(sentence, world.write("a", world.proof()), *told)


def test_a_file_of_roots_that_is_too_large_is_not_read(world, given):
    large = GOOD + f"# {'x' * 1024 * 1024}\n"
    world.unreadable("it is too large.", world.write("a", world.proof()), *given(trusted=large))
    with pytest.raises(Unreadable, match="roots-form"):
        read_roots(large.encode())


def test_lines_of_remarks_may_stand_in_a_file_of_roots(world, given):
    told = given(trusted=GOOD + "\n# water\n", statements=[statement(world.log.key)])
    assert world.check(world.write("a", world.proof()), *told).code == 0


def test_papers_in_another_form_are_not_read(world, given):
    proof, key = world.write("a", world.proof()), world.log.key
    twice = dumps({"a": 1})[:-1] + b',"a":1}'
    witness = world.witnesses[0]
    bad = [
        *(b"", b"x", statement(key)[:-1], statement(key) + b"\n", listed()),
        statement(key).replace(b'"number":1', b'"number": 1'),
        b"pishkhan/key-statement/v1\n" + twice + b"\n" + base64.b64encode(bytes(64)) + b"\n",
        *(statement(key, number=each) for each in (0, "1", 1.5, True)),
        *(statement(key, kind=kind) for kind in ("node", "node-witness", "post", "[]")),
        statement(key, kind="node", subject=AGENCY),
        *(statement(key, **{name: 1}) for name in ("agency", "root")),
        *(statement(key, subject=each) for each in (witness.vkey, AGENCY, 1)),
        statement(key, more=1),
        statement(key, key=maker.b64(witness.public)),
        statement(maker.log_key(name="example.org/log")),
        statement(maker.log_key("root")),
        statement(key) * 257,
        paper("statement", json.loads(statement(key).split(b"\n")[1])),
        statement(key, until=text(EARLY)),
        statement(key, **{"from": "2026-11-23"}),
    ]
    for each in bad:
        world.unreadable("a key paper is malformed.", proof, *given(statements=[each]))
    row = {"at": text(EARLY), "key": "0" * 16, "reason": "lost"}
    bad = [
        statement(key),
        *(listed(number=each) for each in (0, "1")),
        *(listed(next=each) for each in (text(LATE), 1)),
        listed(more=1),
        listed(revoked={}),
        listed(revoked=[1]),
        listed(revoked=[{**row, "reason": "because"}]),
        listed(revoked=[{**row, "key": "0"}]),
        listed(revoked=[{**row, "at": text(LATE + 1)}]),
        listed(revoked=[{**row, "key": key_id(public(root()))}]),
        listed(revoked=[row, row]),
        listed(revoked=[{**row, "more": 1}]),
        listed(revoked=[{**row, "key": f"{n:016x}"} for n in range(2001)]),
    ]
    for each in bad:
        world.unreadable("a key paper is malformed.", proof, *given(revocations=[each]))
    assert json.loads(dumps(row)) == row
