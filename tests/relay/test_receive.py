"""What a carrier may bring: twice, early, forged, damaged, or two truths under one number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.relay.conftest import Post

from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal.api import act
from pishkhan.kernel import canonical
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay import protocol
from pishkhan.relay.logic import origins
from pishkhan.relay.logic.apply import apply
from pishkhan.relay.logic.pack import pack
from pishkhan.relay.models import Envelope, Inbound, Outgoing, Peer, Rejection
from pishkhan.sealing import api as sealing

pytestmark = pytest.mark.django_db(transaction=True)


def packed() -> list[relay.Sealed]:
    """Pack what is pending and return the envelopes in the order of their numbers."""
    pack(limit=100)
    found = [
        relay.Sealed(bytes(row.header), bytes(row.payload), bytes(row.signature))
        for row in Envelope.objects.filter(to_carry__isnull=False)
    ]
    return sorted(found, key=lambda sealed: protocol.read(sealed.header).seq)


def forged(sealed: relay.Sealed, payload: dict[str, str]) -> relay.Sealed:
    """Return another payload under the same header, signed with the node's own key."""
    body = canonical.dumps(payload)
    header = protocol.write(
        replace(
            protocol.read(sealed.header),
            size=len(body),
            payload=protocol.payload_digest(body),
        )
    )
    return relay.Sealed(header, body, sealing.sign(protocol.SIGNED_AS, header))


def test_numbers_are_gap_free_per_stream(post: Post) -> None:
    for n in range(5):
        post.send(str(n))
        post.send(str(n), back=True)
    seqs = [protocol.read(sealed.header).seq for sealed in packed()]
    assert sorted(seqs) == sorted([1, 2, 3, 4, 5] * 2)


def test_an_envelope_brought_twice_is_harmless(post: Post) -> None:
    post.send("once")
    (sealed,) = packed()
    assert len(relay.receive([sealed, sealed]).new) == 1
    assert relay.receive([sealed]).known == [sealed.id]
    relay.drain()
    assert relay.receive([sealed]).known == [sealed.id]
    relay.drain()
    assert post.names() == ["once"]
    assert Inbound.objects.filter(kind="test.parcel").count() == 1


def test_what_comes_early_leaves_a_hole_that_is_a_number(post: Post) -> None:
    for name in "abcde":
        post.send(name)
    a, b, c, d, e = packed()
    relay.receive([b, e])
    (stream,) = [s for s in relay.streams() if not s.outgoing]
    assert stream.holes == ((1, 1), (3, 4))
    assert (stream.received_upto, stream.last) == (0, 5)
    relay.receive([a])
    relay.receive([d, c])
    (stream,) = [s for s in relay.streams() if not s.outgoing]
    assert stream.holes == ()
    assert stream.received_upto == 5
    relay.drain()
    assert sorted(post.names()) == ["a", "b", "c", "d", "e"]


def test_a_signature_that_is_not_right_leaves_digest_reason_and_count(post: Post) -> None:
    post.send("true")
    (sealed,) = packed()
    Envelope.objects.all().delete()
    false = replace(sealed, signature=bytes(64))
    for _ in range(3):
        assert relay.receive([false]).rejected == {false.id: "relay.bad-signature"}
    (row,) = Rejection.objects.all()
    assert (row.digest, row.count) == (false.id, 3)
    assert not Inbound.objects.exists()
    assert not Envelope.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payload": b"{}"}, "relay.payload-digest"),
        ({"header": b"{}"}, "relay.header-version"),
        ({"header": b"\xff"}, "canonical.malformed"),
    ],
)
def test_damaged_bytes_are_rejected_with_their_reason(post: Post, change, code) -> None:
    post.send("true")
    (sealed,) = packed()
    damaged = replace(sealed, **change)
    assert relay.receive([damaged]).rejected == {damaged.id: code}


def test_an_origin_nobody_knows_is_rejected(post: Post) -> None:
    post.send("true")
    (sealed,) = packed()
    header = protocol.write(replace(protocol.read(sealed.header), origin=new_id()))
    stranger = relay.Sealed(header, sealed.payload, sealing.sign(protocol.SIGNED_AS, header))
    assert relay.receive([stranger]).rejected == {stranger.id: "relay.unknown-origin"}
    older = protocol.write(replace(protocol.read(sealed.header), epoch=7))
    other = relay.Sealed(older, sealed.payload, sealing.sign(protocol.SIGNED_AS, older))
    assert relay.receive([other]).rejected == {other.id: "relay.unknown-origin"}


