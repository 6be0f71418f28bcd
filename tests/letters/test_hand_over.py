"""Handing an answer over: to whom, against what, and what then becomes of custody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused, TooMany
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Accepted,
    AnswerView,
    ArrivalState,
    Bearer,
    Circumstances,
    ProxyPaper,
    RecipientKind,
    Step,
    StepKind,
    SubmissionState,
)
from pishkhan.letters.logic.throttle import FREE_TRIES
from pishkhan.letters.models import Answer
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Pattern
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from tests.letters.world import World, drain, national_id

ME = national_id(1)
PROXY: dict[str, Any] = {
    "to": RecipientKind.PROXY,
    "to_name": "وکیل نمونه",
    "to_number": national_id(3),
    "to_paper": ProxyPaper.ATTORNEY,
    "to_reason": "متقاضی بستری است",
}


def handed(steps: tuple[Step, ...]) -> list[dict[str, str]]:
    return [step.params for step in steps if step.kind is StepKind.HANDED_OVER]


def pair(accepted: Accepted) -> dict[str, Any]:
    return {"national_id": ME, "tracking_code": accepted.tracking_code}


def answer_of(world: World, accepted: Accepted) -> AnswerView:
    answer = letters.submission(world.clerk, accepted.letter_id).answer
    assert answer is not None
    return answer


def state(world: World, accepted: Accepted) -> SubmissionState:
    return letters.submission(world.clerk, accepted.letter_id).row.state


def test_the_answer_goes_to_the_person_and_the_agency_hears(world: World) -> None:
    accepted, arrival = world.answered()
    answer = answer_of(world, accepted)
    letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted))
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.HANDED_OVER
    assert view.handed_over_at is not None
    assert relay.custodian_state(answer.id, world.counter) is CustodyState.HANDED_OVER
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.CLOSED


@pytest.mark.parametrize("wrong", ["number", "code", "both"])
def test_a_wrong_pair_is_refused_without_saying_which_and_is_on_record(
    world: World, wrong: str
) -> None:
    accepted, _ = world.answered()
    other = world.accept()
    given: dict[str, Any] = {
        "national_id": ME if wrong == "code" else national_id(2),
        "tracking_code": accepted.tracking_code if wrong == "number" else other.tracking_code,
    }
    with pytest.raises(Refused) as refused:
        letters.hand_over(world.clerk, accepted.letter_id, **given)
    assert (refused.value.code, refused.value.fields) == ("letters.wrong-pair", {})
    assert state(world, accepted) is SubmissionState.READY
    assert journal.entries_of(accepted.letter_id)[-1].kind == "letter.hand_over_failed"


def test_a_wrong_pair_is_on_record_before_the_answer_is_here_too(world: World) -> None:
    accepted, _ = world.referred()
    with pytest.raises(Refused, match=r"letters\.wrong-pair"):
        letters.hand_over(
            world.clerk,
            accepted.letter_id,
            national_id=national_id(2),
            tracking_code=accepted.tracking_code,
        )
    assert journal.entries_of(accepted.letter_id)[-1].kind == "letter.hand_over_failed"


def test_wrong_pairs_slow_the_next_try_down_and_the_right_one_works_after_the_wait(
    world: World,
) -> None:
    accepted, _ = world.answered()
    time = FakeClock(clock.current().now())
    with clock.use(time):
        for _ in range(FREE_TRIES):
            with pytest.raises(Refused):
                letters.hand_over(
                    world.clerk,
                    accepted.letter_id,
                    national_id=national_id(2),
                    tracking_code=accepted.tracking_code,
                )
        with pytest.raises(TooMany, match=r"letters\.pair-slower") as slower:
            letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted))
        assert slower.value.retry_after == 1
        time.advance(timedelta(seconds=slower.value.retry_after))
        letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted))
    assert state(world, accepted) is SubmissionState.HANDED_OVER


def test_rubbish_for_a_pair_is_a_wrong_pair(world: World) -> None:
    accepted, _ = world.answered()
    for number, code in (("", ""), ("\ud800", "x"), (ME, "123")):
        with pytest.raises(Refused):
            letters.hand_over(
                world.clerk, accepted.letter_id, national_id=number, tracking_code=code
            )


def test_a_proxy_leaves_a_name_and_a_number(world: World) -> None:
    accepted, _ = world.answered()
    with pytest.raises(Invalid) as refused:
        letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted), to=RecipientKind.PROXY)
    assert set(refused.value.fields) == {"to_name", "to_number", "to_paper", "to_reason"}
    letters.hand_over(
        world.clerk,
        accepted.letter_id,
        **pair(accepted),
        to=RecipientKind.PROXY,
        to_name="وکیل نمونه",
        to_number=national_id(3),
        to_paper=ProxyPaper.ATTORNEY,
        to_reason="متقاضی بستری است",
    )
    entry = journal.entries_of(accepted.letter_id)[-1]
    assert (entry.kind, entry.fields["to"]) == ("letter.handed_over", "proxy")
    assert entry.fields["paper"] == "attorney"
    for word in ("وکیل", "بستری", national_id(3)):
        assert word not in repr(entry)
    kept = Answer.objects.get(letter_id=accepted.letter_id)
    assert (kept.handed_to_name, kept.handed_to_number) == ("وکیل نمونه", national_id(3))
    assert (kept.handed_paper, kept.handed_reason) == ("attorney", "متقاضی بستری است")


def test_nobody_takes_an_answer_as_a_proxy_of_himself(world: World) -> None:
    accepted, _ = world.answered()
    for own in (ME, "".join(chr(0x06F0 + int(c)) for c in ME)):
        with pytest.raises(Invalid, match=r"letters\.bad-recipient") as refused:
            letters.hand_over(
                world.clerk, accepted.letter_id, **pair(accepted), **PROXY | {"to_number": own}
            )
        assert set(refused.value.fields) == {"to_number"}
    letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted), **PROXY)


def test_nobody_brings_a_letter_as_a_proxy_of_himself(world: World) -> None:
    own = Circumstances(bearer=Bearer("وکیل نمونه", ME, paper=ProxyPaper.ATTORNEY))
    with pytest.raises(Invalid, match=r"letters\.bad-acceptance") as refused:
        world.accept(circumstances=own)
    assert set(refused.value.fields) == {"bearer_number"}


def test_that_a_proxy_took_it_is_told_to_each_as_much_as_he_needs(world: World) -> None:
    accepted, arrival = world.answered()
    letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted), **PROXY)
    drain()
    patterns = [fate.pattern for fate in notices.fates(accepted.letter_id)]
    assert Pattern.HANDED_TO_PROXY in patterns
    assert Pattern.HANDED_OVER not in patterns
    [desk] = handed(letters.submission(world.clerk, accepted.letter_id).steps)
    assert (desk["paper"], desk["name"]) == ("attorney", "و••• نمونه")
    assert desk["reason"] == "متقاضی بستری است"
    [agency] = handed(letters.arrival(world.registrar, arrival).steps)
    assert (agency["to"], agency["paper"]) == ("proxy", "attorney")
    assert {"name", "reason"} & set(agency) == set()
    [citizen] = handed(letters.track(accepted.tracking_code, ME).steps)
    assert citizen == {"to": "proxy"}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_why_the_applicant_did_not_come_is_said_in_one_line(world: World, reason: str) -> None:
    accepted, _ = world.answered()
    with pytest.raises(Invalid) as refused:
        letters.hand_over(
            world.clerk, accepted.letter_id, **pair(accepted), **(PROXY | {"to_reason": reason})
        )
    assert set(refused.value.fields) == {"to_reason"}
    assert state(world, accepted) is SubmissionState.READY


def test_of_the_applicant_himself_nothing_of_a_proxy_is_kept(world: World) -> None:
    accepted, _ = world.answered()
    as_himself = PROXY | {"to": RecipientKind.APPLICANT}
    letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted), **as_himself)
    kept = Answer.objects.get(letter_id=accepted.letter_id)
    assert kept.handed_to_name + kept.handed_paper + kept.handed_reason == ""
    [desk] = handed(letters.submission(world.clerk, accepted.letter_id).steps)
    assert set(desk) == {"to", "number"}


def test_before_the_answer_is_here_nothing_is_handed_over(world: World) -> None:
    accepted, _ = world.referred()
    with pytest.raises(Refused) as refused:
        letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted))
    assert refused.value.code == "letters.not-now"


def test_only_the_counter_that_holds_the_answer_hands_it_over(world: World) -> None:
    accepted, _ = world.answered()
    with pytest.raises(Refused) as elsewhere:
        letters.hand_over(world.other_clerk, accepted.letter_id, **pair(accepted))
    assert elsewhere.value.code == "letters.at-another-counter"
    assert elsewhere.value.message.params == {"counter": "پیشخوان نمونهٔ ۱"}
    for letter_id in (accepted.letter_id, new_id()):
        with pytest.raises(NotFound):
            letters.hand_over(
                world.other_clerk,
                letter_id,
                national_id=national_id(2),
                tracking_code=accepted.tracking_code,
            )
    for actor in (world.registrar, world.head, world.admin):
        with pytest.raises(Forbidden):
            letters.hand_over(actor, accepted.letter_id, **pair(accepted))
    letters.hand_over(world.second_clerk, accepted.letter_id, **pair(accepted))
