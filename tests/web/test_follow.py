"""Following a referral at the desks: reminders, asking back, opinions together."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, ReferralState
from tests.letters.world import World, refer
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return World.make()


def test_a_seen_referral_is_asked_back_kept_and_then_given_back(world: World):
    _, arrival = world.referred()
    (row,) = letters.arrival(world.registrar, arrival).referrals
    clerk, expert = sit(world.registrar), sit(world.expert)
    desk = reverse("secretariat:letter", args=[arrival])
    mine = reverse("cartable:letter", args=[arrival])
    ids = [arrival, row.id]
    page = text(clerk.get(desk))
    assert "not seen yet" in page
    assert reverse("secretariat:take-back", args=ids) in page
    assert reverse("secretariat:ask-back", args=ids) not in page
    expert.get(mine)
    page = text(clerk.get(desk))
    assert reverse("secretariat:take-back", args=ids) not in page
    ask = reverse("secretariat:ask-back", args=ids)
    assert ask in page
    refused = clerk.post(ask, {"reason": "", "referral": str(row.id)})
    assert refused.status_code == 422
    assert f'href="#id_ask_back-{row.id}"' in text(refused)
    assert f'id="id_ask_back-{row.id}-error"' in text(refused)
    clerk.post(ask, {"reason": "به اشتباه"})
    assert "asked back" in text(expert.get(reverse("cartable:open")))
    page = text(expert.get(mine))
    assert "به اشتباه" in page
    assert reverse("cartable:give-back", args=ids) in page
    expert.post(reverse("cartable:decline-recall", args=ids), {"reason": "در دست اقدام"})
    assert "در دست اقدام" in text(clerk.get(desk))
    assert "asked back" not in text(expert.get(reverse("cartable:open")))
    clerk.post(ask, {"reason": "دوباره"})
    given = expert.post(reverse("cartable:give-back", args=ids))
    assert given["Location"] == reverse("cartable:open")
    (row,) = letters.arrival(world.registrar, arrival).referrals
    assert row.state is ReferralState.TAKEN_BACK
    told = f"Referral to \u2068{world.expert.post_title}\u2069 given back as asked"
    assert told in text(clerk.get(desk))
    assert expert.get(mine).status_code == 404


def test_a_reminder_is_read_by_the_receiver(world: World):
    _, arrival = world.referred()
    (row,) = letters.arrival(world.registrar, arrival).referrals
    clerk, expert = sit(world.registrar), sit(world.expert)
    at = reverse("secretariat:remind", args=[arrival, row.id])
    assert at in text(clerk.get(reverse("secretariat:letter", args=[arrival])))
    clerk.post(at, {"note": "لطفاً زودتر"})
    assert "reminded" in text(expert.get(reverse("cartable:open")))
    assert "لطفاً زودتر" in text(expert.get(reverse("cartable:letter", args=[arrival])))
    page = text(clerk.get(reverse("secretariat:letter", args=[arrival])))
    assert at not in page  # once a day


def test_finished_opinions_stand_together(world: World):
    _, arrival = world.referred(to=world.deputy)
    for actor, words in ((world.expert, "نظر یکم"), (world.colleague, "نظر دوم")):
        (given,) = refer(world.deputy, arrival, actor, Purpose.OPINION)
        if actor is world.expert:
            letters.finish(actor, given, outcome=words)
    deputy = sit(world.deputy)
    here = reverse("cartable:letter", args=[arrival])
    opinions = text(deputy.get(here)).partition('id="opinions"')[2].partition("</section>")[0]
    assert "نظر یکم" in opinions
    assert world.expert.post_title in opinions
    assert world.colleague.post_title not in opinions
    letters.finish(world.colleague, given, outcome="نظر دوم")
    opinions = text(deputy.get(here)).partition('id="opinions"')[2].partition("</section>")[0]
    assert opinions.index("نظر یکم") < opinions.index("نظر دوم")
