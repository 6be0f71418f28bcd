"""Refusals in the page's digits; what is told of a withdrawal that came too late."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import RequestFactory
from django.utils import translation

from pishkhan.directory.contracts import SYSTEM, OfficeKind, OfficeRef
from pishkhan.kernel.errors import Invalid, Message
from pishkhan.letters.contracts import Step, StepKind
from pishkhan.web import context, errors
from pishkhan.web.letter import words

LONG = Message("At most %(n)s files", {"n": 12})


@pytest.mark.parametrize(("language", "figure"), [("fa", "۱۲"), ("en", "12")])
def test_figures_of_a_refusal_stand_in_the_pages_digits(language: str, figure: str):
    error = Invalid("web.test-7", LONG, fields={"pages": LONG})
    with translation.override(language):
        told = errors.told(error)
        body = json.loads(errors.problem(error).content)
        request = RequestFactory().get("/api/v1/x")
        same = json.loads(errors.failure(request, error).content)
    assert figure in told["title"]
    assert figure in told["fields"]["pages"]
    assert figure in body["title"]
    assert body == same
    assert body["code"] == "web.test-7"  # a code is the same in all languages


def step(**params: str) -> Step:
    return Step(StepKind.WITHDRAWAL_ASKED, datetime(2026, 11, 22, tzinfo=UTC), "", params)


def test_a_withdrawal_that_came_too_late_is_told_so():
    with translation.override("en"):
        asked, late = words.sentence(step(reason="x")), words.sentence(step(refused="too-late"))
        quoted = words.quoted(step(refused="too-late"))
    assert "too late" in late
    assert "too late" not in asked
    assert "too-late" not in quoted
    assert "goes on" in quoted


def test_a_post_and_its_agency_stand_apart_as_the_language_writes_it():
    office = OfficeRef(UUID(int=1), OfficeKind.SECRETARIAT, "Office", UUID(int=2), "Water")
    actor = replace(SYSTEM, post_title="Head", office=office)
    with translation.override("en"):
        assert context.office_label(actor) == "Head, Water"
    with translation.override("fa"):
        assert context.office_label(actor) == "Head، Water"


def test_a_post_inside_a_sentence_turns_nothing_round():
    made = Step(
        StepKind.REFERRED,
        datetime(2026, 11, 22, tzinfo=UTC),
        "",
        {"to": "کارشناس ICT", "purpose": "action"},
    )
    with translation.override("en"):
        assert "\u2068کارشناس ICT\u2069" in words.sentence(made)
