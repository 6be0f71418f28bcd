"""Three dehyaris under a district's office: one hosts a counter, one serves three villages.

All invented. The first dehyar has written up and has the answer; the second has noted a circular.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, CounterKind, DivisionLevel
from pishkhan.directory.contracts.bodies import Bodies, BodiesKind
from pishkhan.journal import api as journal
from pishkhan.kernel import ids
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import NewLetter, Purpose, Receiver
from pishkhan.letters.contracts.circulars import CircularFolder
from pishkhan.node.demo.founding import DEMO_PREFIX, Province
from pishkhan.node.demo.words import SAMPLE
from pishkhan.relay import api as relay

SEED = 13
COUNTY = "خرم‌آباد"
DISTRICT, RURAL = "بخش نمونه", "دهستان نمونه"
OFFICE = "بخشداری نمونه"
VILLAGES = ("سراب", "چشمه‌سفید", "گل‌دره", "بلوط‌زار", "تنگ‌آب", "دشت‌بالا")
DEHYARIS = (
    # name, places of its villages in VILLAGES, its dehyar, his login
    ("دهیاری سراب نمونه", (0,), "کریم بلوطی", f"{DEMO_PREFIX}dehyar"),
    ("دهیاری چشمه‌سفید نمونه", (1, 2, 3), "پروین نسیمی", "sample-dehyar"),
    ("دهیاری تنگ‌آب نمونه", (4,), "", ""),
)
ASKED = (
    "لایروبی آبراههٔ ورودی روستا",
    """با سلام و احترام،
آبراههٔ ورودی روستا گرفته است و با هر بارندگی راه بسته می‌شود.
خواهشمند است برای یک روز بیل مکانیکی فرستاده شود.""",
)
ANSWERED = """با سلام و احترام،
بیل مکانیکی از شنبه تا دوشنبهٔ آینده در اختیار دهیاری است.
هماهنگی با مسئول ماشین‌آلات بخشداری انجام شود."""
CIRCULAR = (
    "پاک‌سازی معابر روستا پیش از فصل بارندگی",
    """با سلام و احترام،
۱. جوی‌ها و پل‌ها پیش از پایان ماه پاک شود.
۲. جای آب‌گرفتگی‌های سال گذشته نوشته و فرستاده شود.""",
)


@dataclass(frozen=True, slots=True)
class _District:
    """The district's office with its people, and the villages."""

    agency: UUID
    head: Actor
    secretary: Actor
    expert: Actor
    villages: list[UUID]


def write(province: Province, clock: FakeClock) -> None:
    """Found them and let them write, with ids of their own: all else comes out as without them."""
    with ids.use_random(random.Random(SEED).randbytes):
        with journal.act():
            over = _office(province)
            first, second = _dehyaris(over)
            _counter(province, first)
        _up(first, over, clock)
        _circular(second, over, clock)


def _office(province: Province) -> _District:
    """Add the district, its office with three posts, and the villages."""
    over = next(body for body in province.bodies["governor"] if body.county == COUNTY)
    above = directory.agency(over.agency).division_id
    assert above is not None
    code = directory.division(above).code + "01"
    add = directory.add_division
    district = add(SYSTEM, code=code, level=DivisionLevel.DISTRICT, name=DISTRICT, parent_id=above)
    rural = add(
        SYSTEM,
        code=f"{code}0001",
        level=DivisionLevel.RURAL_DISTRICT,
        name=RURAL,
        parent_id=district,
    )
    villages = [
        add(
            SYSTEM,
            code=f"{code}0001{n:06}",
            level=DivisionLevel.VILLAGE,
            name=f"{name} {SAMPLE}",
            parent_id=rural,
        )
        for n, name in enumerate(VILLAGES, 1)
    ]
    agency = directory.add_agency(
        SYSTEM, code="15-district-01", name=OFFICE, parent_id=over.agency, division_id=district
    )
    desk = directory.add_secretariat(SYSTEM, agency_id=agency, name=f"دبیرخانهٔ {OFFICE}")
    post = directory.add_post
    head = post(SYSTEM, secretariat_id=desk, title="بخشدار", can_sign=True, can_refer_free=True)
    expert = post(
        SYSTEM, secretariat_id=desk, title="کارشناس عمرانی", parent_id=head, can_initial=True
    )
    clerk = post(SYSTEM, secretariat_id=desk, title="مسئول دبیرخانه", parent_id=head, is_clerk=True)
    return _District(
        agency=agency,
        head=_seated(head, "sample-district", "یوسف کوهستانی"),
        secretary=_seated(clerk, "sample-district-desk", "سمیه گلستانی"),
        expert=_seated(expert, "sample-district-works", "جواد دشتی‌زاده"),
        villages=villages,
    )


