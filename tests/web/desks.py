"""Browsers of people at their desks, for tests of pages: Django's client on a seat."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor


def sit(actor: Actor, language: str = "en") -> Client:
    """Return a browser logged in as the actor, on his seat, in a language."""
    if actor.language != language:
        directory.set_language(actor, language=language)
    browser = Client()
    assert actor.user_id is not None
    user = get_user_model().objects.get(pk=actor.user_id)
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = browser.session
    session["seat"] = str(actor.seat_id)
    session.save()
    return browser


def text(answer: Any) -> str:
    """Return the page."""
    return answer.content.decode()


_BY_LOT = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Za-z]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9A-Za-z])"
    r"|\.[0-9a-f]{12}(?=\.)"
)


def words(page: str) -> str:
    """Return a page without what is drawn by lot: tokens, keys of rows, hashes in files' names.

    Any four digits stand in one of them now and then; a test that they do not stand in a page asks
    for the rest of it.
    """
    return _BY_LOT.sub("", page)


def switched(client: Client, page: str, **typed: str) -> str:
    """Return the page that comes when its form of the choice of language is sent.

    `typed`: what the page's script takes along of what was typed and not sent.
    """
    form = re.search(r"<form[^>]* data-language>(.+?)</form>", page, re.S)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1])) | typed
    sent = client.post(reverse("web:language"), fields)
    assert (sent.status_code, sent["Location"]) == (307, fields["next"])
    assert "?" not in fields["next"]
    return client.post(fields["next"], fields).content.decode()
