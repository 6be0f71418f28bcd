"""«Listen» is offered where the device has a voice of the page's language; else it says so."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import CITIZEN, People
from tests.browser.desk import track
from tests.browser.node import Node
from tests.browser.test_screens import Pairs


@pytest.mark.parametrize(
    ("voices", "button", "said"),
    [([], False, False), (["en-US"], False, True), (["en-US", "fa-IR"], True, False)],
)
def test_listening_needs_a_voice_of_the_language(
    people: People, node: Node, voices: list[str], button: bool, said: bool
) -> None:
    page = people.page(CITIZEN, "fa")
    found = json.dumps([{"lang": lang, "name": lang} for lang in voices])
    page.add_init_script(f"speechSynthesis.getVoices = () => {found};")
    pair = Pairs(node).of_each_state()["registered"]
    track(page, *pair)
    expect(page.locator("[data-listen]")).to_be_visible(visible=button)
    expect(page.locator("[data-no-voice]")).to_be_visible(visible=said)
    page.close()
