"""Every pattern fits one Persian SMS, whatever fills it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.notices.contracts import Language, Pattern, Standing
from pishkhan.notices.logic import texts

CODE = "7214093381260"
LONG = {
    "code": CODE,
    "missing": "تصویر برابر اصل سند مالکیت " * 20,
    "until": "2027-05-22",
    "state": Standing.ON_ITS_WAY.value,
}


@pytest.mark.parametrize("pattern", Pattern)
def test_every_pattern_fits_with_its_longest_parameters(pattern: Pattern) -> None:
    text = texts.text(pattern, LONG)
    assert texts.units(text) <= 70
    assert not re.search(r"[0-9A-Za-z%]", text), "Persian words and digits only"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", Standing)
def test_where_a_letter_stands_fits_in_both_languages(state: Standing, language: Language) -> None:
    text = texts.text(Pattern.STATUS, {"state": state.value, "code": CODE}, language)
    assert 20 < texts.units(text) <= 70
    code = texts.parts(Pattern.STATUS, {"state": state.value, "code": CODE}, language)["code"]
    assert text.endswith(code)
    assert code == (CODE if language is Language.ENGLISH else "۷۲۱۴۰۹۳۳۸۱۲۶۰")


def test_an_address_is_told_whole_or_not_at_all() -> None:
    told = texts.text(Pattern.TRACK_HERE, {"site": "letters.example.ir/t"})
    assert told.endswith("letters.example.ir/t")
    assert "…" not in texts.text(Pattern.TRACK_HERE, {"site": "a-very-long-name." * 4 + "ir/t"})
    assert not re.search("[a-z]", texts.text(Pattern.TRACK_HERE, {"site": "x" * 60}))


def test_the_texts_are_those_that_were_approved() -> None:
    assert (
        texts.text(Pattern.ACCEPTED, {"code": "721-409-338-1260"})
        == "نامه شما پذیرفته شد. کد رهگیری ۷۲۱۴۰۹۳۳۸۱۲۶۰"
    )
    assert (
        texts.text(Pattern.HANDED_TO_PROXY, {"code": "7214093381260"})
        == "پاسخ را نماینده‌تان گرفت، کد ۷۲۱۴۰۹۳۳۸۱۲۶۰. اگر نه، به دفتر بگویید."
    )
    assert texts.text(Pattern.READY, {}) == "پاسخ نامه آماده است. با کارت ملی به همان دفتر بروید."
    assert (
        texts.text(Pattern.RETURNED, {"missing": "تصویر سند", "until": "2026-12-11"})
        == "مدرک کم است: تصویر سند. تا ۲۰ آذر بیاورید."
    )
    assert (
        texts.text(Pattern.RETURNED, {"missing": "تصویر سند.", "until": ""})
        == "مدرک کم است: تصویر سند. به دفتر بیاورید."
    )


def test_what_is_missing_is_cut_between_words() -> None:
    text = texts.text(Pattern.RETURNED, LONG)
    shown = text.removeprefix("مدرک کم است: ").partition("…")[0]
    assert LONG["missing"].startswith(shown + " ")
    assert text.endswith("…. تا ۱ خرداد بیاورید.")


ANYTHING = st.text(max_size=200).map(lambda s: s.encode("utf-8", "ignore").decode())


@given(
    st.sampled_from(Pattern),
    st.sampled_from(Language),
    st.fixed_dictionaries(
        {
            "code": ANYTHING,
            "missing": ANYTHING,
            "site": ANYTHING,
            "state": st.sampled_from([state.value for state in Standing]),
            "until": st.sampled_from(["", "2027-05-22", "2026-03-20"]),
        }
    ),
)
def test_no_message_is_ever_longer_than_one_sms(
    pattern: Pattern, language: Language, params: dict[str, str]
) -> None:
    text = texts.text(pattern, params, language)
    assert texts.units(text) <= 70
    assert "\n" not in text
    parts = texts.parts(pattern, params, language)
    assert set(parts) == set(texts.names(pattern))
    assert all(value in text for value in parts.values())


@given(st.text(max_size=200), st.dates().map(str))
def test_no_words_break_the_limit_or_the_line(missing: str, until: str) -> None:
    until = until if "1900" < until < "2200" else ""
    missing = missing.encode("utf-8", "ignore").decode()
    text = texts.text(Pattern.RETURNED, {"missing": missing, "until": until})
    assert texts.units(text) <= 70
    assert "\n" not in text


def test_a_missing_parameter_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="code"):
        texts.check(Pattern.ACCEPTED, {})
    with pytest.raises(ValueError, match="nowhere"):
        texts.check(Pattern.STATUS, {"code": CODE, "state": "nowhere"})
