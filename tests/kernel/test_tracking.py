from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel import tracking
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.text import persian_digits

KEY = bytes(range(32))
KEYS = st.binary(min_size=32, max_size=32)
BLOCKS = st.integers(0, tracking.BLOCKS - 1)
SERIALS = st.integers(0, tracking.SERIALS - 1)


def test_damm_digit_of_the_published_example():
    # H. M. Damm's own example: the check digit of 572 is 4.
    assert tracking._damm("572") == 4
    assert tracking._damm("5724") == 0


def test_codes_made_once_stay_the_same_for_ever():
    # Receipts are in people's hands: these may never change.
    assert tracking.make(KEY, 721409, 0) == "7214095176400"
    assert tracking.make(KEY, 721409, 1) == "7214093978622"
    assert tracking.make(KEY, 0, 999_999) == "0000006559348"


@given(KEYS, BLOCKS, SERIALS)
def test_serial_comes_back_out_of_the_code(key, block, serial):
    code = tracking.make(key, block, serial)
    assert len(code) == tracking.LENGTH
    assert tracking.is_valid(code)
    assert tracking.serial_of(key, code) == serial
    assert tracking.block_of(code) == block


@given(KEYS, BLOCKS, st.integers(0, 999_999 - 200))
def test_serials_of_one_block_never_share_a_code(key, block, start):
    assert len({tracking.make(key, block, start + n) for n in range(200)}) == 200


def test_every_serial_of_a_block_has_a_code_of_its_own_by_the_inverse():
    seen = {
        tracking.serial_of(KEY, f"{body}{tracking._damm(body)}")
        for body in (f"721409{n:06}" for n in range(0, 1_000_000, 97))
    }
    assert len(seen) == len(range(0, 1_000_000, 97))


@given(KEYS, BLOCKS, SERIALS)
def test_every_single_slip_is_caught(key, block, serial):
    code = tracking.make(key, block, serial)
    for at in range(len(code)):
        for digit in set("0123456789") - {code[at]}:
            assert not tracking.is_valid(code[:at] + digit + code[at + 1 :])


@given(KEYS, BLOCKS, SERIALS)
def test_every_swap_of_neighbours_is_caught(key, block, serial):
    code = tracking.make(key, block, serial)
    for at in range(len(code) - 1):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        assert swapped == code or not tracking.is_valid(swapped)


def test_neighbours_in_time_are_not_neighbours_in_number():
    serials = [int(tracking.make(KEY, 721409, n)[6:12]) for n in range(1000)]
    steps = {abs(b - a) for a, b in pairwise(serials)}
    assert len(steps) > 900
    assert 400_000 < sum(serials) / 1000 < 600_000


def test_another_block_and_another_key_give_another_order():
    tails = {tracking.make(key, block, 5)[6:12] for key in (KEY, b"x" * 32) for block in (1, 2)}
    assert len(tails) == 4


@pytest.mark.parametrize(("block", "serial"), [(-1, 0), (10**6, 0), (0, -1), (0, 10**6)])
def test_block_and_serial_out_of_range_are_refused(block, serial):
    with pytest.raises(ValueError, match="range"):
        tracking.make(KEY, block, serial)


@given(BLOCKS, SERIALS)
def test_code_is_read_as_people_type_it(block, serial):
    code = tracking.make(KEY, block, serial)
    shown = tracking.grouped(code)
    assert [len(part) for part in shown.split("-")] == [3, 3, 3, 4]
    for typed in (code, shown, persian_digits(shown), shown.replace("-", " "), f"\u200e {shown}\n"):
        assert tracking.parse(typed) == code


@pytest.mark.parametrize("bad", ["", "721", "7214093381260x", "a" * 13, "1" * 12, "1" * 14])
def test_what_is_no_code_is_refused(bad):
    with pytest.raises(Invalid) as caught:
        tracking.parse(bad)
    assert caught.value.code == "checks.tracking-code"
    with pytest.raises(Invalid):
        tracking.serial_of(KEY, bad)
