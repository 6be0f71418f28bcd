"""Each letter being written is kept by itself: tabs never mix, nothing typed is lost, and what
one clerk types no other ever reaches."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.web.counter import kept
from pishkhan.web.models import SavedForm
from tests.letters.world import World, national_id
from tests.web import tus
from tests.web.desks import sit, text
from tests.web.test_counter_main_job import form, scan


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction."""


@pytest.fixture
def world() -> World:
    return World.make()


class Tab:
    """A tab: what the page's form holds, and how the page sends it."""

    def __init__(self, clerk: Client, **asked: str) -> None:
        self.clerk = clerk
        self.page = text(clerk.get(reverse("counter:accept"), asked))
        self.fields = {name: self.field(name) for name in ("nonce", "tab", "version", "subject")}

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', self.page) or re.search(
            rf'value="([^"]*)"[^>]*?name="{name}"', self.page
        )
        assert found is not None, name
        return found.group(1)

    def send(self, to: str, **typed: str) -> Any:
        self.fields |= typed
        answer = self.clerk.post(reverse(f"counter:{to}"), self.fields)
        if answer.headers.get("X-Version"):
            self.fields["version"] = answer["X-Version"]
        return answer

    def save(self, **typed: str) -> int:
        return int(self.send("save", **typed).status_code)


def rows(world: World) -> dict[str, tuple[str, bool]]:
    """Return subject → (nonce, parked) of what this clerk's seat keeps."""
    found = SavedForm.objects.filter(owner=world.clerk.ref)
    return {row.data["subject"]: (row.slot, row.parked) for row in found}


def test_each_letter_has_a_row_named_by_its_nonce(world: World):
    clerk = sit(world.clerk)
    first = Tab(clerk)
    assert first.save(subject="اولی") == 200
    second = Tab(clerk, new="1")
    assert second.fields["subject"] == ""
    assert second.fields["nonce"] != first.fields["nonce"]
    assert second.save(subject="دومی") == 200
    assert first.save(subject="اولی، ادامه") == 200
    assert rows(world) == {
        "اولی، ادامه": (first.fields["nonce"], False),
        "دومی": (second.fields["nonce"], False),
    }
    assert Tab(clerk, letter=second.fields["nonce"]).fields["subject"] == "دومی"
    assert Tab(clerk).fields["subject"] == "اولی، ادامه"  # without a script: the newest


def test_two_tabs_on_one_letter_never_mix_and_lose_nothing(world: World):
    clerk = sit(world.clerk)
    first = Tab(clerk)
    first.save(subject="نخستین")
    second = Tab(clerk)
    assert second.fields["nonce"] == first.fields["nonce"]
    assert second.save(subject="دیگری") == 200  # it began from the newest version
    told = first.send("save", subject="نخستین، بیشتر", name="فرد یکم")
    assert told.status_code == 409
    assert "another tab" in text(told) or "زبانهٔ دیگری" in text(told)
    assert first.save(subject="نخستین، باز هم بیشتر") == 409
    kept_now = rows(world)
    assert kept_now["دیگری"] == (first.fields["nonce"], False)
    assert kept_now["نخستین، باز هم بیشتر"][1]  # one parked letter, however often it came
    assert len(kept_now) == 2
    assert second.save(subject="دیگری، ادامه") == 200


def test_a_tab_that_was_overtaken_without_typing_parks_nothing(world: World):
    clerk = sit(world.clerk)
    first = Tab(clerk)
    first.save(subject="یکسان")
    second = Tab(clerk)
    assert second.save() == 200
    assert first.save() == 409
    assert len(rows(world)) == 1


def test_a_parted_letter_that_was_taken_in_hand_is_not_written_over(world: World):
    clerk = sit(world.clerk)
    first = Tab(clerk)
    first.save(subject="اصل")
    Tab(clerk).save(subject="اصل، دیگری")
    assert first.save(subject="جدا") == 409
    parted = rows(world)["جدا"][0]
    clerk.post(reverse("counter:resume", args=[parted]))
    assert first.save(subject="جدا، دیر") == 409
    assert rows(world)["جدا"] == (parted, False)
    assert rows(world)["جدا، دیر"][1]


