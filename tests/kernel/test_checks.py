import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel import checks
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.text import persian_digits


def with_check_digit(nine: int) -> str:
    """Make a national ID by the letter of DOMAIN.md, independently of the code under test."""
    body = f"{nine:09}"
    rest = sum(int(body[i]) * (10 - i) for i in range(9)) % 11
    return body + str(rest if rest < 2 else 11 - rest)


# Examples in the public descriptions of the rule; none is known to be a person's.
@pytest.mark.parametrize("number", ["0013542419", "0499370899", "0790419904", "0084575948"])
def test_published_national_id_passes(number):
    assert checks.national_id(number) == number


@pytest.mark.parametrize(
    "bad",
    [
        "0013542418",
        "0684159415",
        "1234567890",
        "",
        "12",
        "1234567",
        "00135424190",
        "001354241x",
        "٠٠١٣٥٤٢٤١٨",
        "0013²42419",
    ],
)
def test_wrong_national_id_is_refused_with_a_code_and_without_the_number(bad):
    with pytest.raises(Invalid) as caught:
        checks.national_id(bad)
    assert caught.value.code == "checks.national-id"
    assert not caught.value.message.params


@given(st.integers(10**5, 10**9 - 1))
def test_national_id_is_the_same_in_three_sets_of_digits_and_without_its_zeros(nine):
    number = with_check_digit(nine)
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (number, persian_digits(number), arabic, f"{number[:3]}-{number[3:]} "):
        assert checks.national_id(typed) == number
    bare = number.lstrip("0")
    if len(bare) >= 8:
        assert checks.national_id(bare) == number


@given(st.integers(0, 10**9 - 1), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_a_national_id_is_caught_but_in_the_shared_remainder(nine, at, by):
    number = with_check_digit(nine)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    if wrong == with_check_digit(int(wrong[:9])):
        # Remainders 1 and 10 both write check digit 1: the rule itself is blind to this one.
        assert number[9] == "1"
        return
    with pytest.raises(Invalid):
        checks.national_id(wrong)


@pytest.mark.parametrize("digit", "0123456789")
def test_repeated_digits_warn_and_are_not_refused(digit):
    assert checks.national_id(digit * 10) == digit * 10
    assert checks.is_suspicious_national_id(digit * 10)
    assert not checks.is_suspicious_national_id("0013542419")


@pytest.mark.parametrize("number", ["10380284790", "14007650912"])
def test_published_legal_id_passes(number):
    assert checks.legal_id(persian_digits(number)) == number


@pytest.mark.parametrize(
    "bad", ["10380284792", "1038028479", "09053900011", "10300000000", "x" * 11]
)
def test_wrong_legal_id_is_refused(bad):
    with pytest.raises(Invalid) as caught:
        checks.legal_id(bad)
    assert caught.value.code == "checks.legal-id"


def test_foreign_number_has_8_to_15_digits():
    assert checks.foreign_id("۱۲۳۴ ۵۶۷۸") == "12345678"
    assert checks.foreign_id("1" * 15) == "1" * 15
    for bad in ("1" * 7, "1" * 16, "1234567a"):
        with pytest.raises(Invalid, match=r"checks\.foreign-id"):
            checks.foreign_id(bad)


@pytest.mark.parametrize(
    "typed",
    [
        "09121234567",
        "9121234567",
        "+989121234567",
        "00989121234567",
        "989121234567",
        "+98 (912) 123-4567",
        "۰۹۱۲ ۱۲۳ ۴۵۶۷",
        "٠٩١٢١٢٣٤٥٦٧",
        "\u200e0912\u202c1234567",
    ],
)
def test_mobile_is_stored_in_one_form(typed):
    assert checks.mobile(typed) == "09121234567"


@pytest.mark.parametrize("bad", ["", "0912123456", "02112345678", "091212345678", "+19121234567"])
def test_wrong_mobile_is_refused(bad):
    with pytest.raises(Invalid, match=r"checks\.mobile"):
        checks.mobile(bad)


def test_postal_code_warns_and_never_refuses():
    assert checks.postal_code("۶۸۱۳۷-۱۲۳۴۵") == ("6813712345", True)
    assert checks.postal_code("68137") == ("68137", False)
    assert checks.postal_code("") == ("", False)


@pytest.mark.parametrize("typed", ["AFG P1234567", "afg-p1234567", "AFGP1234567", "AFG P۱۲۳۴۵۶۷"])
def test_a_passport_is_its_country_and_its_number(typed):
    assert checks.passport(typed) == "AFG-P1234567"


@pytest.mark.parametrize(
    "bad", ["", "P1234567", "AFG", "AFG 1234", "AFG ABCDEFG", "AFG " + "1" * 13]
)
def test_what_is_no_passport_is_refused(bad):
    with pytest.raises(Invalid) as refused:
        checks.passport(bad)
    assert refused.value.code in {"checks.passport", "checks.passport-country"}


def test_a_country_that_issues_no_passports_is_told_apart():
    with pytest.raises(Invalid) as refused:
        checks.passport("QQQ P1234567")
    assert refused.value.code == "checks.passport-country"


def test_the_number_as_typed_is_bared_of_spaces_and_small_letters():
    assert checks.bare(" afg p-۱۲ ") == "AFGP12"
