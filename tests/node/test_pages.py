"""Cursors of long lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.pages import Page, decode_cursor, encode_cursor

WORDS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30
)


@given(st.lists(WORDS, min_size=1, max_size=3))
def test_a_cursor_gives_its_parts_back(parts):
    cursor = encode_cursor(*parts)
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?#")
    assert decode_cursor(cursor) == parts


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!!!", "bnVsbA", "WzFd", "eyJhIjoxfQ", "WyJcdTAwMDAiXQ", "é", "A" * 600]
)
def test_anything_else_is_refused_with_a_code(cursor):
    with pytest.raises(Invalid) as refusal:
        decode_cursor(cursor)
    assert refusal.value.code == "pages.cursor"


def test_the_last_page_has_no_next():
    assert Page((1, 2)).next is None
