"""The filters and tags of the screens, in both languages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.utils import translation

from pishkhan.kernel import clock
from pishkhan.kernel.money import Epoch, Money
from pishkhan.letters.contracts import SubmissionState
from pishkhan.web.templatetags import pishkhan as tags
from pishkhan.web.templatetags import words

MORNING = datetime(2026, 11, 22, 7, 12, tzinfo=UTC)  # 1 Azar 1405, 10:42 in Tehran


def test_digits_follow_the_language_of_the_page():
    with translation.override("fa"):
        assert tags.digits("A4, 12 ٣") == "A۴, ۱۲ ۳"
    with translation.override("en"):
        assert tags.digits("۱۲ ٣") == "12 3"


def test_dates_are_jalali_in_both_languages():
    with translation.override("fa"):
        assert tags.jalali_date(MORNING, "time") == "۱ آذر ۱۴۰۵، ۱۰:۴۲"
        assert tags.jalali_date(MORNING, "weekday") == "یکشنبه ۱ آذر ۱۴۰۵"
        assert tags.jalali_date(MORNING, "hour") == "۱۰:۴۲"
    with translation.override("en"):
        assert tags.jalali_date(MORNING, "time") == "1 Azar 1405, 10:42"
        assert tags.jalali_date(date(2026, 11, 22), "day") == "1 Azar"
        assert tags.jalali_date(MORNING, "day time") == "1 Azar, 10:42"
        assert tags.jalali_date(None) == ""


@pytest.mark.parametrize(
    ("passed", "words_en", "words_fa"),
    [
        (timedelta(seconds=20), "just now", "همین حالا"),
        (timedelta(minutes=1), "1 minute ago", "۱ دقیقه پیش"),
        (timedelta(minutes=26), "26 minutes ago", "۲۶ دقیقه پیش"),
        (timedelta(hours=2), "2 hours ago", "۲ ساعت پیش"),
        (timedelta(hours=20), "yesterday at 14:42", "دیروز ۱۴:۴۲"),
        (timedelta(days=3), "3 days ago", "۳ روز پیش"),
        (timedelta(days=30), "1 Aban 1405", "۱ آبان ۱۴۰۵"),
    ],
)
def test_times_are_told_in_working_words(passed, words_en, words_fa):
    with clock.use(clock.FakeClock(MORNING)):
        with translation.override("en"):
            assert tags.ago(MORNING - passed) == words_en
        with translation.override("fa"):
            assert tags.ago(MORNING - passed) == words_fa


def test_a_tracking_code_is_grouped_and_kept_left_to_right():
    with translation.override("fa"):
        shown = tags.tracking_code("7214093381260")
    assert shown == '<bdi dir="ltr" class="code num">۷۲۱-۴۰۹-۳۳۸-۱۲۶۰</bdi>'


def test_a_masked_value_can_not_bring_markup():
    with translation.override("en"):
        shown = tags.latin("<script>1</script>")
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown


def test_money_and_sizes_speak_the_language():
    with translation.override("fa"):
        assert tags.money(Money(300_000, Epoch.RIAL_1310)).endswith("ریال")
        assert tags.filesize(1_100_000) == "۱٫۱ مگابایت"
        assert tags.filesize(200_400) == "۲۰۰ کیلوبایت"
    with translation.override("en"):
        assert tags.filesize(1_100_000) == "1.1 MB"
        assert tags.filesize(0) == "0 kB"


def test_every_state_of_a_letter_has_a_word_in_both_languages():
    for state in SubmissionState:
        assert state.value in words.STATES
        with translation.override("fa"):
            persian = tags.state_label(state)
        with translation.override("en"):
            assert persian != tags.state_label(state)
    assert tags.state_tone(SubmissionState.RETURNED) == "wait"


def test_a_shortcut_is_drawn_key_by_key_and_hidden_from_readers():
    with translation.override("fa"):
        drawn = tags.key("Alt+1")
    assert drawn.count("<kbd") == 2
    assert "۱" in drawn
    assert 'aria-hidden="true"' in drawn
    assert tags.aria_keys("Ctrl+Enter") == "Control+Enter"


def test_icons_that_point_are_mirrored_in_persian():
    assert "icon--flip" in tags.icon("back")
    assert "icon--flip" not in tags.icon("letter")
    assert 'aria-label="Letter"' in tags.icon("letter", label="Letter")


def test_a_message_can_carry_the_way_to_take_it_back():
    class Told:
        extra_tags = "letter undo=/counter/undo/1/"

    assert tags.undo_url(Told()) == "/counter/undo/1/"
    assert tags.undo_url(object()) == ""


def test_an_input_with_an_error_names_the_sentence_that_tells_it():
    class Form(forms.Form):
        mobile = forms.CharField(help_text="as on the card")

    bound = Form({"mobile": ""})["mobile"]
    html = tags.widget(bound, data_digits="")
    assert 'class="form-control"' in html
    assert 'aria-describedby="id_mobile-hint id_mobile-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'data-digits=""' in html
