"""What each body keeps ready for referring: phrases, and a group of receivers."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.journal import api as journal
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, Receiver
from pishkhan.node.demo.founding import Body

PHRASES = (
    "وفق مقررات اقدام شود.",
    "بررسی و اعلام نظر شود.",
    "پاسخ مناسب تهیه شود.",
    "در سوابق بررسی و نتیجه گزارش شود.",
    "جهت استحضار.",
)
GROUP = "رسیدگی به درخواست‌های مردمی"


def keep(bodies: Iterable[Body]) -> None:
    """Keep the same phrases and one group for each body, in one act."""
    with journal.act():
        for body in bodies:
            letters.keep_phrases(SYSTEM, PHRASES, agency_id=body.agency)
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
