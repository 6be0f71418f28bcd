"""Which addresses there are under /accounts/, and that no others of allauth's are."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import include, path

from pishkhan.node import roles

urlpatterns = [
    path("accounts/", include("pishkhan.web.accounts.urls")),
    *(entry for entry in roles.addresses() if str(entry.pattern) != "accounts/"),
]
handler404 = "pishkhan.web.errors.not_found"


@pytest.mark.parametrize(
    "name",
    ["signup", "password/reset", "email", "confirm-email", "login/code/confirm", "login/code"],
)
@pytest.mark.django_db
def test_nobody_signs_up_or_gets_a_password_by_mail(name, settings):
    settings.ROOT_URLCONF = __name__
    client = Client()
    assert client.get(f"/accounts/{name}/").status_code == 404
    assert client.post(f"/accounts/{name}/").status_code == 404
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.django_db
def test_the_bare_address_leads_to_the_sessions(settings):
    settings.ROOT_URLCONF = __name__
    assert Client().get("/accounts/")["Location"] == "/accounts/sessions/"
