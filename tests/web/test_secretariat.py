"""The secretariat's desk: what it lists, what it lets do, what it keeps when a deed is refused."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, Purpose, Receiver, Relation
from tests.letters.world import World, drain, image, national_id, refer
from tests.web.desks import sit, text


def at(name: str, *ids: UUID | int) -> str:
    return reverse(f"secretariat:{name}", args=ids)


def state(world: World, arrival: UUID) -> ArrivalState:
    return letters.arrival(world.registrar, arrival).row.state


def test_a_list_asks_the_same_number_of_queries_however_long(world: World):
    clerk = sit(world.registrar)
    counts = set()
    for _ in range(2):
        for _more in range(4):
            world.accept()
        drain()
        for address in ("arrivals", "letters", "to-dispatch"):
            clerk.get(at(address))
        with CaptureQueriesContext(connection) as queries:
            clerk.get(at("arrivals"))
        counts.add(len(queries))
    assert len(counts) == 1
    assert not any(word in q["sql"].upper() for q in queries for word in ("COUNT(", "OFFSET"))


def test_pages_of_the_list_follow_each_other(world: World):
    for _ in range(27):
        world.accept()
    drain()
    clerk = sit(world.registrar)
    first = clerk.get(at("arrivals"))
    second = clerk.get(first.context["next"])
    assert (text(first).count("row-title"), text(second).count("row-title")) == (25, 2)
    assert 'id="pager-next"' not in text(second)


def test_what_a_person_typed_is_escaped_in_lists_and_on_the_page(world: World):
    nasty = "<script>alert(1)</script> {0} {x} %s"
    _, arrival = world.referred(subject=nasty)
    for browser, pages in (
        (sit(world.registrar), (at("letters"), at("letter", arrival))),
        (sit(world.expert), (reverse("cartable:open"),)),
    ):
        for address in pages:
            page = text(browser.get(address))
            assert "&lt;script&gt;alert(" in page
            assert "<script>alert" not in page
            assert "&lt;script&gt;alert(1)&lt;/script&gt; {0} {x} %s" in page


def test_other_seats_do_not_get_in(world: World):
    _, arrival = world.arrive()
    for actor in (world.other_registrar, world.expert, world.clerk, world.admin):
        browser = sit(actor)
        assert browser.get(at("letter", arrival)).status_code in (403, 404)
        assert browser.get(at("preview", arrival, 1)).status_code in (403, 404)
        assert browser.post(at("register", arrival)).status_code in (403, 404)
    assert sit(world.other_registrar).get(at("letter", arrival)).status_code == 404
    assert sit(world.clerk).get(at("arrivals")).status_code == 403
    assert state(world, arrival) is ArrivalState.ARRIVED


def test_nobody_is_led_to_log_in(client, world: World):
    answer = client.get(at("arrivals"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_only_deeds_that_may_be_done_are_drawn(world: World):
    _, arrival = world.arrive()
    clerk = sit(world.registrar)
    page = text(clerk.get(at("letter", arrival)))
    assert at("register", arrival) in page
    for name in ("refer", "close", "reopen", "void", "link"):
        assert f'action="{at(name, arrival)}' not in page
    letters.register(world.registrar, arrival)
    page = text(clerk.get(at("letter", arrival)))
    assert f'action="{at("register", arrival)}' not in page
    for name in ("refer", "close", "void", "link", "return"):
        assert f'action="{at(name, arrival)}' in page


def test_a_refused_form_is_shown_again_with_what_was_typed(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    clerk = sit(world.registrar)
    to = str(world.head.post_id)
    answer = clerk.post(
        at("refer", arrival),
        {
            "to": to,
            f"purpose-{to}": "opinion",
            "instruction": "نظر بدهید",
            "deadline": "1405/13/40",
        },
    )
    page = text(answer)
    assert answer.status_code == 422
    assert "نظر بدهید" in page
    assert "1405/13/40" in page
    assert f'id="to-{to}" checked' in page
    assert "jalali.date" in page
    answer = clerk.post(at("refer", arrival), {"instruction": "نظر"})
    assert answer.status_code == 422
    assert "Choose at least one receiver." in text(answer)
    assert state(world, arrival) is ArrivalState.REGISTERED


def test_registering_takes_the_senders_number_and_a_related_letter(world: World):
    _, arrival = world.arrive()
    clerk = sit(world.registrar)
    clerk.post(
        at("register", arrival),
        {
            "sender_number": "۱۲/۳",
            "sender_date": "۱۴۰۵/۰۸/۰۲",
            "link_relation": "follows",
            "link_number": "77",
            "link_year": "۱۴۰۴",
            "link_sender": "استانداری",
        },
    )
    [link] = letters.arrival(world.registrar, arrival).links
    assert (link.relation, link.number, link.year) == (Relation.FOLLOWS, "77", 1404)
    shown = text(clerk.get(at("letter", arrival)))
    assert "<dt>Sender's number</dt><dd>" + '<bdi dir="ltr" class="num">12/3</bdi></dd>' in shown
    assert "<dt>Sender's date</dt><dd>2 Aban 1405</dd>" in shown


def test_register_and_next_leads_to_the_next_of_the_list(world: World):
    (_, older), (_, newer) = world.arrive(), world.arrive()
    clerk = sit(world.registrar)
    done = clerk.post(at("register", newer) + "?in=arrived", {"next": "1"})
    assert done["Location"] == at("letter", older) + "?in=arrived"
    done = clerk.post(at("register", older) + "?in=arrived", {"next": "1"}, follow=True)
    assert "No letter waits to be registered." in text(done)
    assert "1405/2" in text(done)


def test_one_principal_among_those_who_act(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    head, expert, deputy = (str(each.post_id) for each in (world.head, world.expert, world.deputy))
    sit(world.registrar).post(
        at("refer", arrival),
        {
            "to": [head, expert, deputy],
            f"purpose-{head}": "information",
            f"purpose-{expert}": "action",
            f"purpose-{deputy}": "action",
            "principal": deputy,
            "phrase": ["یک", "دو"],
            "instruction": "سه",
            "deadline-in": "3",
        },
    )
    made = letters.arrival(world.registrar, arrival).referrals
    assert [each.to_post_id for each in made if each.principal] == [world.deputy.post_id]
    assert {each.instruction for each in made} == {"یک\nدو\nسه"}
    assert all(each.deadline is not None for each in made)


def test_a_letter_is_returned_for_what_was_ticked_and_typed(world: World):
    accepted, arrival = world.arrive()
    sit(world.registrar, "fa").post(
        at("return", arrival),
        {"lacking": ["تصویر سند", "امضای متقاضی"], "missing": "نقشه", "until-in": "10"},
    )
    drain()
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.missing == "تصویر سند، امضای متقاضی، نقشه"
    assert view.missing_until is not None


def test_close_reopen_link_and_void(world: World):
    _, arrival = world.arrive()
    clerk = sit(world.registrar)
    letters.register(world.registrar, arrival)
    assert clerk.post(at("void", arrival), {"reason": ""}).status_code == 422
    clerk.post(at("void", arrival), {"reason": "به اشتباه"})
    assert state(world, arrival) is ArrivalState.ARRIVED
    letters.register(world.registrar, arrival)
    link = {"link_relation": "answers", "link_number": "5", "link_year": "1405"}
    clerk.post(at("link", arrival), link)
    twice = clerk.post(at("link", arrival), link)
    assert twice.status_code == 409
    assert "This link is there already." in text(twice)
    clerk.post(at("close", arrival), {"outcome": "حضوری حل شد"})
    assert state(world, arrival) is ArrivalState.CLOSED
    clerk.post(at("reopen", arrival), {"reason": "اعتراض"})
    assert state(world, arrival) is ArrivalState.IN_PROGRESS


def test_a_referral_is_taken_back_until_it_is_seen(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    clerk = sit(world.registrar)
    to = str(world.expert.post_id)
    done = clerk.post(at("refer", arrival), {"to": to}, follow=True)
    [referral] = letters.arrival(world.registrar, arrival).referrals
    assert f'action="{at("take-back", arrival, referral.id)}' in text(done)
    clerk.post(at("take-back", arrival, referral.id))
    [seen] = refer(world.registrar, arrival, world.expert)
    letters.open_arrival(world.expert, arrival)
    late = clerk.post(at("take-back", arrival, seen))
    assert late.status_code == 409
    assert "letters.already-seen" in text(late)


def test_search_goes_by_post_and_finds_by_each_way(world: World):
    accepted, arrival = world.arrive(subject="ترمیم راه روستایی")
    number = letters.register(world.registrar, arrival).text
    clerk = sit(world.registrar)
    for q in (number, accepted.tracking_code, national_id(1), "ترميم روستایی"):
        assert str(arrival) in text(clerk.post(at("search"), {"q": q}))
    assert "Nothing was found." in text(clerk.post(at("search"), {"q": "ناموجود"}))
    assert str(arrival) not in text(clerk.get(at("search"), {"q": number}))
    assert clerk.post(at("search"), {"q": " ".join("abcdefghijklmnop")}).status_code == 422


def test_pages_are_sent_to_whoever_may_see_the_letter(world: World):
    _, arrival = world.arrive()
    clerk = sit(world.registrar)
    answer = clerk.get(at("page", arrival, 1))
    assert b"".join(answer) == image("one")
    assert clerk.get(at("page", arrival, 9)).status_code == 404


def test_receivers_are_found_by_title_or_name_within_reach(world: World):
    clerk = sit(world.registrar)
    found = clerk.get(at("receivers"), {"q": "کارشناس"}).json()
    assert {each["id"] for each in found} == {
        str(world.expert.post_id),
        str(world.colleague.post_id),
    }
    assert clerk.get(at("receivers"), {"q": "برق"}).json() == []


@pytest.mark.parametrize("given", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_forged_receiver_is_refused_kindly(world: World, given: str):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    answer = sit(world.registrar).post(at("refer", arrival), {"to": given})
    assert answer.status_code in (409, 422)
    assert letters.arrival(world.registrar, arrival).referrals == ()


def test_the_secretariat_refers_for_information_too(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    to = str(world.colleague.post_id)
    sit(world.registrar).post(at("refer", arrival), {"to": to, f"purpose-{to}": "information"})
    [made] = letters.arrival(world.registrar, arrival).referrals
    assert (made.purpose, made.principal) == (Purpose.INFORMATION, False)
    assert Receiver(made.to_post_id).post_id == world.colleague.post_id


def test_the_rail_shows_arrivals_while_the_letter_waits_to_be_registered(world: World):
    world.accept()
    drain()
    (row,) = letters.arrivals(world.registrar).rows
    clerk, at = sit(world.registrar), reverse("secretariat:letter", args=[row.id])

    def lit() -> list[str]:
        rail = text(clerk.get(at)).split('class="app-rail"')[1].split("</nav>")[0]
        return [line for line in rail.splitlines() if "aria-current" in line]

    (entry,) = lit()
    assert f'href="{reverse("secretariat:arrivals")}"' in entry
    letters.register(world.registrar, row.id)
    (entry,) = lit()
    assert f'href="{reverse("secretariat:letters")}"' in entry
