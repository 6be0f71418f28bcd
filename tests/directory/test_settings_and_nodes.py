from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, NodeRole
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused


def test_a_setting_holds_from_its_date_and_the_past_is_kept():
    start = clock.current().now()
    with clock.use(clock.FakeClock(start)) as now:
        assert isinstance(now, clock.FakeClock)
        assert api.setting("year.motto", default="") == ""
        api.set_setting(SYSTEM, key="year.motto", value="شعار نخست")
        api.set_setting(
            SYSTEM, key="year.motto", value="شعار دوم", from_at=start + timedelta(days=30)
        )
        assert api.setting("year.motto") == "شعار نخست"
        now.advance(timedelta(days=31))
        assert api.setting("year.motto") == "شعار دوم"
        assert api.setting("year.motto", at=start) == "شعار نخست"
        assert api.setting("year.motto", at=start - timedelta(seconds=1)) is None
        with pytest.raises(Refused, match=r"directory\.twin-setting"):
            api.set_setting(SYSTEM, key="year.motto", value="x", from_at=start + timedelta(days=30))


def test_the_history_of_a_setting_tells_what_held_and_what_will():
    start = clock.current().now()
    later = start + timedelta(days=30)
    with clock.use(clock.FakeClock(start)):
        assert api.setting_history("tariff.letter") == []
        api.set_setting(SYSTEM, key="tariff.letter", value={"state": 0}, from_at=start)
        api.set_setting(SYSTEM, key="tariff.letter", value={"state": 5}, from_at=later)
        api.set_setting(SYSTEM, key="other", value=1)
        rows = api.setting_history("tariff.letter")
    assert [(row.value["state"], row.from_at) for row in rows] == [(5, later), (0, start)]


def test_settings_are_kept_by_administrators(world):
    head = api.actor_for(world.users["head"], None)
    assert head is not None
    with pytest.raises(Forbidden):
        api.set_setting(head, key="k", value=1)


def test_a_node_is_known_by_its_key_and_one_is_this_one():
    with pytest.raises(NotFound, match=r"directory\.no-node"):
        api.node_self()
    api.register_node(
        SYSTEM, name="مرکز نمونه", role=NodeRole.CENTRE, public_key=bytes(32), is_self=True
    )
    node = api.node_self()
    assert (node.key_id, node.public_key, node.epoch) == ("66687aadf862bd77", bytes(32), 1)
    with pytest.raises(Refused, match=r"directory\.twin-key"):
        api.register_node(SYSTEM, name="n", role=NodeRole.AGENCY, public_key=bytes(32))
    with pytest.raises(Refused, match=r"directory\.twin-self"):
        api.register_node(
            SYSTEM, name="n", role=NodeRole.AGENCY, public_key=b"k" * 32, is_self=True
        )
    with pytest.raises(Invalid):
        api.register_node(SYSTEM, name="n", role=NodeRole.AGENCY, public_key=b"short")
