"""Which addresses there are under /accounts/, and that no others of allauth's are."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize(
    "name",
    ["signup", "password/reset", "email", "confirm-email", "login/code/confirm", "login/code"],
)
@pytest.mark.django_db
def test_nobody_signs_up_or_gets_a_password_by_mail(name):
    client = Client()
    assert client.get(f"/accounts/{name}/").status_code == 404
    assert client.post(f"/accounts/{name}/").status_code == 404
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.django_db
def test_the_bare_address_leads_to_the_sessions():
    assert Client().get("/accounts/")["Location"] == "/accounts/sessions/"
