"""A bundle of evidence: checked by the other program alone, and every flipped byte is noticed."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal import guard
from pishkhan.journal.policy import read_policy
from pishkhan.kernel import clock, zips
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Unavailable
from pishkhan.letters import access
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.audit import EvidenceOrder
from pishkhan.letters.logic.evidence_files import make_bundle
from pishkhan.letters.models import Arrival
from pishkhan.sealing import api as sealing
from tests.letters.auditing import REASON, cleared, exported, publish, unpacked, verify
from tests.letters.auditing import auditor as seated_auditor
from tests.letters.world import NOON, World, national_id

NAME, NUMBER, MOBILE = "فرد نمونه", national_id(1), "09121234567"


@pytest.fixture(autouse=True)
def _log(world: World, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    journal.found_log()


@pytest.fixture
def auditor(world: World) -> Actor:
    return seated_auditor()


def sums_fault(files: dict[str, bytes]) -> str:
    """Return the first file that is not as SHA256SUMS says, "" for none."""
    lines = files["SHA256SUMS"].decode().splitlines()
    pairs = [line.split("  ", 1) for line in lines]
    listed = {name: digest for digest, name in pairs}
    others = files.keys() - listed.keys() - {"SHA256SUMS", "SHA256SUMS.sig"}
    for name, digest in listed.items():
        if hashlib.sha256(files.get(name, b"")).hexdigest() != digest:
            return name
    return min(others, default="")


def is_signed(files: dict[str, bytes]) -> bool:
    key = sealing.node_key().public_key
    return sealing.verify("evidence", files["SHA256SUMS"], files["SHA256SUMS.sig"], key)


def test_a_whole_bundle_is_checked_by_the_other_program_alone(
    world: World, auditor: Actor, tmp_path: Path
):
    accepted, _ = world.answered()
    publish()
    folder = tmp_path / "bundle"
    files = unpacked(exported(auditor, accepted.letter_id), folder)
    entries = json.loads(files["entries.json"])
    proofs = [each["proof"] for each in entries]
    assert len(proofs) > 10
    assert set(proofs) == {name for name in files if name.startswith("proofs/")}
    for each in entries:
        told = verify(folder, "--json", "--require", "logged", each["proof"])
        assert told.returncode == 0, told.stdout + told.stderr
        shown = json.loads(told.stdout)["fields"]
        assert shown == {
            **each["fields"],
            **{name: each[name] for name in ("actor", "at", "kind", "node", "subject")},
        }
    pages = [name for name in files if name.startswith("pages/")]
    assert len(pages) == 2
    [first] = [name for name in proofs if name.endswith("-letter.accepted.tlog-proof")]
    told = verify(folder, first, "--pages", *pages, "--code", accepted.tracking_code)
    assert told.returncode == 0, told.stderr
    assert verify(folder, first, "--pages", *reversed(pages)).returncode == 1
    assert sums_fault(files) == ""
    assert is_signed(files)
    read_policy(files["policy"])
    assert first in files["README.en.txt"].decode()
    assert "--pages " + " ".join(pages) in files["README.fa.txt"].decode()


def test_a_flipped_byte_in_any_file_is_noticed(world: World, auditor: Actor, tmp_path: Path):
    accepted = world.accept()
    publish()
    folder = tmp_path / "bundle"
    files = unpacked(exported(auditor, accepted.letter_id), folder)
    for name, data in files.items():
        for at in {0, len(data) // 2, len(data) - 1}:
            flipped = bytearray(data)
            flipped[at] ^= 1
            changed = {**files, name: bytes(flipped)}
            try:
                fault = sums_fault(changed)
            except (UnicodeDecodeError, ValueError):
                fault = name
            assert fault or not is_signed(changed), name
    # A forger who writes the list anew is met by the proofs and by the signature.
    [proof] = [name for name in files if name.startswith("proofs/")]
    for at in range(0, len(files[proof]), 37):
        flipped = bytearray(files[proof])
        flipped[at] ^= 1
        (folder / proof).write_bytes(flipped)
        assert verify(folder, "--require", "logged", proof).returncode in (1, 2), at
    (folder / proof).write_bytes(files[proof])
    page = next(name for name in files if name.startswith("pages/"))
    (folder / page).write_bytes(files[page] + b"x")
    pages = [name for name in files if name.startswith("pages/")]
    assert verify(folder, proof, "--pages", *pages).returncode == 1


def test_the_signature_is_checked_by_openssl_as_the_readme_says(
    world: World, auditor: Actor, tmp_path: Path
):
    accepted = world.accept()
    publish()
    files = unpacked(exported(auditor, accepted.letter_id), tmp_path / "b")
    key = load_pem_public_key(files["relay-key.pem"])
    assert isinstance(key, Ed25519PublicKey)
    key.verify(files["SHA256SUMS.sig"], b"pishkhan/evidence/v1\n" + files["SHA256SUMS"])
    assert sealing.node_key().public_key.hex() in files["keys.txt"].decode()


def test_a_bundle_depends_on_nothing_but_the_order_and_its_moment(world: World, auditor: Actor):
    with clock.use(FakeClock(NOON)):
        accepted = world.accept()
        publish()
        order, held = (
            EvidenceOrder(accepted.letter_id, REASON),
            access.audited(auditor, accepted.letter_id),
        )
        one, two = (make_bundle(order, held, at=NOON, verify_page=b"page") for _ in range(2))
        assert b"".join(zips.streamed(one.parts())) == b"".join(zips.streamed(two.parts()))
        made = exported(auditor, accepted.letter_id)
        book = ZipFile(io.BytesIO(b"".join(made.chunks)))
    assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = journal.entries_of(accepted.letter_id)[-1]
    assert about.kind == "evidence.exported"
    assert about.actor == auditor.ref
    assert about.fields == {"reason": REASON, "identity": False, "sums": made.sums}
    assert hashlib.sha256(book.read("SHA256SUMS")).hexdigest() == made.sums


@pytest.mark.parametrize("identity", [False, True])
def test_persons_are_named_only_by_an_order_of_its_own(
    world: World, auditor: Actor, tmp_path: Path, identity: bool
):
    accepted, _ = world.answered(body="متن نامه")
    publish()
    why = {"identity": True, "identity_reason": "دستور قاضی"} if identity else {}
    files = unpacked(exported(auditor, accepted.letter_id, **why), tmp_path / "b")
    told = b"".join(data for name, data in files.items() if not name.startswith("pages/")).decode(
        errors="replace"
    )
    for person in (NAME, NUMBER, MOBILE, "one.jpg", "مدیر نمونه"):
        assert (person in told) is identity, person
    assert "متن نامه" in told
    [entry] = [e for e in journal.entries_of(accepted.letter_id) if e.kind == "evidence.exported"]
    assert entry.fields["identity"] is identity
    assert entry.fields.get("identity_reason") == why.get("identity_reason")


def test_a_tick_without_its_reason_or_no_reason_at_all_exports_nothing(
    world: World, auditor: Actor
):
    accepted = world.accept()
    for changes in ({"identity": True}, {"reason": " "}):
        with pytest.raises(Invalid):
            exported(auditor, accepted.letter_id, **changes)
    assert [e.kind for e in journal.entries_of(accepted.letter_id)] == ["letter.accepted"]


def test_nobody_without_the_right_exports(world: World):
    accepted = world.accept()
    for actor in (world.clerk, world.registrar, world.head, world.admin):
        with pytest.raises(Forbidden):
            exported(actor, accepted.letter_id)
    assert [e.kind for e in journal.entries_of(accepted.letter_id)] == ["letter.accepted"]


def test_a_class_above_the_clearance_is_not_there(world: World, auditor: Actor):
    accepted, arrival = world.arrive()
    Arrival.objects.filter(
        pk=arrival
    )  # the class is set below the deeds: a letter of a citizen has none
    with guard.suspended("test"):
        Arrival.objects.filter(pk=arrival).update(classification="3")
    letter = accepted.letter_id
    for deed in (
        lambda: exported(auditor, letter),
        lambda: letters.audit(auditor, letter, reason=REASON),
        lambda: letters.is_audited(auditor, letter),
        lambda: letters.subject_of(auditor, journal.entries_of(letter)[0].id),
    ):
        with pytest.raises(NotFound):
            deed()
    page = letters.audit_log(auditor)
    closed = {row.id for row in page.log.rows if row.subject == letter}
    assert closed
    assert closed == page.closed
    assert letters.audit_find(auditor, accepted.tracking_code).subjects == ()
    high = cleared(auditor, "3")
    publish()
    assert exported(high, letter).entries > 1
    assert letters.audit_log(high).closed == frozenset()


def test_an_entry_that_waits_is_told_and_has_no_proof(world: World, auditor: Actor, tmp_path: Path):
    accepted = world.accept()
    made = exported(auditor, accepted.letter_id)
    assert (made.entries, made.waiting) == (1, 1)
    files = unpacked(made, tmp_path / "b")
    assert json.loads(files["entries.json"])[0]["proof"] is None
    assert "Entries still without a place when this was made: 1" in files["README.en.txt"].decode()


def test_a_damaged_page_stops_the_export(world: World, auditor: Actor):
    accepted = world.accept()
    digest = letters.page_blob(world.clerk, "counter", accepted.letter_id, 1).digest
    path = letters.blob_store().path(digest)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"!")
    try:
        with pytest.raises(Unavailable, match=r"letters\.evidence-page"):
            exported(auditor, accepted.letter_id)
    finally:
        path.write_bytes(whole)
    assert [e.kind for e in journal.entries_of(accepted.letter_id)] == ["letter.accepted"]
