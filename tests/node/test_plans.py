"""How PostgreSQL plans what the worker asks all day."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from pishkhan.node import work
from pishkhan.node.env import database
from pishkhan.relay.contracts import OutgoingState
from pishkhan.relay.models import Outgoing

ASKED = 12
"""More often than a statement must come before the driver has the server keep it."""


def kept_plans() -> int:
    """Return how many statements the server keeps for this connection after a question."""
    for _ in range(ASKED):
        assert not Outgoing.objects.filter(state=OutgoingState.PENDING).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%relay_%'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_the_desks_keep_plans_and_the_worker_does_not() -> None:
    if connection.vendor != "postgresql":
        before = dict(connection.settings_dict["OPTIONS"])
        work.plan_each_time()
        assert connection.settings_dict["OPTIONS"] == before
        return
    options = connection.settings_dict["OPTIONS"]
    kept = options["prepare_threshold"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # of this engine alone
    try:
        # Another test may have run the worker in this process.
        options["prepare_threshold"] = database(
            {"PISHKHAN_DATABASE_URL": "postgresql:///any"}, Path()
        )["OPTIONS"]["prepare_threshold"]
        assert kept_plans() == 1
        connection.close()
        work.plan_each_time()
        assert kept_plans() == 0
    finally:
        options["prepare_threshold"] = kept
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # of this engine alone