def test_an_answer_that_was_lost_on_the_way_makes_no_stranger_of_the_tab(world: World):
    tab = Tab(sit(world.clerk))
    before = dict(tab.fields)
    assert tab.save(subject="یک") == 200
    tab.fields = before  # it never heard of the version
    assert tab.save(subject="دو") == 200
    assert list(rows(world)) == ["دو"]


def test_taking_over_overtakes_the_tab_that_held_the_letter(world: World):
    clerk = sit(world.clerk)
    first = Tab(clerk)
    first.save(subject="در دست")
    nonce = first.fields["nonce"]
    second = Tab(clerk, new="1")
    second.save(subject="نامهٔ دوم")
    led = clerk.post(reverse("counter:resume", args=[nonce]), {"aside": second.fields["nonce"]})
    assert led["Location"].endswith(f"?letter={nonce}")
    assert rows(world)["نامهٔ دوم"][1]
    taken = Tab(clerk, letter=nonce)
    assert first.save(subject="دیر آمد") == 409
    assert taken.save(subject="در دست، ادامه") == 200
    assert set(rows(world)) == {"در دست، ادامه", "نامهٔ دوم", "دیر آمد"}


def test_what_was_on_its_way_when_its_letter_was_parked_leaves_it_parked(world: World):
    tab = Tab(sit(world.clerk))
    tab.send("park", subject="کنار")
    assert tab.save(subject="کنار، واپسین واژه") == 200
    assert rows(world) == {"کنار، واپسین واژه": (tab.fields["nonce"], True)}


def test_an_overtaken_tab_accepts_nothing(world: World):
    clerk = sit(world.clerk)
    first = Tab(clerk)
    first.save(subject="پیش‌نویس")
    Tab(clerk).save(subject="پیش‌نویس دیگر")
    page = {"digest": tus.send(clerk, scan())["Upload-Digest"], "rotation": 0, "role": "letter"}
    given = form(world, [page], subject="پیش‌نویس کهنه")
    mine = {name: first.fields[name] for name in ("nonce", "tab", "version")}
    led = clerk.post(reverse("counter:accept"), given | mine | {"version": "1"})
    assert led["Location"] == reverse("counter:parked")
    assert letters.submissions(world.clerk).rows == ()
    assert rows(world)["پیش‌نویس کهنه"][1]
    assert rows(world)["پیش‌نویس دیگر"] == (first.fields["nonce"], False)


def test_another_letter_under_an_accepted_nonce_is_not_taken_for_a_second_submit(world: World):
    clerk = sit(world.clerk)
    page = {"digest": tus.send(clerk, scan())["Upload-Digest"], "rotation": 0, "role": "letter"}
    given = form(world, [page])
    first = clerk.post(reverse("counter:accept"), given)
    other = given | {"number": national_id(2), "name": "فرد دیگر", "subject": "نامهٔ دیگر"}
    answer = clerk.post(reverse("counter:accept"), other)
    assert answer.status_code == 409
    shown = text(answer)
    assert "فرد دیگر" in shown
    [accepted] = letters.submissions(world.clerk).rows
    assert clerk.post(reverse("counter:accept"), given)["Location"] == first["Location"]
    own = dict(re.findall(r'name="(nonce|tab|version)" value="([^"]+)"', shown))
    assert UUID(own["nonce"]) != UUID(given["nonce"])
    assert rows(world)["نامهٔ دیگر"] == (own["nonce"], False)
    done = clerk.post(reverse("counter:accept"), other | own)
    assert done.status_code == 302
    assert [row.subject for row in letters.submissions(world.clerk).rows] == [
        "نامهٔ دیگر",
        accepted.subject,
    ]


def test_an_accepted_letter_leaves_the_others_alone(world: World):
    clerk = sit(world.clerk)
    other = Tab(clerk)
    other.save(subject="نیمه‌کاره")
    page = {"digest": tus.send(clerk, scan())["Upload-Digest"], "rotation": 0, "role": "letter"}
    tab = Tab(clerk, new="1")
    mine = {name: tab.fields[name] for name in ("nonce", "tab", "version")}
    given = form(world, [page]) | mine
    clerk.post(reverse("counter:save"), given)
    assert clerk.post(reverse("counter:accept"), given).status_code == 302
    assert clerk.post(reverse("counter:save"), given).status_code == 204  # it came after its letter
    assert list(rows(world)) == ["نیمه‌کاره"]


