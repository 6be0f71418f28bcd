"""What came under the last number is told: so a node notices that it gave a number twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.relay.other_node import OtherNode

from pishkhan.directory.contracts import SYSTEM
from pishkhan.node import wiring
from pishkhan.relay import api as relay
from pishkhan.relay.bundle import Have
from pishkhan.relay.contracts import BundleTaken
from pishkhan.relay.models import Envelope

pytestmark = pytest.mark.django_db(transaction=True)
SCAN = b"a page" * 1000


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.BLOB_ROOT = settings.HOME / "blobs"
    return settings.HOME


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


def reasons() -> set[str]:
    return {row.reason for row in relay.quarantined()}


def test_who_gave_as_many_numbers_again_as_it_had_forgotten_notices_it_by_the_tip(
    post, village, stick
) -> None:
    wiring.introduce()
    post.counter = village.counter
    messages = [post.send(name, back=True) for name in ("one", "two")]
    relay.drain()
    mine = Envelope.objects.get(to_node=village.id, seq=2)
    village.bag(stick, have=[Have(1, village.counter, 2, 2, tip="0" * 16)])
    relay.import_bundles(stick)
    (contact,) = relay.contacts()
    assert (contact.notice, contact.waiting.count) == ("relay.peer-ahead", 2)
    relay.begin_epoch(SYSTEM)
    relay.drain()
    _, found = village.opened(relay.export_bundle(village.id, stick).path)
    assert [header.message for header, _ in found] == messages
    # Of the former epoch nothing is taken for arrived, and nobody is troubled any more.
    village.bag(stick, have=[Have(1, village.counter, 2, 2, tip="0" * 16)])
    relay.import_bundles(stick)
    assert relay.contacts()[0].notice == ""
    assert not mine.id.startswith("0" * 16)


def test_the_tip_is_told_and_the_right_one_is_what_arrived(post, village, stick) -> None:
    post.counter = village.counter
    post.send("one", back=True)
    relay.drain()
    frame = village.parcel(post.agency, "p")
    mine = Envelope.objects.get(to_node=village.id)
    village.bag(stick, [frame], have=[Have(1, village.counter, 1, 1, tip=mine.id[:16])])
    one(stick)
    manifest, _ = village.opened(relay.export_bundle(village.id, stick).path)
    sealed = relay.Sealed(*frame)
    assert [each.tip for each in manifest.have] == [sealed.id[:16]]
    assert not Envelope.objects.filter(pk=mine.pk, to_carry__isnull=False).exists()
