"""A node's role chooses which envelopes of letters it takes in; others wait and are not lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from django.test import override_settings
from tests.letters.world import World

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import SubmissionState
from pishkhan.letters.logic import wire
from pishkhan.node import roles
from pishkhan.node.env import Role
from pishkhan.relay import api as relay
from pishkhan.relay.logic import registry

COUNTER = {wire.STATUS, wire.ANSWERED, wire.MOVED, wire.PROBLEM_ANSWERED}
TO_AGENCIES = {wire.SUBMITTED, wire.COMPLETED, wire.WITHDRAWAL, wire.HANDED_OVER}
BETWEEN_AGENCIES = {wire.TRANSFERRED, wire.SENT}
CIRCULARS = {wire.ACKNOWLEDGED, wire.CIRCULAR_REMINDED}
AGENCY = {
    *TO_AGENCIES,
    *BETWEEN_AGENCIES,
    *CIRCULARS,
    wire.CLASS_SET,
    wire.FATE,
    wire.PROBLEM,
    wire.PROBLEM_ANSWERED,
    wire.RATING,
}
TAKEN = {
    Role.ALL: COUNTER | AGENCY,
    Role.CENTRE: COUNTER | AGENCY,
    Role.AGENCY: AGENCY,
    Role.COUNTER: COUNTER,
}
REFUSED = {
    Role.ALL: TO_AGENCIES | BETWEEN_AGENCIES | {wire.ANSWERED},
    Role.CENTRE: TO_AGENCIES | BETWEEN_AGENCIES | {wire.ANSWERED},
    Role.AGENCY: BETWEEN_AGENCIES | {wire.ANSWERED},
    Role.COUNTER: TO_AGENCIES,
}
"""What a refusal by the other side is told of: each of what it sent itself."""
BOOT = """
import json, django
django.setup()
from pishkhan.relay.logic import registry
tables = (registry._handlers, registry._refusals)
print(json.dumps([[kind for kind, _ in table] for table in tables]))
"""


@pytest.mark.parametrize("role", list(Role))
def test_a_node_takes_in_what_is_for_its_offices(role: Role, tmp_path: Path):
    env = {name: value for name, value in os.environ.items() if not name.startswith("PISHKHAN_")}
    told = subprocess.run(
        [sys.executable, "-c", BOOT],
        env={
            **env,
            "DJANGO_SETTINGS_MODULE": "pishkhan.node.settings",
            "PISHKHAN_HOME": str(tmp_path),
            "PISHKHAN_SECRET_KEY": "a secret of the tests and of nothing else",
            "PISHKHAN_ROLE": role.value,
        },
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    handlers, refusals = json.loads(told.stdout)
    assert {kind for kind in handlers if kind.startswith("letter.")} == TAKEN[role]
    assert "relay.receipt" in handlers
    assert set(refusals) == REFUSED[role]


@pytest.mark.django_db(transaction=True)
def test_what_is_for_another_role_waits_until_the_role_is_right():
    world = World.make()
    accepted = world.accept()
    receipt = {k: v for k, v in registry._handlers.items() if k[0] == "relay.receipt"}
    with mock.patch.dict(registry._handlers, receipt, clear=True):
        with override_settings(ROLE=Role.COUNTER):
            roles.receive()
        relay.drain()
        (row,) = relay.queue(world.counter)
        assert row.fate.reason == "relay.unknown-kind"
        assert letters.arrivals(world.registrar).rows == ()
        with override_settings(ROLE=Role.ALL):
            roles.receive()
        relay.drain()
    assert len(letters.arrivals(world.registrar).rows) == 1
    state = letters.submission(world.clerk, accepted.letter_id).row.state
    assert state is SubmissionState.ARRIVED
