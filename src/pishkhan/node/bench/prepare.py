"""Prepares a home for measuring: the province, many letters, and what the client will ask for.

Run as a process of its own (`python -m pishkhan.node.bench.prepare FILE CASES REFERRALS`) in the
node's environment, so that whoever measures carries none of its memory. Writes one JSON file.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

COUNTERS = 16
"""API clients, each at a counter of its own, as in life: one counter's codes come one by one."""

TRACKED = 2000


def main() -> None:
    """Make what is missing and write the plan."""
    target, cases, referrals = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    os.environ["DJANGO_SETTINGS_MODULE"] = "pishkhan.node.settings"
    import django

    django.setup()
    from pishkhan.node.commands.migrate import migrate

    migrate()
    plan = prepare(cases, referrals)
    target.write_text(json.dumps(plan, default=str), "utf-8")


def prepare(cases: int, referrals: int) -> dict[str, Any]:
    """Make province, letters and clients; return tokens, ids, codes and the captured rows."""
    import time

    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.node import demo
    from pishkhan.node.bench.capture import captured

    if demo.made() is None:
        demo.make()
    begin = time.perf_counter()
    demo.load(cases, step=_tell(cases))
    seconds = time.perf_counter() - begin
    clerks = _clerks()
    tokens = [
        directory.add_client(
            SYSTEM, name=f"bench {number}", scopes=["letters:write"], counter_id=counter
        )[1]
        for number, (counter, _clerk) in enumerate(clerks[:COUNTERS], 1)
    ]
    secretary = _actor("secretary")
    _, secretary_token = directory.add_client(
        SYSTEM,
        name="bench secretariat",
        scopes=["letters:write", "letters:read"],
        post_id=secretary.post_id,
    )
    expert = _actor("expert")
    agency = directory.find_agencies("آبفا")[0].id
    return {
        "cases": cases,
        "loaded_a_second": cases / seconds,
        "agency": agency,
        "tokens": tokens,
        "secretary_token": secretary_token,
        "expert_post": expert.post_id,
        "tracked": _tracked([clerk for _counter, clerk in clerks]),
        "arrivals": _registered(secretary, referrals),
        "rows": captured(tokens[0], agency),
    }


def _tell(cases: int) -> Any:
    """Return a step that says how far loading is, when it takes long."""
    done = 0

    def step(count: int) -> None:
        nonlocal done
        before, done = done, done + count
        if done // 50_000 != before // 50_000:
            sys.stderr.write(f"loaded {done} of {cases}\n")

    return step


def _actor(role: str) -> Any:
    from pishkhan.directory import api as directory

    actor = directory.actor_for(directory.user_named(f"demo-{role}").id, None)
    assert actor is not None
    return actor


def _clerks() -> list[tuple[Any, Any]]:
    """Return (counter, clerk) of the counters that the loader uses, the one-click one first."""
    from pishkhan.node.demo.bulk import clerks

    return [(actor.office.id, actor) for actor in clerks() if actor.office is not None]


def _tracked(clerks: list[Any]) -> list[tuple[str, str]]:
    """Return (code, national ID) of letters of any age, over all these counters."""
    from pishkhan.kernel import clock
    from pishkhan.kernel.ids import uuid7
    from pishkhan.kernel.pages import encode_cursor
    from pishkhan.letters import api as letters
    from pishkhan.node.demo.bulk import SPAN

    dice = random.Random(1)
    now = clock.current().now()
    pairs: list[tuple[str, str]] = []
    while len(pairs) < TRACKED:
        before = len(pairs)
        for clerk in clerks:
            at = now - timedelta(days=30) - SPAN * dice.random()
            after = encode_cursor(str(uuid7(at, dice.randbytes(10))))
            for row in letters.submissions(clerk, after=after, limit=20).rows:
                applicant = letters.submission(clerk, row.id).applicant
                pairs.append((row.tracking_code, applicant.number))
        if len(pairs) == before:
            break
    dice.shuffle(pairs)
    return pairs[:TRACKED]


def _registered(secretary: Any, count: int) -> list[str]:
    """Register so many of the newest arrivals and return their ids."""
    from pishkhan.journal import api as journal
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts import ArrivalState
    from pishkhan.relay import api as relay

    done: list[str] = []
    after = None
    while len(done) < count:
        page = letters.arrivals(secretary, state=ArrivalState.ARRIVED, after=after, limit=200)
        with journal.act():
            for row in page.rows:
                letters.register(secretary, row.id)
                done.append(str(row.id))
        relay.drain()
        if page.next is None:
            break
        after = page.next
    return done


if __name__ == "__main__":
    main()
