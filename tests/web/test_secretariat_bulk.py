"""The arrivals list: many letters ticked, one press, each told of; what is chosen once stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse

from pishkhan.directory.contracts.terms import Table
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, Purpose
from tests.letters.world import World, drain, page, person
from tests.web.desks import sit, text

BULK = "/secretariat/bulk"
PHRASE = "Act according to the regulations."


FAX = '<option value="fax" selected>'
MARKED = 'name="keep" value="1" checked'


def arrived(world: World, count: int) -> list[UUID]:
    accepted = [
        world.accept(subject=f"نامهٔ {n}", applicant=person(n), pages=(page(str(n)),))
        for n in range(count)
    ]
    drain()
    return [world.arrival_of(each) for each in accepted]


def chosen(world: World, **more: Any) -> dict[str, Any]:
    post = str(world.expert.post_id)
    return {
        "to": [post],
        f"purpose-{post}": "information",
        "phrase": [PHRASE],
        "deadline-in": "7",
        "keep": "1",
        **more,
    }


def press(browser: Client, deed: str, ids: list[UUID], **more: Any) -> Any:
    data = {"deed": deed, "letter": [str(each) for each in ids], "in": "arrived", **more}
    return browser.post(BULK, data)


def test_only_lists_of_new_letters_have_boxes(world: World):
    ids = arrived(world, 2)
    clerk = sit(world.registrar)
    page = text(clerk.get(reverse("secretariat:arrivals")))
    assert all(f'value="{each}"' in page for each in ids)
    assert "data-tick" not in text(clerk.get(reverse("secretariat:letters")))


def test_the_ticked_letters_are_registered_and_told_one_by_one(world: World):
    ids = arrived(world, 3)
    letters.register(world.registrar, ids[1])
    clerk = sit(world.registrar)
    answer = press(clerk, "register", ids)
    assert answer.status_code == 302
    page = text(clerk.get(answer["Location"]))
    assert "Registered: 2" in page
    assert "letters.not-now" in page
    assert "نامهٔ ۱" in page or "نامهٔ 1" in page
    # The same page again tells the same; without the address' word it tells nothing.
    assert text(clerk.get(answer["Location"])).count("letters.not-now") == 1
    assert "letters.not-now" not in text(clerk.get(reverse("secretariat:arrivals")))


def test_the_ticked_letters_are_registered_and_referred_by_one_order(world: World):
    ids = arrived(world, 3)
    clerk = sit(world.registrar)
    asked = press(clerk, "ask", ids[:2])
    assert text(asked).count(' name="letter" value=') == 2
    answer = press(clerk, "both", ids[:2], **chosen(world))
    assert "Referred: 2" in text(clerk.get(answer["Location"]))
    view = letters.arrival(world.registrar, ids[0])
    assert view.row.state is ArrivalState.IN_PROGRESS
    (referral,) = view.referrals
    assert (referral.purpose, referral.instruction) == (Purpose.INFORMATION, PHRASE)
    assert referral.deadline
    assert letters.arrival(world.registrar, ids[2]).row.state is ArrivalState.ARRIVED


def test_registered_letters_are_referred_together(world: World):
    ids = arrived(world, 2)
    letters.register_many(world.registrar, ids)
    clerk = sit(world.registrar)
    listed = reverse("secretariat:letters") + "?state=registered"
    assert "data-tick" in text(clerk.get(listed))
    answer = press(clerk, "refer", ids, **chosen(world) | {"in": "registered"})
    assert answer["Location"].startswith(listed)
    assert "Referred: 2" in text(clerk.get(answer["Location"]))


def test_an_order_with_a_fault_is_shown_again_as_typed(world: World):
    ids = arrived(world, 2)
    wrong = chosen(world, deadline="1390/01/01", instruction="به قید فوریت")
    answer = press(sit(world.registrar), "both", ids, **wrong)
    assert answer.status_code == 422
    page = text(answer)
    assert "به قید فوریت" in page
    assert "1390/01/01" in page
    assert page.count(' name="letter" value=') == 2
    assert f'value="{world.expert.post_id}" id="to-{world.expert.post_id}" checked' in page
    assert letters.arrival(world.registrar, ids[0]).row.state is ArrivalState.ARRIVED


def test_nothing_ticked_is_said_and_not_done(world: World):
    answer = press(sit(world.registrar), "register", [])
    assert answer.status_code == 422
    assert "No letter is ticked." in text(answer)


def test_another_secretariat_learns_nothing_of_a_letter(world: World):
    ids = arrived(world, 1)
    stranger = sit(world.other_registrar)
    asked = text(press(stranger, "ask", ids))
    answer = press(stranger, "register", ids)
    told = text(stranger.get(answer["Location"]))
    for shown in (asked, told):
        assert "نامهٔ" not in shown
        assert "فرد نمونه" not in shown
    assert "Letters that are not here: 1" in told
    for actor in (world.expert, world.clerk, world.admin):
        assert press(sit(actor), "register", ids).status_code == 403
    assert letters.arrival(world.registrar, ids[0]).row.state is ArrivalState.ARRIVED


def test_what_is_chosen_for_one_letter_stays_for_the_next(world: World):
    first, second, third = arrived(world, 3)
    clerk = sit(world.registrar)
    post = str(world.expert.post_id)

    def at(name: str, letter: UUID) -> str:
        return reverse(f"secretariat:{name}", args=(letter,)) + "?in=arrived"

    assert MARKED not in text(clerk.get(at("letter", third)))  # nothing stays unasked
    own = chosen(world, instruction="فقط همین نامه", **{"term-kind": "fax", "term-way": "post"})
    answer = clerk.post(at("register", third), own)
    assert letters.arrival(world.registrar, third).terms[Table.WAY].code == "post"
    assert answer["Location"].startswith(at("letter", second))  # on to the next
    assert letters.arrival(world.registrar, third).referrals[0].to_title == "کارشناس شبکه"
    page = text(clerk.get(at("letter", second)))
    assert f'id="to-{post}" checked' in page
    assert f'name="purpose-{post}" value="information" checked' in page
    assert f'value="{PHRASE}" checked' in page
    assert 'name="deadline-in" value="7" checked' in page
    assert MARKED in page
    assert FAX in page
    assert '<span class="chip chip--go">Fax</span>' in page  # also while it is folded
    assert "فقط همین نامه" not in page  # words of one letter
    # "Register and next" refers nothing, and keeps the choice.
    answer = clerk.post(at("register", second), chosen(world, next="1"))
    assert answer["Location"].startswith(at("letter", first))
    assert not letters.arrival(world.registrar, second).referrals
    assert f'id="to-{post}" checked' in text(clerk.get(at("letter", first)))
    assert FAX in text(clerk.get(at("letter", first)))  # a form without the field takes it not away
    # The mark taken away: nothing stays.
    own = chosen(world)
    del own["keep"]
    clerk.post(at("refer", second), own)
    assert f'id="to-{post}" checked' not in text(clerk.get(at("letter", first)))


def test_a_kept_choice_belongs_to_one_seat(world: World):
    ids = arrived(world, 1)
    clerk = sit(world.registrar)
    press(clerk, "both", ids, **chosen(world))
    session = clerk.session
    assert session["sticky"]["seat"] == str(world.registrar.post_id)
    session["sticky"] = session["sticky"] | {"seat": str(world.head.post_id)}
    session.save()
    (more,) = arrived(world, 1)
    page = text(clerk.get(reverse("secretariat:letter", args=(more,))))
    assert f'id="to-{world.expert.post_id}" checked' not in page


def test_a_letter_that_came_before_is_shown_and_left_out_unless_it_is_ticked(world: World):
    ids = arrived(world, 2)
    letters.register(world.registrar, ids[0])
    world.accept(subject="نامهٔ 0", applicant=person(0))
    drain()
    (again,) = (row.id for row in letters.arrivals(world.registrar, limit=1).rows)
    clerk = sit(world.registrar)
    number = letters.arrival(world.registrar, ids[0]).row.number_text
    asked = text(press(clerk, "register", [ids[1], again]))  # registers nothing yet
    assert "1 letter is like one that came before" in asked
    assert number in asked
    assert f'value="{ids[1]}" checked' in asked
    assert f'value="{again}" checked' not in asked
    assert letters.arrival(world.registrar, ids[1]).row.state is ArrivalState.ARRIVED
    assert "1 letter is like" in text(press(clerk, "ask", [ids[1], again]))
    both = {"shown": [str(ids[1]), str(again)], "warned": "1"}
    for ticked in ([ids[1]], [again], []):  # after an error all stay, ticked as they were
        failed = press(clerk, "both", ticked, **both)
        assert failed.status_code == 422
        page = text(failed)
        assert page.count(' name="letter" value=') == 2
        for each in (ids[1], again):
            assert (f'value="{each}" checked' in page) == (each in ticked)
    answer = press(clerk, "register", [ids[1], again], warned="1")
    assert "Registered: 2" in text(clerk.get(answer["Location"]))


def test_a_letter_like_an_earlier_one_is_returned_with_its_number(world: World):
    (first,) = arrived(world, 1)
    letters.register(world.registrar, first)
    number = letters.arrival(world.registrar, first).row.number_text
    world.accept(subject="نامهٔ 0", applicant=person(0))
    drain()
    (again,) = (row.id for row in letters.arrivals(world.registrar, limit=1).rows)
    clerk = sit(world.registrar)
    at = reverse("secretariat:letter", args=[again])
    shown = text(clerk.get(at))
    assert "A letter like this one came before." in shown
    assert reverse("secretariat:letter", args=[first]) in shown
    reason = f"the same letter came before; its number is {number}"
    assert reason in shown
    there = reverse("secretariat:set-aside", args=[again])
    assert clerk.post(there, {"reason": reason}).status_code == 302
    assert "came before." not in text(clerk.get(at))
    assert "came before." not in text(clerk.get(reverse("secretariat:letter", args=[first])))
