"""The administrator's desk at work: a file of divisions taken in, stopped messages ruled about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.terms import Table
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.logic import wire
from pishkhan.relay import api as relay
from pishkhan.relay.logic import registry
from pishkhan.sealing import papers
from pishkhan.web.admin.views import imports
from tests.letters.world import World, drain
from tests.web import tus

HEADER = (
    "ostancode,ostanname,shahrestancode,shahrestanname,bakhshcode,bakhshname,"
    "dehestancode,dehestanname,shahrcode,shahrname,abadicode,abadiname"
)
GOOD = (
    "15,لرستان,,,,,,,,,,",
    "15,لرستان,01,خرم آباد,,,,,,,,",
    "15,لرستان,01,خرم آباد,01,مرکزی,,,,,,",
)
BAD = "15,لرستان,xx,بی کد,,,,,,,,"


@pytest.fixture(autouse=True)
def _tables(transactional_db, settings, tmp_path):
    """Acts insist on being the outermost transaction. Each test has files of its own."""
    settings.HOME = tmp_path


@pytest.fixture
def world() -> World:
    return World.make()


@pytest.fixture
def admin(world: World) -> Client:
    return tus.logged_in(world.admin)


def take(client: Client, *lines: str, query: str = "") -> list[dict[str, Any]]:
    body = "\r\n".join((HEADER, *lines)).encode()
    answer = client.generic(
        "POST", f"/admin/divisions/import{query}", body, content_type="application/octet-stream"
    )
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.getvalue().splitlines()]


def left(folder: Path) -> list[str]:
    return [path.name for path in (folder / "tmp").iterdir()]


def test_a_file_is_taken_in_while_its_progress_is_told(admin, tmp_path):
    told = take(admin, *GOOD)
    percents = [line["percent"] for line in told[:-1]]
    assert percents == sorted(set(percents))
    assert percents[-1] == 100
    assert "۳ سطر خوانده شد" in told[-1]["html"]
    assert directory.division_by_code("1501").name == "خرم آباد"
    assert left(tmp_path) == []


def test_bad_lines_are_reported_and_nothing_is_taken_in_unless_wished(admin):
    told = take(admin, *GOOD, BAD)
    assert "چیزی عوض نشد" in told[-1]["html"]
    assert '<td data-label="سطر">۵</td>' in told[-1]["html"]
    with pytest.raises(NotFound):
        directory.division_by_code("1501")
    assert "۱ سطر نادرست" in take(admin, *GOOD, BAD, query="?keep=1")[-1]["html"]
    assert directory.division_by_code("1501").name == "خرم آباد"


def test_what_is_no_such_file_is_refused_with_a_sentence_and_a_code(admin, tmp_path):
    answer = admin.generic(
        "POST",
        "/admin/divisions/import",
        b"",
        content_type="application/octet-stream",
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "web.division-file"
    garbage = admin.generic(
        "POST",
        "/admin/divisions/import",
        bytes(range(256)) * 40,
        content_type="application/octet-stream",
    )
    last = json.loads(garbage.getvalue().splitlines()[-1])
    assert last["code"] == "directory.division-file"
    assert last["error"]
    with mock.patch.object(imports, "LARGEST", 1000):
        large = admin.generic(
            "POST",
            "/admin/divisions/import",
            b"x" * 2000,
            content_type="application/octet-stream",
            headers={"accept": "application/json"},
        )
    assert large.status_code == 413
    assert left(tmp_path) == []


def test_who_stops_listening_cancels_the_import(admin, tmp_path):
    body = "\r\n".join((HEADER, *GOOD)).encode()
    seen = []

    def slow(self: imports.Work, done: int, total: int) -> None:
        seen.append(done)
        self.told.put({"percent": len(seen)})
        assert self.cancelled.wait(10)
        raise imports.Cancelled

    with mock.patch.object(imports.Work, "progress", slow):
        answer = admin.generic(
            "POST", "/admin/divisions/import", body, content_type="application/octet-stream"
        )
        assert json.loads(next(iter(answer.streaming_content))) == {"percent": 1}
        answer.close()
    assert len(seen) == 1
    with pytest.raises(NotFound):
        directory.division_by_code("1501")
    assert left(tmp_path) == []


def test_a_forged_request_takes_nothing_in(world):
    client = tus.logged_in(world.admin, enforce_csrf_checks=True)
    answer = client.generic(
        "POST", "/admin/divisions/import", b"x", content_type="application/octet-stream"
    )
    assert answer.status_code == 403


def stop_one(world: World) -> str:
    """Let the agency's program fail on a letter; return its tracking code."""
    accepted = world.accept()
    handler = mock.Mock(side_effect=RuntimeError("broken"))
    with mock.patch.dict(registry._handlers, {(wire.SUBMITTED, wire.VERSION): handler}):
        for _ in range(12):
            relay.step()
            if relay.quarantined():
                break
    (row,) = relay.quarantined()
    assert row.kind == wire.SUBMITTED
    return accepted.tracking_code


def test_a_stopped_message_is_shown_in_plain_words_and_tried_again(world, admin):
    code = stop_one(world)
    (row,) = relay.quarantined()
    page = admin.get("/admin/post/").text
    assert "نامه به دستگاه" in page
    assert "پیشخوان نمونهٔ ۱" in page
    assert "دبیرخانهٔ آب و فاضلاب" in page
    assert "RuntimeError" in page
    assert code not in page
    assert "نیازمند بررسی" in admin.get("/admin/").text
    answer = admin.post(f"/admin/post/{row.id}/retry")
    assert answer.status_code == 302
    drain()
    assert relay.quarantined() == []
    assert len(letters.arrivals(world.registrar).rows) == 1
    again = admin.post(f"/admin/post/{row.id}/retry")
    assert again.status_code == 409
    assert "relay.not-quarantined" in again.text


