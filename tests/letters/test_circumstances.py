"""Letters that are not brought by their applicant with a paper of his own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    AnswerTo,
    Applicant,
    ArrivalState,
    Bearer,
    Circumstances,
    Confirmed,
    IdKind,
    PageRole,
    ProxyPaper,
    RecipientKind,
    Signer,
    StepKind,
    SubmissionState,
    Writing,
)
from pishkhan.letters.logic.receive_submission import receive_submission
from pishkhan.letters.models import Answer, Arrival
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Pattern
from tests.letters.test_receive_submission import delivery
from tests.letters.world import World, drain, national_id, page

FIRM = Applicant(IdKind.LEGAL, "10380284790", "شرکت نمونهٔ لرستان", "09121234567")
PASSPORT = Applicant(IdKind.PASSPORT, "afg p 1234567", "محمد نمونه", "")
DELEGATE = Bearer(
    name="مینا نمایندهٔ نمونه",
    number=national_id(3),
    paper=ProxyPaper.DELEGATE,
    paper_number="1405/312",
    paper_date=date(2026, 11, 1),
)
VILLAGE = Circumstances(
    others=84,
    signers=(Signer("همسایهٔ یکم", national_id(4)), Signer("همسایهٔ دوم")),
    answer_to=AnswerTo.ANY,
)


def faults(world: World, beside: Circumstances, **changes: Any) -> set[str]:
    with pytest.raises(Invalid, match=r"letters\.bad-acceptance") as refused:
        world.accept(circumstances=beside, **changes)
    return set(refused.value.fields)


def hand_over(world: World, accepted: Any, number: str, **changes: Any) -> None:
    letters.hand_over(
        world.clerk,
        accepted.letter_id,
        national_id=number,
        tracking_code=accepted.tracking_code,
        **changes,
    )


def taken_by(accepted: Any) -> tuple[str, str, str]:
    [row] = Answer.objects.filter(letter_id=accepted.letter_id)
    return row.handed_to, row.handed_to_kind, row.handed_to_number


# --- foreign nationals ---------------------------------------------------------------------------


def test_a_passport_serves_at_intake_look_up_tracking_and_hand_over(world: World) -> None:
    accepted, arrival = world.answered(applicant=PASSPORT)
    kept = letters.submission(world.clerk, accepted.letter_id).applicant
    assert (kept.id_kind, kept.number) == (IdKind.PASSPORT, "AFG-P1234567")
    assert letters.arrival(world.registrar, arrival).applicant == kept
    known = letters.look_up_person(world.clerk, id_kind=IdKind.PASSPORT, number="AFG P1234567")
    assert known is not None
    for typed in ("AFG P1234567", "afgp1234567", "p1234567", "۱۲۳۴۵۶۷"):
        assert letters.track(accepted.tracking_code, typed).tracking_code == accepted.tracking_code
    with pytest.raises(Refused, match=r"letters\.wrong-pair"):
        hand_over(world, accepted, "AFG P1234568")
    hand_over(world, accepted, "AFG P1234567")
    assert taken_by(accepted)[0] == RecipientKind.APPLICANT


def test_a_passport_without_a_country_is_refused_at_intake(world: World) -> None:
    for number in ("P1234567", "QQQ P1234567", "AFG ABCDEF", "AFG 12"):
        given = replace(PASSPORT, number=number)
        assert faults(world, Circumstances(), applicant=given) == {"number"}


def test_a_proxy_may_show_a_passport_or_a_foreigners_number(world: World) -> None:
    accepted, _ = world.answered()
    proxy: dict[str, Any] = {
        "to": RecipientKind.PROXY,
        "to_name": "محمد نمونه",
        "to_paper": ProxyPaper.WRITTEN,
        "to_reason": "متقاضی بستری است",
    }
    with pytest.raises(Invalid) as refused:
        hand_over(
            world, accepted, national_id(1), to_number="12", to_id_kind=IdKind.FOREIGN, **proxy
        )
    assert set(refused.value.fields) == {"to_number"}
    with pytest.raises(Invalid) as refused:
        hand_over(
            world,
            accepted,
            national_id(1),
            to_number=FIRM.number,
            to_id_kind=IdKind.LEGAL,
            **proxy,
        )
    assert set(refused.value.fields) == {"to_number"}
    hand_over(
        world,
        accepted,
        national_id(1),
        to_number="IRQ A7654321",
        to_id_kind=IdKind.PASSPORT,
        **proxy,
    )
    assert taken_by(accepted) == ("proxy", "passport", "IRQ-A7654321")


# --- who brings it -------------------------------------------------------------------------------


def test_a_firm_has_a_delegate_with_number_and_date_of_his_paper(world: World) -> None:
    bare = replace(DELEGATE, paper_number="", paper_date=None)
    given = Circumstances(bearer=DELEGATE)
    assert faults(world, Circumstances(), applicant=FIRM) == {"bearer_name"}
    assert faults(world, Circumstances(bearer=bare), applicant=FIRM) == {
        "bearer_paper_number",
        "bearer_paper_date",
    }
    guardian = replace(DELEGATE, paper=ProxyPaper.GUARDIAN)
    assert faults(world, Circumstances(bearer=guardian), applicant=FIRM) == {"bearer_paper"}
    late = replace(DELEGATE, paper_date=date(2100, 1, 1))
    assert faults(world, Circumstances(bearer=late), applicant=FIRM) == {"bearer_paper_date"}
    firm = replace(DELEGATE, id_kind=IdKind.LEGAL)
    assert faults(world, Circumstances(bearer=firm), applicant=FIRM) == {"bearer_number"}

    accepted, arrival = world.arrive(applicant=FIRM, circumstances=given)
    assert letters.submission(world.clerk, accepted.letter_id).circumstances == given
    assert letters.arrival(world.registrar, arrival).circumstances == given


def test_of_who_brought_it_receipt_and_timelines_show_no_full_name_and_no_number(
    world: World,
) -> None:
    given = Circumstances(bearer=DELEGATE)
    accepted, arrival = world.arrive(applicant=FIRM, circumstances=given)
    bearer = letters.receipt(world.clerk, accepted.letter_id).circumstances.bearer
    assert bearer is not None
    assert (bearer.name, bearer.number, bearer.paper_number) == ("م••• ن••• نمونه", "", "1405/312")
    steps = [
        letters.submission(world.clerk, accepted.letter_id).steps[0],
        letters.arrival(world.registrar, arrival).steps[0],
    ]
    for step in steps:
        assert step.params["bearer"] == "م••• ن••• نمونه"
        assert step.params["paper"] == "delegate"
        assert DELEGATE.number not in str(step.params)


def test_a_firms_answer_goes_to_who_brought_the_letter_or_to_another_delegate(
    world: World,
) -> None:
    given = Circumstances(bearer=DELEGATE)
    accepted, arrival = world.answered(applicant=FIRM, circumstances=given)
    with pytest.raises(Invalid) as refused:
        hand_over(world, accepted, FIRM.number)
    assert set(refused.value.fields) == {"to"}
    with pytest.raises(Invalid) as refused:
        hand_over(
            world,
            accepted,
            FIRM.number,
            to=RecipientKind.BEARER,
            to_number=national_id(5),
        )
    assert set(refused.value.fields) == {"to_number"}
    hand_over(world, accepted, FIRM.number, to=RecipientKind.BEARER, to_number=DELEGATE.number)
    assert taken_by(accepted) == ("bearer", "national", DELEGATE.number)
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.CLOSED
    assert view.steps[-1].params["paper"] == "delegate"
    patterns = {fate.pattern for fate in notices.fates(accepted.letter_id)}
    assert Pattern.HANDED_TO_PROXY in patterns


def test_nobody_takes_an_answer_as_bearer_or_signer_who_is_not_on_record(world: World) -> None:
    accepted, _ = world.answered()
    for to, field in ((RecipientKind.BEARER, "to"), (RecipientKind.SIGNER, "to_number")):
        with pytest.raises(Invalid) as refused:
            hand_over(world, accepted, national_id(1), to=to, to_number=national_id(1))
        assert set(refused.value.fields) == {field}
    assert letters.submission(world.clerk, accepted.letter_id).row.state is SubmissionState.READY


# --- several signers -----------------------------------------------------------------------------


def test_a_collective_letter_counts_its_signers_wherever_it_is_listed(world: World) -> None:
    accepted, arrival = world.answered(circumstances=VILLAGE)
    assert letters.submissions(world.clerk).rows[0].others == 84
    assert letters.arrivals(world.registrar).rows[0].others == 84
    assert letters.cartable(world.expert, folder="done").rows[0].others == 84
    assert letters.search(world.registrar, accepted.tracking_code).rows[0].others == 84
    assert letters.receipt(world.clerk, accepted.letter_id).others == 84
    view = letters.arrival(world.registrar, arrival)
    assert (view.row.others, view.circumstances.signers) == (84, VILLAGE.signers)
    assert view.steps[0].params["others"] == "84"


def test_a_number_of_signers_needs_the_list_or_the_page_with_their_signatures(
    world: World,
) -> None:
    assert faults(world, Circumstances(others=84)) == {"signers"}
    assert faults(world, Circumstances(others=-1)) == {"others"}
    signed = page("signatures", role=PageRole.SIGNATURES)
    accepted = world.accept(circumstances=Circumstances(others=84), pages=(page("one"), signed))
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.pages[1].role is PageRole.SIGNATURES
    listed = replace(VILLAGE, others=0, answer_to=AnswerTo.FIRST)
    accepted = world.accept(circumstances=listed)
    assert letters.submission(world.clerk, accepted.letter_id).row.others == 2


def test_a_wrong_number_on_the_list_is_told_with_its_line(world: World) -> None:
    listed = (*VILLAGE.signers, Signer("سومی", "1234567890"))
    with pytest.raises(Invalid) as refused:
        world.accept(circumstances=replace(VILLAGE, signers=listed))
    assert refused.value.fields["signers"].params["line"] == 3


def test_any_listed_signer_takes_the_answer_where_that_was_agreed(world: World) -> None:
    accepted, _ = world.answered(circumstances=VILLAGE)
    signer = national_id(4)
    assert (
        letters.match_pair(world.clerk, national_id=signer, tracking_code=accepted.tracking_code)
        == accepted.letter_id
    )
    hand_over(world, accepted, signer, to=RecipientKind.SIGNER, to_number=signer)
    assert taken_by(accepted) == ("signer", "national", signer)


def test_where_the_first_alone_takes_it_no_other_signer_does(world: World) -> None:
    given = replace(VILLAGE, answer_to=AnswerTo.FIRST)
    accepted, _ = world.answered(circumstances=given)
    with pytest.raises(Refused, match=r"letters\.wrong-pair"):
        hand_over(
            world, accepted, national_id(4), to=RecipientKind.SIGNER, to_number=national_id(4)
        )
    with pytest.raises(Invalid):
        hand_over(
            world, accepted, national_id(1), to=RecipientKind.SIGNER, to_number=national_id(4)
        )
    nobody = replace(VILLAGE, signers=(Signer("همسایهٔ دوم"),))
    assert faults(world, nobody) == {"signers"}


def test_a_signers_number_alone_opens_no_tracking(world: World) -> None:
    """The first signer is told and asks; the others ask him."""
    accepted, _ = world.answered(circumstances=VILLAGE)
    with pytest.raises(Exception, match=r"letters\.no-such-pair"):
        letters.track(accepted.tracking_code, national_id(4))


# --- words, originals, mobile --------------------------------------------------------------------


def test_words_that_the_clerk_wrote_are_read_to_the_applicant_and_confirmed(world: World) -> None:
    written = Circumstances(writing=Writing.CLERK)
    assert faults(world, written) == {"body", "confirmed"}
    given = Circumstances(writing=Writing.CLERK, confirmed=Confirmed.FINGERPRINT)
    accepted, arrival = world.arrive(body="به زبان خودش", circumstances=given)
    assert letters.receipt(world.clerk, accepted.letter_id).circumstances == given
    assert letters.arrival(world.registrar, arrival).steps[0].params["confirmed"] == "fingerprint"


def test_in_whose_hand_pages_are_says_nothing_of_a_letter_without_pages(world: World) -> None:
    hand = Circumstances(writing=Writing.HAND, confirmed=Confirmed.WORD)
    with_pages = world.accept(circumstances=hand)
    typed = world.accept(circumstances=hand, body="متن", pages=())
    kept = [
        letters.submission(world.clerk, each.letter_id).circumstances
        for each in (with_pages, typed)
    ]
    assert kept == [Circumstances(writing=Writing.HAND), Circumstances()]


def test_originals_are_on_record_with_who_got_them_back(world: World) -> None:
    seen = Circumstances(originals=("شناسنامه", "سند مالکیت"))
    accepted, arrival = world.arrive(circumstances=seen)
    assert letters.arrival(world.registrar, arrival).circumstances == seen
    step = letters.submission(world.clerk, accepted.letter_id).steps[0]
    assert (step.params["originals"], step.params["originals_to"]) == ("2", "applicant")
    to_bearer = replace(seen, originals_to=RecipientKind.BEARER)
    assert faults(world, to_bearer) == {"originals_to"}
    assert faults(world, Circumstances(originals=("  ",))) == {"originals"}
    proxy = replace(DELEGATE, paper=ProxyPaper.WRITTEN)
    world.accept(circumstances=replace(to_bearer, bearer=proxy))


def test_whose_the_mobile_is_stays_with_the_person_and_goes_with_the_number(world: World) -> None:
    whose = Circumstances(mobile_of="دخترش")
    world.accept(circumstances=whose)
    known = letters.look_up_person(world.clerk, id_kind=IdKind.NATIONAL, number=national_id(1))
    assert known is not None
    assert letters.confirm_card(world.clerk, person_id=known.id).mobile_of == "دخترش"
    without = Applicant(IdKind.NATIONAL, national_id(1), "فرد نمونه")
    accepted = world.accept(applicant=without, circumstances=whose)
    receipt = letters.receipt(world.clerk, accepted.letter_id)
    assert (receipt.has_mobile, receipt.circumstances.mobile_of) == (False, "")
    assert notices.fates(accepted.letter_id) == []
    assert letters.confirm_card(world.clerk, person_id=known.id).mobile_of == "دخترش"
    world.accept()
    assert letters.confirm_card(world.clerk, person_id=known.id).mobile_of == ""


def test_how_it_came_goes_with_the_letter_to_the_agency_that_it_is_transferred_to(
    world: World,
) -> None:
    given = replace(VILLAGE, bearer=replace(DELEGATE, paper=ProxyPaper.WRITTEN))
    _, arrival = world.arrive(circumstances=given)
    letters.transfer(
        world.registrar, arrival, agency_id=world.other_agency, reason="در صلاحیت برق است"
    )
    drain()
    [row] = letters.arrivals(world.other_registrar).rows
    assert row.others == 84
    assert letters.arrival(world.other_registrar, row.id).circumstances == given


# --- record and envelope -------------------------------------------------------------------------


def test_the_entry_holds_a_digest_of_it_and_nothing_of_a_person(world: World) -> None:
    plain = world.accept()
    rare = world.accept(applicant=FIRM, circumstances=Circumstances(bearer=DELEGATE))
    entries = [journal.entries_of(each.letter_id)[0] for each in (plain, rare)]
    assert "circumstances" not in entries[0].fields
    assert len(str(entries[1].fields["circumstances"])) == 64
    assert DELEGATE.number not in str(entries[1].fields)


def test_the_same_submit_twice_says_whether_its_circumstances_were_the_same(world: World) -> None:
    given = world.acceptance(circumstances=VILLAGE)
    first = letters.accept(world.clerk, given)
    again = letters.accept(world.clerk, given)
    other = letters.accept(world.clerk, replace(given, circumstances=replace(VILLAGE, others=85)))
    assert (again.letter_id, again.repeated, again.same) == (first.letter_id, True, True)
    assert (other.letter_id, other.same) == (first.letter_id, False)


@pytest.mark.parametrize(
    "given",
    [
        "text",
        {"others": -1},
        {"others": "84"},
        {"signers": "all"},
        {"signers": ["x"]},
        {"signers": [{"name": "", "id_kind": "national"}]},
        {"bearer": {"name": "x", "number": "1" * 17, "id_kind": "national"}},
        {"bearer": {"name": "x", "number": "1", "id_kind": "king"}},
        {"writing": "typewriter"},
        {"originals": ["x" * 81]},
        {"mobile_of": "x" * 61},
    ],
)
def test_an_envelope_with_other_circumstances_than_agreed_is_refused(
    world: World, given: object
) -> None:
    world.arrive()
    with pytest.raises(Invalid) as refused, journal.act() as act:
        receive_submission(delivery(world, circumstances=given), act)
    assert refused.value.code == "letters.bad-message"
    assert Arrival.objects.count() == 1


def test_the_handing_over_of_a_collective_answer_names_the_signer_on_the_counters_timeline(
    world: World,
) -> None:
    accepted, _ = world.answered(circumstances=VILLAGE)
    signer = national_id(4)
    hand_over(world, accepted, signer, to=RecipientKind.SIGNER, to_number=signer)
    last = letters.submission(world.clerk, accepted.letter_id).steps[-1]
    assert (last.kind, last.params["to"]) == (StepKind.HANDED_OVER, "signer")
    assert last.params["name"] == "ه••• یکم"
