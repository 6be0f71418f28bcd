from __future__ import annotations

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import (
    SYSTEM,
)
from pishkhan.directory.logic import snapshot_cells
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters.logic import addressees, letter_fee, open_problem, rate
from pishkhan.notices.logic import configured
from pishkhan.web.paper import letter as paper

MOST = 4 * 2**20


def test_a_snapshot_tells_nothing_of_people_posts_hidden_offices_and_other_counters(
    centre, snapshot
):
    text = canonical.dumps(snapshot).decode()
    for secret in (centre.hidden, centre.stays, *centre.users.values(), centre.head):
        assert str(secret) not in text
    for word in ("محرمانه", "متصدی", "مدیرعامل", "notices.", "password"):
        assert word not in text
    assert [row["id"] for row in snapshot["tables"]["counters"]] == [str(centre.counter)]
    assert {row["id"] for row in snapshot["tables"]["nodes"]} == {
        str(centre.node),
        str(centre.third),
    }


def test_a_snapshot_has_the_ancestors_of_its_divisions_and_no_others(centre, snapshot):
    ids = {row["id"] for row in snapshot["tables"]["divisions"]}
    assert ids == {str(centre.county), str(centre.province.id)}


def test_a_snapshot_has_settings_that_hold_and_those_to_come_and_no_past(snapshot):
    fees = [row for row in snapshot["tables"]["settings"] if row["key"] == "tariff.letter"]
    assert [(row["value"]["state"], row["from"][:4] == "2099") for row in fees] == [
        (5, False),
        (5, True),
    ]


def test_every_setting_of_the_program_is_told_or_stays_by_name():
    shared, own = set(snapshot_cells.SHARED_SETTINGS), snapshot_cells.OWN_SETTINGS
    assert shared.isdisjoint(own)
    assert {letter_fee.SETTING, open_problem.DAYS, rate.DAYS, paper.MOTTO} <= shared
    assert {addressees.PHRASES, configured.QUIET, configured.PATTERNS} <= own


def test_a_snapshot_goes_to_no_unknown_revoked_or_own_node(centre):
    with pytest.raises(NotFound, match=r"directory\.no-node"):
        api.snapshot_for(new_id())
    with pytest.raises(Refused, match=r"directory\.own-node"):
        api.snapshot_for(centre.node)
    api.revoke_node(SYSTEM, centre.village)
    with pytest.raises(Refused, match=r"directory\.node-revoked"):
        api.snapshot_for(centre.village)


def test_a_province_of_six_hundred_agencies_fits_in_a_payload(centre):
    with journal.act():
        for n in range(600):
            agency = api.add_agency(
                SYSTEM,
                code=f"agency-{n:04}",
                name=f"ادارهٔ کل نمونهٔ استان و شهرستان‌های تابع شمارهٔ {n}",
                short=f"ادارهٔ {n}",
                nicknames=[f"نام دیگر ادارهٔ کل شمارهٔ {n}", f"نام کوتاه {n}"],
                parent_id=centre.water,
                division_id=centre.county,
            )
            for which in ("مرکزی", "بایگانی"):
                api.add_secretariat(SYSTEM, agency_id=agency, name=f"دبیرخانهٔ {which} ادارهٔ کل {n}")
    size = len(canonical.dumps(api.snapshot_for(centre.village)))
    assert 400_000 < size < MOST // 4, size
