"""A provider passes on an SMS: its secret opens the address, and nothing comes back there."""

from __future__ import annotations

import pytest
from django.test import Client

from pishkhan.notices.contracts import Pattern
from pishkhan.notices.models import Notice
from tests.letters.world import World
from tests.web import tus
from tests.web.desks import words

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "s" * 32
OWN = "09121234567"


def test_only_the_secret_opens_it_in_every_form_that_providers_use(world: World, settings) -> None:
    code = world.accept().tracking_code
    client = Client(enforce_csrf_checks=True)
    told = {"from": OWN, "message": code}
    for secret in ("", SECRET):
        settings.PISHKHAN_SMS_INBOUND_SECRET = secret
        assert client.post("/t/sms", told).status_code == 404
        assert client.get("/t/sms?secret=", told).status_code == 404
        wrong = {"X-Pishkhan-Secret": "x" * 32}
        assert client.post("/t/sms", told, headers=wrong).status_code == 404
    assert not Notice.objects.filter(pattern=Pattern.STATUS).exists()
    head = {"X-Pishkhan-Secret": SECRET}
    calls = [
        client.post("/t/sms", told, headers=head),
        client.post("/t/sms", {"sender": OWN, "text": code}, "application/json", headers=head),
        client.get("/t/sms", {"secret": SECRET, "from": OWN, "text": code}),
        client.post(f"/t/sms?secret={SECRET}", told),
    ]
    assert [(each.status_code, each.content) for each in calls] == [(204, b"")] * 4
    assert Notice.objects.filter(pattern=Pattern.STATUS, recipient=OWN).count() == 4


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[1]", b'{"from": {"a": 1}, "text": null}', b"x" * 9000]
)
def test_rubbish_is_taken_without_a_word(world: World, settings, body: bytes) -> None:
    settings.PISHKHAN_SMS_INBOUND_SECRET = SECRET
    sent = Client().post("/t/sms", body, "application/json", headers={"X-Pishkhan-Secret": SECRET})
    assert sent.status_code == 204
    assert not Notice.objects.exists()


def test_the_counter_sees_what_became_of_each_sms_and_only_part_of_the_number(
    world: World,
) -> None:
    accepted = world.accept()
    page = tus.logged_in(world.clerk).get(f"/counter/letters/{accepted.letter_id}/")
    read = words(page.content.decode())
    assert "پیامک به متقاضی" in read
    assert "در صف ارسال." in read
    assert "•••" in read
    assert OWN not in read
