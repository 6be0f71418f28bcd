"""The faces by thumb on a phone; and what a citizen typed, kept over a change of the language."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.browsing import CITIZEN, PHONE, People
from tests.browser.desk import track
from tests.browser.node import Node
from tests.browser.test_screens import Pairs

LEAST = 44
"""CSS pixels: what a thumb hits."""


def test_a_thumb_says_how_it_went(people: People, node: Node) -> None:
    page = people.page(CITIZEN, "fa")
    page.set_viewport_size(PHONE)
    track(page, *Pairs(node).of_each_state()["closed"])
    faces = page.locator("#rating .faces > .face")
    assert faces.count() == 6
    for face in faces.all():
        box = face.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= LEAST
    faces.nth(2).click()
    with page.expect_navigation():
        page.locator("#rating .btn-primary").click()
    expect(page.locator("#rating [role=status]")).to_be_visible()
    expect(page.locator("input[name=agency][value=bad]")).to_be_checked()
    expect(page.locator("input[name=counter]:checked")).to_have_count(0)
    page.close()


def test_what_a_citizen_typed_is_kept_in_another_language_and_stored_nowhere(
    people: People, node: Node
) -> None:
    page = people.page(CITIZEN, "fa")
    track(page, *Pairs(node).of_each_state()["registered"])
    with page.expect_navigation():
        page.locator("form[action$='/t/problem'] button").click()
    page.locator("main [name=kind][value=other]").check()
    page.locator("main [name=words]").fill("خط اول\nخط دوم")
    with page.expect_navigation():
        page.locator("form[data-language] button[value=en]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main [name=kind][value=other]")).to_be_checked()
    expect(page.locator("main [name=words]")).to_have_value("خط اول\nخط دوم")
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    page.close()
