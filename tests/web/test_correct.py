"""Correcting particulars on the screen: filled in as they stand, told before and after."""

from __future__ import annotations

import re

from django.urls import reverse

from pishkhan.letters import api as letters
from tests.letters.world import World
from tests.web.desks import sit, text


def stood(page: str) -> dict[str, str]:
    """Return the hidden fields that tell what stood when the page was read."""
    return dict(re.findall(r'name="(stood_[\w-]+)" value="([^"]*)"', page))


def test_the_form_holds_what_stands_and_the_timeline_tells_what_stood(world: World):
    _, arrival = world.referred()
    clerk = sit(world.registrar)
    address = reverse("secretariat:letter", args=(arrival,))
    page = text(clerk.get(address))
    assert "correct_subject" in page
    form = stood(page) | {
        "subject": "موضوع <b>درست</b>",
        "applicant_name": "فرد نمونه",
        "kind": "complaint",
        "urgency": "1",
        "reason": "نوع اشتباه بود",
    }
    refused = clerk.post(reverse("secretariat:correct", args=(arrival,)), form | {"reason": ""})
    assert refused.status_code == 422
    assert "موضوع &lt;b&gt;درست&lt;/b&gt;" in text(refused)
    wrong = clerk.post(reverse("secretariat:correct", args=(arrival,)), form | {"kind": "x"})
    assert wrong.status_code == 422
    done = clerk.post(reverse("secretariat:correct", args=(arrival,)), form)
    assert done.status_code == 302
    page = text(clerk.get(address))
    assert "Particulars corrected" in page
    assert "kind was \u2068Request\u2069, is \u2068Complaint\u2069" in page
    assert "Reason: نوع اشتباه بود" in page
    assert letters.arrival(world.registrar, arrival).row.kind == "complaint"
    expert = sit(world.expert)
    assert "correct_subject" not in text(expert.get(reverse("cartable:letter", args=(arrival,))))
    assert expert.post(reverse("cartable:correct", args=(arrival,)), form).status_code in (403, 409)


def test_what_another_corrected_meanwhile_is_told_before_it_is_written_over(world: World):
    _, arrival = world.arrive()
    clerk = sit(world.registrar)
    address = reverse("secretariat:correct", args=(arrival,))
    read = stood(text(clerk.get(reverse("secretariat:letter", args=(arrival,)))))
    assert read["stood_subject"] == "قطعی آب شرب روستا"
    form = {name.removeprefix("stood_"): value for name, value in read.items()}
    assert clerk.post(address, form | read | {"subject": "یکم", "reason": "x"}).status_code == 302
    late = form | {"subject": "دوم", "reason": "y"}
    refused = clerk.post(address, late | read)
    assert refused.status_code == 409
    assert "changed meanwhile" in text(refused)
    assert letters.arrival(world.registrar, arrival).row.subject == "یکم"
    assert 'value="دوم"' in text(refused)  # what was typed stays
    assert clerk.post(address, late | stood(text(refused))).status_code == 302
    assert letters.arrival(world.registrar, arrival).row.subject == "دوم"


def test_terms_of_the_norm_are_in_the_form_of_a_registered_letter_and_told(world: World):
    _, arrival = world.arrive()
    clerk = sit(world.registrar)
    address = reverse("secretariat:letter", args=(arrival,))
    assert "stood_term-kind" not in text(clerk.get(address))
    letters.register(world.registrar, arrival)
    read = stood(text(clerk.get(address)))
    assert read["stood_term-kind"] == "letter"
    form = {name.removeprefix("stood_"): value for name, value in read.items()} | read
    given = form | {"term-kind": "never", "reason": "x"}
    refused = clerk.post(reverse("secretariat:correct", args=(arrival,)), given)
    assert refused.status_code == 422
    assert "Kind of letter" in text(refused)
    given |= {"term-kind": "fax"}
    assert clerk.post(reverse("secretariat:correct", args=(arrival,)), given).status_code == 302
    page = text(clerk.get(address))
    assert "Kind of letter was \u2068Letter\u2069, is \u2068Fax\u2069" in page
