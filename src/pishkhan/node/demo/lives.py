"""What happens to the demonstration's letters: each stage is one or more deeds by its people."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol, TypedDict
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.clock import TEHRAN, FakeClock
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.money import Money
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Acceptance,
    Applicant,
    Circumstances,
    Fee,
    IdKind,
    LetterKind,
    Medium,
    PageRef,
    PageRole,
    PayWay,
    ProxyPaper,
    Purpose,
    Receiver,
    RecipientKind,
    Urgency,
    Writing,
)
from pishkhan.node.demo import brought, words
from pishkhan.node.demo.founding import Body, Desk, Province
from pishkhan.node.demo.people import People, mobile, national_id

SCANS = Path(__file__).parent / "data/scans"
WATER_SHARE = 0.45
OWN_DESK_SHARE = 0.3
ORDERED_SHARE = 0.4
PEOPLE = 240
RARE_EACH = 9
"""Of so many letters one came otherwise than by its applicant with a paper of his own."""

UNPRINTED_EACH = 14
"""Of so many letters the receipt of one was not printed."""

RATED_EACH = 2
"""Of so many answers that were handed over, the applicant of one says how it went."""

PROXY_EACH = 6
"""Of so many answers one is taken by a proxy."""


class _Deed(Protocol):
    def __call__(self, life: Life) -> None: ...


class _Proxy(TypedDict, total=False):
    to: RecipientKind
    to_name: str
    to_number: str
    to_paper: ProxyPaper
    to_reason: str


@dataclass(slots=True)
class Life:
    """One letter: what it is about, who has to do with it, and its ids as they come to be."""

    subject: words.Subject
    number: int
    body: Body
    desk: Desk
    person: Applicant
    letter: UUID | None = None
    code: str = ""
    arrival: UUID | None = None
    draft: UUID | None = None
    ordered: bool = False
    """Whether it went to the expert by way of the head."""


class Lives:
    """Does the stages of all letters, each deed a little later than the one before."""

    def __init__(self, dice: random.Random, clock: FakeClock, province: Province) -> None:
        self._dice, self._clock, self._province = dice, clock, province
        people = People(dice)
        self._applicants = [
            Applicant(
                id_kind=IdKind.NATIONAL,
                number=national_id(n),
                name=people.name(),
                mobile="" if n % 11 == 0 else mobile(n),
            )
            for n in range(1, PEOPLE + 1)
        ]
        self._letters: dict[int, Life] = {}
        self._handed_over = 0
        self._taken = 0
        self._scans: dict[str, PageRef] = {}
        self._water = [
            (number, subject)
            for number, subject in enumerate(words.SUBJECTS, 1)
            if words.WATER in subject.agencies
        ]
        self._others = list(enumerate(words.SUBJECTS, 1))

    def do(self, letter: int, deed: str) -> None:
        """Do one stage of one letter."""
        life = self._letters.get(letter)
        if life is None:
            life = self._letters[letter] = self._born()
        self._later()
        stage: _Deed = getattr(self, f"_{deed}")
        stage(life)

    def _born(self) -> Life:
        dice, province = self._dice, self._province
        desks = province.desks
        desk = desks[0] if dice.random() < OWN_DESK_SHARE else dice.choice(desks)
        water = dice.random() < WATER_SHARE
        number, subject = dice.choice(self._water if water else self._others)
        code = words.WATER if water else dice.choice(subject.agencies)
        bodies = province.bodies[code]
        body = next((body for body in bodies if body.county == desk.county), bodies[0])
        return Life(subject, number, body, desk, dice.choice(self._applicants))

    def _later(self) -> None:
        self._clock.advance(timedelta(seconds=self._dice.randrange(15, 50)))

    def _day(self, ahead: int) -> date:
        return self._clock.now().astimezone(TEHRAN).date() + timedelta(days=ahead)

    def _scan(self, name: str, role: PageRole) -> PageRef:
        found = self._scans.get(name)
        if found is None:
            path = SCANS / f"{name}.jpg"
            blob = letters.blob_store().put([path.read_bytes()])
            found = self._scans[name] = PageRef(
                digest=blob.digest, media_type="image/jpeg", size=blob.size, name=path.name
            )
        return replace(found, role=role)

    def _accept(self, life: Life) -> None:
        dice, subject = self._dice, life.subject
        typed = dice.random() < 0.15
        pages: list[PageRef] = []
        if not typed:
            pages.append(self._scan(f"letter-{life.number:02}", PageRole.LETTER))
            for _ in range(dice.choice((0, 0, 1, 1, 2))):
                kind = dice.randrange(1, len(words.ENCLOSURES) + 1)
                pages.append(self._scan(f"enclosure-{kind}", PageRole.ENCLOSURE))
        text = subject.text if typed or dice.random() < 0.5 else ""
        applicant, circumstances = self._rare(life.person, bool(text), bool(pages))
        accepted = letters.accept(
            life.desk.clerk,
            Acceptance(
                nonce=new_id(),
                applicant=applicant,
                circumstances=circumstances,
                agency_id=life.body.agency,
                subject=f"{subject.name}، شهرستان {life.desk.county}",
                body=text,
                kind=LetterKind(subject.kind),
                fee=self._fee(life.desk.clerk),
                pages=tuple(pages),
                medium=Medium.ELECTRONIC if typed else Medium.PAPER,
                urgency=dice.choices((Urgency.NORMAL, Urgency.URGENT), (9, 1))[0],
            ),
        )
        life.letter, life.code = accepted.letter_id, accepted.tracking_code
        if self._taken % UNPRINTED_EACH:
            letters.print_receipt(life.desk.clerk, accepted.letter_id)
        life.person = applicant

    def _rare(
        self, person: Applicant, typed: bool, scanned: bool
    ) -> tuple[Applicant, Circumstances]:
        """Return who applies and how it came, by turns: nothing of it is drawn by lot."""
        self._taken += 1
        turn, rest = divmod(self._taken, RARE_EACH)
        if rest:
            return person, Circumstances(writing=Writing.HAND if scanned else None)
        return brought.CASES[turn % len(brought.CASES)](person, turn, typed)

    def _fee(self, clerk: Actor) -> Fee:
        asked, way = letters.letter_fee(clerk), self._dice.random()
        if way < 0.05:
            return Fee(Money(0), Money(0), PayWay.FREE)
        if way < 0.25:
            return replace(asked, way=PayWay.CASH)
        return replace(asked, rrn=f"{self._dice.randrange(10**11, 10**12)}")

    def _arrived(self, life: Life) -> UUID:
        if life.arrival is None:
            hits = letters.search(life.body.secretary, life.code).rows
            life.arrival = hits[0].id
        return life.arrival

    def _drafted(self, life: Life) -> UUID:
        assert life.draft is not None
        return life.draft

    def _accepted(self, life: Life) -> UUID:
        assert life.letter is not None
        return life.letter

    def _arrive(self, life: Life) -> None:
        """The post brought it; the secretariat has not looked yet."""

    def _register(self, life: Life) -> None:
        letters.register(life.body.secretary, self._arrived(life))

    def _void(self, life: Life) -> None:
        secretary = life.body.secretary
        row = letters.arrival(secretary, self._arrived(life)).row
        year, number = row.number_text.split("/")
        letters.void_number(
            secretary, year=int(year), number=int(number), reason="ثبت تکراری به اشتباه"
        )

    def _refer(self, life: Life) -> None:
        body = life.body
        life.ordered = self._dice.random() < ORDERED_SHARE
        to = [_to(body.head if life.ordered else body.expert)]
        if self._dice.random() < 0.2:
            to.append(_to(body.deputy, Purpose.INFORMATION))
        letters.refer(
            body.secretary,
            self._arrived(life),
            to=to,
            deadline=None if life.ordered else self._day(self._dice.randrange(2, 12)),
        )

    def _order(self, life: Life) -> None:
        """The head, if it lies before him, reads it and gives his order in the margin."""
        body, dice = life.body, self._dice
        arrival = self._arrived(life)
        if not life.ordered:
            letters.open_arrival(body.expert, arrival)
            return
        letters.open_arrival(body.head, arrival)
        to = [_to(body.expert)]
        if dice.random() < 0.25:
            to.append(_to(body.second_expert, Purpose.OPINION))
        self._later()
        letters.refer(
            body.head,
            arrival,
            to=to,
            instruction=dice.choice(words.INSTRUCTIONS[:3]),
            deadline=self._day(dice.randrange(2, 12)) if dice.random() < 0.7 else None,
        )
        if dice.random() < 0.4:
            self._later()
            letters.open_arrival(body.expert, arrival)

    def _begin(self, life: Life) -> None:
        """The expert opens it and writes a first version."""
        arrival = self._arrived(life)
        letters.open_arrival(life.body.expert, arrival)
        self._later()
        life.draft = letters.draft(
            life.body.expert,
            arrival,
            recipient=_spoken_to(life.person.name),
            subject=f"پاسخ به نامهٔ «{life.subject.name}»",
            body=_answer(life.subject.answer),
            draft_id=life.draft,
        )

    def _draft(self, life: Life) -> None:
        self._begin(life)
        self._later()
        letters.initial(life.body.expert, self._drafted(life))
        self._offer(life)

    def _draft_again(self, life: Life) -> None:
        life.subject = replace(
            life.subject, answer=f"{life.subject.answer} پیگیری تا رفع کامل ادامه دارد."
        )
        self._draft(life)

    def _offer(self, life: Life) -> None:
        body = life.body
        letters.refer(body.expert, self._arrived(life), to=[_to(body.head, Purpose.SIGNATURE)])

    def _send_back(self, life: Life) -> None:
        letters.open_arrival(life.body.head, self._arrived(life))
        self._later()
        letters.send_back(life.body.head, self._drafted(life), note="زمان رفع کامل نوشته شود.")

    def _sign(self, life: Life) -> None:
        letters.open_arrival(life.body.head, self._arrived(life))
        self._later()
        letters.sign(life.body.head, self._drafted(life))

    def _dispatch(self, life: Life) -> None:
        letters.dispatch(life.body.secretary, self._drafted(life))

    def _return_(self, life: Life) -> None:
        expert, arrival = life.body.expert, self._arrived(life)
        letters.open_arrival(expert, arrival)
        self._later()
        letters.return_for_deficiency(
            expert, arrival, missing=life.subject.missing, until=self._day(10)
        )

    def _complete(self, life: Life) -> None:
        page = self._scan("enclosure-1", PageRole.ENCLOSURE)
        letters.complete(
            life.desk.clerk, self._accepted(life), pages=(page,), note=life.subject.missing
        )

    def _hand_over(self, life: Life) -> None:
        letters.hand_over(
            life.desk.clerk,
            self._accepted(life),
            national_id=life.person.number,
            tracking_code=life.code,
            **self._proxy(life),
        )
        if self._handed_over % RATED_EACH == 0:
            said = words.RATINGS[self._handed_over // RATED_EACH % len(words.RATINGS)]
            proof = letters.track(life.code, life.person.number).proof
            letters.rate(proof, agency=said[0], counter=said[1])

    def _proxy(self, life: Life) -> _Proxy:
        """Return who comes instead of the person, for one letter in PROXY_EACH; else nobody."""
        self._handed_over += 1
        other = self._applicants[self._handed_over % len(self._applicants)]
        if life.person.id_kind is IdKind.LEGAL:
            return {"to": RecipientKind.BEARER, "to_number": brought.delegate(life.person).number}
        if self._handed_over % PROXY_EACH or other == life.person:
            return {}
        return {
            "to": RecipientKind.PROXY,
            "to_name": other.name,
            "to_number": other.number,
            "to_paper": ProxyPaper.WRITTEN,
            "to_reason": "متقاضی در سفر است.",
        }

    def _withdraw(self, life: Life) -> None:
        letters.ask_withdrawal(life.desk.clerk, self._accepted(life), reason="مشکل بی‌نامه حل شد.")

    def _close(self, life: Life) -> None:
        letters.close(life.body.expert, self._arrived(life), outcome="با تماس تلفنی حل شد.")

    def _transfer(self, life: Life) -> None:
        """To an agency of another kind, which finds it among what arrived."""
        others = [bodies[0] for bodies in self._province.bodies.values() if bodies]
        others = [body for body in others if body.agency != life.body.agency]
        letters.transfer(
            life.body.secretary,
            self._arrived(life),
            agency_id=others[life.number % len(others)].agency,
            reason="این موضوع در صلاحیت این دستگاه نیست.",
        )

    def _reopen(self, life: Life) -> None:
        letters.reopen(life.body.secretary, self._arrived(life), reason="اعتراض متقاضی")


def _to(actor: Actor, purpose: Purpose = Purpose.ACTION) -> Receiver:
    assert actor.post_id is not None
    return Receiver(post_id=actor.post_id, purpose=purpose)


def _spoken_to(name: str) -> str:
    return f"{'سرکار خانم' if name.split(maxsplit=1)[0] in words.WOMEN else 'جناب آقای'} {name}"


def _answer(text: str) -> str:
    return f"با سلام و احترام؛\nدر پاسخ به نامهٔ شما:\n{text}\nبا سپاس از شکیبایی شما."
