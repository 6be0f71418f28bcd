"""The line as a centre answers it: who gets in, what is refused, bytes from where they were cut."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay import bundle
from pishkhan.relay import line as words
from pishkhan.relay.line import Answer, Bag, Hello
from pishkhan.relay.models import Line, Outgoing, Rejection
from pishkhan.sealing import api as sealing
from pishkhan.sealing.contracts import key_id_of
from tests.relay.heirs import heir
from tests.relay.other_node import OtherNode

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path: Path) -> None:
    call_command("createcachetable", verbosity=0)
    sealing.node_key()  # of the tests' home, before another one
    sealing.seal_recipient()
    settings.BLOB_ROOT = tmp_path / "blobs"


@pytest.fixture
def village() -> OtherNode:
    return OtherNode()


def hello_of(village: OtherNode, number: int, **told: Any) -> bytes:
    fields: dict[str, Any] = {"at": NOW, "to": journal.node_id(), "number": number} | told
    body = words.write_hello(Hello(village.id, 1, key_id_of(village.public), **fields))
    return words.join(body, village.sign(words.HELLO, body))


def say(client, data: bytes) -> Any:
    return client.post("/relay/hello", data, content_type="application/octet-stream")


def answer_to(client, village: OtherNode, number: int, **told: Any) -> Answer:
    reply = say(client, hello_of(village, number, **told))
    assert reply.status_code == 200, reply.content
    body, signature = words.split(reply.content)
    assert sealing.verify(words.ANSWER, body, signature, sealing.node_key().public_key)
    return words.read_answer(body)


def parcel_for(village: OtherNode, name: str = "p") -> UUID:
    with act() as a:
        sent = relay.send(
            a, from_office=new_id(), to_office=village.counter, kind="test.parcel", version=1,
            payload={"name": name}, subject=new_id(),
        )  # fmt: skip
        a.append("parcel.sent", subject=new_id(), actor="system", fields={})
    relay.drain()
    return sent


def whole(path: Path) -> bytes:
    """Return a bag's folder as one file."""
    manifest = path / "manifest"
    told = bundle.read(bundle.split(manifest.read_bytes())[0])
    parts = [each.name for each in told.parts]
    return manifest.read_bytes() + b"".join((path / name).read_bytes() for name in parts)


def bearer(answer: Answer, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.token}", **more}


def up(client, answer: Answer, data: bytes, told: bytes | None = None) -> Any:
    digest = hashlib.sha256(told or data).hexdigest()[:16]
    return client.post(
        "/relay/up", data, content_type="application/offset+octet-stream",
        headers=bearer(answer, **{
            "Tus-Resumable": "1.0.0", "Upload-Length": str(len(told or data)),
            "Upload-Metadata": f"sha256 {base64.b64encode(digest.encode()).decode()}",
        }),
    )  # fmt: skip


def code_of(reply: Any) -> str:
    return str(json.loads(reply.content)["code"])


def test_a_clock_that_is_years_off_gets_through_and_is_told(client, village) -> None:
    with clock.use(clock.FakeClock(NOW)):
        answer = answer_to(client, village, 1, at=NOW - timedelta(days=900))
    assert answer.token
    assert answer.at == NOW
    (contact,) = [each for each in relay.contacts() if each.node == village.id]
    assert contact.line is not None
    assert contact.line.ahead == -900 * 24 * 3600


def test_an_entry_tells_when_a_callers_clock_has_changed_and_no_other(client, village) -> None:
    with clock.use(clock.FakeClock(NOW)):
        for number, seconds in enumerate((300, 304, 296, 0, -3), start=1):
            answer_to(client, village, number, at=NOW + timedelta(seconds=seconds))
    told = [entry for entry in journal.entries(limit=1000) if entry.kind == "clock.compared"]
    assert [entry.fields["ahead"] for entry in told] == [300, 0]
    assert {entry.subject for entry in told} == {village.id}
    assert Line.objects.get(node=village.id).ahead == -3


def test_a_hello_told_before_gets_no_token_and_opens_nothing(client, village) -> None:
    data = hello_of(village, 7)
    assert say(client, data).status_code == 200
    reply = say(client, data)
    assert reply.status_code == 409
    again = words.read_answer(words.split(reply.content)[0])
    assert (again.token, again.last, again.bag) == ("", 7, None)
    assert answer_to(client, village, 8).token


