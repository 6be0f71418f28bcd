"""The agency's part of the main job from end to end, by deeds alone."""

from __future__ import annotations

from pishkhan.journal import api as journal
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalState,
    DraftState,
    Purpose,
    ReferralState,
    SubmissionState,
)
from tests.letters.world import World, drain, page, refer


def test_a_letter_is_registered_returned_completed_answered_and_handed_over(world: World):
    accepted, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.RETURNED
    assert seen.missing == "تصویر سند"
    letters.complete(world.clerk, accepted.letter_id, pages=(page("three"),))
    drain()
    view = letters.arrival(world.expert, arrival)
    assert view.row.state is ArrivalState.IN_PROGRESS
    assert [p.round for p in view.pages] == [0, 0, 1]
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن پاسخ")
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    number = letters.dispatch(world.registrar, draft)
    drain()
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.READY
    assert seen.answer is not None
    assert seen.answer.number_text == number.text
    letters.hand_over(
        world.clerk,
        accepted.letter_id,
        national_id=seen.applicant.number,
        tracking_code=accepted.tracking_code,
    )
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.CLOSED
    assert view.drafts[0].state is DraftState.DISPATCHED
    assert {r.state for r in view.referrals} <= {ReferralState.CLOSED, ReferralState.DONE}
    kinds = [entry.kind for entry in journal.entries_of(accepted.letter_id)]
    for kind in (
        "letter.arrived",
        "letter.registered",
        "letter.referred",
        "letter.returned",
        "letter.completion_received",
        "letter.drafted",
        "letter.initialled",
        "letter.signed",
        "letter.dispatched",
        "letter.hand_over_received",
    ):
        assert kind in kinds
