"""Numbers of a former epoch that will never come: their origin says so, and the holes close."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pyrage
import pytest
from pyrage import x25519
from tests.relay.heirs import Heir, heir
from tests.relay.other_node import OtherNode

from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical
from pishkhan.kernel.findings import Survey
from pishkhan.node import wiring
from pishkhan.relay import api as relay
from pishkhan.relay.bundle import Have
from pishkhan.relay.contracts import BundleTaken
from pishkhan.relay.logic import voids
from pishkhan.relay.models import Inbound, Stream
from pishkhan.sealing import api as sealing

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


def void(later: Heir, ranges: Any, *, epoch: int = 1, to: UUID | None = None, **more: Any) -> Any:
    plain = b"\x00" + canonical.dumps({"epoch": epoch, "ranges": ranges, "to": str(to), **more})
    payload = pyrage.encrypt(plain, [x25519.Recipient.from_str(sealing.seal_recipient())])
    told: dict[str, Any] = {"kind": "relay.void", "sender": later.node.id, "subject": later.node.id}
    header = later.node.header(journal.node_id(), payload, epoch=2, **told)
    return later.node.frame(header, payload)


def stream(village: OtherNode, to: UUID) -> tuple[int, int, int]:
    """Return (contiguous, last, numbers missing) of the stream of the first epoch."""
    row = Stream.objects.get(origin=village.id, epoch=1, destination=to, outgoing=False)
    return row.contiguous, row.last, relay.contacts()[0].holes


def fsck_of_streams() -> list[str]:
    return [each.code for each in relay.fsck(Survey()) if each.code == "relay.hole"]


def test_holes_of_a_former_epoch_close_when_their_origin_says_so(post, village, stick) -> None:
    old = [village.parcel(post.agency, f"old {n}") for n in range(1, 9)]
    village.bag(stick, [old[0], old[3], old[6]])
    one(stick)
    assert stream(village, post.agency) == (1, 7, 4)
    later = heir(village)
    later.bag(stick, [void(later, [[2, 2], [5, 6], [8, 99]], to=post.agency)])
    relay.import_bundles(stick)
    relay.drain()
    assert stream(village, post.agency) == (2, 7, 1)
    assert not fsck_of_streams()
    later.bag(stick, [void(later, [[3, 3]], to=post.agency)])
    relay.import_bundles(stick)
    relay.drain()
    assert stream(village, post.agency) == (7, 7, 0)
    assert not fsck_of_streams()
    Stream.objects.filter(origin=village.id, epoch=1, destination=post.agency).update(contiguous=6)
    assert fsck_of_streams() == ["relay.hole"]
    Stream.objects.filter(origin=village.id, epoch=1, destination=post.agency).update(contiguous=7)
    # An old stick still brings what was called void; what is above the end waits as ever.
    village.bag(stick, [old[1], old[7]])
    relay.import_bundles(stick)
    relay.drain()
    assert "old 2" in post.names()
    assert reasons() == {"relay.epoch-over"}


def test_a_word_of_void_numbers_is_read_strictly_and_of_its_own_streams_only(
    post, village, stick
) -> None:
    neighbour = OtherNode()
    neighbour.bag(stick, [neighbour.parcel(post.agency, "n", seq=3)])
    village.bag(stick, [village.parcel(post.agency, "v", seq=3)])
    relay.import_bundles(stick)
    later = heir(village)
    bad: list[Any] = [None, [[0, 1]], [[2, 1]], [[1, 2], [2, 3]], [[1]], [["1", 2]], [[True, 2]]]
    frames = [void(later, ranges, to=post.agency) for ranges in bad]
    frames.append(void(later, [[1, 2]], to=post.agency, extra=1))
    frames.append(void(later, [[1, 2]], epoch=7, to=post.agency))
    frames.append(void(later, [[1, 2]], to=village.counter))
    later.bag(stick, frames)
    relay.import_bundles(stick)
    relay.drain()
    refused = Inbound.objects.filter(kind="relay.void", state="refused")
    assert set(refused.values_list("reason", flat=True)) == {"relay.void-shape"}
    assert refused.count() == len(bad) + 1
    assert {each.holes for each in relay.contacts()} == {2}


def test_this_node_tells_once_that_what_is_missing_of_its_former_epoch_will_not_come(
    post, village, stick
) -> None:
    wiring.introduce()
    post.counter = village.counter
    post.send("one", back=True)
    relay.drain()
    relay.begin_epoch(SYSTEM)
    told = [Have(1, village.counter, 1, 6, ((2, 3), (5, 5)))]
    for _ in range(2):
        village.bag(stick, have=told)
        relay.import_bundles(stick)
        relay.drain()
    _, found = village.opened(relay.export_bundle(village.id, stick).path)
    (said,) = [body for header, body in found if header.kind == "relay.void"]
    assert said == {"epoch": 1, "ranges": [[2, 3], [5, 5]], "to": str(village.counter)}


def test_the_marks_of_a_stream_by_what_came_and_what_is_void() -> None:
    assert voids.reached(0, [1, 2, 4], []) == 2
    assert voids.reached(0, [1, 2, 4], [(3, 3)]) == 4
    assert voids.reached(3, [], [(2, 9)]) == 9
    assert voids.reached(3, [9], [(5, 8)]) == 3
    assert voids.open_holes([(2, 9)], [(1, 2), (4, 5), (9, 20)]) == ((3, 3), (6, 8))
    assert voids.open_holes([(2, 2), (4, 4)], [(2, 2)]) == ((4, 4),)
    assert voids.open_holes([(2, 3)], []) == ((2, 3),)
