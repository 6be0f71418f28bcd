"""The witness over HTTP: the statuses of C2SP tlog-witness, for anybody, and bounded."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client

from pishkhan.journal import api as journal
from pishkhan.journal.checkpoint import (
    Note,
    cosigned_at,
    read_key,
    read_lines,
    read_note,
)
from pishkhan.sealing import api as sealing
from pishkhan.sealing.logic import keys
from tests.journal.foreign_log import ORIGIN, ForeignLog

LOG = ForeignLog()
ADDRESS = "/journal/witness/add-checkpoint"
CHECKPOINT = f"/journal/witness/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path):
    settings.HOME = tmp_path
    keys.forget()
    (tmp_path / "witness.policy").write_text(f"log {LOG.key}\nquorum none\n")
    yield tmp_path
    keys.forget()


def post(body: bytes, media: str = "text/plain"):
    return Client(enforce_csrf_checks=True).post(ADDRESS, body, content_type=media)


def test_a_log_is_cosigned_without_login_and_the_checkpoint_is_served():
    assert Client().get(CHECKPOINT).status_code == 404
    answer = post(LOG.ask(0, 5), "application/octet-stream")
    assert answer.status_code == 200
    assert not answer.cookies
    key = read_key(Client().get("/journal/witness/vkey").content.decode().strip())
    assert key.name == f"pishkhan-witness/{journal.node_id()}/1"
    note = Note(LOG.note(5).text, read_lines(answer.content.decode()))
    assert cosigned_at(note, key, sealing.fits)
    served = Client().get(CHECKPOINT)
    assert served.content == str(LOG.note(5)).encode() + answer.content
    assert cosigned_at(read_note(served.content), key, sealing.fits)


def test_each_refusal_has_its_status():
    post(LOG.ask(0, 5))
    behind = post(LOG.ask(0, 7))
    assert (behind.status_code, behind.content) == (409, b"5\n")
    assert behind.headers["Content-Type"] == "text/x.tlog.size"
    assert post(b"nonsense").status_code == 400
    assert post(ForeignLog(seed=8).ask(0, 5)).status_code == 403
    assert post(ForeignLog("pishkhan/x/1").ask(0, 5)).status_code == 404
    assert post(ForeignLog(word="another").ask(5, 7)).status_code == 422
    for refused in ("put", "delete"):
        assert getattr(Client(), refused)(ADDRESS).status_code == 405


def test_a_request_beyond_the_bound_is_not_read():
    body = LOG.ask(0, 5)
    assert post(body + b"x" * (journal.MOST_BODY + 1 - len(body))).status_code == 413
    assert post(b"x" * journal.MOST_BODY).status_code == 400


def test_a_policy_that_cannot_be_read_is_unavailable(home: Path):
    (home / "witness.policy").write_text("nonsense\n")
    answer = post(LOG.ask(0, 5))
    assert (answer.status_code, answer.content) == (503, b"journal.policy\n")


@pytest.mark.parametrize("name", ["0" * 64, "x", ORIGIN.encode().hex()])
def test_another_hash_is_not_found(name: str):
    post(LOG.ask(0, 5))
    assert Client().get(f"/journal/witness/{name}/checkpoint").status_code == 404


def test_what_no_quorum_cosigned_is_not_found():
    assert Client().get("/journal/witnessed").status_code == 404
