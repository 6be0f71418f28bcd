"""A letter within one agency: written, signed and numbered, laid before its receivers, answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, Right
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalState,
    Book,
    Classification,
    CopyState,
    LinkRef,
    NewLetter,
    PostTo,
    Purpose,
    Relation,
    StepKind,
    Way,
)
from tests.letters.test_clearance import SECRET, SINCE, UNTIL, Closed
from tests.letters.world import World, _post, _seat, refer

BODY = "با سلام،\nفهرست ایستگاه‌های نیازمند تعمیر تا پایان هفته اعلام شود."


def to(*actors: Actor, copies: tuple[Actor, ...] = ()) -> tuple[PostTo, ...]:
    acting = [PostTo(each.post_id) for each in actors if each.post_id]
    copied = [PostTo(each.post_id, True, "جهت استحضار") for each in copies if each.post_id]
    return (*acting, *copied)


def internal(*posts: PostTo, **changes: object) -> NewLetter:
    given = NewLetter(
        agency_id=None, recipient="", subject="فهرست تعمیرات", body=BODY, posts=tuple(posts)
    )
    return replace(given, **changes)  # type: ignore[arg-type] # the fields' own types


def gone(writer: Actor, given: NewLetter, *, signer: Actor, clerk: Actor, via: Actor) -> UUID:
    """Write, initial, sign and number a letter; return the id that opens it for its writer."""
    made = letters.begin_letter(writer, given)
    refer(writer, made, via, Purpose.SIGNATURE)
    draft = letters.arrival(writer, made).drafts[0].id
    letters.initial(via, draft)
    refer(via, made, signer, Purpose.SIGNATURE)
    letters.sign(signer, draft)
    letters.dispatch(clerk, draft)
    return made


def sent(world: World, *posts: PostTo, **changes: object) -> UUID:
    """Send the expert's letter, signed by the head, to these posts (the colleague)."""
    given = internal(*(posts or to(world.colleague)), **changes)
    return gone(world.expert, given, signer=world.head, clerk=world.registrar, via=world.deputy)


def before(actor: Actor) -> UUID:
    """Return the newest letter in a cartable."""
    return letters.cartable(actor, folder="open").rows[0].arrival_id


def states(actor: Actor, made: UUID) -> list[tuple[str, CopyState | None]]:
    official = letters.arrival(actor, made).official
    assert official is not None
    return [(each.agency_name, each.state) for each in official.addressees]


def test_it_lies_before_its_receivers_and_for_information_before_copies(world: World):
    deadline = clock.current().now().astimezone(TEHRAN).date() + timedelta(days=3)
    posts = to(world.colleague, copies=(world.deputy,))
    made = sent(world, *posts, deadline=deadline)
    own = letters.arrival(world.expert, made)
    assert (own.way, own.row.state) == (Way.INTERNAL, ArrivalState.DISPATCHED)
    assert own.drafts[0].versions[-1].recipient == "کارشناس مشترکان"
    (row,) = letters.cartable(world.colleague, folder="open").rows
    assert (row.purpose, row.deadline, row.seen) == (Purpose.ACTION, deadline, False)
    assert (row.applicant_name, row.number_text) == ("مدیرعامل", own.row.number_text)
    (copy,) = letters.cartable(world.deputy, folder="open").rows
    assert (copy.purpose, copy.instruction) == (Purpose.INFORMATION, "جهت استحضار")
    assert copy.deadline is None
    view = letters.open_arrival(world.colleague, row.arrival_id)
    assert (view.way, view.row.state) == (Way.RECEIVED, ArrivalState.IN_PROGRESS)
    assert (view.body, view.drafts, view.row.holder) == (BODY, (), "کارشناس مشترکان")
    assert view.official is not None
    assert [(each.agency_name, each.copy) for each in view.official.addressees] == [
        ("کارشناس مشترکان", False),
        ("معاون بهره‌برداری", True),
    ]
    assert (view.official.signer_title, view.official.signer_post) == (
        "مدیرعامل",
        world.head.post_id,
    )
    assert StepKind.DRAFTED not in {step.kind for step in view.steps}


def test_its_writer_sees_who_has_seen_it_and_follows_it(world: World):
    posts = to(world.colleague, copies=(world.deputy,))
    made = sent(world, *posts)
    titles = ["کارشناس مشترکان", "معاون بهره‌برداری"]
    unseen, seen = CopyState.UNSEEN, CopyState.SEEN
    assert states(world.expert, made) == list(zip(titles, [unseen, unseen], strict=True))
    delivered = before(world.colleague)
    letters.open_arrival(world.colleague, delivered)
    assert states(world.expert, made) == list(zip(titles, [seen, unseen], strict=True))
    row = next(
        each
        for each in letters.sent_referrals(world.expert).rows
        if each.to_title == "معاون بهره‌برداری" and each.arrival_id == delivered
    )
    assert {f"remind:{row.referral_id}", f"take_back:{row.referral_id}"} <= letters.arrival(
        world.expert, delivered
    ).deeds.allowed
    letters.remind(world.expert, row.referral_id)
    letters.take_back(world.expert, row.referral_id, reason="x")
    with pytest.raises(NotFound):
        letters.arrival(world.deputy, delivered)
    work = next(each for each in letters.arrival(world.colleague, delivered).referrals if each.mine)
    letters.finish(world.colleague, work.id, outcome="انجام شد")
    ended = [CopyState.DONE, CopyState.TAKEN_BACK]
    assert states(world.expert, made) == list(zip(titles, ended, strict=True))


