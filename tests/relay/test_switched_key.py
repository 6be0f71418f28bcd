"""Post of a node that goes on to its next relay key: its own, and another node's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.relay.conftest import Post
from tests.relay.test_receive import packed
from tests.sealing.papers import key, public, revocations, revoked, statement

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, NodeRole
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.kernel.findings import Survey
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay import protocol
from pishkhan.relay.logic import origins
from pishkhan.relay.logic.pack import seal
from pishkhan.relay.models import Envelope, Outgoing
from pishkhan.sealing import api as sealing
from pishkhan.sealing import papers
from pishkhan.sealing.api import KeyUse, SigningKey
from pishkhan.sealing.contracts import Subject, SubjectKind, key_id_of
from pishkhan.sealing.logic import keys
from pishkhan.sealing.logic.signing import sign
from pishkhan.sealing.statements import root_line, write

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = UUID("0199c3a1-7c00-7a10-8000-0000000000bb")


@pytest.fixture(autouse=True)
def _home(tmp_path, settings):
    settings.HOME = tmp_path
    keys.forget()
    yield
    keys.forget()


@pytest.fixture
def agency() -> UUID:
    return rooted("water", "root")


def rooted(code: str, seed: str) -> UUID:
    agency = directory.add_agency(SYSTEM, code=code, name=code)
    papers.register_root(SYSTEM, root_line(agency, public(seed)))
    return agency


def take(*said, by: str = "root") -> None:
    papers.take_papers(SYSTEM, b"".join(bytes(write(each, key(by).sign)) for each in said))


def begun(said, days: int = 9):
    return replace(said, begins=clock.current().now().replace(microsecond=0) - timedelta(days=days))


def switched(agency: UUID) -> None:
    """Make, state and take into use this node's next relay key."""
    take(begun(statement(1, papers.make_next(SYSTEM, KeyUse.RELAY), agency)))
    papers.switch_key(SYSTEM, KeyUse.RELAY)


def test_post_goes_on_by_the_new_key_and_what_is_on_its_way_arrives(post: Post, agency) -> None:
    before = sealing.node_key().key_id
    post.send("before")
    old = packed()
    switched(agency)
    post.send("after")
    new = [one for one in packed() if one.id not in {each.id for each in old}]
    now = sealing.node_key().key_id
    assert [protocol.read(one.header).key for one in (*old, *new)] == [before, now]
    assert relay.receive([*old, *new]).rejected == {}
    relay.drain()
    assert post.names() == ["before", "after"]
    assert relay.quarantined() == []
    survey = Survey()
    assert list(relay.fsck(survey)) == []  # the former key's envelopes are checked, too
    assert "envelopes of former keys" not in survey.underived


def test_the_former_key_revoked_ends_for_what_comes_later_and_not_for_the_new(
    post: Post, agency
) -> None:
    former = sealing.node_key()
    take(begun(statement(2, relay_subject(origins.this_node().id, former.public_key), agency)))
    post.send("before")
    old = packed()
    switched(agency)
    take(revocations(1, revoked(former.key_id), agency=agency))
    relay.receive(old)
    post.send("after")
    relay.drain()
    assert post.names() == ["after"]
    assert [row.reason for row in relay.quarantined()] == ["relay.key-revoked"]


def relay_subject(node: UUID, public_key: bytes) -> Subject:
    return Subject(SubjectKind.RELAY, str(node), public_key)


def signed_by(seed: str, node: UUID = OTHER, epoch: int = 1) -> relay.Sealed:
    """Return an envelope of another node, signed by a key of it."""
    data = public(seed)
    known = SigningKey(key_id_of(data), data, lambda kind, text: sign(key(seed), kind, text))
    office = new_id()
    message = Outgoing(
        id=new_id(), from_office=office, to_office=office, kind="test.parcel", version=1,
        subject=office, payload=b'{"name":"peer"}', created_at=clock.current().now(),
    )  # fmt: skip
    places = origins.Places()
    places._known[office] = node  # it seals as that node would, for an office of its own
    made = seal(message, origins.Node(node, epoch, known), 1, places)
    return relay.Sealed(made.header, made.payload, made.signature)


def believed(seed: str, **more) -> bool:
    sealed = signed_by(seed, **more)
    found = relay.receive([sealed])
    assert set(found.rejected.values()) <= {"relay.unknown-origin"}
    return sealed.id in found.new


@pytest.fixture
def peer() -> UUID:
    return directory.register_node(
        SYSTEM, name="n", role=NodeRole.AGENCY, public_key=public("k1"), node_id=OTHER
    )


def test_another_node_is_believed_by_its_key_and_by_those_that_its_root_states(
    agency, peer, post: Post
) -> None:
    assert believed("k1")
    assert not believed("k2")
    take(begun(statement(1, relay_subject(OTHER, public("k2")), agency)))
    assert not believed("k2")  # the agency has not shown that the node is its own
    take(begun(statement(2, relay_subject(OTHER, public("k1")), agency)))
    assert believed("k2")
    assert believed("k1")
    assert not believed("k2", epoch=2)
    assert not believed("k2", node=new_id())
    take(begun(statement(3, relay_subject(OTHER, public("k3")), agency), days=-1))
    assert not believed("k3")  # it begins tomorrow
    take(revocations(1, revoked(key_id_of(public("k1"))), agency=agency))
    sealed = signed_by("k1")
    assert relay.receive([sealed]).new == [sealed.id]
    row = next(row for row in relay.quarantined() if row.envelope_id == sealed.id)
    assert row.reason == "relay.key-revoked"
    assert believed("k2")


def test_no_other_root_speaks_for_a_node(agency, peer) -> None:
    thief = rooted("thief", "other")
    take(begun(statement(1, relay_subject(OTHER, public("k1")), agency)))
    mine = statement(1, relay_subject(OTHER, public("k2")), thief, root="other")
    take(begun(mine), by="other")
    assert not believed("k2")


def test_no_statement_speaks_for_this_node_itself(agency) -> None:
    me = origins.this_node().id
    own = statement(1, relay_subject(me, sealing.node_key().public_key), agency)
    take(begun(own), begun(statement(2, relay_subject(me, public("k2")), agency)))
    assert not believed("k2", node=me)
    assert not Envelope.objects.exists()


def test_a_node_is_entered_once_by_its_id(peer) -> None:
    assert (peer, directory.other_node(OTHER).key_id) == (OTHER, key_id_of(public("k1")))
    with pytest.raises(Refused, match=r"directory\.twin-node"):
        directory.register_node(
            SYSTEM, name="n", role=NodeRole.AGENCY, public_key=public("k2"), node_id=OTHER
        )
    with pytest.raises(NotFound, match=r"directory\.no-node"):
        directory.other_node(new_id())
