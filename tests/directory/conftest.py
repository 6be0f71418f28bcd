"""A small world for the directory's tests, built by deeds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, CounterKind
from tests.directory.apart import centre, joined, snapshot

__all__ = ["centre", "joined", "snapshot"]


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""


def person(username: str, full_name: str = "شیرین نمونه", **more: Any) -> UUID:
    return api.add_user(SYSTEM, username=username, full_name=full_name, **more)


@pytest.fixture
def world() -> SimpleNamespace:
    """An agency with a chart of five posts, another agency, a counter, and who sits where."""
    w = SimpleNamespace()
    w.water = api.add_agency(
        SYSTEM, code="water", name="شرکت آب و فاضلاب استان", nicknames=["آبفا"]
    )
    w.power = api.add_agency(SYSTEM, code="power", name="شرکت توزیع نیروی برق استان")
    w.office = api.add_secretariat(SYSTEM, agency_id=w.water, name="دبیرخانهٔ آب و فاضلاب")
    w.power_office = api.add_secretariat(SYSTEM, agency_id=w.power, name="دبیرخانهٔ برق")

    def post(title: str, **more: object) -> UUID:
        return api.add_post(
            SYSTEM,
            **{"secretariat_id": w.office, "title": title, **more},
        )

    w.head = post("مدیرعامل", can_sign=True, can_refer_free=True)
    w.deputy = post("معاون بهره‌برداری", parent_id=w.head, can_initial=True, sort=1)
    w.finance = post("معاون مالی", parent_id=w.head, sort=2)
    w.expert = post("کارشناس شبکه", parent_id=w.deputy, sort=3)
    w.clerk_post = post("متصدی دبیرخانه", parent_id=w.head, is_clerk=True, sort=4)
    w.power_head = post("مدیرعامل برق", secretariat_id=w.power_office, can_sign=True)
    w.counter = api.add_counter(
        SYSTEM,
        code="15-0001",
        name="پیشخوان نمونهٔ ۱",
        kind=CounterKind.CITY,
        licence_number="ل-۱",
    )
    w.users = {}
    for name, post_id in (
        ("head", w.head),
        ("deputy", w.deputy),
        ("finance", w.finance),
        ("expert", w.expert),
        ("registrar", w.clerk_post),
    ):
        w.users[name] = person(name, f"{name} نمونه")
        api.seat_holder(SYSTEM, post_id=post_id, user_id=w.users[name])
    w.users["clerk"] = person("clerk", "متصدی نمونه")
    api.add_clerk(SYSTEM, counter_id=w.counter, user_id=w.users["clerk"])
    return w
