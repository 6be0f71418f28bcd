"""Text made for machines keeps its digits; what people wrote in Persian keeps its own."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import translation

from pishkhan.web.templatetags import pishkhan as tags


def test_what_was_written_in_persian_keeps_its_digits_on_an_english_page():
    with translation.override("en"):
        assert tags.digits("پیشخوان نمونهٔ ۱") == "پیشخوان نمونهٔ ۱"
        assert tags.digits("۱۲ ٣") == "12 3"


def test_addresses_and_versions_stay_latin():
    with translation.override("fa"):
        assert tags.machine("localhost:8815") == '<bdi dir="ltr" data-latin>localhost:8815</bdi>'
        assert tags.machine("0.1.0.dev0").endswith(">0.1.0.dev0</bdi>")
        assert tags.machine("گره استان 2") == "<bdi>گره استان ۲</bdi>"
        assert tags.machine("") == ""


def test_a_letter_writes_its_day_in_numbers():
    at = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    with translation.override("fa"):
        assert tags.jalali_date(at, "number") == "۱۴۰۵/۰۹/۰۱"
    with translation.override("en"):
        assert tags.jalali_date(at, "number") == "1405/09/01"