def _seated(post: UUID, username: str, name: str) -> Actor:
    user = directory.add_user(SYSTEM, username=username, full_name=f"{name} {SAMPLE}")
    directory.seat_holder(SYSTEM, post_id=post, user_id=user)
    return _actor(user, post)


def _actor(user: UUID, seat: UUID) -> Actor:
    actor = directory.actor_for(user, seat)
    assert actor is not None
    return actor


def _dehyaris(over: _District) -> list[Actor]:
    """Add the dehyaris; return the dehyars of those that have one."""
    seated = []
    for n, (name, places, dehyar, username) in enumerate(DEHYARIS, 1):
        made = directory.add_dehyari(
            SYSTEM,
            code=f"15-dehyari-{n:02}",
            name=name,
            superior_id=over.agency,
            village_ids=[over.villages[at] for at in places],
            full_name=f"{dehyar} {SAMPLE}" if dehyar else "",
            username=username,
        )
        view = directory.dehyari(made)
        if view.dehyar_id:
            seated.append(_actor(view.dehyar_id, view.post_id))
    return seated


def _counter(province: Province, dehyar: Actor) -> None:
    """Let the dehyar's office host a rural counter of the county."""
    assert dehyar.office is not None
    assert dehyar.office.agency_id is not None
    desk = next(
        desk
        for desk in province.desks[::-1]
        if desk.county == COUNTY and directory.counter(desk.counter).kind is CounterKind.RURAL_ICT
    )
    directory.host_counter(SYSTEM, dehyari_id=dehyar.office.agency_id, counter_id=desk.counter)


def _up(dehyar: Actor, over: _District, clock: FakeClock) -> None:
    """A letter up, and its answer, which waits to be registered."""
    subject, body = ASKED
    clock.advance(timedelta(seconds=10))
    made = letters.begin_letter(
        dehyar,
        NewLetter(agency_id=over.agency, recipient="بخشدار محترم", subject=subject, body=body),
    )
    letters.sign_and_send(dehyar, letters.arrival(dehyar, made).drafts[0].id)
    relay.step()
    clock.advance(timedelta(seconds=10))
    came = letters.arrivals(over.secretary).rows[0].id
    letters.register(over.secretary, came)
    letters.refer(over.secretary, came, to=[_to(over.expert, Purpose.ACTION)])
    draft = letters.draft(
        over.expert, came, recipient="دهیار محترم", subject=f"پاسخ: {subject}", body=ANSWERED
    )
    letters.initial(over.expert, draft)
    letters.refer(over.expert, came, to=[_to(over.head, Purpose.SIGNATURE)])
    letters.open_arrival(over.head, came)
    letters.sign(over.head, draft)
    letters.dispatch(over.secretary, draft)


def _circular(reader: Actor, over: _District, clock: FakeClock) -> None:
    """A circular to the dehyaris; one has noted it, the others not yet."""
    clock.advance(timedelta(seconds=10))
    subject, body = CIRCULAR
    made = letters.begin_letter(
        over.expert,
        NewLetter(
            agency_id=None,
            bodies=Bodies(BodiesKind.DEHYARIS, over.agency),
            recipient="دهیاران محترم",
            subject=subject,
            body=body,
        ),
    )
    draft = letters.arrival(over.expert, made).drafts[0].id
    letters.initial(over.expert, draft)
    letters.refer(over.expert, made, to=[_to(over.head, Purpose.SIGNATURE)])
    letters.open_arrival(over.head, made)
    letters.sign(over.head, draft)
    letters.dispatch(over.secretary, draft)
    relay.step()
    clock.advance(timedelta(seconds=10))
    for row in letters.circulars(reader, CircularFolder.WAITING).rows:
        letters.acknowledge(reader, row.id)


def _to(actor: Actor, purpose: Purpose) -> Receiver:
    assert actor.post_id is not None
    return Receiver(actor.post_id, purpose, principal=purpose is Purpose.ACTION)
