"""A dehyar's day on a phone: a circular, a letter up and its answer, a villager at his counter."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.desk import SCANS, accept, national_id, open_letter, track
from tests.browser.node import ROOT, Node
from tests.browser.test_officials import on_phone

OFFICE = "بخشداری نمونه"
CIRCULAR = "پاک‌سازی معابر روستا"
SUBJECT = "تیر برق کنار مدرسهٔ روستا"
VILLAGER = "چاه آب کشاورزی"
ANSWER = """
import sys, time
import django
django.setup()
from pishkhan.directory import api as directory
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, Receiver

head, desk, works = (
    directory.actor_for(directory.user_named(f"sample-district{role}").id, None)
    for role in ("", "-desk", "-works")
)
came = None
while came is None:  # the post is on its way; who runs this gives it its time
    time.sleep(0.2)
    found = [row.id for row in letters.arrivals(desk).rows if row.subject == sys.argv[1]]
    came = found[0] if found else None
letters.register(desk, came)
letters.refer(desk, came, to=[Receiver(works.post_id, Purpose.ACTION, principal=True)])
draft = letters.draft(works, came, subject=f"پاسخ: {sys.argv[1]}", body="فردا جابه‌جا می‌شود.")
letters.initial(works, draft)
letters.refer(works, came, to=[Receiver(head.post_id, Purpose.SIGNATURE, principal=False)])
letters.open_arrival(head, came)
letters.sign(head, draft)
letters.dispatch(desk, draft)
"""


def tap(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.tap()


def answered(node: Node, subject: str) -> None:
    """Let the district's people register the letter, answer, sign and send."""
    subprocess.run(
        [sys.executable, "-c", ANSWER, subject],
        cwd=ROOT, check=True, timeout=120,
        env=dict(os.environ) | dict(node.environ)
        | {"DJANGO_SETTINGS_MODULE": "pishkhan.node.settings"},
    )  # fmt: skip


def sit_at_counter(page: Page) -> None:
    page.locator("details.seats > summary").tap()
    with page.expect_navigation():
        page.locator("details.seats button", has_text="ICT").first.tap()
    page.wait_for_url(re.compile(r"/counter/"))


def test_a_dehyars_day_on_the_phone(people: People, node: Node) -> None:
    page = on_phone(people, "dehyar")

    open_letter(page, "/secretariat/circulars", CIRCULAR)
    tap(page, "#circular button[name=file]")
    expect(page.locator("body")).to_contain_text("بخشنامه ملاحظه و بایگانی شد")
    page.goto("/secretariat/circulars?of=noted")
    expect(page.locator("main")).to_contain_text(CIRCULAR)

    page.goto("/secretariat/")
    tap(page, "a[href='/secretariat/write']")
    expect(page.locator("#id_receiver")).to_have_value(OFFICE)
    page.locator("[name=subject]").fill(SUBJECT)
    page.locator("[name=body]").fill("تیر کج شده است.")
    tap(page, "#write > .deed-foot button.btn-primary")
    page.locator("[aria-controls=send-confirm-panel]").tap()
    tap(page, "#send-confirm-panel button[type=submit]")
    expect(page.locator("body")).to_contain_text("امضا و با شمارهٔ")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    answered(node, SUBJECT)
    open_letter(page, "/secretariat/", f"پاسخ: {SUBJECT}")
    expect(page.locator("main")).to_contain_text("فردا جابه‌جا می‌شود.")
    expect(page.locator("main")).to_contain_text(OFFICE)

    sit_at_counter(page)
    number = national_id(9130)
    code = accept(page, number, VILLAGER, SCANS[0])
    citizen = people.page("citizen")
    assert track(citizen, code, number)
    citizen.close()
    page.close()
