"""How it went: said by the applicant alone, after the end, and changed for a time."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, ClerkRole
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, Refused, TooMany
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, ArrivalState
from pishkhan.letters.contracts.ratings import (
    Face,
    RatedSide,
    RatingFigures,
    RatingGiven,
    RatingReason,
    is_told,
)
from pishkhan.letters.logic import rate as rating
from pishkhan.letters.models import Rating
from tests.letters.world import NOON, World, drain, national_id, person

GOOD = RatingGiven(Face.GOOD, RatingReason.LATE)
BAD = RatingGiven(Face.BAD, RatingReason.UNCLEAR)


@pytest.fixture
def world(transactional_db) -> World:
    return World.make()


def ended(world: World, n: int = 1) -> Accepted:
    """Bring a letter to its end in the fewest deeds: the agency does not register it."""
    accepted, arrival = world.arrive(applicant=person(n))
    letters.set_aside(world.registrar, arrival, reason="نامه خوانا نیست")
    drain()
    return accepted


def proof(accepted: Accepted, n: int = 1) -> str:
    return letters.track(accepted.tracking_code, national_id(n)).proof


def kinds(accepted: Accepted) -> list[str]:
    found = [entry.kind for entry in journal.entries_of(accepted.letter_id)]
    return [kind for kind in found if kind.startswith("rating.")]


def test_nobody_is_asked_before_the_end_and_nobody_without_the_pair(world: World) -> None:
    accepted, _ = world.arrive()
    given = proof(accepted)
    assert letters.ratings_tracked(given) == ()
    with pytest.raises(Refused, match=r"letters\.rating-not-now"):
        letters.rate(given, agency=BAD)
    with pytest.raises(Refused, match=r"letters\.proof-over"):
        letters.rate("0" * 40, agency=BAD)
    with pytest.raises(Invalid) as wrong:
        letters.rate(given)
    assert set(wrong.value.fields) == {"rating"}
    assert not Rating.objects.exists()


def test_the_agency_learns_its_own_the_counter_keeps_its_own_and_the_later_word_counts(
    world: World,
) -> None:
    accepted = ended(world)
    given = proof(accepted)
    assert [own.face for own in letters.ratings_tracked(given)] == [None, None]
    assert letters.rate(given, agency=BAD, counter=GOOD)
    drain()
    of_agency, of_counter = letters.ratings_tracked(given)
    assert (of_agency.face, of_agency.reason) == (Face.BAD, RatingReason.UNCLEAR)
    assert (of_counter.face, of_counter.reason) == (Face.GOOD, None), "content: no reason is kept"
    (row,) = letters.agency_ratings(world.registrar).rows
    assert (row.face, row.reason) == (Face.BAD, RatingReason.UNCLEAR)
    (arrival,) = letters.arrivals(world.registrar, state=ArrivalState.SET_ASIDE).rows
    assert row.arrival_id == arrival.id
    assert not letters.rate(given, agency=BAD), "the same again is nothing"
    assert letters.rate(given, agency=RatingGiven(Face.FAIR))
    drain()
    found = letters.agency_ratings(world.registrar)
    assert (found.figures.good, found.figures.fair, found.figures.bad) == (0, 1, 0)
    assert sorted(kinds(accepted)) == ["rating.given"] * 3 + ["rating.received"] * 2
    assert {entry.actor for entry in journal.entries_of(accepted.letter_id)} >= {"applicant"}
    assert letters.agency_ratings(world.other_registrar).rows == ()


def test_on_a_node_that_both_share_each_rating_is_counted_once(world: World) -> None:
    for n in range(1, 4):
        letters.rate(proof(ended(world, n), n), agency=BAD, counter=GOOD)
    drain()
    (agency,) = letters.rating_figures(RatedSide.AGENCY)
    assert agency == RatingFigures("شرکت آب و فاضلاب استان", 0, 0, 3)
    assert letters.rating_figures(RatedSide.COUNTER) == [RatingFigures("پیشخوان نمونهٔ ۱", 3, 0, 0)]
    assert not is_told(agency), "three are too few to tell of"
    # What an agency's own node holds is counted there.
    with journal.act() as act:
        Rating.objects.filter(office_id=world.counter).delete()
        act.append("rating.given", subject=world.counter, actor="system")
    assert letters.rating_figures(RatedSide.AGENCY) == [agency]


def test_it_can_be_changed_for_the_set_days_and_five_times_a_day(world: World) -> None:
    fake = FakeClock(NOON)
    with clock.use(fake):
        directory.set_setting(world.admin, key="letters.rating-days", value=2)
        accepted = ended(world)
        faces = [Face.BAD, Face.GOOD, Face.FAIR, Face.BAD, Face.GOOD, Face.FAIR]
        given = proof(accepted)
        for face in faces[:5]:
            letters.rate(given, counter=RatingGiven(face))
        with pytest.raises(TooMany, match=r"letters\.rating-slower"):
            letters.rate(given, counter=RatingGiven(faces[5]))
        letters.rate(given, agency=BAD)  # the other side has its own count
        fake.advance(timedelta(days=1))
        given = proof(accepted)
        letters.rate(given, counter=RatingGiven(faces[5]))
        fake.advance(timedelta(days=1))
        given = proof(accepted)
        assert [own.open for own in letters.ratings_tracked(given)] == [False, False]
        with pytest.raises(Refused, match=r"letters\.rating-over"):
            letters.rate(given, counter=BAD)
        assert letters.ratings_tracked(given)[1].face is Face.FAIR


def test_an_older_word_that_comes_late_changes_nothing(world: World) -> None:
    accepted = ended(world)
    letters.rate(proof(accepted), agency=BAD)
    row = Rating.objects.get(side=RatedSide.AGENCY.value)
    old = row.at
    letters.rate(proof(accepted), agency=RatingGiven(Face.GOOD))
    drain()
    send_again(row, face=Face.BAD.value, at=old)
    assert letters.agency_ratings(world.registrar).rows[0].face is Face.GOOD
    assert "rating.received_again" in kinds(accepted)


def test_an_agency_takes_in_only_what_is_about_a_letter_that_this_counter_sent_it(
    world: World,
) -> None:
    accepted = ended(world)
    letters.rate(proof(accepted), agency=BAD)
    drain()
    row = Rating.objects.get(office_id=world.counter)
    row.about_office_id, row.about_id = world.other_secretariat, world.other_agency
    send_again(row)
    row.about_id = world.agency
    send_again(row)
    assert letters.agency_ratings(world.other_registrar).rows == ()


def send_again(row: Rating, **changes: object) -> None:
    """Send a row as a counter's node that lies or lags would."""
    from pishkhan.letters.models import Submission  # noqa: PLC0415 - the letter behind the row

    for name, value in changes.items():
        setattr(row, name, value)
    with journal.act() as act, mock.patch.object(rating, "earlier", return_value=()):
        rating._tell(act, Submission.objects.get(pk=row.letter_id), row)
        act.append("rating.given", subject=row.letter_id, actor="system")
    drain()


def test_only_its_manager_sees_a_counters_figures_and_no_letter_in_them(world: World) -> None:
    letters.rate(proof(ended(world)), counter=BAD)
    for actor in (world.clerk, world.registrar, world.admin):
        with pytest.raises(Forbidden):
            letters.counter_ratings(actor)
    user = directory.add_user(SYSTEM, username="manager", full_name="سرپرست دفتر نمونه")
    directory.add_clerk(SYSTEM, counter_id=world.counter, user_id=user, role=ClerkRole.MANAGER)
    manager: Actor | None = directory.actor_for(user, world.counter)
    assert manager is not None
    found = letters.counter_ratings(manager)
    assert found.figures == RatingFigures("پیشخوان نمونهٔ ۱", 0, 0, 1)
    assert found.reasons[RatingReason.UNCLEAR] == 1
    assert found.rows == ()