def test_it_takes_the_indicator_of_internal_letters_and_stands_in_the_books(world: World):
    series = letters.add_series(
        world.admin,
        secretariat_id=world.secretariat,
        name="داخلی",
        template="{unit}/{year}/{number}",
        unit="د",
        way=Way.INTERNAL,
    )
    made = sent(world)
    own = letters.arrival(world.expert, made)
    assert own.row.number_text.startswith("د/")
    assert own.row.number_text.endswith("/1")
    for which, chosen in ((Book.INTERNAL, None), (Book.REGISTER, series)):
        (line,) = letters.book(world.registrar, which, series=chosen, since=SINCE, until=UNTIL).rows
        assert (line.text, line.internal, line.person, line.arrival_id) == (
            own.row.number_text,
            True,
            "کارشناس مشترکان",
            made,
        )
    (line,) = letters.export_book(world.registrar, Book.INTERNAL, since=SINCE, until=UNTIL)
    assert line.text == own.row.number_text
    for which in (Book.DISPATCH, Book.REGISTER):  # the first indicator has given none
        assert not letters.book(world.registrar, which, since=SINCE, until=UNTIL).rows
    assert not letters.book(
        world.registrar, Book.DISPATCH, series=series, since=SINCE, until=UNTIL
    ).rows
    found = letters.search(world.colleague, own.row.number_text).rows
    assert [each.id for each in found] == [before(world.colleague)]
    assert before(world.colleague) in {
        each.id for each in letters.search(world.colleague, "تعمیرات").rows
    }
    with pytest.raises(Invalid):
        letters.add_series(
            world.admin,
            secretariat_id=world.secretariat,
            name="x",
            template="{number}-{year}",
            way=Way.RECEIVED,
        )


def test_it_is_answered_by_an_internal_letter_linked_to_it(world: World):
    made = sent(world, *to(world.colleague, copies=(world.deputy,)))
    delivered = before(world.colleague)
    assert "answer" in letters.arrival(world.colleague, delivered).deeds
    assert "answer" not in letters.arrival(world.deputy, delivered).deeds  # only a copy
    given = internal(*to(world.expert), subject="پاسخ", answers=delivered)
    colleague = world.colleague
    who = {"signer": world.head, "clerk": world.registrar, "via": world.deputy}
    answer = gone(colleague, given, **who)
    number = letters.arrival(colleague, answer).row.number_text
    asked = letters.arrival(world.expert, made)
    year, no = asked.row.number_text.split("/")
    assert letters.arrival(colleague, answer).links == (
        LinkRef(Relation.ANSWERS, no, int(year), "مدیرعامل"),
    )
    assert asked.official is not None
    first = asked.official.addressees[0]
    assert (first.state, first.number_text) == (CopyState.ANSWERED, number)
    assert StepKind.REPLIED in {step.kind for step in asked.steps}
    theirs = letters.arrival(colleague, delivered)
    assert theirs.row.state is ArrivalState.ANSWERED
    assert "answer" not in theirs.deeds
    assert [each.outcome for each in theirs.referrals if each.to_post_id == colleague.post_id] == [
        number
    ]
    (reply,) = letters.cartable(world.expert, folder="open").rows
    assert reply.number_text == number
    with pytest.raises(Forbidden):  # his part in it is done
        letters.begin_letter(colleague, given)


def test_its_receivers_refer_it_on_and_close_it_and_no_message_goes(world: World):
    sent(world)
    delivered = before(world.colleague)
    refer(world.colleague, delivered, world.expert, Purpose.OPINION)
    allowed = letters.arrival(world.colleague, delivered).deeds.allowed
    assert {"refer", "close", "answer", "link"} <= allowed
    assert not {"draft", "register", "transfer", "correct", "acknowledge", "address"} & allowed
    for deed in (
        lambda: letters.draft(world.colleague, delivered, subject="x", body="x"),
        lambda: letters.address(world.colleague, delivered, posts=to(world.head)),
    ):
        with pytest.raises(Refused, match=r"letters\.not-now"):
            deed()
    letters.close(world.colleague, delivered, outcome="انجام شد")
    letters.reopen(world.registrar, delivered, reason="x")
    assert letters.arrival(world.registrar, delivered).row.state is ArrivalState.IN_PROGRESS


