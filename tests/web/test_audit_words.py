"""Kinds of entries are told and offered in words, each by one of its own."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from pishkhan.web.audit.kinds import KINDS
from pishkhan.web.audit.words import choices, offered
from tests.letters.auditing import ROOT


def test_the_list_offers_every_kind_that_the_reference_names():
    page = (ROOT / "docs/reference/journal-kinds.md").read_text("utf-8")
    assert KINDS.keys() == set(re.findall(r"^\| `([^`]+)` \|", page, re.M))
    assert KINDS.keys() < offered()


@pytest.mark.parametrize("language", ["fa", "en"])
def test_each_kind_is_offered_once_by_a_word_of_its_own(language: str):
    with translation.override(language):
        grouped = choices()
    shown = [words for _label, options in grouped for value, words in options if value[-1] != "."]
    assert len(shown) == len(set(shown)) == len(KINDS)
    assert not [words for words in shown if re.search(r"[a-z]\.[a-z]", words)]
    if language == "fa":
        told = [words for _label, options in grouped for _value, words in options]
        assert not [words for words in told if re.search("[A-Za-z]", words)]
    labels = [label for label, _options in grouped]
    assert len(labels) == len(set(labels))
    assert all(options for _label, options in grouped)
