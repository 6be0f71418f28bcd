import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel import text
from pishkhan.kernel.errors import Invalid

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
PERSIANISH = st.text(
    st.sampled_from("كکيیىئؤأإآٱاةۀهەءـًٌٍَُِّْٰٓٔ\u200c\u200d\u200f لاﻻﷺabcÉ۱٢3\t"), max_size=30
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("كِتاب", "کتاب"),
        ("علي عليى", "علی علیی"),
        ("خانۀ ما", "خانه ما"),
        ("خانهٔ ما", "خانه ما"),
        ("رحمة", "رحمه"),
        ("أحمد إيران", "احمد ایران"),
        ("مؤسسه رئیس", "موسسه رییس"),
        ("ســـلام", "سلام"),
        ("مُحَمَّدٌ", "محمد"),
        ("۱۲۳ ٤٥٦ 789", "123 456 789"),
        ("می\u200cروم", "می روم"),
        ("\u202eنامه\u202c\u200f", "نامه"),
        ("  دو \t\n سه  ", "دو سه"),
        ("ABC Straße", "abc strasse"),
        ("ﻻﻟﻪ", "لاله"),
        ("آب", "آب"),
        ("", ""),
    ],
)
def test_normaliser_of_domain_md(typed, expected):
    assert text.normalise(typed) == expected


@given(ANY_TEXT | PERSIANISH)
def test_normalising_twice_changes_nothing_more(s):
    once = text.normalise(s)
    assert text.normalise(once) == once


@given(ANY_TEXT)
def test_normalised_text_is_safe_to_store_and_send(s):
    once = text.normalise(s)
    once.encode("utf-8")
    assert "\0" not in once


def test_digits_turn_both_ways_and_leave_the_rest():
    assert text.latin_digits("کد ۱۲۳۴۵ و ٦٧٨٩٠ و 1") == "کد 12345 و 67890 و 1"
    assert text.persian_digits("کد 12345 و ٦٧٨٩٠") == "کد ۱۲۳۴۵ و ۶۷۸۹۰"


def test_controls_go_and_letters_stay_as_they_were_typed():
    assert text.strip_controls("\u202eعلي\u2066\x07\ufffe می\u200cروم\r\nب\tپ\rت") == (
        "علي می\u200cروم\nب\tپ\nت"
    )


@given(ANY_TEXT)
def test_stripping_controls_leaves_none(s):
    left = text.strip_controls(s)
    assert not set(left) & {chr(c) for c in range(0x20) if c not in (9, 10)}
    assert not set(left) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2069")


@pytest.mark.parametrize("bad", ["a\ud800b", "\udfff", "a\0b"])
@pytest.mark.parametrize("clean", [text.clean_line, text.clean_text])
def test_what_is_no_unicode_text_is_refused(clean, bad):
    with pytest.raises(Invalid) as caught:
        clean(bad, max=100)
    assert caught.value.code == "text.not-unicode"


def test_length_is_counted_after_cleaning():
    assert text.clean_text("\u202e  پنج\u200f ", max=3) == "پنج"
    with pytest.raises(Invalid) as caught:
        text.clean_text("چهار ", max=3)
    assert caught.value.code == "text.too-long"
    assert caught.value.message.params == {"max": 3}


def test_line_has_no_breaks_and_a_text_keeps_them():
    assert text.clean_line(" یک\r\nدو\tسه\u2028چهار\rپنج ", max=50) == "یک دو سه چهار پنج"
    assert text.clean_text("یک\r\nدو", max=50) == "یک\nدو"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("فرد نمونه", "ف••• نمونه"),
        ("سید علی نمونه", "س••• ع••• نمونه"),
        ("نمونه", "ن•••"),
        ("  ", ""),
    ],
)
def test_masked_name_shows_the_last_word_only(name, masked):
    assert text.mask_name(name) == masked


def test_masked_mobile_shows_the_ends_only():
    assert text.mask_mobile("09121234567") == "0912•••4567"
    assert text.mask_mobile("۰۹۱۲۱۲۳۴۵۶۷") == "0912•••4567"
    assert text.mask_mobile("0912123") == "•••"


def test_words_are_normalised_and_part_at_zwnj_and_marks():
    assert text.words("قطعيِ آب، روستا_ها\u200cی (۳)") == ["قطعی", "آب", "روستا", "ها", "ی", "3"]


def test_likeness_is_one_for_another_spelling_and_zero_for_nothing():
    assert text.similarity("كتاب علي", "کتاب علی") == 1.0
    assert text.similarity("", "") == text.similarity("آب", "") == 0.0
    assert text.similarity("گاز", "برق") == 0.0


def test_likeness_ranks_the_nearer_name_first():
    near = text.similarity("شرکت آب و فاضلاب", "آب و فاضلاب روستایی")
    far = text.similarity("شرکت آب و فاضلاب", "توزیع برق")
    assert 1.0 > near > far


@given(PERSIANISH, PERSIANISH)
def test_likeness_is_symmetrical_and_between_zero_and_one(a, b):
    assert 0.0 <= text.similarity(a, b) == text.similarity(b, a) <= 1.0
