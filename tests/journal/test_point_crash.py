"""Killed at the points of beginnings, anchors, erasures and published cosignatures; and all told.

Together with `test_log_crash.py` and `test_witness_crash.py` every fault point of the code is met.
"""

import json
import re
import signal
from pathlib import Path

import pytest
from tests.journal.asking import World, names
from tests.journal.log_key import LogKey
from tests.journal.test_log_crash import POINTS
from tests.journal.test_sequence import check, write
from tests.journal.test_witness_crash import ROOT, child

from pishkhan.journal import api
from pishkhan.journal.logic import anchor
from pishkhan.journal.models import Cosigned, Entry, Log
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Unavailable

FOUND = "api.found_log()"
BEGIN_ANEW = "api.begin_anew()"
ANCHOR = "api.anchor_step()"
STEP = """
from tests.journal.log_key import LogKey
api.step(LogKey())
"""
ERASE = """
from uuid import UUID
with api.act() as act:
    api.erase(act, UUID(json.load(sys.stdin)), ["n"], actor="system", reason="retention")
"""
HERE = {
    "log.row-written": (FOUND, BEGIN_ANEW),
    "log.begun-anew": (FOUND,),
    "anchor.written": (ANCHOR,),
    "anchor.marked": (ANCHOR,),
    "anchor.committed": (ANCHOR,),
    "erase.destroyed": (ERASE,),
    "erase.told": (ERASE,),
    "publish.cosignatures-found": (STEP,),
    "publish.cosignatures-written": (STEP,),
}
ELSEWHERE = (
    "journal/test_crash.py",
    "journal/test_witness_crash.py",
    "sealing/test_switch_key.py",
    "relay/test_epochs_killed.py",
)
"""Files that kill at points of their own: acts, witnesses, the switch of a key, a new epoch."""
killed = pytest.mark.django_db(transaction=True)


def logged() -> None:
    while api.step(LogKey()):
        pass


def kill(program: str, home: Path, point: str, told: str = "") -> None:
    assert child(program, home, point, told)[0] == -signal.SIGKILL, "the point was not met"


def test_every_fault_point_of_the_code_has_a_test_that_is_killed_there():
    found: set[str] = set()
    for file in (ROOT / "src" / "pishkhan").rglob("*.py"):
        found.update(re.findall(r'faults\.point\(\s*"([^"]+)"', file.read_text("utf-8")))
    elsewhere = "".join((ROOT / "tests" / name).read_text("utf-8") for name in ELSEWHERE)
    named = re.findall(r'"((?:witness|ask|append|switch|epoch)\.[a-z-]+)", ', elsewhere)
    known = {*POINTS, *HERE, *named}
    assert found == known


@killed
def test_a_node_killed_while_it_begins_its_log_has_one(tmp_path, settings):
    settings.HOME = tmp_path
    kill(FOUND, tmp_path, "log.row-written")
    assert not (tmp_path / "log.registered").exists()
    api.found_log()
    assert (tmp_path / "log.registered").read_text("ascii") == f"{api.head().origin}\n"
    assert Log.objects.count() == 1
    write(3)
    logged()
    check(3)


@killed
def test_a_node_killed_while_it_begins_anew_says_so_and_begins_again(tmp_path, settings):
    settings.HOME = tmp_path
    api.found_log()
    write(3)
    logged()
    kill(BEGIN_ANEW, tmp_path, "log.row-written")
    with pytest.raises(Unavailable, match=r"journal\.log-lost"):
        api.found_log()
    assert api.begin_anew() == api.head().origin
    api.found_log()
    logged()
    assert (api.head().epoch, api.head().size, Entry.objects.count()) == (3, 2, 5)
    assert api.scrub() == []


@killed
def test_a_restored_node_killed_while_it_begins_anew_begins_once_more(tmp_path, settings):
    settings.HOME = tmp_path
    api.found_log()
    write(3)
    logged()
    (tmp_path / "log.restored").touch()
    kill(FOUND, tmp_path, "log.begun-anew")
    assert (tmp_path / "log.restored").exists()
    api.found_log()
    assert not (tmp_path / "log.restored").exists()
    logged()
    assert (api.head().epoch, Entry.objects.filter(index=None).count()) == (3, 0)
    assert api.scrub() == []


@killed
@pytest.mark.parametrize(
    ("point", "left"), [("anchor.written", 0), ("anchor.marked", 0), ("anchor.committed", 1)]
)
def test_a_worker_killed_while_it_anchors_writes_the_anchor_once(
    point: str, left: int, tmp_path, settings
):
    settings.HOME = tmp_path
    api.found_log()
    world = World(tmp_path)
    with clock.use(world.clock):
        world.grow()
        assert world.ask() == 2
        kill(ANCHOR, tmp_path, point)
        anchors = Entry.objects.filter(kind=anchor.KIND)
        assert (anchors.count(), Cosigned.objects.exclude(entry=None).count()) == (left, left)
        assert api.anchor_step() == 1 - left
        assert Cosigned.objects.get(size=3).entry == anchors.get().id
        logged()
    assert api.scrub() == []
    check(4)


@killed
@pytest.mark.parametrize("point", ["erase.destroyed", "erase.told"])
def test_a_process_killed_while_it_erases_has_erased_nothing(point: str, tmp_path, settings):
    settings.HOME = tmp_path
    api.found_log()
    write(3)
    logged()
    entry = Entry.objects.get(index=1)
    kill(ERASE, tmp_path, point, json.dumps(str(entry.id)))
    assert not Entry.objects.filter(kind="entry.erased").exists()
    assert api.check_opening(api.opening(entry.id, ["n"]), bytes(entry.commit))
    assert child(ERASE, tmp_path, "no.such-point", json.dumps(str(entry.id)))[0] == 0
    assert Entry.objects.get(id=entry.id).erased == "n"
    assert Entry.objects.filter(kind="entry.erased").count() == 1
    logged()
    check(4)


@killed
@pytest.mark.parametrize(
    ("point", "lines"), [("publish.cosignatures-found", 1), ("publish.cosignatures-written", 3)]
)
def test_a_worker_killed_while_it_publishes_cosignatures_has_them_in_the_end(
    point: str, lines: int, tmp_path, settings
):
    settings.HOME = tmp_path
    api.found_log()
    world = World(tmp_path)
    with clock.use(world.clock):
        world.grow()
        assert world.ask() == 2
    kill(STEP, tmp_path, point)
    assert len(names(api.checkpoint())) == lines
    logged()
    assert len(names(api.checkpoint())) == 3
    check(3)
