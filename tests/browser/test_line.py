"""The line drops, files are cut in the middle, a key is pressed twice: nothing is lost."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.browsing import People
from tests.browser.desk import (
    SCANS,
    add_pages,
    arrived,
    choose_agency,
    code_of,
    empty_form,
    national_id,
    pages_of,
    until,
)

LINE = (r"ERR_INTERNET_DISCONNECTED", r"Failed to fetch", r"ERR_NETWORK_CHANGED")


@pytest.fixture
def page(people: People) -> Page:
    opened = people.page("clerk", "fa")
    empty_form(opened)
    return opened


def big_scan(folder: Path) -> Path:
    """Make a picture of some megabytes that does not compress."""
    noise = Image.effect_noise((1600, 1600), 90).convert("RGB")
    data = BytesIO()
    noise.save(data, "JPEG", quality=98)
    path = folder / "big.jpg"
    path.write_bytes(data.getvalue())
    return path


def slow(page: Page, upload: int) -> CDPSession:
    """Make the line of a page slow on its way out, in bytes a second."""
    line = page.context.new_cdp_session(page)
    conduct(line, offline=False, upload=upload)
    return line


def conduct(line: CDPSession, *, offline: bool, upload: int) -> None:
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload},
    )


def test_a_dropped_line_loses_nothing_that_was_typed(people: People, page: Page):
    bar = page.locator("#offline-bar")
    page.locator("[name=number]").press_sequentially(national_id(20))
    page.locator("[data-new]").wait_for()
    page.locator("[name=name]").fill("نیمه نمونه")
    with people.errors.expecting(*LINE):
        page.context.set_offline(True)
        expect(bar).to_be_visible()
        page.locator("[name=subject]").press_sequentially("نوشته در قطعی خط")
        state = page.locator("[data-autosave-state]")
        expect(state).to_have_attribute("data-state", "local")
        assert page.url.endswith("/counter/")
        page.context.set_offline(False)
        expect(state).to_have_attribute("data-state", "saved", timeout=15_000)
        expect(bar).to_be_hidden(timeout=15_000)
    page.reload()
    assert page.locator("[name=subject]").input_value() == "نوشته در قطعی خط"
    assert page.locator("[name=name]").input_value() == "نیمه نمونه"


def test_what_was_typed_without_a_line_outlives_the_closed_page(people: People, page: Page):
    with people.errors.expecting(*LINE):
        page.context.set_offline(True)
        page.locator("[name=subject]").press_sequentially("مانده در مرورگر")
        state = page.locator("[data-autosave-state]")
        expect(state).to_have_attribute("data-state", "local")
        page.close()
    again = people.page("clerk", "fa")
    again.context.set_offline(False)
    again.goto("/counter/")
    expect(again.locator("[name=subject]")).to_have_value("مانده در مرورگر")


def test_accepting_without_a_line_keeps_the_form_and_shows_no_error_page(
    people: People, page: Page
):
    fill(page, 21, "پذیرش بی‌خط")
    add_pages(page, SCANS[0])
    with people.errors.expecting(*LINE):
        page.context.set_offline(True)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#offline-bar")).to_be_visible()
        assert page.locator("[name=subject]").input_value() == "پذیرش بی‌خط"
        page.context.set_offline(False)
        expect(page.locator("#offline-bar")).to_be_hidden(timeout=15_000)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt*")


def test_two_presses_make_one_letter(people: People, page: Page):
    fill(page, 22, "دوبار فشرده")
    add_pages(page, SCANS[0])
    page.evaluate(
        "() => { const b = document.querySelector('[data-submit]'); b.click(); b.click(); }"
    )
    # The second press may end the first one's journey, which `wait_for_url` takes for a fault.
    expect(page).to_have_url(re.compile(r"/receipt"), timeout=30_000)
    code_of(page)
    page.goto("/counter/letters")
    assert page.locator("tr").filter(has_text="دوبار فشرده").count() == 1


def test_going_back_and_sending_again_shows_the_same_receipt(people: People, page: Page):
    fill(page, 23, "بازگشت و باز")
    add_pages(page, SCANS[0])
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt*")
    code = code_of(page)
    page.go_back()
    page.wait_for_url("**/counter/")
    if page.locator("[name=subject]").input_value() == "بازگشت و باز":
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/receipt*")
        assert code_of(page) == code
    page.goto("/counter/letters")
    assert page.locator("tr").filter(has_text="بازگشت و باز").count() == 1


def test_an_upload_cut_in_the_middle_goes_on_where_it_stopped(
    people: People, page: Page, tmp_path: Path
):
    scan = big_scan(tmp_path)
    size = scan.stat().st_size
    assert size > 1_000_000
    sent: list[tuple[str, int]] = []
    page.on(
        "request",
        lambda r: (
            sent.append((r.method, int(r.headers.get("upload-offset", "0"))))
            if "/files/" in r.url and r.method in {"PATCH", "HEAD", "POST"}
            else None
        ),
    )
    failed: list[str] = []
    page.on("requestfailed", lambda r: failed.append(r.method))
    line = slow(page, 700_000)
    page.locator("[data-files]").set_input_files(str(scan))
    # Events are heard only while the browser is spoken to.
    until(lambda: not page.evaluate("0") and any(m == "PATCH" and at > 0 for m, at in sent))
    with people.errors.expecting(*LINE):
        conduct(line, offline=True, upload=700_000)
        expect(page.locator("#offline-bar")).to_be_visible()
        until(lambda: not page.evaluate("0") and "PATCH" in failed)
        cut = len(sent)
        conduct(line, offline=False, upload=-1)
        until(lambda: arrived(page) == 1, 40)
    line.detach()
    after = sent[cut:]
    assert ("HEAD", 0) in after, after  # it asked how far it had come
    assert not any(method == "POST" for method, _ in after), "it began anew"
    assert min(offset for method, offset in after if method == "PATCH") > 0
    assert pages_of(page)[0]["digest"] == hashlib.sha256(scan.read_bytes()).hexdigest()


def test_a_form_sent_during_an_upload_goes_by_itself_when_it_is_there(
    people: People, page: Page, tmp_path: Path
):
    fill(page, 24, "فرستاده پیش از رسیدن صفحه")
    line = slow(page, 900_000)
    page.locator("[data-files]").set_input_files(str(big_scan(tmp_path)))
    page.locator(".sheet-item").first.wait_for()
    page.keyboard.press("Control+Enter")
    assert page.url.endswith("/counter/")
    page.wait_for_url("**/receipt*", timeout=30_000)
    line.detach()


def fill(page: Page, serial: int, subject: str) -> None:
    page.locator("[name=number]").press_sequentially(national_id(serial))
    page.locator("[data-new]").wait_for()
    page.locator("[name=name]").fill("فرد نمونه")
    choose_agency(page)
    page.locator("[name=subject]").fill(subject)
