"""Logging in as real people do: password, second factor, sessions, and rest after wrong tries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import PC, PHONE, Errors, People
from tests.browser.looks import axe, looked
from tests.browser.node import Node

PASSWORD = "شنا در رود کشکان ۱۴۰۵"


def totp(secret: str, ahead: int = 0) -> str:
    """Return the code of RFC 6238 for now, or some steps ahead."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    count = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.new(key, count, hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


@pytest.fixture(scope="module")
def login(node: Node) -> str:
    node.command(
        "user", "add", "browser-admin", "--name", "مدیر نمونه", "--administrator",
        "--own-password",
        given=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    return "browser-admin"


def log_in(page: Page, name: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_second_factor_is_set_up_and_then_asked_for(people: People, login: str):
    page = people.page("citizen:first", "fa")
    log_in(page, login, PASSWORD)
    assert "/accounts/login" not in page.url
    page.goto("/accounts/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/totp/activate/**")
    text = page.locator("main").inner_html()
    secret = re.search(r"\b[A-Z2-7]{32}\b", text)
    assert secret, "the secret can be typed where no picture can be read"
    page.set_viewport_size(PHONE)
    assert [fault for fault in looked(page, "fa", phone=True) if "clip" in str(fault)] == []
    key = page.locator("main bdi.tabular").bounding_box()
    card = page.locator("main .card").first.bounding_box()
    assert key
    assert card
    assert card["x"] <= key["x"] <= key["x"] + key["width"] <= card["x"] + card["width"]
    page.locator("[name=code]").fill(totp(secret[0]))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/accounts/2fa/(?!totp/activate)"))

    other = people.page("citizen:second", "fa")
    log_in(other, login, PASSWORD)
    expect(other.locator("[name=code]")).to_be_visible()
    with people.errors.expecting(r"status of 4\d\d"):
        other.locator("[name=code]").fill("000000")
        other.keyboard.press("Enter")
        expect(other.locator("[name=code]")).to_be_visible()
    other.locator("[name=code]").fill(totp(secret[0], 1))
    other.keyboard.press("Enter")
    other.wait_for_url(lambda url: "/accounts/" not in url)

    page.goto("/accounts/sessions/")
    assert page.locator("main tbody tr, main li:has(time), main .session").count() >= 2


def test_after_five_wrong_passwords_a_sentence_asks_to_wait(people: People, errors: Errors):
    page = people.page("citizen:wrong", "fa")
    with errors.expecting(r"status of 4\d\d"):
        said = ""
        for _ in range(6):
            log_in(page, "demo-nobody", "چیزی که درست نیست")
            said = page.locator("main").inner_text()
    assert re.search("دقیقه|بعد|صبر|بیش از حد|تلاش", said), said
    # Another person on the same line is not kept out.
    other = people.page("citizen:other", "fa")
    other.goto("/accounts/login/")
    expect(other.locator("[name=login]")).to_be_visible()


def test_a_desk_leads_to_the_login_and_back(people: People):
    page = people.page("citizen:door", "fa")
    page.goto("/counter/letters")
    assert "/accounts/login/?next=" in page.url


def drawn_well(page: Page, language: str) -> None:
    """Look at a page at both sizes as the contact sheet does."""
    for size in (PHONE, PC):
        page.set_viewport_size(size)
        page.wait_for_timeout(250)
        assert looked(page, language, phone=size is PHONE) + axe(page) == []


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_given_password_is_changed_and_then_the_desk_opens(people, node: Node, language):
    name = f"given-{language}"
    node.command(
        "user", "add", name, "--name", "تازه نمونه", "--administrator", "--language", language,
        given=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    page = people.page(f"citizen:{name}", language)
    log_in(page, name, PASSWORD)
    page.goto("/admin/people/")
    assert "/accounts/password/change/?next=%2Fadmin%2Fpeople%2F" in page.url
    drawn_well(page, language)
    own = "کوه بلند و برف سپید"
    for field, value in (("oldpassword", PASSWORD), ("password1", own), ("password2", own)):
        page.locator(f"[name={field}]").fill(value)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/people/")
    people.leave(f"citizen:{name}")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_who_has_no_seat_sees_whom_to_ask(people, node: Node, language):
    name = f"idle-{language}"
    node.command(
        "user", "add", name, "--name", "بیکار نمونه", "--own-password", "--language", language,
        given=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    page = people.page(f"citizen:{name}", language)
    log_in(page, name, PASSWORD)
    page.goto("/counter/")
    assert page.url.endswith("/")
    expect(page.locator("main")).to_contain_text(name)
    drawn_well(page, language)
    people.leave(f"citizen:{name}")
