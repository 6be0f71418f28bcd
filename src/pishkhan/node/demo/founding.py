"""Founds the demonstration province by deeds: divisions, agencies, posts, counters, people."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import (
    SYSTEM,
    Actor,
    ClerkRole,
    CounterKind,
    DivisionLevel,
    NameKind,
)
from pishkhan.journal import api as journal
from pishkhan.kernel.text import persian_digits
from pishkhan.node.demo import words
from pishkhan.node.demo.people import People

HOURS = {
    **{day: [["07:30", "20:00"]] for day in ("sat", "sun", "mon", "tue", "wed")},
    "thu": [["08:00", "13:00"]],
}
CITY_SHARE = 0.4  # of some 16,000 counters in the country about 6,000 are in towns
DEMO_PREFIX = "demo-"
# The people behind the demonstration's doors: agency → their place in its chart → name of the door.
DOORS = {
    words.WATER: {"head": "head", "secretary": "secretary", "expert": "expert"},
    words.GOVERNORATE[0]: {"expert": "governorate"},
}
HEADS = {
    "governorate": "استاندار",
    words.WATER: "مدیرعامل",
    "power": "مدیرعامل",
    "gas": "مدیرعامل",
    "agriculture": "رئیس سازمان",
    "relief": "مدیر",
}

Step = Callable[[int], None]


@dataclass(slots=True)
class Body:
    """An agency with those of its people who appear in the letters."""

    code: str
    agency: UUID
    county: str
    secretary: Actor
    head: Actor
    deputy: Actor
    expert: Actor
    second_expert: Actor


@dataclass(slots=True)
class Desk:
    """A connected counter with its clerk."""

    counter: UUID
    county: str
    clerk: Actor


@dataclass(slots=True)
class Province:
    """What the letters need of the province."""

    bodies: dict[str, list[Body]] = field(default_factory=dict)
    desks: list[Desk] = field(default_factory=list)
    """The first one is that of the one-click clerk."""
    made: dict[str, int] = field(default_factory=dict)


def found(dice: random.Random, today: date, step: Step) -> Province:
    """Found the province in one act each for bodies and counters; needs the country's provinces.

    Calls `step(1)` for each agency and counter.
    """
    founder = _Founder(dice, today, step)
    with journal.act():
        founder.divisions()
        founder.bodies()
        founder.operator()
    with journal.act():
        founder.counters()
        founder.auditor()
    return founder.actors()


class _Founder:
    def __init__(self, dice: random.Random, today: date, step: Step) -> None:
        self._dice, self._today, self._step = dice, today, step
        self._people = People(dice)
        self._counties: dict[str, UUID] = {}
        self._logins = 0
        self._users = 0
        self._bodies: list[tuple[str, UUID, str, list[tuple[UUID, UUID]]]] = []
        self._desks: list[tuple[UUID, str, UUID]] = []
        self._made = {"counters": 0, "connected": 0, "posts": 0}

    def divisions(self) -> None:
        """Add the counties, numbered in the order of the list."""
        page = directory.divisions(q=words.PROVINCE)
        province = next(row for row in page.rows if row.level is DivisionLevel.PROVINCE)
        for number, (name, *_rest) in enumerate(words.COUNTIES, 1):
            self._counties[name] = directory.add_division(
                SYSTEM,
                code=f"{province.code}{number:02}",
                level=DivisionLevel.COUNTY,
                name=name,
                parent_id=province.id,
            )

    def bodies(self) -> None:
        """Add the governorate, under it the county governors and the provincial bodies."""
        top = self._body(*words.GOVERNORATE, parent=None, county="")
        for name, _town, former, *_rest in words.COUNTIES:
            earlier = (f"فرمانداری {former}",) if former else ()
            self._body("governor", f"فرمانداری {name}", (), earlier, parent=top, county=name)
        for code, name, nicknames, earlier in words.BODIES:
            self._body(code, name, nicknames, earlier, parent=top, county="")

    def _body(
        self,
        code: str,
        name: str,
        nicknames: tuple[str, ...],
        formers: tuple[str, ...],
        *,
        parent: UUID | None,
        county: str,
    ) -> UUID:
        agency = directory.add_agency(
            SYSTEM,
            code=f"15-{code}-{len(self._bodies) + 1:02}",
            name=name,
            parent_id=parent,
            division_id=self._counties.get(county),
            nicknames=[n for n in nicknames if n != name],
        )
        for former in formers:
            directory.add_agency_name(SYSTEM, agency_id=agency, name=former, kind=NameKind.FORMER)
        office = directory.add_secretariat(SYSTEM, agency_id=agency, name=f"دبیرخانهٔ {name}")
        doors = DOORS.get(code, {})
        self._bodies.append((code, agency, county, self._chart(office, code, county, doors)))
        self._step(1)
        return agency

    def _chart(
        self, office: UUID, code: str, county: str, doors: dict[str, str]
    ) -> list[tuple[UUID, UUID]]:
        """Add the posts with their holders: head, deputy, expert, second expert, secretary."""
        add, seated = directory.add_post, []
        title = "فرماندار" if county else HEADS.get(code, "مدیرکل")
        head = add(SYSTEM, secretariat_id=office, title=title, can_sign=True, can_refer_free=True)
        deputy = add(
            SYSTEM, secretariat_id=office, title="معاون", parent_id=head, can_initial=True, sort=1
        )
        # The expert reports to the head, initials what he drafts, and may offer it at once.
        expert = add(
            SYSTEM,
            secretariat_id=office,
            title="کارشناس نامه‌های مردمی",
            parent_id=head,
            can_initial=True,
            sort=2,
        )
        second = add(SYSTEM, secretariat_id=office, title="کارشناس فنی", parent_id=deputy, sort=3)
        secretary = add(
            SYSTEM,
            secretariat_id=office,
            title="مسئول دبیرخانه",
            parent_id=head,
            is_clerk=True,
            sort=4,
        )
        for role, post in (
            ("head", head), ("deputy", deputy), ("expert", expert), ("", second),
            ("secretary", secretary),
        ):  # fmt: skip
            user = self._user(doors.get(role, ""))
            directory.seat_holder(SYSTEM, post_id=post, user_id=user)
            seated.append((user, post))
            self._made["posts"] += 1
        return seated

    def counters(self) -> None:
        """Add every counter with its clerk; the first one's is the one-click clerk."""
        for name, town, _former, counters, connected, lat, lon in words.COUNTIES:
            for number in range(1, counters + 1):
                self._counter(name, town, number, connected=number <= connected, at=(lat, lon))

    def _counter(
        self, county: str, town: str, number: int, *, connected: bool, at: tuple[float, float]
    ) -> None:
        dice = self._dice
        first = not self._desks
        city = first or dice.random() < CITY_SHARE
        kind = "پیشخوان دولت" if city else "دفتر ICT روستایی"
        since = self._today - timedelta(days=dice.randrange(300, 3000))
        spread = 0.02 if city else 0.22
        running = self._made["counters"] + 1
        counter = directory.add_counter(
            SYSTEM,
            code=f"15-{running:04}",
            name=f"{kind} نمونهٔ {persian_digits(str(number))}، {county}",
            kind=CounterKind.CITY if city else CounterKind.RURAL_ICT,
            licence_number=f"72-15-{running:04}",
            licence_from=since,
            licence_until=since + timedelta(days=3650),
            division_id=self._counties[county],
            address=f"شهرستان {county}، {town if city else 'روستای نمونه'}، خیابان نمونه",
            phone=f"066-0000{running:04}",  # no subscriber's number begins with 0
            hours=HOURS,
            lat=round(at[0] + dice.uniform(-spread, spread), 5),
            lon=round(at[1] + dice.uniform(-spread, spread), 5),
            connected=connected,
        )
        user = self._user("clerk" if first else "")
        # Who works alone manages the counter too, and the one-click clerk sees all its pages.
        directory.add_clerk(SYSTEM, counter_id=counter, user_id=user, role=ClerkRole.MANAGER)
        self._made["counters"] += 1
        if connected:
            self._made["connected"] += 1
            self._desks.append((counter, county, user))
        self._step(1)

    def operator(self) -> None:
        """Add the one-click operator."""
        directory.add_administrator(SYSTEM, user_id=self._user("operator"))

    def auditor(self) -> None:
        """Add the one-click auditor, who keeps nothing himself."""
        directory.add_auditor(SYSTEM, user_id=self._user("auditor"), basis="نمونه")

    def _user(self, role: str) -> UUID:
        """Add a person without a password: only the demonstration's door lets in."""
        self._users += 1
        return directory.add_user(
            SYSTEM,
            username=DEMO_PREFIX + role if role else f"sample{self._users:04}",
            full_name=self._people.name(),
        )

    def actors(self) -> Province:
        """Return the province with its people on their seats."""
        province = Province()
        for code, agency, county, seated in self._bodies:
            head, deputy, expert, second, secretary = (_actor(*pair) for pair in seated)
            body = Body(code, agency, county, secretary, head, deputy, expert, second)
            province.bodies.setdefault(code, []).append(body)
        for counter, county, user in self._desks:
            province.desks.append(Desk(counter, county, _actor(user, counter)))
        province.made = {"agencies": len(self._bodies), **self._made, "people": self._users}
        return province


def _actor(user: UUID, seat: UUID) -> Actor:
    actor = directory.actor_for(user, seat)
    assert actor is not None
    return actor
