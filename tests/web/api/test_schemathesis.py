"""schemathesis against the running application: no fault of ours, nothing but what is described.

A real world made by deeds stands behind it, so that calls with good identifiers reach letters in
several states. All checks are on. What a schema can not say (a check digit, a day that has
passed, a rule of the domain) is told by 422 or 409: both count as an expected answer to
well-formed data.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import werkzeug.test
from django.core.wsgi import get_wsgi_application
from django.db import connection
from schemathesis import config as settings_of
from schemathesis import engine
from schemathesis.config import _checks as check_settings
from schemathesis.engine import events

from tests.letters.world import World, drain, national_id
from tests.web import tus
from tests.web.api.caller import caller, letter

SECONDS = 12
CALLS, OPERATIONS = 400, 10
SCAN = Path(__file__).parents[2] / "data" / "scan_page_3.jpg"


@pytest.fixture
def province(world: World) -> dict[str, Any]:
    """Letters in several states, and one program for the counter and two for the agency."""
    clerk, registrar = caller(world.clerk), caller(world.registrar)
    expert = caller(world.expert)
    tus.send(clerk.client, SCAN.read_bytes(), headers={"Authorization": f"Bearer {clerk.token}"})
    mine: list[str] = []
    arrivals: list[str] = []
    for made in (world.arrive, world.referred, world.answered):
        accepted, arrival = made()
        mine.append(str(accepted.letter_id))
        arrivals.append(str(arrival))
    mine.append(clerk.post("submissions", letter(world)).json()["letter_id"])
    drain()
    view = expert.get(f"arrivals/{arrivals[2]}").json()
    person = clerk.post("persons/look-up", {"number": national_id(1)}, key="").json()["person"]
    return {
        "counter": clerk.token,
        "agency": itertools.cycle([registrar.token, expert.token]),
        "letter_id": mine,
        "arrival_id": arrivals,
        "referral_id": [each["id"] for each in view["referrals"]],
        "draft_id": [each["id"] for each in view["drafts"]],
        "agency_id": [str(world.agency)],
        "person_id": [person["id"]],
    }


@pytest.fixture
def api(province: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The description, as the application serves it, with tokens and identifiers of the world."""
    plain = werkzeug.test.Client.open

    def without_sockets(client: Any, *args: Any, **options: Any) -> Any:
        # The probe of `ignored_auth` hands werkzeug the options of a network (4.32).
        for name in ("max_redirects", "verify", "cert", "proxies"):
            options.pop(name, None)
        return plain(client, *args, **options)

    monkeypatch.setattr(werkzeug.test.Client, "open", without_sockets)
    project = settings_of.ProjectConfig(
        continue_on_failure=True,
        checks=settings_of.ChecksConfig(
            positive_data_acceptance=check_settings.PositiveDataAcceptanceConfig(
                expected_statuses=[
                    *check_settings.POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES, "415", "422",
                ]
            ),
        ),
        generation=settings_of.GenerationConfig(max_examples=5, deterministic=True),
    )  # fmt: skip
    config = settings_of.SchemathesisConfig(
        projects=settings_of.ProjectsConfig(default=project), seed=1405
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", unpacked(), config=config)
    known = _use(schema, province)
    schemathesis.hook("before_call")(known)
    yield schema
    schemathesis.hooks.unregister(known)


def unpacked() -> Any:
    """Return the application for a client that asks for gzip and then can not read it.

    Each answer is closed with its thread's connection: the client leaves both open.
    """
    application: Any = get_wsgi_application()

    def served(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        answer = application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()
            connection.close()  # the engine calls from threads of its own

    return served


def _use(schema: Any, province: dict[str, Any]) -> Any:
    """Teach the schema the tokens; return the hook that puts known identifiers into addresses."""
    turn = itertools.count()

    @schema.auth()
    class Tokens:
        def get(self, case: Any, _context: Any) -> str:
            counters = ("/submissions", "/persons", "/counter", "/fee")
            return (
                province["counter"]
                if case.operation.path.startswith(counters)
                else next(province["agency"])
            )

        def set(self, case: Any, data: str, _context: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}

    def known_identifiers(_context: Any, case: Any, _kwargs: Any) -> None:
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        sides = {"item_id": "letter_id" if "/submissions" in case.operation.path else "arrival_id"}
        for name in case.path_parameters or {}:
            known = province.get(sides.get(name, name))
            if known and next(turn) % 4:
                case.path_parameters[name] = known[next(turn) % len(known)]

    return known_identifiers


def faults(ran: Iterator[Any]) -> Iterator[str]:
    for event in ran:
        if isinstance(event, events.NonFatalError | events.FatalError):
            yield str(event.info if isinstance(event, events.NonFatalError) else event.exception)
        recorder = getattr(event, "recorder", None)
        for checks in recorder.checks.values() if recorder else ():
            for check in checks:
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    yield f"{failure.operation} {failure.title}: {failure.message}"


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_no_call_finds_a_fault_or_an_answer_that_is_not_described(api: Any):
    until = time.monotonic() + SECONDS
    ran = engine.from_schema(api).execute()
    found: set[str] = set()
    calls, done = 0, set()
    for event in ran:
        recorder = getattr(event, "recorder", None)
        if recorder is not None:
            calls += len(recorder.interactions)
            answers = [call.response for call in recorder.interactions.values()]
            if any(answer and answer.status_code < 300 for answer in answers):
                done.add(recorder.label)
        found.update(faults(iter([event])))
        enough = calls > CALLS and len(done) > OPERATIONS
        if time.monotonic() > until and enough:  # a busy machine takes longer, and asks as much
            ran.stop()
    assert not found, "\n\n".join(sorted(found))
    assert calls > CALLS
    assert len(done) > OPERATIONS, "too few were ever done: the identifiers do not serve"
