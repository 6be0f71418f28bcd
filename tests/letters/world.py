"""A small province, built by the directory's deeds, and the letters that its people write.

`World.make()` gives two counters with a clerk each and two agencies with their posts, every one
of them an `Actor`. All people are invented. `drain()` moves the post until nothing moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, TypeVar
from unittest import mock
from uuid import UUID

from django.db import connections

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.money import Money
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Acceptance,
    Accepted,
    Applicant,
    Fee,
    IdKind,
    PageRef,
    PayWay,
    Purpose,
    Receiver,
)
from pishkhan.letters.logic import wire
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery
from pishkhan.relay.logic import registry
from tests import keeping

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
"""Saturday, 30 Aban 1405, noon in Tehran."""


@dataclass(frozen=True)
class World:
    """Who sits where. The first counter and the water company are the tests' usual parties."""

    counter: UUID
    other_counter: UUID
    agency: UUID
    secretariat: UUID
    other_agency: UUID
    other_secretariat: UUID
    clerk: Actor
    """At the first counter."""
    second_clerk: Actor
    """At the first counter too."""
    other_clerk: Actor
    """At the other counter."""
    registrar: Actor
    """Clerk of the water company's secretariat."""
    head: Actor
    """Signs, refers freely; above the deputy."""
    deputy: Actor
    """Initials; above expert and colleague."""
    expert: Actor
    colleague: Actor
    """Beside the expert; has no part in a letter unless it is referred to him."""
    other_registrar: Actor
    other_head: Actor
    admin: Actor
    """Keeps the directory, sees no letter."""

    @classmethod
    def make(cls) -> World:
        """Build the province, or put back the one of this run: some thirty deeds."""
        return keeping.kept(cls._make)

    @classmethod
    def _make(cls) -> World:
        water = _agency("water", "شرکت آب و فاضلاب استان", "آبفا")
        power = _agency("power", "شرکت توزیع نیروی برق استان", "برق")
        office = directory.add_secretariat(SYSTEM, agency_id=water, name="دبیرخانهٔ آب و فاضلاب")
        other = directory.add_secretariat(SYSTEM, agency_id=power, name="دبیرخانهٔ برق")
        head_post = _post(office, "مدیرعامل", can_sign=True, can_refer_free=True)
        deputy_post = _post(office, "معاون بهره‌برداری", parent_id=head_post, can_initial=True)
        expert_post = _post(office, "کارشناس شبکه", parent_id=deputy_post)
        colleague_post = _post(office, "کارشناس مشترکان", parent_id=deputy_post)
        clerk_post = _post(office, "متصدی دبیرخانه", parent_id=head_post, is_clerk=True)
        other_head = _post(other, "مدیرعامل برق", can_sign=True, can_refer_free=True)
        other_clerk = _post(other, "متصدی دبیرخانهٔ برق", is_clerk=True)
        counter = directory.add_counter(SYSTEM, code="15-0001", name="پیشخوان نمونهٔ ۱")
        far = directory.add_counter(SYSTEM, code="15-0002", name="پیشخوان نمونهٔ ۲")
        return cls(
            counter=counter,
            other_counter=far,
            agency=water,
            secretariat=office,
            other_agency=power,
            other_secretariat=other,
            clerk=_clerk(counter, "clerk", "متصدی نمونه"),
            second_clerk=_clerk(counter, "clerk2", "همکار نمونه"),
            other_clerk=_clerk(far, "clerk3", "متصدی دور"),
            registrar=_seat(clerk_post, "registrar", "دبیر نمونه"),
            head=_seat(head_post, "head", "مدیر نمونه"),
            deputy=_seat(deputy_post, "deputy", "معاون نمونه"),
            expert=_seat(expert_post, "expert", "کارشناس نمونه"),
            colleague=_seat(colleague_post, "colleague", "مشترکان نمونه"),
            other_registrar=_seat(other_clerk, "registrar2", "دبیر برق"),
            other_head=_seat(other_head, "head2", "مدیر برق"),
            admin=_admin("admin", "سرپرست نمونه"),
        )

    def acceptance(self, **changes: Any) -> Acceptance:
        """Return what the clerk would give for a two-page letter, with these changes."""
        return replace(
            Acceptance(
                nonce=new_id(),
                applicant=Applicant(
                    id_kind=IdKind.NATIONAL,
                    number=national_id(1),
                    name="فرد نمونه",
                    mobile="09121234567",
                ),
                agency_id=self.agency,
                subject="قطعی آب شرب روستا",
                fee=letters.letter_fee(self.clerk),
                pages=(page("one"), page("two")),
            ),
            **changes,
        )

    def accept(self, actor: Actor | None = None, **changes: Any) -> Accepted:
        """Accept a letter at the actor's counter (the first one's clerk)."""
        return letters.accept(actor or self.clerk, self.acceptance(**changes))

    def arrive(self, **changes: Any) -> tuple[Accepted, UUID]:
        """Accept a letter and carry it to the agency; return it and the arrival's id."""
        accepted = self.accept(**changes)
        drain()
        return accepted, self.arrival_of(accepted)

    def arrival_of(self, accepted: Accepted) -> UUID:
        """Return the arrival of a letter at the water company."""
        for row in letters.arrivals(self.registrar, limit=100).rows:
            if row.tracking_code == accepted.tracking_code:
                return row.id
        raise LookupError("the letter has not arrived")

    def referred(self, to: Actor | None = None, **changes: Any) -> tuple[Accepted, UUID]:
        """Accept, carry, register and refer a letter for action (to the expert)."""
        accepted, arrival = self.arrive(**changes)
        letters.register(self.registrar, arrival)
        refer(self.registrar, arrival, to or self.expert)
        drain()
        return accepted, arrival

    def answered(self, **changes: Any) -> tuple[Accepted, UUID]:
        """Take a letter to the answer that lies ready at the counter; return it and the arrival."""
        accepted, arrival = self.referred(**changes)
        draft = letters.draft(
            self.expert,
            arrival,
            subject="پاسخ: قطعی آب",
            body="خط انتقال تا هفتهٔ آینده تعمیر می‌شود.",
        )
        refer(self.expert, arrival, self.deputy, Purpose.SIGNATURE)
        letters.initial(self.deputy, draft)
        refer(self.deputy, arrival, self.head, Purpose.SIGNATURE)
        letters.sign(self.head, draft)
        letters.dispatch(self.registrar, draft)
        drain()
        return accepted, arrival

    def answer_again(self, arrival: UUID, body: str = "متن دوم") -> UUID:
        """Reopen an answered letter and dispatch another answer; return the answer's id."""
        letters.reopen(self.registrar, arrival, reason="پاسخ ناقص بود")
        refer(self.registrar, arrival, self.deputy)
        draft = letters.draft(self.deputy, arrival, subject="پاسخ دوم", body=body)
        letters.initial(self.deputy, draft)
        refer(self.deputy, arrival, self.head, Purpose.SIGNATURE)
        letters.sign(self.head, draft)
        letters.dispatch(self.registrar, draft)
        return draft


