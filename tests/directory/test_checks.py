from __future__ import annotations

from datetime import date

from django.core.checks import run_checks
from django.utils.translation import override

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, NodeRole


def codes() -> set[str]:
    return {finding.code.removeprefix("directory.") for finding in api.preflight()}


def test_an_empty_directory_is_told_what_it_lacks():
    assert codes() == {"node-unknown", "no-administrator", "provinces-missing"}
    assert [finding.serious for finding in api.preflight()] == [True, True, False]


def test_a_complete_directory_has_no_findings(world):
    api.add_provinces(SYSTEM)
    api.register_node(SYSTEM, name="n", role=NodeRole.CENTRE, public_key=bytes(32), is_self=True)
    api.add_administrator(SYSTEM, user_id=world.users["head"])
    api.seat_holder(SYSTEM, post_id=world.power_head, user_id=world.users["expert"])
    api.change_post(SYSTEM, post_id=world.power_head, is_clerk=True)
    assert codes() == set()


def test_vacant_posts_unlicensed_and_unattended_counters_are_named(world):
    api.add_counter(SYSTEM, code="15-0002", name="بی‌پروانه")
    api.change_counter(SYSTEM, counter_id=world.counter, licence_until=date(2020, 1, 1))
    api.vacate(SYSTEM, post_id=world.clerk_post)
    found = {f.code.removeprefix("directory."): f.count for f in api.preflight()}
    assert found["counter-unlicensed"] == 1
    assert found["licence-expired"] == 1
    assert found["counter-unattended"] == 1
    assert found["post-vacant"] == 2
    assert found["secretariat-unattended"] == 2


def test_the_operators_check_speaks_persian(world):
    with override("fa"):
        messages = run_checks(tags=["directory"], include_deployment_checks=True)
    text = " ".join(str(message.msg) for message in messages)
    assert "هیچ‌کس دفتر نشانی را نگه نمی‌دارد" in text
    assert "%(" not in text
