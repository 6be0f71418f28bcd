"""Rows of logins that are over go; those of people at work stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from pishkhan.kernel import clock
from pishkhan.web.shell import sessions
from tests.letters.world import World
from tests.web.desks import sit


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction."""


def test_a_session_whose_time_is_over_goes_with_its_line_in_the_list() -> None:
    world = World.make()
    gone, stays = sit(world.clerk), sit(world.head)
    long_ago = clock.current().now() - timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=long_ago)
    for browser, actor in ((gone, world.clerk), (stays, world.head)):
        UserSession.objects.create(
            user_id=actor.user_id,
            ip="127.0.0.1",
            user_agent="x",
            session_key=browser.session.session_key,
        )
    UserSession.objects.update(created_at=long_ago)
    assert sessions.purge() == 2
    assert sessions.purge() == 0
    assert [each.user_id for each in UserSession.objects.all()] == [world.head.user_id]
    assert stays.get(reverse("cartable:open")).status_code == 200