def refer(by: Actor, arrival: UUID, to: Actor, purpose: Purpose = Purpose.ACTION) -> list[UUID]:
    """Refer a letter to one post."""
    assert to.post_id is not None
    return letters.refer(by, arrival, to=[Receiver(post_id=to.post_id, purpose=purpose)])


T = TypeVar("T")


def together(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Run every job in a thread of its own, all from the same moment, and return what they gave."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        try:
            start.wait(timeout=30)
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def drain() -> None:
    """Move the post until a round finds nothing to do."""
    for _ in range(20):
        if relay.step().idle:
            return
    raise AssertionError("the post does not come to rest")


@contextmanager
def refusing(
    kind: str = wire.ANSWERED, code: str = "letters.bad-signature", *, fault: bool = False
) -> Iterator[None]:
    """Let the receivers of these messages refuse every one meanwhile: answers, by default.

    `fault`: they fail on it instead, and it is set aside for a person.
    """

    def refuse(_delivery: Delivery, _act: Act) -> None:
        raise RuntimeError if fault else Invalid(code)

    with mock.patch.dict(registry._handlers, {(kind, wire.VERSION): refuse}):
        yield


def national_id(n: int) -> str:
    """Return the nth invented national ID, its check digit right."""
    body = f"{990_000_000 + n:09}"
    rest = sum(int(d) * (10 - i) for i, d in enumerate(body)) % 11
    return f"{body}{rest if rest < 2 else 11 - rest}"


def person(n: int, **changes: Any) -> Applicant:
    """Return the nth invented person, who left no mobile."""
    made = Applicant(IdKind.NATIONAL, national_id(n), f"فرد نمونهٔ {n}", "")
    return replace(made, **changes)


def image(name: str) -> bytes:
    """Return bytes that begin as a JPEG does, different for each name."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + name.encode() * 50


def page(name: str = "page", **changes: Any) -> PageRef:
    """Store an invented picture and return it as a page."""
    blob = letters.blob_store().put([image(name)])
    ref = PageRef(digest=blob.digest, media_type="image/jpeg", size=blob.size, name=f"{name}.jpg")
    return replace(ref, **changes)


def free() -> Fee:
    """Return the fee of a letter that costs nothing."""

    return Fee(state=Money(0), commission=Money(0), way=PayWay.FREE)


def _agency(code: str, name: str, nickname: str) -> UUID:
    return directory.add_agency(SYSTEM, code=code, name=name, nicknames=[nickname])


def _post(secretariat: UUID, title: str, **more: Any) -> UUID:
    return directory.add_post(SYSTEM, secretariat_id=secretariat, title=title, **more)


def _actor(user: UUID, seat: UUID) -> Actor:
    actor = directory.actor_for(user, seat)
    assert actor is not None
    return actor


def _seat(post: UUID, username: str, name: str) -> Actor:
    user = directory.add_user(SYSTEM, username=username, full_name=name)
    directory.seat_holder(SYSTEM, post_id=post, user_id=user)
    return _actor(user, post)


def _clerk(counter: UUID, username: str, name: str) -> Actor:
    user = directory.add_user(SYSTEM, username=username, full_name=name)
    directory.add_clerk(SYSTEM, counter_id=counter, user_id=user)
    return _actor(user, counter)


def _admin(username: str, name: str) -> Actor:
    user = directory.add_user(SYSTEM, username=username, full_name=name)
    return _actor(user, directory.add_administrator(SYSTEM, user_id=user))
