"""An official with a phone in one hand: the next letter by a swipe, an initial by the finger."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from tests.browser.browsing import PHONE, People
from tests.browser.desk import until

LED = """() => {
  window.led = [];
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    window.led.push(link.id);
  }, true);
}"""
NEXT, BEFORE = "letter-next", "letter-previous"


def on_phone(people: People, role: str) -> Page:
    """Return a page of one of the demonstration's people on a phone with a touch screen."""
    name = f"phone:{role}"
    if name not in people.contexts:
        made = people.browser.new_context(
            base_url=people.address, viewport=PHONE, locale="fa-IR", timezone_id="Asia/Tehran",
            reduced_motion="reduce", has_touch=True, is_mobile=True,
        )  # fmt: skip
        made.on("page", people.errors.watch)
        made.set_default_timeout(30_000)
        people.contexts[name] = made
        first = made.new_page()
        first.goto("/")
        with first.expect_navigation():
            first.locator(f"button[data-role={role}]").tap()
        first.close()
    return people.contexts[name].new_page()


def drag(page: Page, *points: tuple[float, float]) -> None:
    """Move one finger over the screen from point to point."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, at: Sequence[tuple[float, float]]) -> None:
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]},
        )

    send("touchStart", points[:1])
    for point in points[1:]:
        send("touchMove", [point])
    send("touchEnd", [])
    session.detach()


def open_first(page: Page) -> None:
    page.goto("/cartable/")
    with page.expect_navigation():
        page.locator(".row-title").first.tap()


def quiet_place(page: Page) -> float:
    """Scroll to the life of the letter; return the height of a place there that is no field."""
    life = page.locator(".timeline").first
    life.scroll_into_view_if_needed()
    box = life.bounding_box()
    assert box is not None
    return max(150.0, min(box["y"] + 20, 600.0))


def test_a_swipe_leads_to_the_next_letter_and_fights_nothing(people: People):
    page = on_phone(people, "head")
    open_first(page)
    first = page.url
    expect(page.locator(f"#{NEXT}")).to_be_visible()
    page.evaluate(LED)
    y = quiet_place(page)

    def led() -> list[str]:
        return list(page.evaluate("() => window.led.splice(0)"))

    drag(page, (150, y), (60, y))  # against the script's direction: there is none before it
    assert led() == []
    drag(page, (5, y), (200, y))  # the browser's own way back begins at the edge
    drag(page, (200, y), (210, y + 80), (220, y + 160))  # scrolling
    assert led() == []
    y = quiet_place(page)
    drag(page, (100, y), (160, y + 4), (260, y + 6))
    assert led() == [NEXT]
    page.locator("[name=instruction]").first.fill("بررسی شود")  # typed and not sent
    y = quiet_place(page)
    drag(page, (100, y), (260, y))
    assert led() == []

    page.reload()
    y = quiet_place(page)
    with page.expect_navigation():
        drag(page, (100, y), (260, y))
    assert page.url != first
    y = quiet_place(page)
    with page.expect_navigation():
        drag(page, (260, y), (100, y))
    assert page.url == first


def test_an_initial_is_written_on_the_page_by_the_finger(people: People):
    page = on_phone(people, "head")
    open_first(page)
    page.locator("[data-pen-do=write]").tap()
    sheet = page.locator("canvas[data-pen]")
    expect(sheet).to_be_visible()
    send, undo = page.locator("[data-pen-do=send]"), page.locator("[data-pen-do=undo]")
    expect(send).to_be_disabled()
    here = page.url
    box = sheet.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 4, max(box["y"], 120.0) + 20

    drag(page, (x, y), (x + 40, y + 30), (x + 110, y + 5))  # no swipe, no scrolling
    drag(page, (x, y + 40), (x + 100, y + 40))
    expect(sheet).to_have_attribute("data-pen", "2")
    # By clicks: a touch right after a stroke counts as half of a double touch.
    for left in ("1", "0"):
        undo.click()
        expect(sheet).to_have_attribute("data-pen", left)
    expect(send).to_be_disabled()
    drag(page, (x, y), (x + 40, y + 30), (x + 110, y + 5))
    assert page.url == here
    with page.expect_navigation():
        send.click()
    expect(page.locator(".pen-notes li")).to_have_count(1)
    expect(page.locator("canvas.viewer-page")).to_be_visible()  # it is drawn over the page
    page.locator("[data-pen-do=show]").click()
    expect(page.locator("img.viewer-page")).to_be_visible()
    expect(page.locator("canvas.viewer-page")).to_be_hidden()


def top(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None
    return box["y"]


def bottom(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_a_finger_too_soon_neither_asks_for_the_next_signature_nor_gives_it(people: People):
    page = on_phone(people, "head")
    page.clock.install()
    page.goto("/cartable/to-sign")
    with page.expect_navigation():
        page.locator(".row-title").first.tap()
    page.clock.pause_at("2099-01-01")  # whatever was awaited is over
    page.reload()  # here nothing is, until the clock goes on
    ask, panel = page.locator(".sign-form [data-ask]"), page.locator("#sign-confirm-panel")
    ask.scroll_into_view_if_needed()

    def press(name: str) -> None:
        box = page.locator(name).bounding_box()
        assert box is not None
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    here = page.url
    press(".sign-form [data-ask]")
    expect(panel).to_be_hidden()
    ask.press("Enter")  # a key is meant
    expect(panel).to_be_visible()
    bar, submit = page.locator(".bar-link").first, page.locator("#sign-confirm-panel [type=submit]")
    until(lambda: bottom(submit) <= top(bar))  # the page has scrolled it above the bar below
    press("#sign-confirm-panel [type=submit]")
    page.wait_for_load_state()
    assert page.url == here
    expect(panel).to_be_visible()
    page.clock.run_for(700)
    press("#sign-confirm-panel [data-back]")
    expect(panel).to_be_hidden()
    page.close()


def test_another_seat_is_two_touches_or_two_keys_away(people: People):
    page = on_phone(people, "expert")
    page.goto("/cartable/search")
    seats = page.locator("details.seats")
    here, other = (
        seats.locator(f".menu-item{which}") for which in ("[aria-current]", ":not([aria-current])")
    )
    mine, wanted = (one.locator(".seat-title").text_content() for one in (here, other))
    seats.locator("summary").tap()
    expect(other).to_be_visible()
    box = other.bounding_box()
    assert box is not None
    assert box["y"] > PHONE["height"] / 2  # where the thumb is
    assert box["height"] >= 44
    with page.expect_navigation():
        other.tap()
    expect(here.locator(".seat-title")).to_have_text(wanted or "")

    page.goto("/cartable/write")
    field = page.locator("main form textarea").first
    field.focus()
    page.keyboard.press("Alt+s")
    expect(other).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Alt+1")  # in the open menu, not in the form below it
    expect(here.locator(".seat-title")).to_have_text(mine or "")
