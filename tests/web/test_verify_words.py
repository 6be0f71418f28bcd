"""The words of the page at /verify: all there, in both languages, and the program's own."""

from __future__ import annotations

import json
import re

from pishkhan_verify import words

from tests.web.verifiers import ROOT

SOURCES = ROOT / "src/pishkhan/web/assets/js/verify"
WORDS: dict[str, list[str]] = json.loads((SOURCES / "words.json").read_text("utf-8"))
USED = re.compile(r"""(?:Refused|Unreadable|say|sentence|heading|paragraph)\(\s*"([a-z0-9_-]+)\"""")
CAUTION = re.compile(r'code: (?:least \? )?"([a-z-]+)"(?: : "([a-z-]+)")?')
PAGE = ROOT / "src/pishkhan/web/public/templates/public/verify.html"


def sources() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(SOURCES.glob("*.js"))}


def test_every_sentence_is_there_in_both_languages_with_the_same_places():
    for key, (fa, en) in WORDS.items():
        assert fa, key
        assert en, key
        assert sorted(re.findall(r"\{\w+\}", fa)) == sorted(re.findall(r"\{\w+\}", en)), key
        assert re.search(r"[\u0600-\u06ff]", fa) or key == "other-language", key
        assert not re.search(r"[\u0600-\u06ff]", en) or key == "other-language", key


def test_every_sentence_that_is_used_is_there_and_no_other():
    text = "\n".join(sources().values())
    used = set(USED.findall(text)) | {
        each for pair in CAUTION.findall(text) for each in pair if each
    }
    used |= set(re.findall(r'data-word="([a-z-]+)"', PAGE.read_text("utf-8")))
    # Named by a part, or handed over as a word of its own.
    named = set(re.findall(r'"([a-z0-9_-]+)"', text)) | {"mark-demo", "mark-practice"}
    named |= {f"v-{level}" for level in ("promised", "logged", "witnessed", "checkpoint")}
    named |= {f"item-{kind}" for kind in ("promise", "path", "proof", "checkpoint")}
    assert used - set(WORDS) == set()
    assert set(WORDS) - used - named == set()


def test_what_both_verifiers_say_they_say_in_the_same_words():
    own = {"tiles-needed", "no-policy", "unknown-form"}  # the page has no options
    for group in (words.CAUTIONS, words.REFUSED, words.UNREADABLE):
        for key in set(group) & set(WORDS) - own:
            assert tuple(WORDS[key]) == group[key], key
    codes = {
        code
        for name, text in sources().items()
        if name not in {"page.js", "photo.js"}
        for code in re.findall(r'(?:Refused|Unreadable)\("([a-z-]+)"', text)
    }
    assert codes <= set(words.REFUSED) | set(words.UNREADABLE)


def test_the_page_shares_no_code_with_the_server_and_asks_nobody():
    for name, text in sources().items():
        for source in re.findall(r'from "([^"]+)"', text):
            assert source.startswith(("./", "@noble/", "qr/")), (name, source)
        assert not re.search(
            r"fetch\(|XMLHttpRequest|WebSocket|sendBeacon|innerHTML|subtle\.", text
        )