def test_only_posts_of_the_same_agency_get_it_each_once(world: World):
    assert world.colleague.post_id is not None
    for posts, field in (
        (to(world.other_head), "posts"),
        (to(world.expert), "posts"),
        (to(world.colleague, world.colleague), "posts"),
        (to(world.colleague, copies=(world.other_head,)), "copies"),
        (to(copies=(world.colleague,)), "posts"),
        ((PostTo(new_id()),), "posts"),
    ):
        with pytest.raises(Invalid) as caught:
            letters.begin_letter(world.expert, internal(*posts))
        assert set(caught.value.fields) == {field}
    with pytest.raises(Forbidden):
        letters.begin_letter(world.clerk, internal(*to(world.colleague)))
    stranger = sent(world)
    with pytest.raises(NotFound):
        letters.begin_letter(world.colleague, internal(*to(world.expert), answers=stranger))


def test_other_receivers_need_a_new_initial_and_a_closed_post_gets_nothing(world: World):
    made = letters.begin_letter(world.expert, internal(*to(world.colleague)))
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    more = _post(world.secretariat, "کارشناس سوم")
    letters.address(world.expert, made, posts=(PostTo(more),))
    letters.address(world.expert, made, posts=(PostTo(more),))  # the same again changes nothing
    view = letters.arrival(world.expert, made)
    assert (len(view.drafts[0].versions), view.row.applicant_name) == (2, "کارشناس سوم")
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    directory.close_post(SYSTEM, post_id=more)
    with pytest.raises(Refused, match=r"letters\.post-closed"):
        letters.dispatch(world.registrar, draft)


def test_who_has_no_part_sees_neither_the_draft_nor_what_was_delivered(world: World):
    third = _seat(_post(world.secretariat, "کارشناس سوم"), "third", "سوم نمونه")
    made = sent(world)
    delivered = before(world.colleague)
    for stranger in (third, world.other_registrar, world.clerk, world.admin, world.other_head):
        for id_ in (made, delivered):
            with pytest.raises(NotFound):
                letters.arrival(stranger, id_)
    with pytest.raises(NotFound):  # how it was drafted is not for its receivers
        letters.arrival(world.colleague, made)
    entries = [
        *journal.entries_of(letters.arrival(world.registrar, made).letter_id),
        *journal.entries_of(letters.arrival(world.registrar, delivered).letter_id),
    ]
    kinds = {each.kind for each in entries}
    assert {"letter.begun", "letter.signed", "letter.dispatched", "letter.delivered"} <= kinds
    assert all("تعمیر" not in str(each.fields) for each in entries)


def test_a_class_keeps_it_with_the_confidential_secretariat_and_cleared_posts(world: World):
    closed = Closed.make(world)
    given = internal(*to(world.colleague), subject=SECRET, classification=Classification("3"))
    with pytest.raises(Invalid) as caught:
        letters.begin_letter(closed.expert, given)
    assert set(caught.value.fields) == {"posts"}
    with pytest.raises(Invalid) as caught:
        letters.begin_letter(world.colleague, replace(given, posts=to(closed.expert)))
    assert set(caught.value.fields) == {"classification"}
    made = letters.begin_letter(closed.expert, replace(given, posts=to(closed.head)))
    draft = letters.arrival(closed.expert, made).drafts[0].id
    refer(closed.expert, made, closed.deputy, Purpose.SIGNATURE)
    letters.initial(closed.deputy, draft)
    head = replace(closed.deputy, rights=closed.deputy.rights | {Right.SIGN})
    letters.sign(head, draft)
    with pytest.raises(NotFound):
        letters.dispatch(world.registrar, draft)
    letters.dispatch(closed.clerk, draft)
    delivered = before(closed.head)
    assert letters.arrival(closed.head, delivered).secretariat_id == closed.office
    for stranger in (world.registrar, replace(closed.head, clearance="1")):
        with pytest.raises(NotFound):
            letters.arrival(stranger, delivered)


def test_who_signs_per_pro_or_as_deputy_gets_the_answer_at_the_post_he_signed_for(world: World):
    made = letters.begin_letter(world.expert, internal(*to(world.colleague)))
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    assert world.head.post_id is not None
    assert world.deputy.post_id is not None
    directory.name_stand_in(
        world.admin,
        kind=StandInKind.PER_PRO,
        for_post_id=world.head.post_id,
        by_post_id=world.deputy.post_id,
    )
    letters.sign(world.deputy, draft, per_pro=world.head.post_id)
    letters.dispatch(world.registrar, draft)
    view = letters.arrival(world.colleague, before(world.colleague))
    assert view.official is not None
    assert (view.row.from_name, view.official.signer_post) == ("مدیرعامل", world.head.post_id)
