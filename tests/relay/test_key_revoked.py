"""What a revoked relay key signed is set aside for a person, whatever moment it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.relay.conftest import Post
from tests.relay.test_receive import forged, packed
from tests.sealing.papers import key, public, revocations, revoked, statement

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.blobs import BlobStore
from pishkhan.relay import api as relay
from pishkhan.relay import protocol
from pishkhan.relay.logic.pack import pack
from pishkhan.relay.models import Envelope, Inbound, Outgoing, Peer
from pishkhan.sealing import api as sealing
from pishkhan.sealing import papers
from pishkhan.sealing.contracts import Subject, SubjectKind
from pishkhan.sealing.statements import root_line, write

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "relay.key-revoked"


@pytest.fixture
def revoke() -> Callable[[], None]:
    """State this node's relay key by a root; what is returned takes the list that revokes it."""
    agency = directory.add_agency(SYSTEM, code="water", name="شرکت آب")
    papers.register_root(SYSTEM, root_line(agency, public("root")))
    known = sealing.node_key()
    subject = Subject(SubjectKind.RELAY, str(journal.node_id()), known.public_key)
    take(statement(1, subject, agency))
    return lambda: take(revocations(1, revoked(known.key_id), agency=agency))


def take(*said) -> None:
    papers.take_papers(SYSTEM, b"".join(bytes(write(each, key("root").sign)) for each in said))


def stopped() -> dict[str, int]:
    """Return what needs a person: each envelope's name with its row."""
    assert {row.reason for row in relay.quarantined()} <= {REASON}
    return {row.envelope_id: row.id for row in relay.quarantined()}


def test_what_comes_after_the_list_is_set_aside_and_told_with_its_remedy(post, revoke) -> None:
    message = post.send("mine")
    (sealed,) = packed()
    revoke()
    assert relay.receive([sealed]).new == [sealed.id]
    relay.drain()
    assert post.names() == []
    row = next(row for row in relay.quarantined() if row.envelope_id == sealed.id)
    assert (row.reason, row.attempts) == (REASON, 0)
    assert row.message.render(str) == "Its sender's key is revoked or has ended."
    assert row.remedy is not None
    assert "by another way" in row.remedy.render(str)
    assert next(f for f in relay.preflight() if f.code == "relay.stopped").serious
    # It is in the stream like any other: no hole is left where it stands.
    assert all(stream.holes == () for stream in relay.streams())
    assert Outgoing.objects.get(id=message).state == "sent"  # the receipt is set aside as well


def test_what_was_received_before_the_list_is_applied(post: Post, revoke) -> None:
    post.send("before")
    (sealed,) = packed()
    relay.receive([sealed])
    revoke()
    assert relay.receive([sealed]).known == [sealed.id]
    relay.drain()
    assert post.names() == ["before"]


def test_a_person_lets_it_in_and_it_is_applied_once(post: Post, revoke) -> None:
    item = post.accept("mine")
    (sealed,) = packed()
    revoke()
    relay.receive([sealed])
    relay.drain()
    assert relay.custodian_state(item, post.counter) == "offered"
    relay.retry_quarantined(SYSTEM, stopped()[sealed.id])
    relay.drain()
    assert relay.receive([sealed]).known == [sealed.id]
    relay.drain()
    assert post.names() == ["mine"]
    assert relay.custodian_state(item, post.agency) == "held"
    for row in stopped().values():  # the receipts, of which none asks for another
        relay.retry_quarantined(SYSTEM, row)
    relay.drain()
    assert stopped() == {}
    assert relay.custodian_state(item, post.counter) == "released"


def test_a_person_refuses_it_and_its_sender_has_the_item_again(post: Post, revoke) -> None:
    item = post.accept("mine")
    (sealed,) = packed()
    revoke()
    relay.receive([sealed])
    relay.refuse_quarantined(SYSTEM, stopped()[sealed.id])
    relay.drain()
    for row in stopped().values():
        relay.retry_quarantined(SYSTEM, row)
    relay.drain()
    assert (post.names(), stopped()) == ([], {})
    assert relay.custodian_state(item, post.counter) == "held"


