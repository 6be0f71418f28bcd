import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel.errors import Refused
from pishkhan.kernel.money import Epoch, Money, format_money, number_in_words, toman_in_words

AMOUNTS = st.integers(-(10**15), 10**15)


def test_one_new_rial_is_ten_thousand_present_ones_and_a_hundred_qeran():
    assert Money(10_000, Epoch.RIAL_1310).convert(Epoch.NEW_RIAL) == Money(100, Epoch.NEW_RIAL)
    assert Money(100, Epoch.NEW_RIAL).rials() == 10_000
    assert Money(1, Epoch.NEW_RIAL).rials() == 100


@given(AMOUNTS, st.sampled_from(Epoch))
def test_conversion_that_is_allowed_loses_nothing(minor, epoch):
    money = Money(minor, epoch)
    for other in Epoch:
        if epoch is Epoch.RIAL_1310 and other is Epoch.NEW_RIAL and minor % 100:
            with pytest.raises(Refused, match=r"money\.not-exact"):
                money.convert(other)
            continue
        converted = money.convert(other)
        assert converted.rials() == money.rials()
        assert converted.convert(epoch) == money


def test_rials_that_make_no_qeran_are_refused_and_not_rounded():
    with pytest.raises(Refused, match=r"money\.not-exact"):
        Money(10_050).convert(Epoch.NEW_RIAL)


@given(AMOUNTS, AMOUNTS, st.sampled_from(Epoch))
def test_arithmetic_and_order_are_those_of_the_minor_units(a, b, epoch):
    left, right = Money(a, epoch), Money(b, epoch)
    assert (left + right).minor == a + b
    assert (left - right).minor == a - b
    assert (-left).minor == -a
    assert ((left < right), (left <= right), (left > right), (left >= right)) == (
        (a < b),
        (a <= b),
        (a > b),
        (a >= b),
    )
    assert bool(left) == bool(a)


def test_two_epochs_are_neither_added_nor_compared_nor_equal():
    old, new = Money(10_000), Money(100, Epoch.NEW_RIAL)
    assert old != new
    for mix in (lambda: old + new, lambda: old - new, lambda: old < new, lambda: new >= old):
        with pytest.raises(ValueError, match="epochs"):
            mix()


@pytest.mark.parametrize("bad", [1.5, True, "10"])
def test_only_whole_minor_units_are_money(bad):
    with pytest.raises(TypeError):
        Money(bad)


@pytest.mark.parametrize(
    ("money", "persian", "english"),
    [
        (Money(300_000), "۳۰۰٬۰۰۰ ریال", "300,000 rials"),
        (Money(0), "۰ ریال", "0 rials"),
        (Money(-1_500), "−۱٬۵۰۰ ریال", "-1,500 rials"),
        (Money(3_000, Epoch.NEW_RIAL), "۳۰ ریال جدید", "30 new rials"),
        (Money(123_405, Epoch.NEW_RIAL), "۱٬۲۳۴٫۰۵ ریال جدید", "1,234.05 new rials"),
    ],
)
def test_amount_is_shown_in_rials_of_its_own_epoch(money, persian, english):
    assert format_money(money, "fa") == persian
    assert format_money(money, "en") == english


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "صفر"),
        (7, "هفت"),
        (19, "نوزده"),
        (21, "بیست و یک"),
        (100, "صد"),
        (999, "نهصد و نود و نه"),
        (1_000, "هزار"),
        (1_001, "هزار و یک"),
        (2_000, "دو هزار"),
        (1_250, "هزار و دویست و پنجاه"),
        (1_000_000, "یک میلیون"),
        (1_001_000, "یک میلیون و هزار"),
        (12_345_678, "دوازده میلیون و سیصد و چهل و پنج هزار و ششصد و هفتاد و هشت"),
        (-5, "منفی پنج"),
    ],
)
def test_number_in_persian_words(number, words):
    assert number_in_words(number) == words


@given(st.integers(0, 10**21 - 1), st.integers(0, 10**21 - 1))
def test_two_numbers_never_have_the_same_words(a, b):
    assert (number_in_words(a) == number_in_words(b)) == (a == b)


def test_number_too_large_for_words_is_refused():
    with pytest.raises(ValueError, match="too large"):
        number_in_words(10**21)


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (Money(300_000), "سی هزار تومان"),
        (Money(300_005), "سی هزار تومان و پنج ریال"),
        (Money(5), "پنج ریال"),
        (Money(0), "صفر تومان"),
        (Money(-10_000), "منفی هزار تومان"),
        (Money(3_000, Epoch.NEW_RIAL), "سی هزار تومان"),
    ],
)
def test_toman_in_words(money, words):
    assert toman_in_words(money) == words
