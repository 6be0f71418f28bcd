"""By which key others seal for this node."""

from __future__ import annotations

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.node import wiring
from pishkhan.sealing import api as sealing

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_node_that_starts_names_the_key_to_seal_to_for_it_once(settings, tmp_path) -> None:
    settings.HOME = tmp_path
    assert wiring.introduce().recipient == sealing.seal_recipient()
    directory.name_own_recipient(SYSTEM, "")  # as a node of an earlier version has it
    assert directory.node_self().recipient == ""
    for _ in range(2):
        assert wiring.introduce().recipient == sealing.seal_recipient()
    told = [e for e in journal.entries(limit=1000) if e.kind == "node.recipient_named"]
    assert [entry.fields["recipient"] for entry in told] == ["", sealing.seal_recipient()]
