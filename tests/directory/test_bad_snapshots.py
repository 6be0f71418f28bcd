from __future__ import annotations

from datetime import datetime

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import (
    SYSTEM,
)
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.ids import new_id
from tests.directory.apart import by_id, edited, rows, take


def change_key(new, c):
    by_id(new, "nodes", c.node)["key"] = "ab" * 32


def send_own_node(new, c):
    by_id(new, "nodes", c.third)["id"] = str(c.village)


def drop_sender(new, c):
    new["tables"]["nodes"] = [r for r in new["tables"]["nodes"] if r["id"] != str(c.node)]


def move_here(new, c):
    other = dict(by_id(new, "counters", c.counter), id=str(new_id()), code="15-0010")
    new["tables"]["counters"].append(other)
    new["offices"].append(other["id"])


def unnamed_counter(new, c):
    new["offices"] = []


def place_here(new, c):
    new["tables"]["places"] = [{"office": str(c.office), "node": str(c.village)}]


def lost_parent(new, c):
    by_id(new, "agencies", c.branch)["parent"] = str(new_id())


def own_parent(new, c):
    by_id(new, "agencies", c.water)["parent"] = str(c.branch)


def lost_division(new, c):
    new["tables"]["divisions"] = new["tables"]["divisions"][:1]


def twin_code(new, c):
    by_id(new, "agencies", c.branch)["code"] = "water"


def twin_id(new, c):
    new["tables"]["agencies"].append(by_id(new, "agencies", c.branch))


def twin_name(new, c):
    by_id(new, "agencies", c.water)["names"] *= 2


def twin_default(new, c):
    by_id(new, "secretariats", c.second)["is_default"] = True


def hidden_office(new, c):
    by_id(new, "secretariats", c.second)["kind"] = "confidential"


def office_of_none(new, c):
    by_id(new, "secretariats", c.second)["agency"] = str(new_id())


def office_that_is_a_counter(new, c):
    by_id(new, "secretariats", c.second)["id"] = str(c.counter)


def long_name(new, c):
    by_id(new, "agencies", c.water)["name"] = "ن" * 201


def nul(new, c):
    by_id(new, "agencies", c.water)["name"] = "ن\x00"


def half_a_pair(new, c):
    by_id(new, "agencies", c.water)["name"] = "\ud800"


def number_for_text(new, c):
    by_id(new, "agencies", c.water)["short"] = 1


def text_for_flag(new, c):
    by_id(new, "agencies", c.water)["active"] = "true"


def unknown_member(new, c):
    by_id(new, "agencies", c.water)["head"] = ""


def missing_member(new, c):
    del by_id(new, "agencies", c.water)["code"]


def unknown_table(new, c):
    new["tables"]["users"] = []


def missing_table(new, c):
    del new["tables"]["places"]


def unknown_version(new, c):
    new["v"] = 2


def true_version(new, c):
    new["v"] = True


def for_another(new, c):
    new["for"] = str(new_id())


def float_place(new, c):
    by_id(new, "counters", c.counter)["lat"] = 35.1


def half_place(new, c):
    by_id(new, "counters", c.counter)["lat"] = None


def no_hours(new, c):
    by_id(new, "counters", c.counter)["hours"] = {"sat": [["25:00", "26:00"]]}


def own_setting(new, c):
    new["tables"]["settings"][0]["key"] = "notices.patterns"


def bad_fee(new, c):
    found = [r for r in new["tables"]["settings"] if r["key"] == "tariff.letter"]
    found[0]["value"] = {"state": "much"}


def bad_calendar(new, c):
    found = [r for r in new["tables"]["settings"] if r["key"] == "calendar"]
    found[0]["value"]["days"][0]["day"] = "2026-13-01"


def bad_terms(new, c):
    found = [r for r in new["tables"]["settings"] if r["key"] == "terms.kind"]
    found[0]["value"].append("letter")


def bad_recipient(new, c):
    by_id(new, "nodes", c.third)["recipient"] = "age1B"