def test_receipts_that_are_set_aside_ask_for_no_receipt(post: Post, revoke) -> None:
    post.send("mine")
    revoke()
    relay.drain()  # comes to rest
    kinds = sorted(Inbound.objects.values_list("kind", "state", "receipt_due"))
    assert kinds == [("relay.receipt", "quarantined", False), ("test.parcel", "quarantined", False)]


def test_a_file_that_is_still_on_the_way_is_awaited_after_the_ruling(
    post: Post, revoke, settings
) -> None:
    store = BlobStore(settings.BLOB_ROOT)
    digest = "ab" * 32
    post.send("with", blobs=(digest,))
    (sealed,) = packed()
    revoke()
    relay.receive([sealed])
    relay.retry_quarantined(SYSTEM, stopped()[sealed.id])
    row = Inbound.objects.get(envelope=sealed.id)
    assert (row.state, row.reason) == ("received", "relay.files-missing")
    assert not store.exists(digest)
    assert post.names() == []


def test_a_stolen_key_can_not_suspend_the_node_by_a_second_envelope(post: Post, revoke) -> None:
    """Two under one number, of which a revoked key signed one: the other goes on."""
    post.send("first")
    (sealed,) = packed()
    relay.receive([sealed])
    relay.drain()
    revoke()
    thief = forged(sealed, {"name": "stolen"})
    relay.receive([thief])
    relay.drain()
    assert not Peer.objects.exists()
    assert thief.id in stopped()
    assert post.names() == ["first"]


def test_a_true_envelope_after_a_stolen_one_of_its_number_is_no_fork(
    post: Post, revoke, monkeypatch
) -> None:
    post.send("true")
    (sealed,) = packed()
    stolen = forged(sealed, {"name": "stolen"})
    stolen_header = replace(protocol.read(stolen.header), message=journal.node_id())
    header = protocol.write(stolen_header)
    stolen = relay.Sealed(header, stolen.payload, sealing.sign(protocol.SIGNED_AS, header))
    revoke()
    relay.receive([stolen])
    # The true one is signed by a key that is not revoked: here the same one, believed again.
    monkeypatch.setattr(papers, "over_since", lambda key_id, at: None)
    relay.receive([sealed])
    relay.drain()
    assert not Peer.objects.exists()
    assert post.names() == ["true"]
    assert list(stopped()) == [stolen.id]


def test_a_key_is_over_when_the_until_stated_last_has_gone_by(post: Post) -> None:
    agency = directory.add_agency(SYSTEM, code="water", name="شرکت آب")
    papers.register_root(SYSTEM, root_line(agency, public("root")))
    known = sealing.node_key()
    subject = Subject(SubjectKind.RELAY, str(journal.node_id()), known.public_key)
    now: datetime = clock.current().now()

    def until(number: int, more: timedelta) -> None:
        said = statement(number, subject, agency, ends=(now + more).replace(microsecond=0))
        take(replace(said, begins=now.replace(microsecond=0) - timedelta(days=9)))

    until(1, timedelta(days=-2))
    assert papers.over_since(known.key_id, now) is not None
    post.send("late")
    relay.drain()
    assert post.names() == []
    until(2, timedelta(days=2))
    assert papers.over_since(known.key_id, now) is None
    post.send("in time")
    relay.drain()
    assert post.names() == ["in time"]
    assert papers.over_since("0" * 16, now) is None


def test_no_more_than_a_few_questions_a_batch(post: Post, revoke, django_assert_max_num_queries):
    for n in range(30):
        post.send(str(n))
    pack(limit=100)
    revoke()
    batch = [
        relay.Sealed(bytes(row.header), bytes(row.payload), bytes(row.signature))
        for row in Envelope.objects.all()
    ]
    with django_assert_max_num_queries(16):
        relay.receive(batch)
    assert len(stopped()) == 30