def test_what_a_revoked_key_signed_is_shown_with_what_to_do(world, admin):
    now = clock.current().now()
    with mock.patch.object(papers, "over_since", return_value=now):
        world.accept()
        relay.drain()
    page = admin.get("/admin/post/").text
    assert "کلید فرستنده باطل شده یا مدتش گذشته است." in page
    assert "از راهی دیگر از فرستنده بپرسید" in page


def test_a_stopped_message_is_refused_for_good(world, admin):
    stop_one(world)
    (row,) = relay.quarantined()
    assert admin.post(f"/admin/post/{row.id}/refuse").status_code == 302
    drain()
    assert relay.quarantined() == []
    assert letters.arrivals(world.registrar).rows == ()
    assert "چیزی متوقف نیست" in admin.get("/admin/post/").text


def test_what_an_office_has_on_its_way_is_told_with_its_notices(world, admin):
    world.accept()
    page = admin.get(f"/admin/post/?office={world.counter}").text
    assert "نامه به دستگاه" in page
    assert "در صف" in page
    (row,) = relay.queue(world.counter)
    notices = admin.get(f"/admin/notices/{row.subject}/").text
    assert "09121234567" not in notices
    assert "۰۹۱۲۱۲۳۴۵۶۷" not in notices
    drain()
    assert "چیزی در انتظار نیست" in admin.get(f"/admin/post/?office={world.counter}").text
    assert "دبیرخانهٔ آب" in admin.get("/admin/post/streams").text


def test_an_address_that_is_none_is_answered_with_a_sentence(world, admin):
    for address in (
        "/admin/post/?office=x",
        "/admin/counters/?county=x",
        "/admin/divisions/?in=x",
        "/admin/divisions/?after=x",
        "/admin/programs/add?post=x",
    ):
        assert admin.get(address).status_code == 422, address
    for address in (
        f"/admin/agencies/{world.counter}/",
        f"/admin/posts/{world.counter}/",
        f"/admin/counters/{world.agency}/",
        f"/admin/people/{world.agency}/",
    ):
        assert admin.get(address).status_code == 404, address
    assert admin.post(f"/admin/people/{world.head.user_id}/nothing").status_code == 404


def test_a_table_of_the_norm_is_kept_on_its_page(world, admin):
    page = "/admin/settings/tables/kind/"
    assert page in admin.get("/admin/settings/").text
    assert admin.post(f"{page}add", {"fa": "تلگراف", "en": "Telegram"}).status_code == 302
    code = directory.terms().offered(Table.KIND)[-1].code
    admin.post(f"{page}{code}", {"deed": "rename", "fa": "تلگرام اداری", "en": "Wire"})
    admin.post(f"{page}{code}", {"deed": "up"})
    admin.post(f"{page}fax", {"deed": "retire"})
    assert "تلگرام اداری" in admin.get(page).text
    offered = directory.terms().offered(Table.KIND)
    assert [each.code for each in offered][-2:] == [code, "invitation"]
    assert "fax" not in [each.code for each in offered]
    admin.post(f"{page}fax", {"deed": "restore"})
    refused = admin.post(f"{page}{code}", {"deed": "rename", "fa": "نامه", "en": "Wire"})
    assert refused.status_code == 422
    assert 'value="نامه"' in refused.text
    fixed = "/admin/settings/tables/class/"
    assert "/add" not in admin.get(fixed).text
    renamed = admin.post(f"{fixed}2", {"deed": "rename", "fa": "محرمانه", "en": "Closed"})
    assert renamed.status_code == 302
    assert admin.post(f"{fixed}2", {"deed": "retire"}).status_code == 409
    assert admin.post(f"{page}fax", {"deed": "burn"}).status_code == 404
    assert admin.get("/admin/settings/tables/none/").status_code == 404


def test_a_secretariats_indicators_are_kept_on_its_page(world, admin):
    page = f"/admin/secretariats/{world.secretariat}/"
    assert page in admin.get(f"/admin/agencies/{world.agency}/").text
    given = {"name": "فروش", "unit": "فر", "template": "{unit}/{yy}/{number}", "way": "outgoing"}
    shown = admin.post(f"{page}add", given | {"preview": "1"})
    assert shown.status_code == 200
    assert 'value="فروش"' in shown.text
    assert len(letters.series_of_office(world.admin, world.secretariat)) == 1
    refused = admin.post(f"{page}add", given | {"template": "{number}"})
    assert refused.status_code == 422
    assert admin.post(f"{page}add", given).status_code == 302
    made = letters.series_of_office(world.admin, world.secretariat)[1]
    assert (made.name, made.way) == ("فروش", "outgoing")
    assert admin.post(f"{page}{made.id}", {"deed": "close"}).status_code == 302
    assert not letters.series_of_office(world.admin, world.secretariat)[1].active
    admin.post(f"{page}{made.id}", {"deed": "open"})
    assert letters.series_of_office(world.admin, world.secretariat)[1].active
    strange = f"/admin/secretariats/{world.other_secretariat}/"
    assert admin.post(f"{strange}{made.id}", {"deed": "close"}).status_code == 404
    assert admin.get(f"/admin/secretariats/{world.counter}/").status_code == 404
