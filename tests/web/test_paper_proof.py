"""A receipt's QRs on each paper, and the proof of acceptance that a citizen takes along."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from pishkhan.journal import api as journal
from pishkhan.journal.promise import from_digits, read_leaf_path, read_promise
from pishkhan.journal.slip import Slip
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import PaperProof
from pishkhan.sealing.api import LogKey
from pishkhan.web.counter import receipt as pages
from pishkhan.web.counter import receipt_pdf
from pishkhan.web.paper import proof as squares
from tests.letters.world import World, national_id
from tests.web.desks import sit, text

NATIONAL = national_id(1)


@pytest.fixture(autouse=True)
def log(world: World, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    journal.found_log()


def shown(world: World, letter: Any, paper: str) -> str:
    return text(sit(world.clerk).get(reverse("counter:receipt", args=(letter,)), {"paper": paper}))


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PATIENCE", 0.01)


@pytest.mark.usefixtures("no_patience")
def test_every_paper_bears_the_promise_and_a_roomy_one_the_path_once_it_is_there(world: World):
    done = world.accept().letter_id
    promise, path = (
        reverse(f"counter:receipt-{name}", args=(done,)) for name in ("promise", "path")
    )
    for paper in ("80mm", "a5", "a4"):
        page = shown(world, done, paper)
        assert (promise in page, path in page) == (True, False)
    journal.step(LogKey())
    for paper, there in (("80mm", False), ("a5", True), ("a4", True)):
        page = shown(world, done, paper)
        assert (promise in page, path in page) == (True, there)


@pytest.mark.parametrize("name", ["promise", "path"])
def test_a_square_is_drawn_in_the_size_that_the_dots_of_a_printer_need(world: World, name: str):
    done = world.accept().letter_id
    journal.step(LogKey())
    clerk = sit(world.clerk)
    answer = clerk.get(reverse(f"counter:receipt-{name}", args=(done,)))
    drawn = ElementTree.fromstring(answer.content)
    _x, _y, width, _height = (float(each) for each in drawn.attrib["viewBox"].split())
    assert drawn.attrib["width"] == f"{width}mm"
    (path,) = drawn
    scale = float(re.findall(r"[\d.]+", path.attrib["transform"])[0])
    assert scale / 25.4 * 203 == pytest.approx({"promise": 6, "path": 5}[name])
    assert width / scale == pytest.approx(round(width / scale))
    assert answer["Cache-Control"] == "private, no-cache"


def test_the_squares_are_small_enough_for_their_paper():
    longest = PaperProof("9" * 723, "9" * 1_810)
    assert squares.promise_square(longest).size <= 66  # of 72 mm that a roll prints
    assert squares.promise_square(longest).size + squares.path_square(longest).size <= 134


def test_what_the_squares_hold_is_the_letter(world: World):
    done = world.accept()
    journal.step(LogKey())
    proof = letters.receipt_proof(world.clerk, done.letter_id)
    promise = read_promise(from_digits(proof.promise))
    view = letters.receipt(world.clerk, done.letter_id)
    assert isinstance(promise.slip, Slip)
    assert promise.slip.code == done.tracking_code
    assert promise.slip.at == done.at.replace(microsecond=0)
    assert promise.slip.agency == world.agency
    assert promise.slip.pages.hex() == view.digest
    assert promise.slip.fee == (view.fee.state + view.fee.commission).minor
    assert read_leaf_path(from_digits(proof.path)).commit == promise.commit


def test_another_counter_gets_no_proof(world: World):
    done = world.accept().letter_id
    for name in ("promise", "path"):
        answer = sit(world.other_clerk).get(reverse(f"counter:receipt-{name}", args=(done,)))
        assert answer.status_code == 404
    with pytest.raises(NotFound):
        letters.receipt_proof(world.other_clerk, done)


def test_a_letter_without_a_place_has_no_square_of_it(world: World):
    done = world.accept().letter_id
    assert sit(world.clerk).get(reverse("counter:receipt-path", args=(done,))).status_code == 404


def test_an_old_receipt_is_printed_without_proof(world: World, monkeypatch: pytest.MonkeyPatch):
    done = world.accept().letter_id

    def nothing(*_: object) -> bytes:
        raise NotFound("journal.no-field")

    monkeypatch.setattr(journal, "promise", nothing)
    page = shown(world, done, "80mm")
    assert 'class="receipt-code"' in page
    assert "receipt-squares" not in page
    assert pages.proof_for(world.clerk, done) is None
    assert receipt_pdf.given(letters.receipt(world.clerk, done))["proof"] is None


def test_the_roll_says_how_its_square_is_used(world: World):
    done = world.accept().letter_id
    view, proof = letters.receipt(world.clerk, done), letters.receipt_proof(world.clerk, done)
    said = receipt_pdf.given(view, proof)["proof"]
    assert isinstance(said, dict)
    assert settings.PISHKHAN_URL.partition("://")[2] + "/verify" in said["words"]
    assert receipt_pdf.draw(view, proof).startswith(b"%PDF")


# --- the citizen ---------------------------------------------------------------------------------


def tracked(world: World) -> tuple[Any, str]:
    done = world.accept()
    return done, letters.track(done.tracking_code, NATIONAL).proof


def test_who_tracks_a_letter_gets_the_whole_proof_as_a_file(world: World):
    done, given = tracked(world)
    journal.step(LogKey())
    page = text(
        Client().post(
            reverse("public:track"), {"code": done.tracking_code, "national_id": NATIONAL}
        )
    )
    assert f'action="{reverse("public:proof")}"' in page
    answer = Client().post(reverse("public:proof"), {"proof": given})
    assert answer.status_code == 200
    assert answer.content.startswith(b"c2sp.org/tlog-proof@v1\n")
    assert answer.content.endswith(journal.checkpoint())
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_the_proof_shows_no_person(world: World):
    _done, given = tracked(world)
    journal.step(LogKey())
    extra = letters.proof_file(given).split(b"\n")[1].split()[1]

    shown_fields = json.loads(base64.b64decode(extra))["shown"]
    assert [field["name"] for field in shown_fields] == ["slip"]
    assert set(shown_fields[0]["value"]) == {"agency", "at", "code", "epoch", "fee", "pages"}


def test_without_tracking_there_is_no_proof(world: World):
    assert Client().get(reverse("public:proof")).status_code == 302
    answer = Client().post(reverse("public:proof"), {"proof": "rubbish"})
    assert answer.status_code == 409
    assert b"tlog-proof" not in answer.content


def test_a_letter_that_waits_for_the_log_says_so(world: World, monkeypatch: pytest.MonkeyPatch):
    _done, given = tracked(world)
    monkeypatch.setattr(journal, "await_published", lambda _entry: False)
    answer = Client().post(reverse("public:proof"), {"proof": given})
    assert answer.status_code == 503
