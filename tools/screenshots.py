"""Takes the tutorial's pictures: `tools/screenshots.py http://localhost:8000`, on a new demo home.

Does the main job once in each language at a running `pishkhan demo --serve` and writes
docs/tutorial/img/<step>.<language>.png, small enough to be committed.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import desk  # noqa: E402 - the tests' own way of working at the desks
from tests.browser.browsing import ARGUMENTS, CITIZEN, Errors, People  # noqa: E402 - as above

IMAGES = ROOT / "docs" / "tutorial" / "img"
EXPERT, HEAD = "کارشناس نامه‌های مردمی", "مدیرعامل"
ANSWER = "با سلام\nبررسی شد؛ لولهٔ آب روستا تا پایان هفته تعویض می‌شود.\nبا احترام"
MISSING = {"fa": "کمبود", "en": "missing"}
WIDE, COLOURS = 1000, 96


class Camera:
    """Takes pictures of one language, named by step."""

    def __init__(self, language: str) -> None:
        self.language = language

    def take(self, page: Page, step: str) -> None:
        """Picture what the page shows now."""
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        if shot.width > WIDE:
            shot = shot.resize((WIDE, shot.height * WIDE // shot.width), Image.Resampling.LANCZOS)
        IMAGES.mkdir(parents=True, exist_ok=True)
        small = shot.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
        small.save(IMAGES / f"{step}.{self.language}.png", optimize=True)


def main_job(people: People, language: str, number: str, subject: str) -> None:
    """Do the whole main job and picture its steps."""
    camera = Camera(language)
    clerk, secretary, expert, head, citizen = (
        people.page(who, language) for who in ("clerk", "secretary", "expert", "head", CITIZEN)
    )
    citizen.goto("/")
    camera.take(citizen, "01-first-page")
    code = accept(camera, clerk, number, subject)
    desk.open_letter(secretary, "/secretariat/", subject)
    camera.take(secretary, "04-register")
    secretary.keyboard.press("Control+Enter")
    secretary.wait_for_url("**#refer")
    choice = secretary.locator("li.receiver").filter(has_text=EXPERT).first
    choice.locator(".receiver-pick").check()
    secretary.locator("#refer").scroll_into_view_if_needed()
    camera.take(secretary, "05-refer")
    secretary.locator("#refer button[name=stay]").click()
    give_back(camera, expert, subject)
    citizen.set_viewport_size({"width": 400, "height": 760})
    desk.until(lambda: MISSING[language] in desk.track(citizen, code, number).lower())
    camera.take(citizen, "07-citizen")
    desk.open_letter(clerk, "/counter/letters?state=returned", subject)
    desk.add_pages(clerk, desk.SCANS[2])
    camera.take(clerk, "08-complete")
    clerk.keyboard.press("Control+Enter")
    clerk.wait_for_load_state("networkidle")
    answer(camera, expert, subject)
    desk.open_letter(head, "/cartable/to-sign", subject)
    head.keyboard.press("F9")
    camera.take(head, "10-sign")
    head.keyboard.press("Control+Enter")
    head.wait_for_load_state("networkidle")
    ready = desk.row(secretary, "/secretariat/dispatch", subject)
    camera.take(secretary, "11-dispatch")
    ready.locator("button").click()
    secretary.wait_for_load_state("networkidle")
    deliver(camera, clerk, code, number, subject)


def accept(camera: Camera, page: Page, number: str, subject: str) -> str:
    """Accept the letter; return its tracking code."""
    desk.empty_form(page)
    page.locator("[name=number]").press_sequentially(number)
    page.locator("[data-new]").wait_for()
    page.locator("[name=name]").fill("فرد نمونه")
    page.locator("[name=mobile]").fill("09121234567")
    desk.choose_agency(page)
    page.locator("[name=subject]").fill(subject)
    desk.add_pages(page, *desk.SCANS[:2])
    camera.take(page, "02-accept")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt*")
    camera.take(page, "03-receipt")
    return desk.code_of(page)


def give_back(camera: Camera, page: Page, subject: str) -> None:
    """Return the letter for a missing paper."""
    desk.open_letter(page, "/cartable/", subject)
    page.keyboard.press("Alt+5")
    page.locator("#return .pill").first.click()
    page.locator("#return").scroll_into_view_if_needed()
    camera.take(page, "06-return")
    page.locator("#return [data-send]").click()
    page.wait_for_load_state("networkidle")


def answer(camera: Camera, page: Page, subject: str) -> None:
    """Write the answer, initial it, send it for signature."""

    def completed() -> bool:
        desk.open_letter(page, "/cartable/", subject)
        return page.locator('[href$="/pages/3"]').count() == 1

    desk.until(completed)
    page.keyboard.press("Alt+2")
    page.wait_for_url("**/draft*")
    page.locator("[name=body]").fill(ANSWER)
    camera.take(page, "09-draft")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#draft-*")
    page.keyboard.press("Alt+6")
    page.locator(".draft .good").first.wait_for()
    page.locator("#offer .pill").filter(has_text=HEAD).first.click()
    page.keyboard.press("Alt+7")
    page.locator(".tree-node").filter(has_text=HEAD).first.wait_for()


def deliver(camera: Camera, page: Page, code: str, number: str, subject: str) -> None:
    """Hand the answer over."""
    desk.row(page, "/counter/letters?state=ready", subject)
    page.keyboard.press("F3")
    page.wait_for_url("**/hand-over")
    for typed in (code, number):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    page.locator(".answer-text").wait_for()
    camera.take(page, "12-hand-over")
    page.keyboard.press("F9")
    page.keyboard.press("Control+Enter")
    page.locator(".deliver").wait_for(state="detached")


def main(address: str) -> None:
    """Picture both languages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium-headless-shell", args=ARGUMENTS
        )
        for language, serial, village in (("fa", 705, "بالا"), ("en", 706, "پایین")):
            errors = Errors()
            people = People(browser, address.rstrip("/"), errors)
            main_job(people, language, desk.national_id(serial), f"قطعی آب شرب روستای {village}")
            people.close()
            if errors.told:
                raise SystemExit("\n".join(errors.told))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
