"""A passkey in Chromium with a device of its own (CDP's virtual authenticator)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.node import Node
from tests.browser.test_accounts import PASSWORD, drawn_well, log_in

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SECURE = {"fa": "اتصال امن", "en": "secure connection"}
NO_PASSKEYS = "Object.defineProperty(window, 'isSecureContext', { value: false });"


@pytest.fixture(scope="module")
def login(node: Node) -> str:
    node.command(
        "user", "add", "passkey-admin", "--name", "کلیددار نمونه", "--administrator",
        "--own-password",
        given=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    return "passkey-admin"


def again(page: Page, path: str) -> None:
    """Open a page that wants the password once more."""
    page.goto(path)
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{path}")


def test_a_passkey_is_made_named_used_and_removed(people: People, login: str):
    page = people.page("citizen:passkey", "fa")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    log_in(page, login, PASSWORD)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="ساختن گذرکلید").click()
    again(page, "/accounts/2fa/webauthn/add/")
    name = page.locator("[name=name]")
    expect(name).to_be_focused()
    drawn_well(page, "fa")
    name.fill("رایانهٔ میز")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/**")
    page.goto("/accounts/2fa/")
    expect(page.locator("main")).to_contain_text("رایانهٔ میز")
    drawn_well(page, "fa")

    page.locator("form[action='/accounts/logout/']").first.evaluate("form => form.submit()")
    page.wait_for_url(lambda url: "/accounts/2fa" not in url)
    page.goto("/admin/people/")
    assert "/accounts/login/?next=" in page.url
    drawn_well(page, "fa")
    page.get_by_role("button", name="ورود با گذرکلید").click()
    page.wait_for_url("**/admin/people/")

    # After the password the passkey is the second factor; a device without it says so.
    page.locator("form[action='/accounts/logout/']").first.evaluate("form => form.submit()")
    page.wait_for_url(lambda url: "/admin/people" not in url)
    log_in(page, login, PASSWORD)
    page.wait_for_url("**/2fa/authenticate/")
    drawn_well(page, "fa")
    about = {"authenticatorId": made["authenticatorId"]}
    device.send("WebAuthn.setUserVerified", {**about, "isUserVerified": False})
    page.get_by_role("button", name="با گذرکلید من").click()
    expect(page.locator("[data-passkey-fault]")).to_be_visible()
    drawn_well(page, "fa")
    device.send("WebAuthn.setUserVerified", {**about, "isUserVerified": True})
    page.get_by_role("button", name="با گذرکلید من").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)

    page.goto("/accounts/2fa/")
    page.get_by_role("link", name=re.compile("حذف")).click()
    page.wait_for_url(re.compile("/remove/|reauthenticate"))
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/remove/")
    drawn_well(page, "fa")
    page.get_by_role("button", name=re.compile("حذف")).click()
    page.wait_for_url(re.compile("/accounts/2fa/(webauthn/)?$"))
    expect(page.locator("main")).not_to_contain_text("رایانهٔ میز")
    people.leave("citizen:passkey")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_without_a_secure_context_it_says_so(people: People, login: str, language: str):
    page = people.page(f"citizen:open-{language}", language)
    page.add_init_script(NO_PASSKEYS)
    page.goto("/accounts/login/")
    expect(page.locator("[name=login]")).to_be_visible()
    expect(page.locator("[data-passkey]")).to_be_hidden()
    log_in(page, login, PASSWORD)
    again(page, "/accounts/2fa/webauthn/add/")
    expect(page.locator("[data-passkey]")).to_be_hidden()
    expect(page.locator("[data-passkey-none]").first).to_contain_text(SECURE[language])
    drawn_well(page, language)
    people.leave(f"citizen:open-{language}")