CHEATS = [
    (change_key, "nodes"), (send_own_node, "nodes"), (drop_sender, "nodes"),
    (bad_recipient, "nodes"), (move_here, "counters"), (unnamed_counter, "offices"),
    (place_here, "places"), (lost_parent, "agencies"), (own_parent, "agencies"),
    (lost_division, None), (twin_code, "agencies"), (twin_id, "agencies"),
    (twin_name, "agencies"), (twin_default, "secretariats"), (hidden_office, "secretariats"),
    (office_of_none, "secretariats"), (office_that_is_a_counter, "secretariats"),
    (long_name, "agencies"), (nul, "agencies"), (half_a_pair, "agencies"),
    (number_for_text, "agencies"), (text_for_flag, "agencies"), (unknown_member, "agencies"),
    (missing_member, "agencies"), (unknown_table, "tables"), (missing_table, "tables"),
    (unknown_version, "v"), (true_version, "v"), (for_another, "for"), (float_place, "counters"),
    (half_place, "counters"), (no_hours, "counters"), (own_setting, "settings"),
    (bad_fee, "settings"), (bad_calendar, "settings"), (bad_terms, "settings"),
]  # fmt: skip


def test_no_bad_snapshot_is_taken_in_and_nothing_changes(centre, joined):
    before = rows()
    for cheat, table in CHEATS:
        new = edited(joined, lambda found, cheat=cheat: cheat(found, centre))
        with journal.act() as act:
            with pytest.raises(Invalid) as told:
                api.take_snapshot(act, new, origin=centre.node)
            act.append("test.caught", subject=centre.node, actor="system")
        assert told.value.code == "directory.bad-snapshot", cheat
        if table is not None:
            assert told.value.message.params["table"] == table, cheat
    after = rows()
    assert after.pop("journal_entry")[0] == before.pop("journal_entry")[0] + len(CHEATS)
    assert after == before


def refused(snapshot, centre, table, *, joining=False):
    before = rows()
    with pytest.raises(Invalid) as told:
        take(snapshot, centre.node, joining=joining)
    assert told.value.message.params["table"] == table
    assert rows() == before


def test_a_snapshot_changes_no_agency_and_no_counter_of_this_node(centre, joined):
    mine = api.add_agency(SYSTEM, code="mine", name="ادارهٔ خودمان")
    counter = api.add_counter(SYSTEM, code="15-0011", name="پیشخوان خودمان")

    def seize_agency(new):
        by_id(new, "agencies", centre.branch)["id"] = str(mine)

    def seize_counter(new):
        new["offices"] = [str(counter)]
        by_id(new, "counters", centre.counter)["id"] = str(counter)

    refused(edited(joined, seize_agency), centre, "agencies")
    refused(edited(joined, seize_counter), centre, "counters", joining=True)


def test_a_snapshot_gives_no_code_that_another_agency_here_has(centre, joined):
    api.add_agency(SYSTEM, code="mine", name="ادارهٔ خودمان")

    def change(new):
        by_id(new, "agencies", centre.branch)["code"] = "mine"

    refused(edited(joined, change), centre, "agencies")


def test_a_snapshot_changes_no_setting_that_was_set_here(centre, snapshot):
    (row, _later) = [r for r in snapshot["tables"]["settings"] if r["key"] == "tariff.letter"]
    at = datetime.fromisoformat(row["from"])
    api.set_setting(SYSTEM, key="tariff.letter", value={"state": 9, "commission": 9}, from_at=at)
    refused(snapshot, centre, "settings", joining=True)


def test_a_second_sender_changes_nothing_of_the_first(centre, joined):
    def change(new):
        new["tables"]["places"] = []

    new = edited(joined, change)
    with pytest.raises(Invalid, match=r"directory\.bad-snapshot"):
        take(new, centre.third)
    assert api.directory_age() == (datetime.fromisoformat(joined["at"]), centre.node)


def test_an_office_of_ours_under_an_agency_of_theirs_does_not_lose_its_letters(centre, joined):
    ours = api.add_secretariat(SYSTEM, agency_id=centre.branch, name="دبیرخانهٔ ما", is_default=True)

    def change(new):
        row = dict(by_id(new, "secretariats", centre.second), id=str(new_id()))
        new["tables"]["secretariats"].append(
            row | {"agency": str(centre.branch), "is_default": True}
        )

    refused(edited(joined, change), centre, "tables")
    assert api.default_secretariat(centre.branch).id == ours
