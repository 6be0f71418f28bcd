import json
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel import canonical
from pishkhan.kernel.errors import Invalid

# RFC 8785, appendix B: the bits of a double, and how it is written.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(("bits", "written"), NUMBERS.items())
def test_number_of_rfc_8785_appendix_b_is_written_so(bits, written):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical.dumps(number) == written.encode()


def test_example_of_rfc_8785_section_3_2_2_is_written_so():
    source = r"""{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }"""
    assert canonical.dumps(canonical.loads(source.encode())).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA' + "'" + r'B\"\\\\\"/"}'
    )


def test_names_sort_by_utf_16_as_in_rfc_8785_section_3_2_3():
    source = rb"""{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter",
      "1": "One", "\ud83d\ude00": "Emoji", "\u0080": "Control", "\u00f6": "o with diaeresis"}"""
    names = list(json.loads(canonical.dumps(canonical.loads(source))))
    assert names == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]


@given(JSON)
def test_what_is_written_is_read_back_and_written_the_same(value):
    written = canonical.dumps(value)
    assert canonical.dumps(canonical.loads(written)) == written


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {"\udfff": 1}, {1: 2}, b"x", object()],
)
def test_value_without_a_canonical_form_is_refused(value):
    with pytest.raises(Invalid) as caught:
        canonical.dumps({"a": [value]})
    assert caught.value.code == "canonical.unfit"


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"\\u0062":2}}',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e400",
        b"9007199254740993",
        b"-9007199254740993",
        b"295147905179352830001",
        b"1" * 5000,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b"\xef\xbb\xbf{}",
        b"",
        b"{} {}",
        b"{'a':1}",
        b"[1,]",
        b'"\x01"',
        b"[" * 100_000,
    ],
)
def test_anything_but_strict_json_is_refused(data):
    with pytest.raises(Invalid) as caught:
        canonical.loads(data)
    assert caught.value.code == "canonical.malformed"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@given(st.binary(max_size=60))
def test_no_bytes_bring_anything_but_a_value_or_a_refusal(data):
    with suppress(Invalid):
        canonical.dumps(canonical.loads(data))
