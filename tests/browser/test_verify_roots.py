"""The page that checks receipts takes agencies' roots and their papers, without a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import PC, PHONE
from tests.browser.looks import axe, looked
from tests.browser.test_verify import Reader, Receipt, as_file, reader, receipt
from tests.web.test_verify_roots import AGENCY, EARLY, GOOD, LATE, STALE, listed, statement
from tests.web.verifiers import maker

__all__ = ["reader", "receipt"]  # fixtures

NEXT = "2126-01-01T00:00:00Z"
WITNESSES = [maker.witness_key(number) for number in (1, 2, 3)]


def trust(reader: Reader, **files: bytes) -> None:
    given = [as_file(name, data) for name, data in files.items()]
    reader.page.locator("#policy").set_input_files(given)


def test_a_stated_key_counts_until_it_is_revoked_and_the_papers_are_remembered(
    reader: Reader, receipt: Receipt
) -> None:
    page = reader.page
    page.goto("/verify")
    reader.context.set_offline(True)
    reader.files(as_file("a", receipt.proof.encode()))
    reader.says("unknown", "fa")  # the office's own key is another one
    policy = maker.policy(witnesses=WITNESSES).encode()
    good, stated = listed(next=NEXT), statement(receipt.log.key)
    trust(reader, policy=policy, stated=stated, list=good)
    reader.says("unknown", "fa")  # papers of a root that nobody gave
    expect(page.locator("#trust-told [role=alert]")).to_contain_text("در فایل ریشه‌های شما نیست")
    trust(reader, roots=GOOD)
    reader.says("witnessed", "fa")
    expect(page.locator("#trust-told [role=alert]")).to_have_count(0)
    reader.speaks("en")
    expect(page.locator(".facts").last).to_contain_text(
        f"the root of the agency {AGENCY}, number 1"
    )
    gone = listed((receipt.log.key, EARLY), number=2, next=NEXT)
    trust(reader, gone=gone)
    reader.says("unproven", "en")
    expect(page.locator("#verdict")).to_contain_text("and no witnesses saw this before")
    expect(page.locator("#verdict")).to_contain_text("1405/09/02 09:04 Tehran time")
    reader.context.set_offline(False)
    page.reload()
    reader.files(as_file("a", receipt.proof.encode()))
    reader.says("unproven", "fa")
    page.locator("#papers-forget").click()
    reader.says("unknown", "fa")
    expect(page.locator("#papers-forget")).to_be_hidden()
    page.reload()
    reader.files(as_file("a", receipt.proof.encode()))
    reader.says("unknown", "fa")


def test_roots_alone_do_without_the_key_of_the_office(reader: Reader, receipt: Receipt) -> None:
    page = reader.page
    page.goto(f"/verify#{receipt.digits}")
    expect(page.locator("#trust-told")).to_contain_text("کلید همین سامانه")
    trust(reader, roots=GOOD, stated=statement(receipt.log.key), list=listed(next=NEXT))
    reader.says("promised", "fa")
    expect(page.locator("#by-own-key")).to_have_count(0)
    expect(page.locator("#trust-told")).to_contain_text("تنها ریشه‌هایی که دادید")
    expect(page.locator("#trust-told")).not_to_contain_text("کلید همین سامانه، که")
    trust(reader, bad=statement(receipt.log.key).replace(b'"number":1', b'"number":9'))
    reader.says("unproven", "fa")
    expect(page.locator("#verdict")).to_contain_text("به این برگهٔ کلید نمی‌خورد")
    page.locator("#papers-forget").click()
    expect(page.locator("#trust-told")).to_contain_text("کلید همین سامانه")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_what_roots_say_is_drawn_well(reader: Reader, receipt: Receipt, language: str) -> None:
    page, faults = reader.page, []
    page.goto("/verify")
    reader.speaks(language)
    policy = maker.policy(witnesses=WITNESSES).encode()
    lists = {"old": listed((WITNESSES[2], LATE), next=STALE)}
    for name, files in {
        "witnessed": {"policy": policy, "roots": GOOD, "s": statement(receipt.log.key)} | lists,
        "unproven": {"x": listed((receipt.log.key, EARLY), (WITNESSES[2], LATE), number=2)},
    }.items():
        trust(reader, **files)
        reader.files(as_file("a", receipt.proof.encode()))
        reader.says(name, language)
        for size in (PC, PHONE):
            page.set_viewport_size(size)
            found = [*looked(page, language, phone=size is PHONE), *axe(page)]
            faults += [f"{name} {size['width']}: {each}" for each in found]
        page.set_viewport_size(PC)
    assert faults == []
