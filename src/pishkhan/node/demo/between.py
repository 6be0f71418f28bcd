"""Letters between the bodies, one each way, and one within one of them: the newest things."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CopyTo, NewLetter, PostTo, Purpose, Receiver
from pishkhan.node.demo import words
from pishkhan.node.demo.founding import Body, Province
from pishkhan.node.demo.ready import post

GREETING = "با سلام و احترام،\n"
ASKED = (
    "قطع برق ایستگاه‌های پمپاژ",
    "خواهشمند است زمان قطع برنامه‌ریزی‌شدهٔ برق ایستگاه‌های پمپاژ روستایی از یک هفته پیش اعلام شود.",
)
TOLD = (
    "جابه‌جایی تیر برق در مسیر خط آب",
    "برای جابه‌جایی تیرهای برق در مسیر خط انتقال آب، نقشهٔ مسیر را بفرستید.",
)

LIST = (
    "فهرست ایستگاه‌های نیازمند تعمیر",
    "خواهشمند است فهرست ایستگاه‌های پمپاژ نیازمند تعمیر، به ترتیب فوریت، تا پایان هفته فرستاده شود.",
)


def write(province: Province, clock: FakeClock) -> None:
    """Write, sign and dispatch them; they are carried when the demonstration starts."""
    water, power, gas, governorate = (
        province.bodies[code][0] for code in (words.WATER, "power", "gas", words.GOVERNORATE[0])
    )
    _one(water, power, (gas, governorate), ASKED, clock)
    _one(power, water, (), TOLD, clock)
    within(water, clock)


def within(body: Body, clock: FakeClock) -> None:
    """Let the expert of a body ask the second one for something; the deputy has seen it."""
    clock.advance(timedelta(seconds=40))
    made = letters.begin_letter(
        body.expert,
        NewLetter(
            agency_id=None,
            posts=(
                PostTo(post(body.second_expert)),
                PostTo(post(body.deputy), copy=True, phrase=letters.cc_phrases()[0]),
            ),
            recipient="",
            subject=LIST[0],
            body=GREETING + LIST[1],
        ),
    )
    _sign(body, made, clock)
    for row in letters.cartable(body.deputy, folder="open").rows:
        if row.subject == LIST[0]:
            letters.open_arrival(body.deputy, row.arrival_id)


def _one(
    by: Body, to: Body, copies: Sequence[Body], said: tuple[str, str], clock: FakeClock
) -> None:
    clock.advance(timedelta(seconds=40))
    phrases = letters.cc_phrases()
    made = letters.begin_letter(
        by.expert,
        NewLetter(
            agency_id=to.agency,
            recipient="مدیرعامل محترم",
            subject=said[0],
            body=GREETING + said[1],
            copies=tuple(
                CopyTo(body.agency, phrases[n % len(phrases)]) for n, body in enumerate(copies)
            ),
        ),
    )
    _sign(by, made, clock)


def _sign(by: Body, made: UUID, clock: FakeClock) -> None:
    draft = letters.arrival(by.expert, made).drafts[0].id
    letters.initial(by.expert, draft)
    letters.refer(by.expert, made, to=[Receiver(post(by.head), Purpose.SIGNATURE)])
    clock.advance(timedelta(seconds=40))
    letters.open_arrival(by.head, made)
    letters.sign(by.head, draft)
    letters.dispatch(by.secretary, draft)
