import pytest
from django.contrib.sessions.models import Session


@pytest.mark.django_db
def test_the_database_has_its_tables():
    assert Session.objects.count() == 0


@pytest.mark.django_db
def test_healthz_answers(client):
    assert client.get("/healthz").status_code == 200
