"""What is wrong is said at its field, and what will happen is said as it is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pishkhan.kernel import tracking
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, StepKind
from tests.letters.world import World, drain, national_id, page, refer
from tests.web.desks import sit, text

WRONG = "The national ID is not right"
EMPTY = "This must be filled."


@pytest.mark.parametrize("address", ["public:track", "counter:hand-over"])
def test_each_half_of_a_pair_has_its_own_sentence(world: World, address: str) -> None:
    letter, _ = world.answered()
    clerk = sit(world.clerk)
    browser_language = clerk.post(reverse("web:language"), {"language": "en"})
    assert browser_language.status_code == 302

    def told(code: str, number: str) -> str:
        return text(clerk.post(reverse(address), {"code": code, "national_id": number}))

    assert told("", "").count(f"<span>{EMPTY}</span>") == 2
    bad_number = told(letter.tracking_code, "1234567890")
    assert 'id="id_national_id-error"' in bad_number
    assert WRONG in bad_number
    assert 'id="id_code-error"' not in bad_number
    assert 'id="id_code-error"' in told("hello", national_id(1))
    both = told("7214093381261", "1234567890")
    assert 'id="id_code-error"' in both
    assert 'id="id_national_id-error"' in both
    unknown = told(tracking.make(b"k", 1, 5), national_id(1))
    assert '_id-error"' not in unknown
    assert 'id_code-error"' not in unknown


def test_no_sms_is_promised_that_nobody_sends(world: World, settings) -> None:
    for url, said in (("", "No SMS service is set"), ("json://sms.example", "is told by SMS")):
        settings.PISHKHAN_SMS_URL = url
        _, arrival = world.referred()
        expert = sit(world.expert)
        address = reverse("cartable:return", args=[arrival])
        answer = expert.post(address, {"missing": "تصویر سند"}, follow=True)
        assert said in text(answer)


def test_an_empty_return_names_its_field_and_opens_its_panel(world: World) -> None:
    _, arrival = world.referred()
    answer = sit(world.expert).post(reverse("cartable:return", args=[arrival]), {})
    assert answer.status_code == 422
    assert '<a href="#id_missing">What is missing: ' in text(answer)


def test_a_draft_sent_for_signature_says_with_whom_it_is(world: World) -> None:
    _, arrival = world.referred()
    letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    expert = sit(world.expert)
    address = reverse("cartable:letter", args=[arrival])
    assert 'id="away"' not in text(expert.get(address))
    [sent] = refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    shown = text(expert.get(address))
    assert 'id="away"' in shown
    assert shown.count('data-key="Alt+7"') == 2  # taking back; the form lies in a folded panel
    expert.post(reverse("cartable:take-back", args=[arrival, sent]))
    assert 'id="away"' not in text(expert.get(address))


def test_a_completion_is_one_step_for_the_citizen(world: World) -> None:
    accepted, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    drain()
    view = letters.track(accepted.tracking_code, national_id(1))
    assert [step.kind for step in view.steps].count(StepKind.COMPLETED) == 1
