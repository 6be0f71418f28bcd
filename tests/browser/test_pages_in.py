"""Pages come in from every side: paste, drag and drop, camera; and rubbish is told apart."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.browsing import REFUSED, People
from tests.browser.desk import (
    PERSIAN,
    SCANS,
    add_pages,
    arrived,
    empty_form,
    national_id,
    pages_of,
    until,
)

COPY = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [200, 260];
  canvas.getContext("2d").drawImage(picture, 0, 0, 200, 260);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}"""


@pytest.fixture
def page(people: People) -> Page:
    opened = people.page("clerk", "fa")
    empty_form(opened)
    return opened


def test_a_picture_is_pasted(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(COPY, base64.b64encode(SCANS[0].read_bytes()).decode())
    page.keyboard.press("Control+V")
    until(lambda: arrived(page) == 1)
    expect(page.locator(".sheet canvas").first).to_be_visible()


def test_files_are_dropped(page: Page):
    line = page.context.new_cdp_session(page)
    box = page.locator("#capture").bounding_box()
    assert box
    for kind in ("dragEnter", "dragOver", "drop"):
        line.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": box["x"] + 60,
                "y": box["y"] + 60,
                "data": {
                    "items": [],
                    "files": [str(SCANS[0]), str(SCANS[1])],
                    "dragOperationsMask": 1,
                },
            },
        )
    until(lambda: arrived(page) == 2)


def test_the_camera_takes_a_page(page: Page):
    page.context.grant_permissions(["camera"])
    page.locator("[data-camera]").click()
    video = page.locator("#capture-live video")
    until(lambda: bool(video.evaluate("v => v.videoWidth && !v.paused")))
    page.locator("[data-take]").click()
    until(lambda: arrived(page) == 1)
    page.keyboard.press("Escape")
    expect(page.locator("#capture-live")).to_be_hidden()


def test_pages_are_turned_moved_deleted_and_brought_back_by_keys(page: Page):
    add_pages(page, *SCANS)
    names = listed(page)
    page.locator(".sheet").first.focus()
    page.keyboard.press("r")
    assert rotation(page) == 90
    page.keyboard.press("ArrowLeft")  # later, in a page that runs from right to left
    assert listed(page) == [names[1], names[0], names[2]]
    page.keyboard.press("Delete")
    assert listed(page) == [names[1], names[2]]
    page.keyboard.press("Control+Z")
    assert sorted(listed(page)) == sorted(names)


def listed(page: Page) -> list[str]:
    return [each["name"] for each in pages_of(page)]


def rotation(page: Page) -> int:
    [turned] = [each["rotation"] for each in pages_of(page) if each["rotation"]]
    return int(turned)


# --- rubbish -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.pdf", b"MZ\x90\x00 this is a program"),
        ("empty.jpg", b""),
        ("picture.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    ],
)
def test_a_file_that_is_no_page_is_refused_in_a_sentence(
    page: Page, tmp_path: Path, name: str, content: bytes
):
    path = tmp_path / name
    path.write_bytes(content)
    page.locator("[name=subject]").fill("می‌ماند")
    page.locator("[data-files]").set_input_files(str(path))
    sentence = page.locator("[data-errors] li")
    expect(sentence).to_contain_text(name)
    assert re.search("[آ-ی]{3}", sentence.inner_text())
    assert arrived(page) == 0
    assert page.locator("[name=subject]").input_value() == "می‌ماند"


def test_a_picture_that_breaks_off_is_refused_by_the_server(
    people: People, page: Page, tmp_path: Path
):
    path = tmp_path / "half.jpg"
    path.write_bytes(SCANS[0].read_bytes()[:4000])
    with people.errors.expecting(*REFUSED):
        page.locator("[data-files]").set_input_files(str(path))
        sentence = page.locator("[data-errors] li")
        expect(sentence).to_contain_text("half.jpg")
    assert re.search("[آ-ی]{3}", sentence.inner_text())
    assert arrived(page) == 0


TRICKS = (
    "\u202egpj.exe",
    "'; DROP TABLE letters_submission; --",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "<img src=x onerror=alert(1)>",
    "${7*7}",
)


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_in_names_and_subjects_are_shown_as_they_are(people: People, page: Page, trick: str):
    dialogs: list[str] = []

    def noted(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", noted)
    serial = 30 + TRICKS.index(trick)
    page.locator("[name=number]").press_sequentially(national_id(serial))
    page.locator("[data-new]").wait_for()
    page.locator("[name=name]").fill(f"نمونه {trick}")
    box = page.locator("#id_agency")
    box.press_sequentially("آبفا")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("[name=subject]").fill(f"موضوع {trick}")
    add_pages(page, SCANS[0])
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt*")
    page.goto("/counter/letters")
    row = page.locator("tbody tr").filter(has_text="موضوع").first
    shown = row.inner_text().replace("۷", "7").replace("۱", "1")
    assert trick.replace("\u202e", "") in shown
    assert "\u202e" not in shown
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


@pytest.mark.parametrize(
    "digits",
    ["۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "0123456789"],
    ids=["Persian", "Arabic", "Latin"],
)
def test_a_national_id_may_be_typed_in_any_digits(page: Page, digits: str):
    number = national_id(50).translate(str.maketrans("0123456789", digits))
    page.locator("[name=number]").press_sequentially(number)
    page.locator("[data-new]").wait_for()
    expect(page.locator("#id_number-verdict")).to_have_class(re.compile("field-good"))


def test_a_wrong_national_id_is_told_while_typed_and_a_wrong_mobile_when_left(page: Page):
    right = national_id(51)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    page.locator("[name=number]").press_sequentially(wrong.translate(PERSIAN))
    expect(page.locator("#id_number-verdict")).to_contain_text("کد ملی درست نیست")
    mobile, verdict = page.locator("#id_mobile"), page.locator("#id_mobile-verdict")
    mobile.fill("۰۹۱۲۱۲۳")
    expect(verdict).to_have_text("")  # nobody is told while he types
    mobile.blur()
    expect(verdict).to_contain_text("شمارهٔ همراه درست نیست")
    mobile.fill("۰۹۱۲ ۱۲۳ ۴۵۶۷")
    expect(verdict).to_have_text("")


def test_a_refused_letter_keeps_everything_and_goes_to_the_first_fault(people: People, page: Page):
    page.locator("[name=subject]").fill("بی متقاضی")
    with people.errors.refused(422):
        page.keyboard.press("Control+Enter")
        page.locator("#form-errors").wait_for()
    assert page.locator("[name=subject]").input_value() == "بی متقاضی"
    assert page.evaluate("() => document.activeElement.getAttribute('aria-invalid')") == "true"
