"""Leaks over the API: for each seat and each state, what must be told and what must be hidden.

Hidden is 404 with the very bytes that an invented identifier gives, or 403 where the whole kind
of seat has no such list: never an answer that says whether a letter exists.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from tests.letters.world import World, drain, national_id, refer
from tests.web.api.caller import Caller, caller

SEATS = (
    "clerk", "second_clerk", "other_clerk", "registrar", "head", "deputy", "expert", "colleague",
    "other_registrar", "other_head",
)  # fmt: skip

COUNTER = frozenset({"clerk", "second_clerk"})
"""Who sees the letter at its counter, in every state."""

AGENCY = {
    "queued": frozenset[str](),
    "arrived": frozenset({"registrar"}),
    "registered": frozenset({"registrar"}),
    "referred": frozenset({"registrar", "expert"}),
    "taken back": frozenset({"registrar"}),
    "returned": frozenset({"registrar", "expert"}),
    "answered": frozenset({"registrar", "expert", "deputy", "head"}),
    "closed": frozenset({"registrar"}),
}
"""Who sees it at the agency, by state."""


def brought(world: World, state: str) -> tuple[UUID, UUID | None]:
    """Bring a letter into a state by deeds; return its id at the counter and at the agency."""
    if state == "queued":
        return world.accept().letter_id, None
    if state == "answered":
        accepted, arrival = world.answered()
        return accepted.letter_id, arrival
    accepted, arrival = world.arrive()
    if state != "arrived":
        letters.register(world.registrar, arrival)
    if state in {"referred", "taken back", "returned"}:
        [referral] = refer(world.registrar, arrival, world.expert)
        if state == "taken back":
            letters.take_back(world.registrar, referral)
        if state == "returned":
            letters.return_for_deficiency(world.expert, arrival, missing="سند")
    if state == "closed":
        letters.close(world.registrar, arrival, outcome="پایان")
    drain()
    return accepted.letter_id, arrival


@pytest.fixture
def programs(world: World) -> dict[str, Caller]:
    return {seat: caller(getattr(world, seat)) for seat in SEATS}


def hidden(program: Caller, path: str, unknown: str) -> bool:
    """Return whether the answer is the one that an invented letter gets."""
    answer, nothing = program.get(path), program.get(unknown)
    assert answer.status_code in {200, 403, 404}, answer.content
    if answer.status_code == 200:
        return False
    assert (answer.status_code, answer.content) == (nothing.status_code, nothing.content)
    return True


def addresses(prefix: str, id_: UUID, *names: str) -> list[tuple[str, str]]:
    other = new_id()
    return [(f"{prefix}/{id_}{name}", f"{prefix}/{other}{name}") for name in names]


@pytest.mark.parametrize("state", AGENCY)
def test_a_letter_is_told_to_its_custody_chain_and_to_nobody_else(
    world: World, programs: dict[str, Caller], state: str
):
    letter, arrival = brought(world, state)
    at_counter = addresses("submissions", letter, "", "/receipt", "/pages/1")
    at_agency = addresses("arrivals", arrival, "", "/pages/1") if arrival else []
    for seat, program in programs.items():
        for path, unknown in at_counter:
            assert hidden(program, path, unknown) != (seat in COUNTER), (seat, path)
        for path, unknown in at_agency:
            assert hidden(program, path, unknown) != (seat in AGENCY[state]), (seat, path)


def test_lists_and_search_show_only_what_may_be_opened(world: World, programs: dict[str, Caller]):
    letter, arrival = brought(world, "referred")
    ids = {str(letter), str(arrival)}
    words = ("آب", "فرد نمونه", national_id(1))
    for seat, program in programs.items():
        told: set[str] = set()
        for path in ("submissions", "arrivals", "cartable", "cartable?folder=done", "to-dispatch"):
            told |= _ids(program.client.get(f"/api/v1/{path}", headers=program.headers()))
        for q in words:
            told |= _ids(program.post("search", {"q": q}))
        sees = seat in COUNTER | AGENCY["referred"]
        assert bool(told & ids) == sees, seat


def test_a_counters_program_sees_people_masked_as_the_screens_do(world: World):
    accepted, _ = world.answered()
    given, clerk = world.acceptance().applicant, caller(world.clerk)
    mine = f"submissions/{accepted.letter_id}"
    like = {"number": given.number, "agency_id": str(world.agency), "subject": "قطعی آب شرب روستا"}
    answers = {
        "list": clerk.get("submissions"),
        "of a state": clerk.get("submissions?state=ready"),
        "similar": clerk.post("submissions/similar", like),
        "found by words": clerk.post("search", {"q": "آب شرب"}),
        "found by number": clerk.post("search", {"q": given.number}),
        "letter": clerk.get(mine),
        "receipt": clerk.get(f"{mine}/receipt"),
        "answer": clerk.get(f"{mine}/answer"),
    }
    for name, answer in answers.items():
        assert answer.status_code == 200, name
        told = answer.content.decode()
        assert "آب" in told, name  # the letter itself is there
        assert [each for each in (given.name, given.number, given.mobile) if each in told] == []
    row = answers["list"].json()["items"][0]
    assert row["applicant_name"] == "ف••• نمونه"
    letter = answers["letter"].json()
    assert letter["row"]["applicant_name"] == "ف••• نمونه"
    assert letter["applicant"] == {
        "id_kind": "national",
        "masked_name": "ف••• نمونه",
        "masked_mobile": "0912•••4567",
    }
    person = clerk.post("persons/look-up", {"number": given.number}).json()["person"]
    whole = clerk.post(f"persons/{person['id']}/confirm-card", {}).json()
    assert (whole["name"], whole["number"]) == (given.name, given.number)
    [row] = clerk.get(f"persons/{person['id']}/submissions").json()["items"]
    assert row["applicant_name"] == "ف••• نمونه"


def _ids(answer: Any) -> set[str]:
    assert answer.status_code in {200, 403}, answer.content
    if answer.status_code == 403:
        return set()
    names = ("id", "arrival_id")
    return {row[name] for row in answer.json()["items"] for name in names if name in row}


def test_no_deed_reaches_a_letter_that_the_seat_may_not_see(
    world: World, programs: dict[str, Caller]
):
    letter, arrival = brought(world, "answered")
    assert arrival is not None
    view = letters.arrival(world.registrar, arrival)
    draft, referral = view.drafts[0].id, view.referrals[0].id
    deeds: list[tuple[str, Any]] = [
        (f"submissions/{letter}/withdraw", {"reason": "x"}),
        (f"submissions/{letter}/complete", {"note": "x"}),
        (f"submissions/{letter}/hand-over", {"national_id": "1", "tracking_code": "1"}),
        (f"arrivals/{arrival}/register", {}),
        (f"arrivals/{arrival}/refer", {"to": [{"post_id": str(world.colleague.post_id)}]}),
        (f"arrivals/{arrival}/return", {"missing": "x"}),
        (f"arrivals/{arrival}/close", {"outcome": "x"}),
        (f"arrivals/{arrival}/set-aside", {"reason": "x"}),
        (
            f"arrivals/{arrival}/transfer",
            {"agency_id": str(world.other_agency), "reason": "x", "again": True},
        ),
        (
            f"arrivals/{arrival}/correct",
            {
                "subject": "x",
                "applicant_name": "x",
                "kind": "request",
                "urgency": "1",
                "reason": "x",
            },
        ),
        (f"arrivals/{arrival}/reopen", {"reason": "x"}),
        (f"arrivals/{arrival}/drafts", {"subject": "x", "body": "x"}),
        (f"arrivals/{arrival}/drafts/{draft}", {"subject": "x", "body": "x"}),
        (
            f"arrivals/{arrival}/link",
            {"relation": "answers", "number": "1", "year": 1405, "sender": "x"},
        ),
        (f"drafts/{draft}/initial", None),
        (f"drafts/{draft}/send-back", {"note": "x"}),
        (f"drafts/{draft}/sign", None),
        (f"drafts/{draft}/dispatch", None),
        (f"referrals/{referral}/take-back", {}),
        (f"referrals/{referral}/remind", {}),
        (f"referrals/{referral}/ask-back", {"reason": "x"}),
        (f"referrals/{referral}/give-back", None),
        (f"referrals/{referral}/decline-recall", {"reason": "x"}),
        (f"referrals/{referral}/finish", {"outcome": "x"}),
    ]
    for seat in ("other_clerk", "colleague", "other_registrar", "other_head"):
        program = programs[seat]
        for path, body in deeds:
            answer = program.post(path, body)
            unknown = path
            for id_ in (letter, arrival, draft, referral):
                unknown = unknown.replace(str(id_), str(new_id()))
            nothing = program.post(unknown, body)
            assert answer.status_code in {403, 404}, (seat, path, answer.content)
            assert answer.content == nothing.content, (seat, path)


def test_a_revoked_seat_tells_nothing(world: World, programs: dict[str, Caller]):
    letter, _ = brought(world, "queued")
    directory.change_counter(world.admin, counter_id=world.counter, active=False)
    assert programs["clerk"].get(f"submissions/{letter}").status_code == 401


def test_reading_over_the_api_goes_on_record_once_a_day(world: World):
    _, arrival = brought(world, "referred")
    expert = caller(world.expert)
    for _ in range(3):
        told = expert.get(f"arrivals/{arrival}").json()
    kinds = [entry.kind for entry in journal.entries_of(UUID(told["letter_id"]))]
    assert kinds.count("letter.opened") == 1
