"""The post desk: what is plugged in, who may exchange, hostile input, and a stick that vanishes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.node import directory_post
from pishkhan.node.env import Role
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import StepReport
from pishkhan.relay.contracts.contacts import CarriedState
from pishkhan.relay.models import Contact
from pishkhan.web.models import Exchange
from pishkhan.web.postbag import exchange, places, views
from tests.letters.world import World
from tests.relay.other_node import OtherNode
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(tmp_path: Path, settings, monkeypatch) -> Path:
    """The folder below which sticks are plugged in; nothing of this machine is seen."""
    made = tmp_path / "media"
    made.mkdir()
    settings.STICKS = (made,)
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "mounts")
    return made


@pytest.fixture
def stick(root: Path) -> Path:
    made = root / "STICK"
    made.mkdir()
    return made


@pytest.fixture
def village(settings) -> None:
    settings.ROLE = Role.COUNTER


@pytest.fixture
def admin(world: World) -> Client:
    return sit(world.admin)


def id_of(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:32]


def begin(browser: Client, place: str, desk: str = "admin") -> Any:
    return browser.post(reverse(f"{desk}:stick-exchange"), {"place": place})


def ended() -> Exchange:
    """Return the exchange once it is over."""
    for _ in range(300):
        row = Exchange.objects.get()
        if row.state != exchange.RUNNING:
            return row
        time.sleep(0.05)
    raise AssertionError("it does not end")


def ended_after(row: Exchange) -> Exchange:
    """Return the other exchange than this once it is over."""
    Exchange.objects.filter(id=row.id).delete()
    return ended()


# --- what is plugged in --------------------------------------------------------------------------


def test_a_table_of_mounts_is_read_with_its_escapes(root: Path, tmp_path: Path) -> None:
    odd, person = root / "clerk" / "my stick\\1", root / "clerk"
    odd.mkdir(parents=True)
    (root / "clerk" / "not mounted").mkdir()
    written = os.fsencode(odd).replace(b"\\", rb"\134").replace(b" ", rb"\040")
    lines = [b"/dev/sdb1 " + written + b" vfat rw 0 0", b"/dev/sda1 / ext4 rw 0 0", b"", b"x"]
    (tmp_path / "mounts").write_bytes(b"\n".join(lines))
    [found] = places.places()
    assert (found.path, found.name, found.id) == (odd, "my stick\\1", id_of(odd))
    assert found.free > 0
    assert person not in [each.path for each in places.places()]


def test_a_folder_below_a_root_is_a_place_and_a_link_or_file_is_none(
    root: Path, stick: Path, tmp_path: Path
) -> None:
    (root / "link").symlink_to(tmp_path)
    (root / "file").touch()
    (stick / "inner").mkdir()
    assert [each.path for each in places.places()] == [stick]


@pytest.mark.usefixtures("root")
def test_where_nothing_is_plugged_in_the_page_says_what_to_do(admin: Client) -> None:
    page = text(admin.get(reverse("admin:stick")))
    assert "No stick is plugged in." in page


def test_a_stick_appears_in_the_part_that_renews_itself(admin: Client, root: Path) -> None:
    page = text(admin.get(reverse("admin:stick")))
    assert f'data-renew="{reverse("admin:stick-state")}"' in page
    (root / "NEW").mkdir()
    part = text(admin.get(reverse("admin:stick-state")))
    assert id_of(root / "NEW") in part
    assert "free" in part
    assert str(root) not in part


# --- an exchange ---------------------------------------------------------------------------------


def test_a_whole_exchange_takes_in_packs_and_writes(admin: Client, stick: Path) -> None:
    other = OtherNode()
    other.bag(stick)
    exchange.before_bags(directory_post.send)
    answer = begin(admin, id_of(stick))
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:stick"))
    row = ended()
    assert (row.state, row.code) == (exchange.DONE, "")
    [taken] = row.said["taken"]
    assert taken["fate"] == "taken"
    [made] = row.said["made"]
    assert made["envelopes"] >= 1
    [bag] = stick.glob(f"pishkhan-*-{str(other.id)[-8:]}-1.bag")
    kinds = [header.kind for header, _ in other.opened(bag)[1]]
    assert "directory.snapshot" in kinds
    page = text(admin.get(reverse("admin:stick")))
    assert "You may pull the stick out now." in page
    assert 'data-exchange="done"' in page
    assert "Bag 1 from کلاته" in page
    begin(admin, id_of(stick))
    again = ended_after(row).said["taken"]
    assert [each["fate"] for each in again] == ["taken"]  # and nothing of its own


@pytest.mark.usefixtures("root")
def test_a_notice_is_told_in_words(admin: Client) -> None:
    Contact.objects.create(node=OtherNode().id, notice="relay.peer-ahead")
    page = text(admin.get(reverse("admin:stick")))
    assert relay.reason_in_words("relay.peer-ahead").render(str) in page
    assert "msgid" not in page


def test_of_an_exchange_of_yesterday_no_stick_is_let_go(admin: Client, stick: Path) -> None:
    begin(admin, id_of(stick))
    ended()
    Exchange.objects.update(beat_at=clock.current().now() - timedelta(hours=20))
    assert "You may pull" not in text(admin.get(reverse("admin:stick")))


def test_what_is_refused_or_damaged_is_told_with_its_reason(admin: Client, stick: Path) -> None:
    OtherNode(known=False).bag(stick)
    known = OtherNode()
    bag = known.bag(stick, [known.parcel(known.counter, "x")])
    (bag / "envelopes-1").write_bytes(b"torn")
    begin(admin, id_of(stick))
    ended()
    page = text(admin.get(reverse("admin:stick")))
    assert "refused" in page
    assert "1 parts are missing or damaged" in page


def test_a_stick_pulled_out_in_the_middle_says_that_nothing_is_lost(
    admin: Client, stick: Path, monkeypatch
) -> None:
    OtherNode()
    pack = exchange.pack

    def pulled_out() -> StepReport:
        stick.rmdir()
        return pack()

    monkeypatch.setattr(exchange, "pack", pulled_out)
    begin(admin, id_of(stick))
    assert ended().code == exchange.GONE
    page = text(admin.get(reverse("admin:stick")))
    assert "The stick was pulled out before the exchange was done." in page
    assert "Nothing is lost" in page
    assert "You may pull" not in page


def test_one_exchange_runs_at_a_time_and_a_dead_one_hinders_none(
    admin: Client, stick: Path
) -> None:
    now = clock.current().now()
    row = Exchange.objects.create(
        id=new_id(), owner="x", place="STICK", started_at=now, beat_at=now, done=3, of=4
    )
    page = text(admin.get(reverse("admin:stick")))
    assert "3 of 4 parts" in page
    assert "Exchange post" not in page
    assert begin(admin, id_of(stick)).status_code == 409
    Exchange.objects.update(beat_at=now - exchange.SILENCE - timedelta(seconds=1))
    assert "stopped in the middle" in text(admin.get(reverse("admin:stick")))
    assert begin(admin, id_of(stick)).status_code == 302
    row.delete()
    assert ended().state == exchange.DONE


# --- hostile input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", ["", "..", "../../etc", "/", "%2e%2e", "0" * 32, "\x00", "x" * 9999]
)
def test_no_path_and_no_unknown_id_is_taken(admin: Client, stick: Path, given: str) -> None:
    assert begin(admin, given).status_code == 404
    assert begin(admin, str(stick)).status_code == 404
    assert not Exchange.objects.exists()


def test_the_id_of_what_is_no_place_is_refused(admin: Client, root: Path, stick: Path) -> None:
    (root / "link").symlink_to("/")
    (stick / "inner").mkdir()
    for path in (root, root.parent, root / "link", stick / "inner", stick / ".."):
        assert begin(admin, id_of(path)).status_code == 404


def test_a_place_that_vanished_is_refused_in_words(admin: Client, stick: Path) -> None:
    stick.rmdir()
    answer = begin(admin, id_of(stick))
    assert answer.status_code == 404
    assert "not plugged in any more" in text(answer)


def test_a_place_that_became_a_link_is_refused(admin: Client, stick: Path, tmp_path: Path) -> None:
    stick.rmdir()
    stick.symlink_to(tmp_path)
    assert begin(admin, id_of(stick)).status_code == 404


@pytest.mark.usefixtures("world")
def test_a_form_without_its_token_is_refused(world: World, stick: Path) -> None:
    browser = sit(world.admin)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    begin(strict, id_of(stick))
    assert not Exchange.objects.exists()


# --- who may -------------------------------------------------------------------------------------

NAMES = ["stick", "stick-state"]


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("name", NAMES)
def test_at_the_centre_only_administrators(world: World, name: str) -> None:
    assert sit(world.clerk).get(reverse(f"counter:{name}")).status_code == 404
    assert sit(world.clerk).get(reverse(f"admin:{name}")).status_code == 403
    assert sit(world.admin).get(reverse(f"counter:{name}")).status_code == 403
    assert sit(world.admin).get(reverse(f"admin:{name}")).status_code == 200
    assert Client().get(reverse(f"admin:{name}")).status_code == 302


@pytest.mark.usefixtures("village")
def test_a_village_clerk_may_exchange(world: World, stick: Path) -> None:
    clerk = sit(world.clerk)
    page = text(clerk.get(reverse("counter:post")))
    assert f'href="{reverse("counter:stick")}"' in page
    assert begin(clerk, id_of(stick), "counter").status_code == 302
    assert ended().state == exchange.DONE


def test_a_clerk_at_the_centre_changes_nothing(world: World, stick: Path) -> None:
    clerk = sit(world.clerk)
    for name in ("exchange", "bag", "upload"):
        for desk in ("counter", "admin"):
            given = {"place": id_of(stick), "node": str(OtherNode().id)}
            assert clerk.post(reverse(f"{desk}:stick-{name}"), given).status_code in (403, 404)
    assert not Exchange.objects.exists()


# --- without a stick -----------------------------------------------------------------------------


def test_a_bag_is_given_as_one_file_and_nothing_is_left(
    admin: Client, settings, tmp_path: Path
) -> None:
    other = OtherNode()
    answer: Any = admin.post(reverse("admin:stick-bag"), {"node": str(other.id)})
    assert "attachment" in answer["Content-Disposition"]
    data = b"".join(answer.streaming_content)
    answer.close()
    assert data.startswith(b"pishkhan")
    assert list((settings.HOME / "tmp").iterdir()) == []


def test_what_a_killed_process_left_is_removed_after_a_day(admin: Client, settings) -> None:
    old, new = (settings.HOME / "tmp" / f"bag-{name}" for name in ("old", "new"))
    for each in (old, new):
        each.mkdir(parents=True)
        (each / "x.bag").touch()
    day_ago = time.time() - views.LEFT.total_seconds() - 60
    os.utime(old, (day_ago, day_ago))
    sent(admin, b"")
    assert (old.exists(), new.exists()) == (False, True)
    shutil.rmtree(new)


@pytest.mark.parametrize("node", ["", "..", str(new_id())])
def test_a_bag_for_nobody_is_refused(admin: Client, node: str) -> None:
    assert admin.post(reverse("admin:stick-bag"), {"node": node}).status_code == 404


def sent(admin: Client, data: bytes) -> Any:
    return admin.post(
        reverse("admin:stick-upload"), data, content_type="application/octet-stream",
        headers={"Accept": "application/json"},
    )  # fmt: skip


def test_a_bag_is_taken_in_as_one_file(admin: Client, tmp_path: Path, settings) -> None:
    other = OtherNode()
    bag = other.bag(tmp_path)
    answer = sent(admin, (bag / "manifest").read_bytes())
    last = json.loads(b"".join(answer.streaming_content).splitlines()[-1])
    assert "taken in" in last["html"]
    assert list((settings.HOME / "tmp").iterdir()) == []


def test_rubbish_is_told_so_and_what_is_empty_or_too_large_is_refused(
    admin: Client, settings, monkeypatch
) -> None:
    answer = sent(admin, b"rubbish\n" * 50)
    last = json.loads(b"".join(answer.streaming_content).splitlines()[-1])
    assert "refused" in last["html"]
    assert sent(admin, b"").status_code == 422
    monkeypatch.setattr(views, "LARGEST", 10)
    assert sent(admin, b"x" * 11).status_code == 413
    assert list((settings.HOME / "tmp").iterdir()) == []


# --- a neighbour's bag ---------------------------------------------------------------------------


def test_a_neighbours_bag_is_kept_told_and_its_answer_given_back(
    world: World, stick: Path, settings, village: None
) -> None:
    centre, neighbour = OtherNode(), OtherNode(known=False)
    relay.set_line(SYSTEM, relay.LineSettings(centre.id, "http://127.0.0.1:9/relay"))
    neighbour.bag(stick, to=centre.id)
    neighbour.bag(stick)  # for this node itself, of somebody unknown: carried to nobody
    clerk = sit(world.clerk)
    begin(clerk, id_of(stick), "counter")
    row = ended()
    assert (row.said["along"], row.said["given"]) == (1, 0)
    page = text(clerk.get(reverse("counter:stick")))
    assert "1 bag of a neighbour goes along" in page
    assert "goes with the next contact" in page
    [kept] = relay.carried()
    assert (kept.origin, kept.state) == (neighbour.id, CarriedState.WAITS)

    made = centre.bag(stick.parent.parent, to=neighbour.id)
    whole = (made / "manifest").read_bytes()
    kept.path.with_suffix(".back").write_bytes(whole)
    kept.path.rename(kept.path.with_suffix(".refused")).write_text("relay.line-other-bag")
    page = text(clerk.get(reverse("counter:stick")))
    assert "The post bag is not between these two nodes." in page
    url = reverse("counter:stick-neighbour")
    answer: Any = clerk.post(url, {"origin": str(neighbour.id)})
    assert b"".join(answer.streaming_content) == whole
    for wrong in ("", "..", str(centre.id)):
        assert clerk.post(url, {"origin": wrong}).status_code == 404
    begin(clerk, id_of(stick), "counter")
    assert ended_after(row).said["given"] == 1
    assert len([each for each in stick.iterdir() if each.is_file()]) == 1
