"""A circular from the governorate to every body below it; half of them have taken note."""

from __future__ import annotations

from datetime import timedelta

from pishkhan.directory.contracts.bodies import Bodies, BodiesKind
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import NewLetter, Purpose, Receiver
from pishkhan.letters.contracts.circulars import CircularFolder
from pishkhan.node.demo import words
from pishkhan.node.demo.founding import Province
from pishkhan.node.demo.ready import post
from pishkhan.relay import api as relay

SUBJECT = "رعایت صرفه‌جویی در مصرف آب و برق ساختمان‌های اداری"
BODY = """با سلام و احترام،
خواهشمند است دستور فرمایید:
۱. سامانه‌های سرمایش و روشنایی پس از پایان وقت اداری خاموش شود.
۲. آبیاری فضای سبز تنها شب‌ها انجام گیرد.
گزارش اقدام‌ها تا پایان ماه فرستاده شود."""


def write(province: Province, clock: FakeClock) -> None:
    """Write, sign and send it, carry it, and let every other body take note of it.

    The water company, where the demonstration's visitors sit, has it still before it.
    """
    top = province.bodies[words.GOVERNORATE[0]][0]
    clock.advance(timedelta(seconds=40))
    made = letters.begin_letter(
        top.expert,
        NewLetter(
            agency_id=None,
            bodies=Bodies(BodiesKind.BELOW, top.agency),
            recipient="مدیران و فرمانداران محترم",
            subject=SUBJECT,
            body=BODY,
        ),
    )
    draft = letters.arrival(top.expert, made).drafts[0].id
    letters.initial(top.expert, draft)
    letters.refer(top.expert, made, to=[Receiver(post(top.head), Purpose.SIGNATURE)])
    letters.open_arrival(top.head, made)
    letters.sign(top.head, draft)
    letters.dispatch(top.secretary, draft)
    relay.step()
    clock.advance(timedelta(seconds=40))
    others = [body for bodies in province.bodies.values() for body in bodies]
    for body in sorted(others, key=lambda each: each.agency.bytes)[::2]:
        if body.code in (words.WATER, top.code):
            continue
        for row in letters.circulars(body.secretary, CircularFolder.WAITING).rows:
            letters.acknowledge(body.secretary, row.id)
