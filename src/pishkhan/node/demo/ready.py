"""What each body keeps ready: phrases, a group of receivers, a text for answers; and the motto."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import jalali
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, Receiver
from pishkhan.node.demo.founding import Body
from pishkhan.web.paper import letter as paper

PHRASES = (
    "وفق مقررات اقدام شود.",
    "بررسی و اعلام نظر شود.",
    "پاسخ مناسب تهیه شود.",
    "در سوابق بررسی و نتیجه گزارش شود.",
    "جهت استحضار.",
)
GROUP = "رسیدگی به درخواست‌های مردمی"
TEMPLATE = (
    "پاسخ: در برنامه است",
    "پاسخ به «{موضوع}»",
    """با سلام و احترام،
بازگشت به نامهٔ شمارهٔ {شماره} مورخ {تاریخ}، به آگاهی می‌رساند:
۱. درخواست شما بررسی شد و در برنامهٔ **سه‌ماههٔ آینده** است.
۲. نتیجه با همین کد رهگیری به شما گفته می‌شود.""",
)
MOTTO = "خدمت نزدیک، پاسخ روشن"
SINCE = "1405/01/01"


def keep(bodies: Iterable[Body]) -> None:
    """Keep the same phrases, one group and one text for each body, and the motto, in one act."""
    name, subject, body_text = TEMPLATE
    with journal.act():
        begin = jalali.day_bounds(jalali.parse_date(SINCE))[0]
        directory.set_setting(SYSTEM, key=paper.MOTTO, value=MOTTO, from_at=begin)
        for body in bodies:
            letters.keep_phrases(SYSTEM, PHRASES, agency_id=body.agency)
            letters.keep_template(
                SYSTEM, name=name, subject=subject, body=body_text, agency_id=body.agency
            )
            letters.keep_group(
                SYSTEM,
                name=GROUP,
                members=[
                    Receiver(post(body.expert)),
                    Receiver(post(body.second_expert), Purpose.OPINION, principal=False),
                    Receiver(post(body.deputy), Purpose.INFORMATION, principal=False),
                ],
                agency_id=body.agency,
            )


def post(actor: Actor) -> UUID:
    """Return the post that a person of a body holds."""
    assert actor.post_id is not None
    return actor.post_id