def test_nobody_unknown_learns_why_and_leaves_only_a_count(client, village) -> None:
    stranger = OtherNode(known=False)
    other = hello_of(village, 1, to=new_id())
    forged = hello_of(village, 1)[:-1] + b" "
    revoked = OtherNode()
    directory.revoke_node(SYSTEM, revoked.id)
    tries = [b"", b"x" * 5000, hello_of(stranger, 1), other, forged, hello_of(revoked, 1)]
    replies = [say(client, data) for data in tries]
    assert {reply.status_code for reply in replies} == {403}
    assert len({reply.content for reply in replies}) == 1
    assert code_of(replies[0]) == "relay.line-unknown"
    assert set(Rejection.objects.values_list("reason", "count")) == {("relay.line-unknown", 1)}
    assert Rejection.objects.count() == len(tries)
    assert not Line.objects.exists()
    for _try in range(30):
        last = say(client, b"again")
    assert (last.status_code, code_of(last)) == (429, "relay.line-pace-unknown")
    assert answer_to(client, village, 1).token  # who is known comes through all the same


def test_a_node_in_a_new_epoch_is_let_in_by_its_former_key_which_then_ends(client, village) -> None:
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"  # from where nobody was refused yet
    later = heir(village)
    told: dict[str, Any] = {"at": NOW, "to": journal.node_id(), "successions": tuple(later.said)}
    body = words.write_hello(Hello(village.id, 2, later.said[0].key_id, number=7, **told))
    spoilt = words.join(body, village.sign(words.HELLO, body))
    assert say(client, spoilt).status_code == 403
    assert directory.other_node(village.id).epoch == 1
    reply = say(client, words.join(body, later.node.sign(words.HELLO, body)))
    assert reply.status_code == 200
    assert directory.other_node(village.id).epoch == 2
    # Who still calls by the former key has a copy of the disk.
    assert say(client, hello_of(village, 8)).status_code == 403


def test_a_token_ends_with_the_next_hello_and_with_a_revocation(client, village) -> None:
    first = answer_to(client, village, 1)
    second = answer_to(client, village, 2)
    assert client.get("/relay/down", headers=bearer(first)).status_code == 401
    assert client.get("/relay/down", headers=bearer(second)).status_code == 404
    assert client.get("/relay/down").status_code == 401
    directory.revoke_node(SYSTEM, village.id)
    assert client.get("/relay/down", headers=bearer(second)).status_code == 401


def test_a_bag_waits_until_it_is_heard_and_then_is_carried_no_more(client, village) -> None:
    sent = parcel_for(village)
    first = answer_to(client, village, 1)
    assert first.bag is not None
    assert answer_to(client, village, 2).bag == first.bag
    third = answer_to(client, village, 3, heard=first.bag.tag)
    assert third.bag is None
    assert Outgoing.objects.get(pk=sent).state == "sent"
    (contact,) = [each for each in relay.contacts() if each.node == village.id]
    assert contact.waiting.count == 0


def test_who_was_put_back_is_given_a_bag_with_what_is_had_here(client, village) -> None:
    answer_to(client, village, 1)
    lost = answer_to(client, village, 2, heard="0123456789abcdef")
    assert lost.want
    assert lost.bag is not None
    assert answer_to(client, village, 3, heard="0123456789abcdef").bag == lost.bag


@pytest.mark.parametrize(
    ("headers", "status", "first"),
    [
        ({}, 200, 0),
        ({"Range": "bytes=100-"}, 206, 100),
        ({"Range": "bytes=100-", "If-Range": '"{etag}"'}, 206, 100),
        ({"Range": "bytes=100-", "If-Range": '"another"'}, 200, 0),
        ({"Range": "bytes=x"}, 200, 0),
        ({"Range": "bytes=9999999-"}, 416, None),
    ],
)
def test_a_bag_goes_on_from_the_byte_that_is_asked_for(
    client, village, headers, status, first
) -> None:
    parcel_for(village)
    answer = answer_to(client, village, 1)
    assert answer.bag is not None
    all_of_it = client.get("/relay/down", headers=bearer(answer)).content
    assert hashlib.sha256(all_of_it).hexdigest() == answer.bag.sha256
    told = {name: value.format(etag=answer.bag.sha256) for name, value in headers.items()}
    reply = client.get("/relay/down", headers=bearer(answer, **told))
    assert reply.status_code == status
    if first is not None:
        assert reply.content == all_of_it[first:]
        assert reply["ETag"] == f'"{answer.bag.sha256}"'


def test_an_answer_has_no_header_that_only_browsers_read(client, village) -> None:
    reply = say(client, hello_of(village, 1))
    assert set(reply.headers) == {"Content-Length"}
    reply = client.get("/relay/down")
    assert set(reply.headers) == {"Content-Length", "Content-Type"}


