"""Deputies, office chiefs and signers per pro over letters: both are named, and no more is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.stand_ins import StandInKind, StandInScope
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, NotFound, PishkhanError, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, SignedAs, StepKind
from pishkhan.letters.logic.answer_text import SIGNED_AS, text_digest
from pishkhan.letters.models import Draft
from pishkhan.sealing import api as sealing
from tests.letters.test_access_agency import STATES, sees
from tests.letters.world import NOON, World, drain, refer

WEEK = timedelta(days=7)


@pytest.fixture
def time():
    with clock.use(clock.FakeClock(NOON)):
        yield clock.current()


@pytest.fixture
def world(time) -> World:
    return World.make()


def name(
    world: World,
    kind: StandInKind,
    for_: Actor,
    by: Actor,
    scope: StandInScope = StandInScope.ALL,
) -> UUID:
    assert for_.post_id is not None
    assert by.post_id is not None
    until = clock.current().now() + WEEK if kind is StandInKind.DEPUTY else None
    return directory.name_stand_in(
        for_,
        kind=kind,
        for_post_id=for_.post_id,
        by_post_id=by.post_id,
        until_at=until,
        scope=scope,
    )


def seated(by: Actor, stand_in: UUID) -> Actor:
    assert by.user_id is not None
    found = directory.actor_for(by.user_id, stand_in)
    assert found is not None
    return found


def deputy_of(world: World, for_: Actor, by: Actor, **more) -> Actor:
    return seated(by, name(world, StandInKind.DEPUTY, for_, by, **more))


def chief_of(world: World, for_: Actor, by: Actor) -> Actor:
    return seated(by, name(world, StandInKind.CHIEF, for_, by))


def to_sign(world: World) -> tuple[UUID, UUID, UUID]:
    """Return (letter, arrival, draft) of an initialled answer that lies before the head."""
    accepted, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن پاسخ")
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    return accepted.letter_id, arrival, draft


# --- deputies ------------------------------------------------------------------------------------


def test_a_deputy_does_the_posts_work_and_each_deed_names_both(world: World):
    accepted, arrival = world.referred()
    acting = deputy_of(world, world.expert, world.colleague)
    letters.open_arrival(acting, arrival)
    letters.draft(acting, arrival, subject="پاسخ", body="متن")
    refer(acting, arrival, world.deputy, Purpose.OPINION)
    view = letters.arrival(world.registrar, arrival)
    done = [step for step in view.steps if step.kind in (StepKind.OPENED, StepKind.DRAFTED)]
    assert [(step.by, step.params["hand"], step.params["hand_as"]) for step in done] == [
        (world.expert.post_title, world.colleague.post_title, "deputy")
    ] * 2
    both = f"{world.expert.post_title} ({world.colleague.post_title})"
    assert view.drafts[0].versions[0].by_title == both
    assert letters.cartable(world.deputy, folder="open").rows[0].from_title == both
    ref = f"post:{world.expert.post_id}@deputy:{world.colleague.post_id}"
    kinds = {e.kind for e in journal.entries_of(accepted.letter_id) if e.actor == ref}
    assert kinds == {"letter.opened", "letter.drafted", "letter.referred"}


def test_the_deputys_signature_names_both_posts_to_the_counter(world: World):
    letter, arrival, draft = to_sign(world)
    acting = deputy_of(world, world.head, world.deputy)
    letters.sign(acting, draft)
    [view] = letters.arrival(world.head, arrival).drafts
    assert (view.signer_name, view.signer_title) == (world.deputy.label, world.deputy.post_title)
    assert (view.signed_as, view.signed_for) == (SignedAs.DEPUTY, world.head.post_title)
    letters.dispatch(world.registrar, draft)
    drain()
    answer = letters.open_answer(world.clerk, letter)
    assert (answer.signed_as, answer.signed_for) == (SignedAs.DEPUTY, world.head.post_title)
    assert answer.signer_title == world.deputy.post_title


def test_what_is_signed_holds_the_other_post(world: World):
    letter, _, draft = to_sign(world)
    letters.sign(deputy_of(world, world.head, world.deputy), draft)
    row = Draft.objects.get(pk=draft)
    assert row.signed_at is not None
    words: dict[str, Any] = {
        "letter": letter,
        "draft": draft,
        "version": 1,
        "subject": "پاسخ",
        "body": "متن پاسخ",
        "signer_name": world.deputy.label,
        "signer_title": world.deputy.post_title,
        "at": row.signed_at,
        "covers": row.covers,
    }
    both = text_digest(**words, signed_as="deputy", signed_for=world.head.post_title)
    assert row.text_digest == both
    key = sealing.node_key()
    assert sealing.verify(SIGNED_AS, bytes.fromhex(both), bytes(row.signature), key.public_key)
    per_pro = {"signed_as": "per_pro", "signed_for": world.head.post_title}
    for other in (words, words | per_pro):
        assert text_digest(**other) != both


def test_a_deputy_without_signing_may_all_but_sign(world: World):
    _, arrival, draft = to_sign(world)
    acting = deputy_of(world, world.head, world.deputy, scope=StandInScope.NO_SIGNING)
    with pytest.raises(Forbidden):
        letters.sign(acting, draft)
    with pytest.raises(Forbidden):
        letters.to_sign(acting)
    deeds = letters.arrival(acting, arrival).deeds.allowed
    assert not any(deed.startswith("sign") for deed in deeds)
    refer(acting, arrival, world.expert, Purpose.OPINION)


def test_a_deputy_signs_together_only_what_he_has_opened_himself(world: World):
    _, arrival, draft = to_sign(world)
    letters.open_arrival(world.head, arrival)
    acting = deputy_of(world, world.head, world.deputy)
    [waiting] = letters.to_sign(acting)
    assert not waiting.seen
    [outcome] = letters.sign_many(acting, [(draft, 1)])
    assert outcome.fault is not None
    assert outcome.fault.code == "letters.not-seen"
    letters.open_arrival(acting, arrival)
    [waiting] = letters.to_sign(acting)
    assert waiting.seen
    [outcome] = letters.sign_many(acting, [(draft, 1)])
    assert outcome.fault is None


@pytest.mark.parametrize("number", range(len(STATES)))
def test_past_his_period_a_deputy_sees_nothing_and_before_it_no_more_than_the_post(
    world: World, time: clock.FakeClock, number: int
):
    build, posts = STATES[number]
    accepted, arrival = build(world)
    made = name(world, StandInKind.DEPUTY, world.expert, world.colleague)
    acting = seated(world.colleague, made)
    assert sees(acting, accepted, arrival) == sees(world.expert, accepted, arrival)
    assert bool(sees(acting, accepted, arrival)) == ("expert" in posts)
    assert sees(world.colleague, accepted, arrival) == set()
    time.advance(WEEK)
    assert world.colleague.user_id is not None
    assert directory.actor_for(world.colleague.user_id, made) is None
    assert sees(world.colleague, accepted, arrival) == set()


def test_what_a_deputy_did_does_not_open_the_letter_to_his_own_post(world: World):
    accepted, arrival = world.referred()
    letters.draft(
        deputy_of(world, world.expert, world.colleague), arrival, subject="پاسخ", body="متن"
    )
    assert sees(world.colleague, accepted, arrival) == set()


# --- per pro -------------------------------------------------------------------------------------


def before_colleague(world: World) -> tuple[UUID, UUID, UUID]:
    """Return (letter, arrival, draft) of an initialled answer that lies before the colleague."""
    accepted, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن پاسخ")
    letters.initial(world.deputy, draft)
    return accepted.letter_id, arrival, draft


def test_who_signs_per_pro_needs_another_ones_initial_on_his_own_words_too(world: World):
    name(world, StandInKind.PER_PRO, world.head, world.colleague)
    _, arrival = world.referred(to=world.colleague)
    draft = letters.draft(world.colleague, arrival, subject="پاسخ", body="متن")
    with pytest.raises(Refused, match=r"letters\.not-initialled"):
        letters.sign(world.colleague, draft, per_pro=world.head.post_id)


def test_who_may_sign_per_pro_signs_at_his_own_desk_under_his_own_name(world: World):
    name(world, StandInKind.PER_PRO, world.head, world.colleague)
    letter, arrival, draft = before_colleague(world)
    refer(world.deputy, arrival, world.colleague, Purpose.SIGNATURE)
    assert f"sign:{draft}" in letters.arrival(world.colleague, arrival).deeds
    letters.sign(world.colleague, draft, per_pro=world.head.post_id)
    view = letters.arrival(world.registrar, arrival)
    [shown] = view.drafts
    assert (shown.signer_name, shown.signer_title) == (
        world.colleague.label,
        world.colleague.post_title,
    )
    assert (shown.signed_as, shown.signed_for) == (SignedAs.PER_PRO, world.head.post_title)
    step = next(step for step in view.steps if step.kind is StepKind.SIGNED)
    assert step.by == world.colleague.post_title
    assert step.params == {"hand_as": "per_pro", "for": world.head.post_title}
    entry = next(e for e in journal.entries_of(letter) if e.kind == "letter.signed")
    assert entry.fields["signed_for"] == str(world.head.post_id)
    letters.dispatch(world.registrar, draft)
    drain()
    answer = letters.open_answer(world.clerk, letter)
    assert (answer.signed_as, answer.signed_for) == (SignedAs.PER_PRO, world.head.post_title)


def test_per_pro_must_be_said_when_the_post_does_not_sign_itself(world: World):
    name(world, StandInKind.PER_PRO, world.head, world.colleague)
    _, arrival, draft = before_colleague(world)
    refer(world.deputy, arrival, world.colleague, Purpose.SIGNATURE)
    with pytest.raises(Forbidden, match=r"letters\.no-right"):
        letters.sign(world.colleague, draft)


def test_nobody_signs_per_pro_for_a_post_that_gave_no_leave(world: World):
    name(world, StandInKind.PER_PRO, world.head, world.colleague)
    _, arrival, draft = before_colleague(world)
    refer(world.deputy, arrival, world.colleague, Purpose.SIGNATURE)
    for post in (world.deputy.post_id, world.other_head.post_id):
        with pytest.raises(Forbidden, match=r"letters\.not-per-pro"):
            letters.sign(world.colleague, draft, per_pro=post)


def test_leave_that_was_ended_covers_no_signature_and_no_referral_to_sign(world: World):
    made = name(world, StandInKind.PER_PRO, world.head, world.colleague)
    _, arrival, draft = before_colleague(world)
    refer(world.deputy, arrival, world.colleague, Purpose.SIGNATURE)
    directory.end_stand_in(world.head, stand_in_id=made)
    with pytest.raises(Forbidden):
        letters.sign(world.colleague, draft, per_pro=world.head.post_id)
    _, other, _ = before_colleague(world)
    with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
        refer(world.deputy, other, world.colleague, Purpose.SIGNATURE)


def test_leave_to_sign_per_pro_opens_no_letter(world: World):
    accepted, arrival = world.referred(to=world.head)
    name(world, StandInKind.PER_PRO, world.head, world.colleague)
    assert sees(world.colleague, accepted, arrival) == set()


def test_a_deputy_does_not_use_leave_that_the_post_has(world: World):
    name(world, StandInKind.PER_PRO, world.head, world.colleague)
    _, arrival, draft = before_colleague(world)
    refer(world.deputy, arrival, world.colleague, Purpose.SIGNATURE)
    acting = deputy_of(world, world.colleague, world.expert)
    with pytest.raises(Forbidden):
        letters.sign(acting, draft, per_pro=world.head.post_id)


# --- office chiefs -------------------------------------------------------------------------------


def test_an_office_chief_sees_his_superiors_cartable_and_nothing_else(world: World):
    accepted, arrival = world.referred(to=world.head)
    chief = chief_of(world, world.head, world.colleague)
    assert sees(chief, accepted, arrival) == sees(world.head, accepted, arrival)
    other, elsewhere = world.referred(to=world.expert)
    assert sees(chief, other, elsewhere) == set()
    assert sees(world.colleague, accepted, arrival) == set()


def test_when_the_office_chief_looks_the_superior_has_not_seen_it(world: World):
    _, arrival = world.referred(to=world.head)
    chief = chief_of(world, world.head, world.colleague)
    letters.open_arrival(chief, arrival)
    letters.draft(chief, arrival, subject="پاسخ", body="متن")
    [given] = letters.arrival(world.registrar, arrival).referrals
    assert given.seen_at is None
    steps = letters.arrival(world.registrar, arrival).steps
    assert {step.params.get("hand_as") for step in steps if step.kind is StepKind.OPENED} == {
        "chief"
    }


def test_an_office_chief_drafts_and_his_superior_initials_and_signs(world: World):
    _, arrival = world.referred(to=world.deputy)
    chief = chief_of(world, world.deputy, world.colleague)
    draft = letters.draft(chief, arrival, subject="پاسخ", body="متن")
    with pytest.raises(Forbidden, match=r"letters\.chief-prepares"):
        letters.initial(chief, draft)
    letters.initial(world.deputy, draft)


def test_an_office_chief_may_not_do_what_binds(world: World):
    letter, arrival, draft = to_sign(world)
    chief = chief_of(world, world.head, world.colleague)
    view = letters.arrival(chief, arrival)
    assert {deed.partition(":")[0] for deed in view.deeds.allowed} <= {
        "prepare",
        "lift",
        "draft",
        "revise",
    }
    referral = view.referrals[-1].id
    before = len(journal.entries_of(letter))
    for deed in (
        lambda: letters.sign(chief, draft),
        lambda: letters.sign_many(chief, [(draft, 1)]),
        lambda: letters.initial(chief, draft),
        lambda: letters.send_back(chief, draft, note="نه"),
        lambda: refer(chief, arrival, world.expert),
        lambda: letters.finish(chief, referral, outcome="شد"),
        lambda: letters.close(chief, arrival, outcome="پایان"),
        lambda: letters.return_for_deficiency(chief, arrival, missing="سند"),
        lambda: letters.dispatch(chief, draft),
        lambda: letters.to_sign(chief),
        lambda: letters.keep_phrases(chief, ["بررسی شود."]),
    ):
        with pytest.raises(Forbidden):
            deed()
    assert len(journal.entries_of(letter)) == before


def test_no_deed_is_shown_to_a_chief_that_is_refused_him(world: World):
    """An actor who forges the rights of the post is still a chief to the rules."""
    _, _, draft = to_sign(world)
    chief = replace(chief_of(world, world.head, world.colleague), rights=world.head.rights)
    with pytest.raises(PishkhanError, match=r"letters\.chief-prepares"):
        letters.sign(chief, draft)


def test_a_chief_who_is_no_chief_any_more_sits_nowhere(world: World):
    accepted, arrival = world.referred(to=world.head)
    made = name(world, StandInKind.CHIEF, world.head, world.colleague)
    directory.end_stand_in(world.head, stand_in_id=made)
    assert world.colleague.user_id is not None
    assert directory.actor_for(world.colleague.user_id, made) is None
    with pytest.raises(NotFound):
        letters.arrival(world.colleague, arrival)
    assert sees(world.colleague, accepted, arrival) == set()


def test_a_view_asks_for_leave_to_sign_only_where_a_draft_could_be_signed(world: World):
    _, plain = world.referred()
    counts = []
    for arrival in (plain,):
        with CaptureQueriesContext(connection) as queries:
            letters.arrival(world.expert, arrival)
        counts.append(sum("standin" in q["sql"] for q in queries))
    assert counts == [0]
