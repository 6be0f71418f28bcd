"""A node goes on in a new epoch, another one or this: nothing is lost, nothing counts twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.relay.heirs import heir
from tests.relay.other_node import OtherNode

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.node import wiring
from pishkhan.relay import api as relay
from pishkhan.relay import bundle
from pishkhan.relay.bundle import Have
from pishkhan.relay.contracts import RELAY_RESTORED, BundleFate, BundleTaken
from pishkhan.relay.logic import files
from pishkhan.relay.models import Contact, Envelope, OwnEpoch, Peer, PeerFile, Stream
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


# --- of another node ------------------------------------------------------------------------------


def test_a_node_that_begins_anew_is_believed_by_its_former_key(post, village, stick) -> None:
    village.bag(stick, [village.parcel(post.agency, "before")])
    one(stick)
    later = heir(village)
    later.bag(stick, [later.parcel(post.agency, "after")])
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == ["before", "after"]
    (node,) = directory.other_nodes()
    assert (node.epoch, node.public_key) == (2, later.node.public)
    assert node.recipient == str(later.node.seal.to_public())
    # What is sent from now on is sealed to the new key.
    manifest, _ = later.node.opened(relay.export_bundle(village.id, stick).path)
    assert [(each.epoch, each.upto) for each in manifest.have] == [(1, 1), (2, 1)]


def test_only_the_key_of_the_epoch_before_makes_an_heir(post, village, stick) -> None:
    stranger = OtherNode()
    wrongs = (
        heir(village, recipient="age1nonsense"),
        heir(village, since=2),
        heir(village, former="0" * 16),
        replace(heir(village), said=heir(stranger).said),
    )
    for number, wrong in enumerate(wrongs):
        wrong.node.number = number
        wrong.bag(stick, [wrong.parcel(post.agency, "x")])
    later = heir(village)
    later.node.number = len(wrongs)
    later.said = [replace(later.said[0], signature=bytes(64))]
    later.bag(stick, [later.parcel(post.agency, "x")])
    assert {each.reason for each in relay.import_bundles(stick)} == {"relay.unknown-origin"}
    assert {node.epoch for node in directory.other_nodes()} == {1}


def test_a_revoked_node_makes_no_heir(post, village, stick) -> None:
    directory.revoke_node(SYSTEM, village.id)
    later = heir(village)
    later.bag(stick, [later.parcel(post.agency, "x")])
    assert one(stick).reason == "relay.unknown-origin"


def test_two_epochs_at_once_are_followed(post, village, stick) -> None:
    second = heir(village)
    third = heir(second.node, epoch=3, since=2)
    third.said = second.said + third.said
    third.bag(stick, [third.parcel(post.agency, "third")])
    assert one(stick).fate is BundleFate.TAKEN
    assert directory.other_node(village.id).epoch == 3
    # What the second epoch signed meanwhile is known as its own, and too late.
    second.bag(stick, [second.parcel(post.agency, "second")])
    relay.import_bundles(stick)
    relay.drain()
    assert (post.names(), reasons()) == (["third"], {"relay.epoch-over"})


def test_while_two_histories_stand_here_a_person_decides_first(post, village, stick) -> None:
    village.bag(stick, [village.parcel(post.agency, "one", seq=1)])
    village.bag(stick, [village.parcel(post.agency, "two", seq=1)])
    relay.import_bundles(stick)
    relay.drain()
    later = heir(village)
    path = later.bag(stick, [later.parcel(post.agency, "after")])
    told = {each.name: each for each in relay.import_bundles(stick)}[path.name]
    assert (told.fate, told.reason) == (BundleFate.REFUSED, "relay.successor-waits")
    assert relay.reason_in_words(told.reason).render(str).startswith("The other node has begun")
    relay.lift_suspension(SYSTEM, village.id)
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == ["after"]


def test_what_is_above_the_end_of_an_epoch_waits_for_a_person(post, village, stick) -> None:
    old = [village.parcel(post.agency, f"old {n}") for n in range(1, 5)]
    village.bag(stick, [old[0], old[2]])
    one(stick)
    later = heir(village)
    later.bag(stick)
    relay.import_bundles(stick)
    assert Stream.objects.get(origin=village.id, epoch=1).fixed == 3
    # An old stick: its second number fills a hole, its fourth came too late.
    village.bag(stick, [old[1], old[3]])
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == ["old 1", "old 3", "old 2"]
    (row,) = relay.quarantined()
    assert row.reason == "relay.epoch-over"
    assert row.remedy
    relay.retry_quarantined(SYSTEM, row.id)
    relay.drain()
    assert post.names()[-1] == "old 4"


def test_a_copy_of_the_disk_can_not_suspend_the_node_that_goes_on(post, village, stick) -> None:
    village.bag(stick, [village.parcel(post.agency, "one")])
    one(stick)
    later = heir(village)
    later.bag(stick, [later.parcel(post.agency, "mine")])
    relay.import_bundles(stick)
    for name in ("copy", "another copy"):
        village.bag(stick, [village.parcel(post.agency, name, seq=2)])
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == ["one", "mine"]
    assert reasons() == {"relay.epoch-over"}
    assert not Peer.objects.exists()


def test_what_was_packed_anew_and_comes_by_an_old_stick_too_is_done_once(
    post, village, stick
) -> None:
    message, other = new_id(), new_id()
    village.bag(stick, [village.parcel(post.agency, "one")])
    one(stick)
    old = [village.parcel(post.agency, "anew", message=message)]
    old.append(village.parcel(post.agency, "forged", message=other))
    later = heir(village)
    anew = [later.parcel(post.agency, "anew", message=message)]
    anew.append(later.parcel(post.agency, "mine", message=other))
    later.bag(stick, anew)
    relay.import_bundles(stick)
    relay.drain()
    village.bag(stick, old)
    relay.import_bundles(stick)
    relay.drain()
    assert post.names() == ["one", "anew", "mine"]
    assert reasons() == {"relay.message-reused"}  # the one that says another thing


def test_a_bag_of_the_former_epoch_says_nothing_of_what_arrived(post, village, stick) -> None:
    post.counter = village.counter
    post.send("answer", back=True)
    relay.drain()
    later = heir(village)
    later.bag(stick)
    relay.import_bundles(stick)
    arrived = Have(1, village.counter, 1, 1)
    village.number = 50
    village.bag(stick, have=[arrived])
    relay.import_bundles(stick)
    assert relay.contacts()[0].waiting.count == 1
    assert Contact.objects.get().heard == 1
    later.bag(stick, have=[arrived])
    relay.import_bundles(stick)
    assert relay.contacts()[0].waiting.count == 0


def test_all_that_a_restored_node_lost_is_carried_again_with_its_files(
    post, village, stick
) -> None:
    name = files.store().put([SCAN]).digest
    post.counter = village.counter
    message = post.send("answer", back=True, blobs=(name,))
    relay.drain()
    relay.export_bundle(village.id, stick)
    envelope = Envelope.objects.get(to_carry=message)
    receipt = village.receipt(envelope, "applied")
    village.bag(stick, [receipt], have=[Have(1, village.counter, 1, 1)])
    relay.import_bundles(stick)
    relay.drain()
    assert (
        relay.contacts()[0].waiting.count == 0
        or not Envelope.objects.filter(to_carry=message).exists()
    )
    assert PeerFile.objects.get(digest=name).there
    # It was restored from before its first bag came: it knows nothing of our stream.
    later = heir(village)
    later.bag(stick)
    relay.import_bundles(stick)
    assert Envelope.objects.filter(to_carry=message).exists()
    manifest, found = village.opened(relay.export_bundle(village.id, stick).path)
    assert message in {header.message for header, _ in found}
    assert [part.name for part in manifest.parts if part.is_file] == [name]


# --- of this node ---------------------------------------------------------------------------------


def test_this_node_goes_on_by_other_keys_and_sends_anew_what_was_not_received(
    post, village, stick
) -> None:
    wiring.introduce()
    post.counter = village.counter
    old_key, old_recipient = sealing.node_key(), sealing.seal_recipient()
    log = journal.head().origin
    received, lost = post.send("received", back=True), post.send("lost", back=True)
    relay.drain()
    village.bag(stick, have=[Have(1, village.counter, 1, 1)])
    relay.import_bundles(stick)
    sealed_before = sealing.seal_to([old_recipient], b"on the road")

    begun = relay.begin_epoch(SYSTEM)
    assert (begun.epoch, begun.messages) == (2, 1)
    assert sealing.node_key().key_id == begun.key == directory.node_self().key_id != old_key.key_id
    assert sealing.seal_recipient() == directory.node_self().recipient != old_recipient
    assert sealing.unseal(sealed_before) == b"on the road"
    assert journal.head().origin != log
    relay.drain()
    manifest, found = village.opened(relay.export_bundle(village.id, stick).path)
    assert [header.message for header, _ in found] == [lost]
    assert received not in {header.message for header, _ in found}
    assert found[0][0].epoch == manifest.epoch == 2
    (said,) = manifest.successions
    assert sealing.verify(
        bundle.SUCCESSION, said.signed(journal.node_id()), said.signature, old_key.public_key
    )
    # Once the other side shows that it knows the epoch, it is told no more.
    known = [Have(1, village.counter, 1, 1), Have(2, village.counter, 1, 1)]
    village.bag(stick, have=known)
    relay.import_bundles(stick)
    manifest, found = village.opened(relay.export_bundle(village.id, stick).path)
    assert (manifest.successions, found) == ((), [])


def test_after_a_restore_nothing_is_sent_before_a_person_has_ruled(
    post, village, stick, own_home
) -> None:
    wiring.introduce()
    (own_home / RELAY_RESTORED).write_bytes(b"")
    with pytest.raises(Refused, match=r"relay\.restored"):
        relay.export_bundle(village.id, stick)
    assert relay.contacts()[0].notice == "relay.restored"
    assert list(stick.iterdir()) == []
    relay.begin_epoch(SYSTEM)
    assert relay.contacts()[0].notice == ""
    assert not (own_home / RELAY_RESTORED).exists()
    assert relay.export_bundle(village.id, stick).path.exists()


def test_who_hears_that_it_sent_more_than_it_knows_goes_on_in_a_new_epoch(
    post, village, stick
) -> None:
    wiring.introduce()
    village.bag(stick, have=[Have(1, village.counter, 7, 7)])
    relay.import_bundles(stick)
    assert relay.contacts()[0].notice == "relay.peer-ahead"
    relay.begin_epoch(SYSTEM)
    village.bag(stick, have=[Have(1, village.counter, 7, 7)])
    relay.import_bundles(stick)
    assert relay.contacts()[0].notice == ""
    assert relay.export_bundle(village.id, stick).path.exists()


def test_a_later_epoch_that_this_copy_has_forgotten_is_noticed(village, stick) -> None:
    wiring.introduce()
    village.bag(stick, have=[Have(2, village.counter, 1, 1)])
    relay.import_bundles(stick)
    assert relay.contacts()[0].notice == "relay.peer-ahead"
    assert relay.begin_epoch(SYSTEM, epoch=3).epoch == 3


def test_without_another_node_there_is_no_epoch_to_begin() -> None:
    wiring.introduce()
    with pytest.raises(Refused, match=r"relay\.no-peers"):
        relay.begin_epoch(SYSTEM)


def test_a_new_epoch_needs_an_administrator(village) -> None:
    user = directory.add_user(SYSTEM, username="nobody", full_name="کاربر نمونه")
    directory.add_clerk(SYSTEM, user_id=user, counter_id=village.counter)
    clerk = directory.actor_for(user, None)
    assert clerk is not None
    with pytest.raises(Forbidden):
        relay.begin_epoch(clerk)
    assert not OwnEpoch.objects.exists()
