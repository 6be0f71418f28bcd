"""Who stands in for whom in the demonstration, and what an office chief has prepared."""

from __future__ import annotations

from datetime import timedelta

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.kernel.jalali import day_bounds
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, Receiver
from pishkhan.node.demo.founding import DEMO_PREFIX, Body
from pishkhan.node.demo.words import SAMPLE

FOLDERS = ("شورای هفتگی", "پیگیری تا پایان ماه")


def stand_in(body: Body) -> None:
    """Let the expert be the deputy's deputy now, and the deputy the head's in some days."""
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    for away, by, begins, lasts in (
        (body.deputy, body.expert, 0, 14),
        (body.head, body.deputy, 3, 10),
    ):
        assert away.post_id is not None
        assert by.post_id is not None
        directory.name_stand_in(
            SYSTEM,
            kind=StandInKind.DEPUTY,
            for_post_id=away.post_id,
            by_post_id=by.post_id,
            from_at=day_bounds(today + timedelta(days=begins))[0] if begins else None,
            until_at=day_bounds(today + timedelta(days=lasts))[1],
        )


def prepare(body: Body) -> None:
    """Make the secretary the head's office chief, who has prepared an order on an old letter."""
    head, secretary, expert = body.head, body.secretary, body.expert
    assert head.post_id is not None
    assert secretary.post_id is not None
    assert secretary.user_id is not None
    assert expert.post_id is not None
    seat = directory.name_stand_in(
        SYSTEM,
        kind=StandInKind.CHIEF,
        for_post_id=head.post_id,
        by_post_id=secretary.post_id,
    )
    chief = directory.actor_for(secretary.user_id, seat)
    assert chief is not None
    rows = letters.cartable(head, folder="open").rows[::-1]
    if not rows:
        return  # a province without letters
    # The one he has ordered least about; on most days there is one with no order of his yet.
    row = min(rows, key=lambda each: len(letters.arrival(head, each.arrival_id).referrals))
    letters.prepare(
        chief,
        row.arrival_id,
        to=[Receiver(expert.post_id, Purpose.ACTION)],
        instruction="وفق مقررات اقدام شود.",
    )


def file(body: Body) -> None:
    """Let head and expert keep some letters in folders of their posts."""
    for actor, names in ((body.head, FOLDERS), (body.expert, FOLDERS[:1])):
        rows = letters.cartable(actor, folder="open").rows
        for name, some in zip(names, (rows[::2], rows[1:3]), strict=False):
            folder = letters.keep_folder(actor, name=name)
            for row in some:
                held = {
                    each.id for each in letters.folders_around(actor, row.arrival_id) if each.holds
                }
                letters.file_letter(actor, row.arrival_id, folders=held | {folder})


def hand_over(body: Body) -> None:
    """Hand the second expert's post over to a newcomer; its minutes can be printed."""
    second = body.second_expert
    assert second.post_id is not None
    assert second.user_id is not None
    operator = directory.actor_for(directory.user_named(f"{DEMO_PREFIX}operator").id, None)
    assert operator is not None
    newcomer = directory.add_user(
        SYSTEM, username="sample-newcomer", full_name=f"نسرین بهاری {SAMPLE}"
    )
    letters.hand_over_post(
        operator,
        post_id=second.post_id,
        leaver_id=second.user_id,
        user_id=newcomer,
        basis="۱۴۰۵/۱۲",
    )


def leave_vacant(body: Body) -> None:
    """Let the second expert leave without a successor; what lies there waits."""
    assert body.second_expert.post_id is not None
    directory.vacate(SYSTEM, post_id=body.second_expert.post_id)
