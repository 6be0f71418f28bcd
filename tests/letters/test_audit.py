"""A record opens to an auditor for a reason that the log keeps, and until the day is over."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from tests.letters.auditing import REASON, auditor
from tests.letters.world import NOON, World, together
from tests.plans import plan_of


@pytest.fixture(autouse=True)
def _log(world: World, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    journal.found_log()


def test_it_is_open_that_day_and_each_day_has_its_own_reason(world: World):
    time = FakeClock(NOON)
    with clock.use(time):
        who, letter = auditor(), world.accept().letter_id
        with pytest.raises(Refused, match=r"letters\.not-audited"):
            letters.audit_record(who, letter)
        letters.audit(who, letter, reason=REASON)
        letters.audit(who, letter, reason="again")
        assert [row.kind for row in letters.audit_record(who, letter).log.rows] == [
            "entry.audited",
            "letter.accepted",
        ]
        time.set(NOON + timedelta(days=1))
        with pytest.raises(Refused, match=r"letters\.not-audited"):
            letters.audit_record(who, letter)
        letters.audit(who, letter, reason="second")
    reasons = [e.fields["reason"] for e in journal.entries_of(letter) if e.kind == "entry.audited"]
    assert reasons == [REASON, "second"]


def test_two_presses_at_once_leave_one_entry(world: World):
    who, letter = auditor(), world.accept().letter_id
    together([lambda: letters.audit(who, letter, reason=REASON)] * 4)
    kinds = [entry.kind for entry in journal.entries_of(letter)]
    assert kinds == ["letter.accepted", "entry.audited"]


def test_what_is_not_there_or_has_no_reason_leaves_nothing(world: World):
    who, letter = auditor(), world.accept().letter_id
    for reason in ("", "\u200c ", "x" * 301):
        with pytest.raises(Invalid) as refused:
            letters.audit(who, letter, reason=reason)
        assert "reason" in refused.value.fields
    nothing = new_id()
    with pytest.raises(NotFound):
        letters.audit(who, nothing, reason=REASON)
    with pytest.raises(NotFound):
        letters.audit_entry(who, nothing)
    for actor in (world.clerk, world.head, world.admin):
        with pytest.raises(Forbidden):
            letters.audit(actor, letter, reason=REASON)
        with pytest.raises(Forbidden):
            letters.audit_find(actor, "1")
    assert [entry.kind for entry in journal.entries_of(letter)] == ["letter.accepted"]
    assert journal.entries_of(nothing) == []


def test_the_list_and_the_one_box_read_no_table_through(world: World):
    accepted, _ = world.arrive()
    with CaptureQueriesContext(connection) as caught:
        letters.audit_log(auditor())
        actor = auditor("second")
        letters.audit_find(actor, "1405/77")
        letters.audit_find(actor, accepted.tracking_code)
        letters.audit_find(actor, str(accepted.letter_id))
        letters.is_letter(actor, new_id())
    asked = [
        each["sql"]
        for each in caught.captured_queries
        if each["sql"].startswith("SELECT")
        and re.search('FROM "(letters_|journal_entry)', each["sql"])
    ]
    assert len(asked) > 10
    for sql in asked:
        assert not re.search(r"COUNT\(|OFFSET", sql)
        plan = plan_of(sql)
        if connection.vendor == "postgresql":
            assert "Seq Scan" not in plan, plan
            assert "Filter: ((number_text" not in plan, plan
        else:
            assert "SCAN letters_" not in plan, (sql, plan)
            assert "SCAN journal_entry" not in plan, (sql, plan)
