"""Loads synthetic letters into the demonstration, by the hundred, for measuring."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.money import Money
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Acceptance,
    Applicant,
    Fee,
    IdKind,
    LetterKind,
    PageRef,
    PayWay,
)
from pishkhan.node.demo import words
from pishkhan.node.demo.people import mobile, national_id
from pishkhan.node.demo.plan import DAYS
from pishkhan.relay import api as relay

BATCH = 500
"""Letters in one act; the writes of others wait no longer than that."""

SPAN = timedelta(days=300)
COUNTERS = 40
WATER_SHARE = 0.5
SCAN = Path(__file__).parent / "data/scans/letter-01.jpg"


def load(count: int, *, step: Callable[[int], None] = lambda _done: None) -> dict[str, int]:
    """Load `count` letters of the year before the story, arrived and waiting at their agencies.

    Half of them lie at the agency of the one-click roles. Calls `step(letters)` for each batch.
    Raises Refused (`relay.post-under-way`) while a worker carries post to the same offices.
    """
    relay.drain()
    dice = random.Random(count)
    actors, agencies = clerks(), _agencies()
    now = clock.current().now()
    begin = now - SPAN - timedelta(days=DAYS + 2)
    page = _page()
    made = _acceptances(dice, agencies, page, people=max(1000, count // 3))
    done = 0
    while done < count:
        batch = list(islice(made, min(BATCH, count - done)))
        with clock.use(FakeClock(begin + SPAN * (done / count))):
            letters.load_bulk(dice.choice(actors), batch)
            relay.step(limit=BATCH)
        done += len(batch)
        step(len(batch))
    relay.drain()
    return {"loaded": count}


def clerks() -> list[Actor]:
    """Return clerks of some counters, the one-click clerk's first."""
    found = [directory.actor_for(directory.user_named("demo-clerk").id, None)]
    for counter in directory.counters(limit=COUNTERS).rows:
        for clerk in directory.clerks_of(counter.id):
            found.append(directory.actor_for(clerk.user_id, counter.id))
    return [actor for actor in found if actor is not None]


def _agencies() -> list[UUID]:
    """Return the agencies of the one-click roles first, then all others."""
    water = directory.find_agencies("آبفا")[0].id
    return [water, *(row.id for row in directory.agencies(limit=100).rows if row.id != water)]


def _page() -> PageRef:
    data = SCAN.read_bytes()
    blob = letters.blob_store().put([data])
    return PageRef(digest=blob.digest, media_type="image/jpeg", size=blob.size, name=SCAN.name)


def _acceptances(
    dice: random.Random, agencies: list[UUID], page: PageRef, *, people: int
) -> Iterator[Acceptance]:
    fee = Fee(Money(0), Money(0), PayWay.FREE)
    while True:
        subject, person = dice.choice(words.SUBJECTS), dice.randrange(1, people)
        first = words.FIRST_NAMES[person % len(words.FIRST_NAMES)]
        second = words.SECOND_NAMES[person % len(words.SECOND_NAMES)]
        yield Acceptance(
            nonce=new_id(),
            applicant=Applicant(
                id_kind=IdKind.NATIONAL,
                number=national_id(1000 + person),
                name=f"{first} {second} {words.SAMPLE}",
                mobile=mobile(person) if person % 4 == 0 else "",
            ),
            agency_id=agencies[0] if dice.random() < WATER_SHARE else dice.choice(agencies[1:]),
            subject=f"{subject.name}، شهرستان {dice.choice(words.COUNTIES)[0]}",
            body=subject.text if dice.random() < 0.2 else "",
            kind=LetterKind(subject.kind),
            fee=fee,
            pages=(page,),
        )
