"""The screens of an answer that was refused, and of two answers to one letter."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import DraftState, SubmissionState
from tests.letters.world import World, drain, national_id, refusing
from tests.web.api.caller import caller, problem
from tests.web.desks import sit, text


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""


@pytest.fixture
def world() -> World:
    return World.make()


def prove(clerk: Client, code: str) -> str:
    """Show the pair; return the address of the letter's answers."""
    given = {"code": code, "national_id": national_id(1)}
    return str(clerk.post(reverse("counter:hand-over"), given)["Location"])


def named(page: str) -> list[str]:
    """Return the answers that the form hands over."""
    return re.findall(r'name="answer" value="([0-9a-f-]{36})"', page)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_both_answers_are_shown_and_handed_over_with_one_press(world, language):
    letter, arrival = world.answered()
    world.answer_again(arrival)
    drain()
    clerk = sit(world.clerk, language)
    told = text(clerk.get(reverse("counter:letter", args=[letter.letter_id])))
    view = letters.submission(world.clerk, letter.letter_id)
    page = text(clerk.get(prove(clerk, letter.tracking_code)))
    assert page.count("<article") == 2
    assert "خط انتقال" in page
    assert "متن دوم" in page
    assert named(page) == [str(answer.id) for answer in view.answers]
    assert told.count("1405/") + told.count("۱۴۰۵/") >= 2
    deliver = reverse("counter:deliver", args=[letter.letter_id])
    assert clerk.post(deliver, {"to": "applicant", "answer": named(page)}).status_code == 302
    state = letters.submission(world.clerk, letter.letter_id).row.state
    assert state is SubmissionState.HANDED_OVER


def test_one_that_came_while_the_page_was_open_is_not_handed_over_unseen(world):
    letter, arrival = world.answered()
    clerk = sit(world.clerk)
    address = prove(clerk, letter.tracking_code)
    shown = named(text(clerk.get(address)))
    second = world.answer_again(arrival)
    drain()
    deliver = reverse("counter:deliver", args=[letter.letter_id])
    led = clerk.post(deliver, {"to": "applicant", "answer": shown})
    assert (led.status_code, led["Location"]) == (302, address)
    assert named(text(clerk.get(address))) == [str(second)]
    assert clerk.post(deliver, {"to": "applicant", "answer": "not an id"}).status_code == 404
    clerk.post(deliver, {"to": "applicant", "answer": str(second)})
    view = letters.submission(world.clerk, letter.letter_id)
    assert view.row.state is SubmissionState.HANDED_OVER


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_refused_answer_is_sent_again_from_the_list_and_from_the_letter(world, language):
    with refusing():
        _, arrival = world.answered()
        _, other = world.answered()
    registrar = sit(world.registrar, language)
    listed = text(registrar.get(reverse("secretariat:to-dispatch")))
    again = re.findall(r'action="([^"]+/resend)"', listed)
    assert len(again) == 2
    led = registrar.post(again[0], {"to_list": "1"})
    assert (led.status_code, led["Location"]) == (302, reverse("secretariat:to-dispatch"))
    states = [letters.arrival(world.registrar, id_).drafts[0].state for id_ in (arrival, other)]
    assert states == [DraftState.DISPATCHED, DraftState.REFUSED]
    page = text(registrar.get(reverse("secretariat:letter", args=[other])))
    (address,) = re.findall(r'action="([^"]+/resend)"', page)
    assert registrar.post(address).status_code == 302
    assert registrar.post(address).status_code == 409  # a second press says that it is done
    drain()
    assert not letters.to_dispatch(world.registrar).rows


def test_the_api_has_both_answers_and_hands_over_those_it_names(world):
    letter, arrival = world.answered()
    second = world.answer_again(arrival)
    drain()
    clerk, mine = caller(world.clerk), f"submissions/{letter.letter_id}"
    told = clerk.get(mine).json()
    first = told["answers"][0]["id"]
    assert [each["id"] for each in told["answers"]] == [first, str(second)]
    assert told["answer"]["id"] == str(second)
    assert clerk.get(f"{mine}/answers/{first}").json()["body"] != "متن دوم"
    assert clerk.get(f"{mine}/answer").json()["body"] == "متن دوم"
    problem(clerk.get(f"{mine}/answers/{arrival}"), 404, "letters.no-answer")
    pair = {"national_id": national_id(1), "tracking_code": letter.tracking_code}
    assert clerk.post(f"{mine}/hand-over", pair | {"answers": [first]}).status_code == 204
    assert clerk.get(mine).json()["row"]["state"] == "ready"
    assert clerk.post(f"{mine}/hand-over", pair).status_code == 204
    told = clerk.get(mine).json()
    assert told["row"]["state"] == "handed_over"
    assert [bool(each["handed_over_at"]) for each in told["answers"]] == [True, True]


def test_a_program_sends_a_refused_answer_again(world):
    with refusing():
        _, arrival = world.answered()
    registrar = caller(world.registrar)
    (row,) = registrar.get("to-dispatch").json()["items"]
    assert row["refused"] is True
    again = f"drafts/{row['draft_id']}/resend"
    problem(caller(world.other_registrar).post(again), 404, "letters.not-found")
    assert registrar.post(again).status_code == 204
    problem(registrar.post(again), 409, "letters.not-refused")
    assert letters.arrival(world.registrar, arrival).drafts[0].state is DraftState.DISPATCHED