def test_an_emptied_form_is_forgotten_but_not_the_letter_of_the_tab_that_went_on(world: World):
    clerk = sit(world.clerk)
    first = Tab(clerk)
    first.save(subject="چیزی")
    second = Tab(clerk)
    second.save(subject="چیزی دیگر")
    assert first.save(subject="") == 200
    assert list(rows(world)) == ["چیزی دیگر"]
    assert second.save(subject="") == 200
    assert rows(world) == {}
    assert second.save(subject="از نو") == 200
    assert rows(world)["از نو"] == (second.fields["nonce"], False)


@pytest.mark.parametrize("other", ["second_clerk", "other_clerk"])
def test_another_clerks_letter_is_never_reached(world: World, other: str):
    mine = Tab(sit(world.clerk))
    mine.save(subject="محرمانه", name="فرد نمونه")
    nonce = mine.fields["nonce"]
    actor = getattr(world, other)
    stranger = sit(actor)
    for asked in ({}, {"letter": nonce}):
        page = Tab(stranger, **asked)
        assert "محرمانه" not in page.page
        assert page.fields["nonce"] != nonce
    assert "محرمانه" not in text(stranger.get(reverse("counter:parked")))
    assert "محرمانه" not in text(stranger.get(reverse("counter:today"), {"letter": nonce}))
    stranger.post(reverse("counter:resume", args=[nonce]))
    stranger.post(reverse("counter:resume", args=[str(new_id())]), {"aside": nonce})
    stranger.post(reverse("counter:drop", args=[nonce]))
    taken = mine.fields | {"subject": "به نام دیگری"}
    assert stranger.post(reverse("counter:save"), taken).status_code == 200
    assert stranger.post(reverse("counter:park"), taken).status_code == 302
    assert rows(world) == {"محرمانه": (nonce, False)}
    assert mine.save(subject="محرمانه، ادامه") == 200


@pytest.mark.parametrize("asked", ["", "x" * 500, "\0", "../..", "{}"])
def test_a_letter_that_no_screen_named_gives_an_empty_form(world: World, asked: str):
    clerk = sit(world.clerk)
    Tab(clerk).save(subject="در دست")
    assert Tab(clerk, letter=asked).fields["subject"] == ""
    assert clerk.get(reverse("counter:today"), {"letter": asked}).status_code == 200
    for name in ("tab", "version", "nonce"):
        assert Tab(clerk).send("save", **{name: asked}, subject="باز").status_code in (200, 409)


def test_rows_of_before_are_named_by_their_nonces(world: World):
    nonce = str(new_id())
    common = {"owner": world.clerk.ref, "form": "accept", "saved_at": clock.current().now()}
    for slot, data in (
        ("", {"nonce": nonce, "subject": "در دست"}),
        ("a" * 32, {"nonce": nonce, "subject": "همان فرم، کنارگذاشته"}),
        ("b" * 32, {"nonce": None, "subject": "بی‌نام"}),
    ):
        SavedForm.objects.create(slot=slot, data=data, **common)
    import_module("pishkhan.web.migrations.0004_a_row_for_each_letter").name_by_nonce(apps, None)
    found = rows(world)
    assert found["در دست"] == (nonce, False)
    assert found["همان فرم، کنارگذاشته"][1]
    assert found["بی‌نام"][1]
    for slot, _parked in found.values():
        [row] = SavedForm.objects.filter(slot=slot)
        assert row.data["nonce"] == slot == str(UUID(slot))
    held = kept.in_hand(world.clerk)
    assert held is not None
    assert (held[0]["subject"], held[0]["version"]) == ("در دست", "1")


def test_the_beside_list_tells_the_open_letters_to_the_page_and_leaves_its_own_out(world: World):
    clerk = sit(world.clerk)
    first = Tab(clerk)
    first.save(subject="باز")
    parked = Tab(clerk, new="1")
    parked.send("park", subject="کنار")
    page = Tab(clerk, new="1").page
    assert f'data-hold="{first.fields["nonce"]}"' in page
    assert "کنار" in page
    own = Tab(clerk, letter=first.fields["nonce"]).page
    assert 'data-hold=""' in own
    beside = text(clerk.get(reverse("counter:today"), {"letter": first.fields["nonce"]}))
    assert "باز" not in re.sub(r"<[^>]+>", " ", beside).split()
    assert json.dumps(parked.fields["nonce"]) in beside
