"""The status page tells which witness is silent since when, and what to do."""

from pathlib import Path

import pytest
from django.db import transaction
from django.utils import translation

from pishkhan.journal import api as journal
from pishkhan.journal import guard
from pishkhan.journal.contracts import Answer
from pishkhan.journal.models import Witnessed
from pishkhan.kernel import clock
from pishkhan.node import preflight
from pishkhan.web.admin import status, witnesses
from tests.journal.asking import World, answered
from tests.journal.foreign_log import ForeignLog
from tests.journal.signing import verify
from tests.journal.test_witness import Key
from tests.letters.world import World as Province
from tests.web import tus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings, tmp_path: Path):
    settings.HOME = tmp_path
    journal.found_log()
    made = World(tmp_path)
    text = (tmp_path / "witness.policy").read_text()
    (tmp_path / "witness.policy").write_text(
        text.replace(f"witness c {made.c.key}\n", "").replace(" a b c", " a b")
    )
    with clock.use(made.clock), translation.override("en"):
        yield made


def reading():
    (found,) = witnesses.readings()
    return found


def test_without_witnesses_nothing_is_said(world: World):
    (world.home / "witness.policy").write_text("quorum none\n")
    assert witnesses.readings() == []
    (world.home / "witness.policy").unlink()
    assert witnesses.readings() == []


def test_a_policy_that_cannot_be_read_is_bad_with_its_line(world: World):
    (world.home / "witness.policy").write_text("quorum q\n")
    assert reading().tone == "bad"
    assert "line 1" in reading().sentence
    assert "journal policy" in reading().remedy


def test_witnesses_that_cosign_are_good_and_one_that_is_silent_is_told_after_an_hour(world: World):
    world.grow()
    world.ask()
    assert (reading().tone, reading().remedy) == ("good", "")
    world.b.down = True
    world.grow()
    world.later(seconds=11)
    world.ask()
    assert reading().tone == "good", "a line is down for minutes"
    world.later(minutes=61)
    assert reading().tone == "wait"
    assert reading().sentence == "The witness b last cosigned 1 hours ago."
    assert "ask-witnesses" in reading().remedy
    assert reading().facts["b"]["trouble"] == "silent"
    world.b.down = False
    world.ask()
    assert reading().tone == "good"


@pytest.mark.parametrize(("body", "status_code"), [(b"no\n", 422), (b"99\n", 409)])
def test_a_witness_that_knows_another_history_is_bad_at_once(world: World, body, status_code):
    world.a.says = Answer(status_code, body)
    world.grow()
    world.ask()
    assert reading().tone == "bad"
    assert "begin-anew" in reading().remedy


def test_a_witness_by_file_is_to_be_visited_every_two_weeks(world: World):
    world.trust("quorum c")
    world.grow()
    world.ask()
    assert reading().tone == "wait"
    assert "has not cosigned yet" in reading().sentence
    journal.take_cosignatures(answered(journal.ask_witnesses(), world.c), verify)
    assert reading().tone == "good"
    world.later(days=15)
    assert reading().tone == "wait"
    assert "bring its answer back" in reading().remedy


def test_a_database_that_was_put_back_is_bad(world: World):
    log = ForeignLog()
    (world.home / "witness.policy").write_text(f"log {log.key}\nquorum none\n")
    assert journal.add_checkpoint(log.ask(0, 3), Key, verify).status == 200
    assert witnesses.readings() == []
    with transaction.atomic(), guard.witnessing():
        Witnessed.objects.update(size=2)
    assert reading().tone == "bad"
    assert "witness-anew" in reading().sentence


def test_every_trouble_has_a_remedy(world: World):
    told = [
        "silent", "unknown-log", "wrong-key", "conflict", "ahead", "behind", "bad-signature",
        "refused", "unknown-witness", "not-asked", "by-file",
    ]  # fmt: skip
    assert len({witnesses.why(each) for each in told} - {""}) == len(told)
    assert witnesses.why("") == ""


def test_page_status_and_check_say_it(settings, tmp_path: Path):
    province = Province.make()
    settings.HOME = tmp_path
    journal.found_log()
    (tmp_path / "witness.policy").write_text("nonsense\n")
    page = tus.logged_in(province.admin).get("/admin/status/").content.decode()
    assert 'id="witnesses"' in page
    assert "witnesses" in {each.name for each in status.readings()}
    assert ("witnesses", "error") in {(each.name, each.level) for each in preflight.findings()}
