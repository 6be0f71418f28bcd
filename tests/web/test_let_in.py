"""A node is let in at the administrator's desk: by its request, its key as read out, a counter."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.enrolment import api as enrolment
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical, clock
from pishkhan.node import wiring
from pishkhan.relay.models import Peer
from pishkhan.sealing import api as sealing
from pishkhan.sealing.contracts import base64, key_id_of
from tests.letters.world import World
from tests.relay.other_node import OtherNode
from tests.web import tus

NEW = "/admin/post/network/new"


@pytest.fixture(autouse=True)
def _tables(transactional_db, settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def world() -> World:
    made = World.make()
    wiring.introduce()
    return made


@pytest.fixture
def admin(world: World) -> Client:
    directory.set_language(world.admin, language="en")
    return tus.logged_in(world.admin)


@pytest.fixture
def stranger() -> OtherNode:
    return OtherNode(known=False)


def asks(node: OtherNode, name: str = "کلاته") -> bytes:
    body = canonical.dumps(
        {
            "node": {
                "epoch": 1, "id": str(node.id), "key": base64(node.public), "name": name,
                "recipient": str(node.seal.to_public()), "role": "counter",
            }
        }
    )  # fmt: skip
    signature = node.sign("node-request", body).hex().encode()
    return b"pishkhan/node-request/v1\n%b\n%b\n" % (body, signature)


def key_of(node: OtherNode) -> str:
    return enrolment.spoken(key_id_of(node.public))


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1].replace("&quot;", '"')


def known() -> set[UUID]:
    return {each.id for each in directory.other_nodes()}


def test_a_request_is_shown_compared_and_let_in_and_its_welcome_saved(admin, stranger) -> None:
    file = SimpleUploadedFile("request.txt", asks(stranger))
    page = admin.post(NEW, {"file": file}).text
    assert "کلاته" in page
    assert key_of(stranger) not in page  # it is to be heard, not copied
    assert key_id_of(stranger.public) not in page
    asked = hidden(page, "asked")
    told = {"asked": asked, "counter": str(stranger.counter), "key": key_of(stranger).upper()}
    done = admin.post(NEW, told).text
    assert enrolment.spoken(sealing.node_key().key_id) in done
    block = max(nr for nr, of in directory.code_blocks().items() if of == stranger.counter)
    assert f"Its tracking codes begin with {block}." in done
    assert known() == {stranger.id}
    assert directory.node_of_office(stranger.counter) == stranger.id
    again = {name: hidden(done, name) for name in ("asked", "counter", "key")}
    answer = admin.post("/admin/post/network/welcome", again)
    assert "attachment" in answer["Content-Disposition"]
    centre, body = enrolment.read_welcome(answer.content)
    assert centre.id == journal.node_id()
    assert body["node"]["id"] == str(stranger.id)
    assert f"/admin/post/network/{stranger.id}/" in admin.get("/admin/post/network").text


def test_a_pasted_request_is_taken_as_a_browser_sends_it(admin, stranger) -> None:
    typed = asks(stranger).decode().strip().replace("\n", "\r\n")
    assert "Who asks" in admin.post(NEW, {"asked": typed}).text


@pytest.mark.parametrize("spoil", [b"", b"nonsense", b"\xff\x00" * 40_000])
def test_what_is_no_request_is_refused_with_a_word(admin, spoil: bytes) -> None:
    page = admin.post(NEW, {"file": SimpleUploadedFile("a.txt", spoil)})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert known() == set()


def test_a_request_that_was_changed_on_the_way_is_refused(admin, stranger) -> None:
    page = admin.post(NEW, {"asked": asks(stranger).replace("کلاته".encode(), "سرابله".encode())})
    assert "node.file" in page.text
    page = admin.post(NEW, {"asked": asks(stranger).decode().replace("کلاته", "سراب")})
    assert "node.file" in page.text


def test_another_key_than_the_one_read_out_lets_nobody_in(admin, stranger) -> None:
    told = {"asked": asks(stranger).decode(), "counter": str(stranger.counter)}
    for key, word in (("0000-1111-2222-3333", "node.other-key"), ("", "web.no-key")):
        page = admin.post(NEW, {**told, "key": key})
        assert page.status_code == 422
        assert word in page.text
        assert str(stranger.counter) in page.text  # what was chosen is kept
    assert known() == set()


def test_a_counter_with_letters_here_is_refused(admin, world, stranger) -> None:
    world.accept()
    told = {"asked": asks(stranger).decode(), "key": key_of(stranger)}
    page = admin.post(NEW, {**told, "counter": str(world.counter)})
    assert "node.counter-has-letters" in page.text
    assert known() == set()
    assert admin.post(NEW, {**told, "counter": ""}).status_code == 422


def test_a_node_is_revoked_at_its_page_and_only_once(admin) -> None:
    node = OtherNode()
    here = f"/admin/post/network/{node.id}/"
    assert key_of(node) in admin.get(here).text
    assert admin.post(f"{here}revoke").status_code == 302
    page = admin.get(here).text
    assert "revoked" in page
    assert f"{here}revoke" not in page
    assert admin.post(f"{here}revoke").status_code == 409
    assert admin.get(f"/admin/post/network/{journal.node_id()}/").status_code == 404


def test_a_node_that_showed_two_histories_is_believed_again_by_a_person(admin) -> None:
    node = OtherNode()
    here = f"/admin/post/network/{node.id}/"
    assert f"{here}believe" not in admin.get(here).text
    Peer.objects.create(node=node.id, reason="x", suspended_at=clock.current().now())
    assert "two histories" in admin.get(here).text
    assert admin.post(f"{here}believe").status_code == 302
    assert not Peer.objects.exists()


def test_only_an_administrator_lets_in(world, stranger) -> None:
    clerk = tus.logged_in(world.clerk)
    for method in (clerk.get, clerk.post):
        assert method(NEW).status_code == 403
    told = {"asked": asks(stranger).decode(), "counter": str(stranger.counter)}
    told["key"] = key_of(stranger)
    assert clerk.post("/admin/post/network/welcome", told).status_code == 403
    assert known() == set()


def test_a_counters_own_node_lets_nobody_in(settings, stranger) -> None:
    settings.ROLE = "counter"
    world = World.make()
    wiring.introduce()
    admin = tus.logged_in(world.admin)
    assert NEW not in admin.get("/admin/post/network").text
    told = {"asked": asks(stranger).decode(), "counter": str(stranger.counter)}
    page = admin.post(NEW, {**told, "key": key_of(stranger)})
    assert "node.not-centre" in page.text
    assert known() == set()
