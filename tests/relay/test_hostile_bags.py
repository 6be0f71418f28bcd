"""Post bags that somebody forged, damaged or misused: refused or set aside, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import tracemalloc
import zlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.relay.other_node import OtherNode, digest, put

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay import bundle
from pishkhan.relay.bundle import Part
from pishkhan.relay.contracts import BundleFate, BundleTaken
from pishkhan.relay.dictionary import DICTIONARY_1
from pishkhan.relay.logic import closing, files, import_bundles
from pishkhan.relay.models import Contact, Envelope, Inbound, PeerFile, Rejection
from pishkhan.sealing import api as sealing

pytestmark = pytest.mark.django_db(transaction=True)
SCAN = b"a page" * 1000


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path: Path) -> None:
    settings.BLOB_ROOT = tmp_path / "blobs"


@pytest.fixture
def village() -> OtherNode:
    return OtherNode()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def one(stick: Path) -> BundleTaken:
    (found,) = relay.import_bundles(stick)
    relay.drain()
    return found


def stopped() -> set[str]:
    return {row.reason for row in relay.quarantined()}


# --- who made it ----------------------------------------------------------------------------------


def test_a_node_that_nobody_entered_leaves_nothing(post, stick) -> None:
    stranger = OtherNode(known=False)
    stranger.bag(stick, [stranger.parcel(post.agency, "x", blobs=[digest(SCAN)])], [SCAN])
    assert one(stick).reason == "relay.unknown-origin"
    assert not Inbound.objects.exists()
    assert not Contact.objects.exists()
    assert not files.store().exists(digest(SCAN))


def test_a_forged_signature_is_refused(post, village, stick) -> None:
    path = village.bag(stick, [village.parcel(post.agency, "x")])
    body, signature = bundle.split((path / "manifest").read_bytes())
    (path / "manifest").write_bytes(bundle.text(body, bytes(64)))
    assert one(stick).reason == "relay.bad-signature"
    (path / "manifest").write_bytes(
        bundle.text(body.replace(b'"number":1', b'"number":9'), signature)
    )
    assert one(stick).reason == "relay.bad-signature"
    assert not Inbound.objects.exists()


def test_a_revoked_node_is_not_believed_any_more(post, village, stick) -> None:
    frame = village.parcel(post.agency, "x")
    village.bag(stick, [frame])
    directory.revoke_node(SYSTEM, village.id)
    assert one(stick).reason == "relay.key-revoked"
    # And its envelope, brought by another carrier, waits for a person.
    relay.receive([relay.Sealed(*frame)])
    relay.drain()
    assert post.names() == []
    assert stopped() == {"relay.key-revoked"}


def test_an_envelope_of_a_stranger_in_a_good_bag_is_only_counted(post, village, stick) -> None:
    stranger = OtherNode(known=False)
    village.bag(stick, [stranger.parcel(post.agency, "x"), village.parcel(post.agency, "mine")])
    found = one(stick)
    assert (found.fate, found.new, found.rejected) == (BundleFate.TAKEN, 1, 1)
    assert post.names() == ["mine"]
    assert list(Rejection.objects.values_list("reason", flat=True)) == ["relay.unknown-origin"]


def test_a_node_can_not_speak_for_another_nodes_office(post, village, stick) -> None:
    neighbour = OtherNode()
    village.bag(stick, [village.parcel(post.agency, "x", sender=neighbour.counter)])
    village.bag(stick, [village.parcel(post.agency, "y", sender=post.counter)])
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == []
    assert stopped() == {"relay.not-its-office"}
    assert relay.quarantined()[0].message.render(str).startswith("Its sender")


def test_what_is_for_an_office_elsewhere_is_not_taken(village, stick) -> None:
    neighbour = OtherNode()
    village.bag(stick, [village.parcel(neighbour.counter, "x")])
    assert one(stick).rejected == 1
    assert Rejection.objects.get().reason == "relay.wrong-destination"


def test_two_envelopes_under_one_number_stop_the_node(post, village, stick) -> None:
    village.bag(stick, [village.parcel(post.agency, "one", seq=1)])
    village.bag(stick, [village.parcel(post.agency, "two", seq=1)])
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == []
    assert stopped() == {"relay.fork"}
    assert relay.contacts()[0].suspended


# --- what lies in it ------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["cut", "flipped", "longer", "gone", "empty"])
@pytest.mark.parametrize("part", ["envelopes-1", "file"])
def test_a_damaged_part_is_told_and_the_rest_is_taken(post, village, stick, part, damage) -> None:
    other = b"another page" * 500
    frames = [
        village.parcel(post.agency, "with", blobs=[digest(SCAN)]),
        village.parcel(post.agency, "beside", blobs=[digest(other)]),
    ]
    path = village.bag(stick, frames, [SCAN, other])
    name = digest(SCAN) if part == "file" else part
    spoil(path / name, damage)
    found = one(stick)
    assert (found.fate, found.lost) == (BundleFate.PARTLY, 1)
    assert post.names() == (["beside"] if part == "file" else [])
    assert not files.store().exists(digest(SCAN))
    # A sound copy of the same bag mends it.
    shutil.rmtree(path)
    village.bag(stick, frames, [SCAN, other])
    assert one(stick).fate is BundleFate.TAKEN
    assert sorted(post.names()) == ["beside", "with"]


def spoil(path: Path, damage: str) -> None:
    data = path.read_bytes()
    middle = len(data) // 2
    if damage == "gone":
        path.unlink()
    elif damage == "flipped":
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    else:
        path.write_bytes({"cut": data[:middle], "longer": data + b"x", "empty": b""}[damage])


def test_a_file_with_other_content_than_its_name_is_not_stored(post, village, stick) -> None:
    frame = village.parcel(post.agency, "x", blobs=[digest(SCAN)])
    path = village.bag(stick, [frame])
    manifest = village.manifest(path)
    part = put(path, digest(SCAN), village.sealed_file(b"something else"))
    village.write_manifest(path, bundle.write(replace(manifest, parts=(*manifest.parts, part))))
    assert one(stick).fate is BundleFate.PARTLY
    assert post.names() == []
    assert not files.store().exists(digest(b"something else"))
    assert not files.store().exists(digest(SCAN))
    assert list((files.store().root / "partial").iterdir()) == []


def test_knowing_the_digest_of_somebodys_file_gets_nothing(post, village, stick) -> None:
    secret = files.store().put([b"somebody else's page"]).digest
    village.bag(stick, [village.parcel(post.agency, "thief", blobs=[secret])])
    one(stick)
    assert post.names() == []
    assert Inbound.objects.get().state == "received"  # it waits for a file that it has to bring
    neighbour = OtherNode()
    PeerFile.objects.create(node=neighbour.id, digest=secret, there=True)
    relay.drain()
    assert post.names() == []


def test_links_pipes_and_devices_are_not_read(post, village, stick, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"x" * 300)
    for make in (
        lambda path: path.symlink_to(secret),
        os.mkfifo,
        lambda path: path.mkdir(),
    ):
        path = village.bag(stick, [village.parcel(post.agency, "x")])
        (path / "envelopes-1").unlink()
        make(path / "envelopes-1")
        assert one(stick).fate is BundleFate.PARTLY
        (path / "manifest").unlink()
        make(path / "manifest")
        assert one(stick).reason == "relay.bundle"
        shutil.rmtree(path)
    real = village.bag(tmp_path, [village.parcel(post.agency, "x")])
    (stick / real.name).symlink_to(real)
    assert relay.import_bundles(stick) == []


@pytest.mark.parametrize(
    "name",
    ["../envelopes-1", "/etc/passwd", "envelopes-0", "envelopes-1/..", "CON", "NUL.txt", "con",
     "a" * 63, "A" * 64, "manifest", "", "envelopes-1\n", "envelopes-١", ".", "a\\b"],
)  # fmt: skip
def test_a_part_has_no_other_name_than_those_that_are_known(village, stick, name) -> None:
    path = village.bag(stick)
    manifest = village.manifest(path)
    parts = (Part(name, 1, "0" * 64),)
    village.write_manifest(path, bundle.write(replace(manifest, parts=parts)))
    assert one(stick).reason == "relay.bundle"


def test_a_part_may_not_stand_twice(village, stick) -> None:
    path = village.bag(stick)
    parts = (Part("envelopes-1", 1, "0" * 64),) * 2
    village.write_manifest(path, bundle.write(replace(village.manifest(path), parts=parts)))
    assert one(stick).reason == "relay.bundle"


def test_a_part_that_unpacks_to_too_much_is_damaged_and_takes_little_memory(
    post, village, stick
) -> None:
    path = village.bag(stick)
    pressed = zlib.compressobj(9, zdict=DICTIONARY_1)
    zeros = bytes(2**20)
    bomb = b"".join(pressed.compress(zeros) for _ in range(1024)) + pressed.flush()
    part = put(path, "envelopes-1", bomb)
    village.write_manifest(path, bundle.write(replace(village.manifest(path), parts=(part,))))
    tracemalloc.start()
    try:
        assert one(stick).fate is BundleFate.PARTLY
        assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    finally:
        tracemalloc.stop()


def test_a_payload_that_unpacks_to_too_much_needs_a_person(post, village, stick) -> None:
    pressed = zlib.compressobj(9, wbits=-15, zdict=DICTIONARY_1)
    zeros = bytes(2**20)
    bomb = b"\x01" + b"".join(pressed.compress(zeros) for _ in range(64)) + pressed.flush()
    payload = sealing.seal_to([sealing.seal_recipient()], bomb)
    village.bag(stick, [village.frame(village.header(post.agency, payload), payload)])
    one(stick)
    assert stopped() == {"relay.not-opened"}


def test_what_was_sealed_to_another_node_needs_a_person(post, village, stick) -> None:
    payload = sealing.seal_to([str(village.seal.to_public())], b"\x00{}")
    village.bag(stick, [village.frame(village.header(post.agency, payload), payload)])
    one(stick)
    assert stopped() == {"relay.not-opened"}
    with pytest.raises(Invalid, match=r"^relay.not-opened"):
        closing.open_(payload[:-1], "age")


def test_a_folder_with_very_many_files_is_looked_at_so_far_and_no_further(village, stick) -> None:
    for number in range(10_050):
        (stick / f"photo-{number}.jpg").touch()
    village.bag(stick)
    assert len(relay.import_bundles(stick)) <= 1


def test_a_false_word_of_what_arrived_of_anothers_stream_changes_nothing(
    post, village, stick
) -> None:
    neighbour = OtherNode()
    post.counter = neighbour.counter
    post.send("for the neighbour", back=True)
    relay.drain()
    village.bag(stick, have=[bundle.Have(1, neighbour.counter, 1, 1)])
    one(stick)
    waiting = {each.node: each.waiting.count for each in relay.contacts()}
    assert waiting == {neighbour.id: 1, village.id: 0}


def test_a_receipt_for_what_went_to_another_node_is_ignored(post, village, stick) -> None:
    neighbour = OtherNode()
    post.counter = neighbour.counter
    message: UUID = post.send("for the neighbour", back=True)
    relay.drain()
    envelope = Envelope.objects.get(to_node=neighbour.id)
    village.bag(stick, [village.receipt(envelope, "applied")])
    one(stick)
    assert relay.fate(message).state == "packed"


@pytest.mark.parametrize("changed", [
    {"number": 0}, {"number": True}, {"epoch": -1}, {"to": "x"}, {"made": "yesterday"},
    {"key": "A" * 16}, {"have": [[]]}, {"have": None}, {"parts": [{}]}, {"extra": 1},
    {"have": [{"epoch": 1, "holes": [[2, 1]], "last": 5, "to": str(new_id()), "upto": 1}]},
    {"have": [{"epoch": 1, "holes": [[2, 5]], "last": 5, "to": str(new_id()), "upto": 1}]},
    {"have": [{"epoch": 1, "holes": [], "last": 1, "to": str(new_id()), "upto": 2}]},
    {"parts": [{"name": "envelopes-1", "sha256": "0" * 64, "size": 2**40}]},
])  # fmt: skip
def test_a_manifest_is_read_strictly(village, stick, changed) -> None:
    path = village.bag(stick)
    body = bundle.split((path / "manifest").read_bytes())[0]
    village.write_manifest(path, canonical.dumps(canonical.loads(body) | changed))
    assert one(stick).reason == "relay.bundle"


@given(data=st.binary(max_size=400))
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_rubbish_of_any_kind_is_more_than_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "pishkhan-a-1-b-1.bag"
    path.write_bytes(data)
    (found,) = relay.import_bundles(tmp_path)
    assert (found.fate, found.reason) == (BundleFate.REFUSED, "relay.bundle")
    with pytest.raises(Invalid):
        list(bundle.unpack(data + b"\x00"))


def test_nothing_of_this_file_left_a_letter_without_custodian(post, village, stick) -> None:
    """What was refused at the door is still with its sender: nothing here ever said otherwise."""
    village.bag(stick, [village.parcel(post.agency, "x", sender=post.counter)])
    one(stick)
    relay.drain()
    manifest, said = village.opened(relay.export_bundle(village.id, stick).path)
    assert [ack["state"] for _, body in said for ack in body["acks"]] == ["quarantined"]
    assert manifest.have[0].upto == 1
    assert journal.node_id() == manifest.origin


# --- how much of it -------------------------------------------------------------------------------


def test_a_node_with_too_much_under_way_pauses_and_nothing_of_it_is_lost(
    post, village, stick, monkeypatch
) -> None:
    monkeypatch.setattr(import_bundles, "QUOTA", 2)
    neighbour = OtherNode()
    post.faults["bad"] = RuntimeError("set aside")
    frames = [village.parcel(post.agency, "bad") for _ in range(2)]
    village.bag(stick, frames)
    assert one(stick).fate is BundleFate.TAKEN
    assert stopped() == {"relay.handler-failed"}
    shutil.rmtree(stick)
    stick.mkdir()
    village.bag(stick, [village.parcel(post.agency, "more")])
    found = one(stick)
    assert (found.fate, found.reason) == (BundleFate.REFUSED, "relay.quota")
    assert not Rejection.objects.exists()
    # Another node is not held up by it, and this one goes on once a person has ruled.
    neighbour.bag(stick, [neighbour.parcel(post.agency, "neighbour")])
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == ["neighbour"]
    for row in relay.quarantined():
        relay.refuse_quarantined(SYSTEM, row.id)
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == ["neighbour", "more"]


def test_a_bag_that_would_fill_the_disk_is_left_for_later(
    post, village, stick, monkeypatch
) -> None:
    path = village.bag(stick, [village.parcel(post.agency, "x", blobs=[digest(SCAN)])], [SCAN])
    size = sum(part.size for part in village.manifest(path).parts)
    least = import_bundles.RESERVE + 2 * size
    free = [least - 1]
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free[0]))
    assert one(stick).reason == "relay.no-space"
    assert post.names() == []
    free[0] = least
    assert one(stick).fate is BundleFate.TAKEN
    assert post.names() == ["x"]