def test_rejections_are_bounded(post: Post, monkeypatch) -> None:
    monkeypatch.setattr("pishkhan.relay.logic.receive.MAX_REJECTIONS", 3)
    for n in range(6):
        relay.receive([relay.Sealed(b"rubbish", str(n).encode(), b"")])
    assert Rejection.objects.count() == 4
    assert Rejection.objects.get(reason="relay.too-many-rejected").count == 3


def test_a_damaged_row_is_shown_to_its_sender_and_blocks_nobody(post: Post) -> None:
    damaged = post.send("damaged")
    post.send("fine")
    pack(limit=10)
    Envelope.objects.filter(id=Outgoing.objects.get(id=damaged).envelope).update(payload=b"{}")
    relay.drain()
    assert post.names() == ["fine"]
    assert relay.fate(damaged).reason == "relay.payload-digest"


def test_two_envelopes_under_one_number_are_both_kept_and_the_node_suspended(post: Post) -> None:
    post.send("first")
    (sealed,) = packed()
    twin = forged(sealed, {"name": "other"})
    relay.receive([sealed])
    relay.receive([twin])
    post.send("later")
    relay.drain()
    assert post.names() == []
    assert {row.reason for row in relay.quarantined()} == {"relay.fork"}
    assert len(relay.quarantined()) == 2
    (peer,) = Peer.objects.all()
    assert peer.reason == "relay.fork"
    relay.lift_suspension(SYSTEM, peer.node)
    rows = {row.envelope_id: row.id for row in relay.quarantined()}
    relay.retry_quarantined(SYSTEM, rows[sealed.id])
    relay.drain()
    relay.refuse_quarantined(SYSTEM, rows[twin.id])
    relay.drain()
    assert sorted(post.names()) == ["first", "later"]


def test_a_twin_that_comes_after_the_first_was_applied_changes_nothing_done(post: Post) -> None:
    post.send("first")
    (sealed,) = packed()
    relay.drain()
    relay.receive([forged(sealed, {"name": "other"})])
    relay.drain()
    assert post.names() == ["first"]
    assert [row.reason for row in relay.quarantined()] == ["relay.fork"]


def renumbered(sealed: relay.Sealed, seq: int, body: bytes | None = None) -> relay.Sealed:
    """Return the same message under another number, as a restored sender packs it again."""
    payload = sealed.payload if body is None else body
    header = protocol.write(
        replace(
            protocol.read(sealed.header),
            seq=seq,
            size=len(payload),
            payload=protocol.payload_digest(payload),
        )
    )
    return relay.Sealed(header, payload, sealing.sign(protocol.SIGNED_AS, header))


@pytest.mark.parametrize("together", [True, False])
def test_a_message_packed_again_is_done_once(post: Post, together: bool) -> None:
    post.send("once")
    (sealed,) = packed()
    relay.receive([sealed])
    if not together:
        relay.drain()
    relay.receive([renumbered(sealed, 2)])
    relay.drain()
    assert post.names() == ["once"]
    assert relay.quarantined() == []


def test_one_message_id_with_two_contents_needs_a_person(post: Post) -> None:
    post.send("once")
    (sealed,) = packed()
    relay.receive([sealed, renumbered(sealed, 2, canonical.dumps({"name": "other"}))])
    relay.drain()
    assert post.names() == ["once"]
    assert [row.reason for row in relay.quarantined()] == ["relay.message-reused"]


def test_a_receipt_for_other_bytes_or_from_nobody_moves_nothing(post: Post) -> None:
    item = post.accept("mine")
    (sealed,) = packed()
    lie = {"envelope": "0" * 64, "message": str(protocol.read(sealed.header).message)}
    with act() as a:
        me = origins.this_node().id
        relay.send(
            a,
            from_office=me,
            to_office=me,
            kind=protocol.RECEIPT,
            version=1,
            payload={"acks": [{**lie, "state": "refused"}]},
            subject=me,
        )
        a.append("parcel.tried", subject=item, actor="system")
    receipts = [s for s in packed() if protocol.read(s.header).kind == protocol.RECEIPT]
    relay.receive(receipts)
    apply(limit=10)
    assert relay.custodian_state(item, post.counter) == "offered"
