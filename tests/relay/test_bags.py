"""Post bags between this node and another: what goes, what comes, what is remembered."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.relay.other_node import OtherNode, digest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.bundle import Have
from pishkhan.relay.contracts import BundleFate, Transfer
from pishkhan.relay.logic import files
from pishkhan.relay.models import Contact, Envelope, Inbound, PeerFile

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


def sent_to(village: OtherNode, post, name: str = "answer", **given) -> UUID:
    post.counter = village.counter
    message = post.send(name, back=True, **given)
    relay.drain()
    return message


def keep(content: bytes) -> str:
    return files.store().put([content]).digest


def taken(stick: Path) -> list[BundleFate]:
    found = [each.fate for each in relay.import_bundles(stick)]
    relay.drain()
    return found


# --- out ------------------------------------------------------------------------------------------


def test_what_is_for_another_node_goes_into_a_bag_sealed_to_it(post, village, stick) -> None:
    scan = keep(SCAN)
    message = sent_to(village, post, blobs=(scan,))
    made = relay.export_bundle(village.id, stick)
    assert (made.envelopes, made.files, made.number) == (1, 1, 1)
    manifest, found = village.opened(made.path)
    assert (manifest.origin, manifest.to) == (journal.node_id(), village.id)
    assert [(head.message, body) for head, body in found] == [(message, {"name": "answer"})]
    assert village.file_in(made.path, scan) == SCAN
    everything = b"".join(path.read_bytes() for path in made.path.iterdir())
    assert b"answer" not in everything
    assert SCAN[:60] not in everything
    assert relay.depths().to_carry.count == 0  # the worker has nothing to do with it
    assert relay.contacts()[0].waiting.count == 1


def test_files_go_in_the_order_in_which_their_letters_were_sent(
    post, village, stick, monkeypatch
) -> None:
    pages = [keep(b"page %d" % n) for n in range(6)]
    for n, page in enumerate(pages):
        sent_to(village, post, f"answer {n}", blobs=(page,))
    made = relay.export_bundle(village.id, stick)
    names = [part.name for part in village.manifest(made.path).parts if part.is_file]
    assert names == pages
    monkeypatch.setattr("pishkhan.relay.bundle.MAX_PARTS", 4)
    made = relay.export_bundle(village.id, stick)
    names = [part.name for part in village.manifest(made.path).parts if part.is_file]
    assert names == pages[:2]


def test_it_goes_into_every_bag_until_the_other_node_says_that_it_has_it(
    post, village, stick
) -> None:
    sent_to(village, post)
    sent_to(village, post)
    first = relay.export_bundle(village.id, stick)
    second = relay.export_bundle(village.id, stick)
    assert (first.envelopes, second.envelopes, second.number) == (2, 2, 2)
    assert not first.path.exists()  # the newer bag holds all of it
    village.bag(stick, have=[Have(1, village.counter, 1, 1)])
    assert taken(stick) == [BundleFate.TAKEN, BundleFate.OWN]
    assert relay.export_bundle(village.id, stick).envelopes == 1
    village.bag(stick, have=[Have(1, village.counter, 2, 2)])
    taken(stick)
    assert relay.export_bundle(village.id, stick).envelopes == 0


def test_what_lies_between_holes_is_known_to_have_arrived(post, village, stick) -> None:
    for _ in range(5):
        sent_to(village, post)
    village.bag(stick, have=[Have(1, village.counter, 1, 5, ((2, 2), (4, 4)))])
    taken(stick)
    _manifest, found = village.opened(relay.export_bundle(village.id, stick).path)
    assert sorted(head.seq for head, _ in found) == [2, 4]


def test_a_node_that_was_restored_gets_again_what_it_lost(post, village, stick) -> None:
    for _ in range(3):
        sent_to(village, post)
    village.bag(stick, have=[Have(1, village.counter, 3, 3)])
    taken(stick)
    assert relay.export_bundle(village.id, stick).envelopes == 0
    village.bag(stick, have=[Have(1, village.counter, 1, 1)])
    taken(stick)
    _manifest, found = village.opened(relay.export_bundle(village.id, stick).path)
    assert sorted(head.seq for head, _ in found) == [2, 3]


def test_an_old_bag_takes_nothing_back(post, village, stick, tmp_path) -> None:
    sent_to(village, post)
    old = tmp_path / "old"
    old.mkdir()
    village.bag(old, have=[])
    village.bag(stick, have=[Have(1, village.counter, 1, 1)])
    taken(stick)
    assert taken(old) == [BundleFate.TAKEN]
    assert relay.export_bundle(village.id, stick).envelopes == 0


def test_when_the_other_has_more_than_was_sent_this_node_sends_nothing(
    post, village, stick
) -> None:
    sent_to(village, post)
    village.bag(stick, have=[Have(1, village.counter, 7, 7)])
    taken(stick)
    with pytest.raises(Refused, match=r"^relay.peer-ahead"):
        relay.export_bundle(village.id, stick)
    assert relay.contacts()[0].notice == "relay.peer-ahead"


def test_the_operator_is_told_of_a_node_that_is_silent_and_of_one_that_must_wait(
    post, village, stick
) -> None:
    time = clock.FakeClock(clock.current().now())
    with clock.use(time):
        sent_to(village, post)
        assert relay.preflight() == []
        time.advance(timedelta(days=4))
        (found,) = relay.preflight()
        assert (found.code, found.count, found.serious) == ("relay.silent", 1, False)
        assert "4 days" in found.message.render(str)
        village.bag(stick, have=[Have(1, village.counter, 7, 7)])
        taken(stick)
        (found,) = relay.preflight()
        assert (found.code, found.serious) == ("relay.notice", True)
        directory.revoke_node(SYSTEM, village.id)
        assert relay.preflight() == []


def test_a_file_is_sent_until_the_other_node_has_it_and_then_no_more(post, village, stick) -> None:
    scan = keep(SCAN)
    sent_to(village, post, blobs=(scan,))
    assert relay.export_bundle(village.id, stick).files == 1
    (envelope,) = Envelope.objects.filter(to_node=village.id)
    # The envelope arrived, its file did not.
    village.bag(
        stick,
        [village.receipt(envelope, "received", reason="relay.files-missing")],
        have=[Have(1, village.counter, 1, 1)],
    )
    taken(stick)
    made = relay.export_bundle(village.id, stick)
    assert (made.envelopes, made.files) == (0, 1)
    had = [Have(1, village.counter, 1, 1)]
    village.bag(stick, [village.receipt(envelope, "applied")], have=had)
    taken(stick)
    assert relay.export_bundle(village.id, stick).files == 0
    sent_to(village, post, name="again", blobs=(scan,))
    made = relay.export_bundle(village.id, stick)
    assert (made.envelopes, made.files) == (1, 0)


def test_one_file_holds_the_same_as_a_folder(post, village, stick) -> None:
    scan = keep(SCAN)
    sent_to(village, post, blobs=(scan,))
    as_folder = relay.export_bundle(village.id, stick)
    sizes = sum(path.stat().st_size for path in as_folder.path.iterdir())
    made = relay.export_bundle(village.id, stick, one_file=True)
    assert made.path.is_file()
    assert abs(made.path.stat().st_size - sizes) < 200  # the seal differs each time, a little
    assert sorted(stick.iterdir()) == [made.path]


def test_a_revoked_node_gets_nothing_more(post, village, stick) -> None:
    sent_to(village, post)
    directory.revoke_node(SYSTEM, village.id)
    with pytest.raises(Refused, match=r"^relay.node-revoked"):
        relay.export_bundle(village.id, stick)
    message = sent_to(village, post)
    assert relay.fate(message).reason == "relay.node-revoked"


def test_a_stick_that_is_full_or_gone_is_said_so_and_leaves_nothing(
    post, village, stick, monkeypatch
) -> None:
    sent_to(village, post, blobs=(keep(SCAN),))
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("", (), {"free": 5_000})())
    with pytest.raises(Refused, match=r"^relay.no-space"):
        relay.export_bundle(village.id, stick)
    monkeypatch.undo()
    assert list(stick.iterdir()) == []
    with pytest.raises(Invalid, match=r"^relay.no-folder"):
        relay.export_bundle(village.id, stick / "gone")
    with monkeypatch.context() as m:
        m.setattr(
            "pishkhan.sealing.api.seal_stream",
            lambda *_: (_ for _ in ()).throw(OSError(5, "pulled out")),
        )
        with pytest.raises(Refused, match=r"^relay.not-written"):
            relay.export_bundle(village.id, stick)
    assert list(stick.iterdir()) == []
    assert relay.export_bundle(village.id, stick).envelopes == 1


# --- in -------------------------------------------------------------------------------------------


def test_a_letter_comes_by_bag_with_its_file_and_custody(post, village, stick) -> None:
    item = new_id()
    transfer = Transfer(new_id(), item, 1)
    frame = village.parcel(post.agency, "letter", blobs=[digest(SCAN)], transfer=transfer)
    village.bag(stick, [frame], [SCAN])
    (found,) = relay.import_bundles(stick)
    assert (found.fate, found.new, found.files, found.lost) == (BundleFate.TAKEN, 1, 1, 0)
    relay.drain()
    assert post.names() == ["letter"]
    assert relay.custodian_state(item, post.agency) == "held"
    assert files.store().verify(digest(SCAN))
    # The answer to it says so, and what the bag acknowledges is the whole stream.
    manifest, receipts = village.opened(relay.export_bundle(village.id, stick).path)
    assert [ack["state"] for _, body in receipts for ack in body["acks"]] == ["applied"]
    (had,) = manifest.have
    assert replace(had, tip="") == Have(1, post.agency, 1, 1)


def test_a_stick_that_is_brought_twice_does_nothing_twice(post, village, stick) -> None:
    village.bag(stick, [village.parcel(post.agency, "once")])
    assert taken(stick) == [BundleFate.TAKEN]
    (again,) = relay.import_bundles(stick)
    assert (again.new, again.known) == (0, 1)
    relay.drain()
    assert post.names() == ["once"]


def test_bags_out_of_order_leave_a_hole_that_is_told(post, village, stick, tmp_path) -> None:
    early = tmp_path / "early"
    early.mkdir()
    village.bag(early, [village.parcel(post.agency, "one"), village.parcel(post.agency, "two")])
    village.bag(stick, [village.parcel(post.agency, "three")])
    taken(stick)
    assert relay.contacts()[0].holes == 2
    manifest, _ = village.opened(relay.export_bundle(village.id, stick).path)
    (had,) = manifest.have
    assert replace(had, tip="") == Have(1, post.agency, 0, 3, ((1, 2),))
    taken(early)
    assert relay.contacts()[0].holes == 0
    assert sorted(post.names()) == ["one", "three", "two"]


def test_a_bag_for_another_node_is_left_as_it_lies(post, village, stick) -> None:
    path = village.bag(stick, [village.parcel(post.agency, "x")], to=new_id())
    before = sorted(each.name for each in path.iterdir())
    assert taken(stick) == [BundleFate.ELSEWHERE]
    assert sorted(each.name for each in path.iterdir()) == before
    assert not Inbound.objects.exists()


def test_a_file_that_is_missing_comes_with_the_next_bag(post, village, stick, tmp_path) -> None:
    frame = village.parcel(post.agency, "late", blobs=[digest(SCAN)])
    path = village.bag(stick, [frame], [SCAN])
    (path / digest(SCAN)).unlink()
    assert taken(stick) == [BundleFate.PARTLY]
    assert post.names() == []
    other = tmp_path / "next"
    other.mkdir()
    village.bag(other, [], [SCAN])
    assert taken(other) == [BundleFate.TAKEN]
    assert post.names() == ["late"]


def test_the_same_message_sealed_anew_is_done_once(post, village, stick) -> None:
    """A restored node packs again what it had sent: the seal differs, what it says does not."""
    message = new_id()
    village.bag(stick, [village.parcel(post.agency, "same", message=message)])
    taken(stick)
    village.bag(stick, [village.parcel(post.agency, "same", message=message)])
    taken(stick)
    assert post.names() == ["same"]
    assert set(Inbound.objects.values_list("state", flat=True)) == {"applied"}
    village.bag(stick, [village.parcel(post.agency, "other", message=message)])
    taken(stick)
    assert post.names() == ["same"]
    assert relay.quarantined()[0].reason == "relay.message-reused"


def test_one_file_is_read_like_a_folder(post, village, stick) -> None:
    path = village.bag(
        stick, [village.parcel(post.agency, "file", blobs=[digest(SCAN)])], [SCAN, b"not asked for"]
    )
    names = [part.name for part in village.manifest(path).parts]
    joined = io.BytesIO()
    for name in ("manifest", *names):
        joined.write((path / name).read_bytes())
    for each in path.iterdir():
        each.unlink()
    path.rmdir()
    path.write_bytes(joined.getvalue())
    assert taken(path) == [BundleFate.TAKEN]  # it may be named itself
    assert taken(stick) == [BundleFate.TAKEN]
    assert post.names() == ["file"]
    assert not files.store().exists(digest(b"not asked for"))


def test_the_exchange_is_on_record_without_a_word_of_what_was_in_it(post, village, stick) -> None:
    village.bag(stick, [village.parcel(post.agency, "secret name")])
    taken(stick)
    relay.export_bundle(village.id, stick)
    entries = {entry.kind: entry.fields for entry in journal.entries(limit=1000)}
    assert entries["bundle.taken"]["new"] == 1
    assert entries["bundle.made"]["number"] == 1


def test_what_this_node_knows_of_another_survives(post, village, stick) -> None:
    village.bag(stick, [village.parcel(post.agency, "x", blobs=[digest(SCAN)])], [SCAN])
    taken(stick)
    assert PeerFile.objects.filter(node=village.id, digest=digest(SCAN), there=True).exists()
    row = Contact.objects.get(node=village.id)
    assert (row.heard, row.said_at is not None) == (1, True)
