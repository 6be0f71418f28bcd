"""The administrator's page of SMS: providers, quiet hours, IDs of patterns, one more try."""

from __future__ import annotations

import pytest
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Language, NoticeState, Pattern
from pishkhan.notices.models import Notice
from tests.letters.world import World
from tests.web import tus

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/notices/"
KEY = "the-key-of-the-provider"


@pytest.fixture
def admin(world: World, settings) -> Client:
    settings.PISHKHAN_SMS_URL = f"pattern-json+https://{KEY}@api.example.ir/v1/send/verify"
    settings.PISHKHAN_SMS_URL_SECOND = "json://127.0.0.1:9/?:to={to}"
    directory.set_language(world.admin, language="en")
    return tus.logged_in(world.admin)


def test_hours_and_ids_are_set_and_shown_and_no_key_is(admin: Client, world: World) -> None:
    page = admin.get(PAGE).content.decode()
    assert 'value="21:30"' in page
    assert "api.example.ir" in page
    assert KEY not in page
    done = admin.post(PAGE, {"begin": "۲۲:۰۰", "end": "6:30", "from": ""}, follow=True)
    assert "The quiet hours are set." in done.content.decode()
    assert directory.setting(notices.QUIET) == {"begin": "22:00", "end": "06:30"}
    sent = {"provider": "1", "fa-accepted": "1001", "en-ready": "ready-en"}
    page = admin.post(PAGE, sent, follow=True).content.decode()
    assert 'value="1001"' in page
    ids = {(p.language, p.pattern): p.ids[1] for p in notices.patterns() if p.ids[1]}
    assert ids == {
        (Language.PERSIAN, Pattern.ACCEPTED): "1001",
        (Language.ENGLISH, Pattern.READY): "ready-en",
    }
    assert tus.logged_in(world.clerk).get(PAGE).status_code == 403


def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(admin: Client) -> None:
    wrong = admin.post(PAGE, {"provider": "1", "fa-accepted": "a b", "fa-ready": "7"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert 'value="a b"' in page
    assert 'value="7"' in page
    assert not any(each.ids[1] for each in notices.patterns())
    assert admin.post(PAGE, {"begin": "soon", "end": "7"}).status_code == 422


def test_what_may_have_gone_is_sent_once_more_by_a_press(admin: Client, world: World) -> None:
    accepted = world.accept()
    Notice.objects.update(state=NoticeState.UNSURE, settled_at="2026-11-21T08:30Z")
    (fate,) = notices.fates(accepted.letter_id)
    page = f"{PAGE}{accepted.letter_id}/"
    assert "Send once more" in admin.get(page).content.decode()
    again = f"{page}{fate.id}/again"
    assert tus.logged_in(world.clerk).post(again).status_code == 403
    assert "It is sent once more." in admin.post(again, follow=True).content.decode()
    assert notices.fates(accepted.letter_id)[0].state is NoticeState.QUEUED
    assert "not sent again" in admin.post(again, follow=True).content.decode()
