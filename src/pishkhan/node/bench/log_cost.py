"""What the log costs an intake: processor time with it and without, in turns.

`python -m pishkhan.node.bench.log_cost ROUNDS` in a node's environment prints JSON. A round is so
many letters by the API, the worker's post of all of them and the log's steps after it, all in this
process. Without: `Act.append` composes and writes nothing, and no step is done; acts, their guard
and all else stay. Counted are this process and, on PostgreSQL, all of the engine's.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

from pishkhan.node.bench import intake, prepare, proc

CASES = 200
LETTERS = 60
"""Letters of one round."""


def main() -> None:
    """Measure so many pairs of rounds and print milliseconds of processor time an intake."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pishkhan.node.settings"
    import django

    django.setup()
    json.dump(measure(int(sys.argv[1])), sys.stdout)


def measure(rounds: int) -> dict[str, float]:
    """Return medians of pairs: milliseconds with and without, and the log's share of the first."""
    plan = prepare.prepare(CASES, 0)
    tokens, agency = plan["tokens"], plan["agency"]
    _round(tokens, agency, sequenced=True)  # connected, and its statements made
    pairs = []
    for number in range(rounds):
        turns = [lambda: _with(tokens, agency), lambda: _without(tokens, agency)]
        first = number % 2
        told = {first: turns[first](), 1 - first: turns[1 - first]()}
        pairs.append((told[0], told[1]))
    return {
        "with_ms": statistics.median(each for each, _ in pairs),
        "without_ms": statistics.median(each for _, each in pairs),
        "share": statistics.median((a - b) / a for a, b in pairs),
    }


def _with(tokens: list[str], agency: Any) -> float:
    return _used(lambda: _round(tokens, agency, sequenced=True))


def _without(tokens: list[str], agency: Any) -> float:
    from pishkhan.journal import api
    from pishkhan.kernel import ids

    def nothing(self: api.Act, *_args: object, **_fields: object) -> Any:
        _, frame = self.open_frame()
        frame.entries += 1
        return ids.new_id()

    with mock.patch.object(api.Act, "append", nothing):
        return _used(lambda: _round(tokens, agency, sequenced=False))


def _round(tokens: list[str], agency: Any, *, sequenced: bool) -> None:
    from django.test import Client

    from pishkhan.journal import api
    from pishkhan.relay import api as relay
    from pishkhan.sealing.api import LogKey

    client = Client()
    for number in range(LETTERS):
        answer = client.generic(
            "POST",
            "/api/v1/submissions",
            b"".join(intake.filled(intake.body(agency))),
            content_type=intake.CONTENT_TYPE,
            headers={
                "Authorization": f"Bearer {tokens[number % len(tokens)]}",
                "Idempotency-Key": intake.fresh(),
            },
        )
        if answer.status_code != 201:
            raise RuntimeError(f"the acceptance was answered {answer.status_code}")
    relay.drain()
    while sequenced and api.step(LogKey()):
        pass


def _used(do: Callable[[], None]) -> float:
    """Return the milliseconds of processor time that one letter of a round took."""
    roots = [os.getpid(), *_engine()]
    before = proc.cpu_ms(roots)
    do()
    return (proc.cpu_ms(roots) - before) / LETTERS


def _engine() -> list[int]:
    """Return the process of PostgreSQL that all of its others are children of."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    return [proc.parent(backend)]


if __name__ == "__main__":
    main()