def test_a_bag_that_came_in_two_pieces_is_taken_and_its_file_removed(
    client, village, settings, tmp_path
) -> None:
    data = whole(village.bag(tmp_path, [village.parcel(new_id(), "here")]))
    answer = answer_to(client, village, 1)
    reply = up(client, answer, data[:200], data)
    assert (reply.status_code, reply["Upload-Offset"]) == (201, "200")
    bag = Bag(hashlib.sha256(data).hexdigest(), len(data))
    answer = answer_to(client, village, 2, bag=bag)
    assert answer.up is not None
    assert answer.up.offset == 200
    assert reply["Location"] == f"/relay/up/{answer.up.id}"
    reply = client.patch(
        reply["Location"], data[200:], content_type="application/offset+octet-stream",
        headers=bearer(answer, **{"Tus-Resumable": "1.0.0", "Upload-Offset": "200"}),
    )  # fmt: skip
    assert (reply.status_code, reply["Upload-Offset"]) == (204, str(len(data)))
    assert answer_to(client, village, 3).heard == bag.tag
    assert not list((Path(settings.HOME) / "line" / "partial").glob("*"))


def test_a_bag_that_came_whole_without_an_answer_is_taken_by_the_next_hello(
    client, village, tmp_path
) -> None:
    data = whole(village.bag(tmp_path, [village.parcel(new_id(), "here")]))
    answer = answer_to(client, village, 1)
    reply = up(client, answer, data[:-1], data)
    upload = relay.bag_upload(village.id, UUID(reply["Location"].rpartition("/")[2]))
    relay.partial_of(upload).append(len(data) - 1, data[-1:])  # and here the process died
    bag = Bag(hashlib.sha256(data).hexdigest(), len(data))
    answer = answer_to(client, village, 2, bag=bag)
    assert (answer.heard, answer.up) == (bag.tag, None)


def test_what_is_no_bag_of_the_caller_is_refused_with_its_reason(client, village, tmp_path) -> None:
    other = OtherNode()
    good = whole(village.bag(tmp_path))
    number = 0
    for data, told, status, code in (
        (b"nothing of the kind", None, 409, "relay.bundle"),
        (whole(other.bag(tmp_path)), None, 409, "relay.line-other-bag"),
        (whole(village.bag(tmp_path, to=other.id)), None, 409, "relay.line-other-bag"),
        (good[:-2] + (b"1\n" if good[-2:-1] == b"0" else b"0\n"), None, 409, "relay.bad-signature"),
        (good[::-1], good, 422, "relay.line-damaged"),
        (
            whole(village.bag(tmp_path, [village.parcel(new_id(), "cut")]))[:-5],
            None, 422, "relay.line-damaged",
        ),
    ):  # fmt: skip
        number += 1
        answer = answer_to(client, village, number)
        reply = up(client, answer, data, told)
        assert (reply.status_code, code_of(reply)) == (status, code)
    assert answer_to(client, village, number + 1).heard == ""


def test_a_bag_larger_than_one_may_be_is_refused_before_it_comes(client, village, settings) -> None:
    answer = answer_to(client, village, 1)
    reply = client.post(
        "/relay/up", b"", content_type="application/offset+octet-stream",
        headers=bearer(answer, **{
            "Tus-Resumable": "1.0.0", "Upload-Length": str(settings.UPLOAD_LIMIT + 9 * 2**20),
        }),
    )  # fmt: skip
    assert (reply.status_code, code_of(reply)) == (413, "relay.line-too-large")


def test_a_piece_that_was_damaged_on_the_way_is_not_kept(client, village, tmp_path) -> None:
    data = whole(village.bag(tmp_path))
    answer = answer_to(client, village, 1)
    reply = up(client, answer, data[:10], data)
    wrong = base64.b64encode(hashlib.sha1(b"other", usedforsecurity=False).digest()).decode()
    bad = client.patch(
        reply["Location"], data[10:], content_type="application/offset+octet-stream",
        headers=bearer(answer, **{
            "Tus-Resumable": "1.0.0", "Upload-Offset": "10", "Upload-Checksum": f"sha1 {wrong}",
        }),
    )  # fmt: skip
    assert bad.status_code == 460
    looked = client.head(reply["Location"], headers=bearer(answer, **{"Tus-Resumable": "1.0.0"}))
    assert looked["Upload-Offset"] == "10"


def test_a_light_bag_has_no_files_and_a_later_one_brings_them(client, village, settings) -> None:
    blob = BlobStore(settings.BLOB_ROOT).put([b"a scan" * 5000])
    with act() as a:
        relay.send(
            a, from_office=new_id(), to_office=village.counter, kind="test.parcel", version=1,
            payload={}, subject=new_id(), blobs=(blob.digest,),
        )  # fmt: skip
        a.append("parcel.sent", subject=new_id(), actor="system", fields={})
    relay.drain()
    light = answer_to(client, village, 1, light=True).bag
    assert light is not None
    assert light.size < 3_000
    assert answer_to(client, village, 2, light=True, heard=light.tag).bag is None
    heavy = answer_to(client, village, 3, heard=light.tag).bag
    assert heavy is not None
    assert heavy.size > 30_000
    assert answer_to(client, village, 4, heard=heavy.tag).bag is None
