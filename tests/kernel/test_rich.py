"""Paragraphs, lists and bold out of plain text; nothing is lost, whatever was typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel.rich import Kind, Run, blocks


def test_paragraphs_lines_and_lists():
    found = blocks("سلام\nخط دوم\n\n۱. یک\n2) two\n- الف\n• ب\nپایان")
    assert [each.kind for each in found] == [Kind.TEXT, Kind.NUMBERS, Kind.BULLETS, Kind.TEXT]
    assert [line.mark for line in found[1].lines] == ["۱.", "2)"]
    assert [line.runs[0].text for line in found[2].lines] == ["الف", "ب"]


def test_a_number_stays_as_it_was_typed():
    marks = [line.mark for block in blocks("۳. سه\n۷. هفت") for line in block.lines]
    assert marks == ["۳.", "۷."]


def test_days_amounts_and_minus_are_no_lists():
    for line in ("1405/08/30 روز", "12.5 متر", "-5 درجه", "۱۲۳۴. متن", "**"):
        assert blocks(line)[0].kind is Kind.TEXT


def test_two_stars_make_bold_and_lone_ones_stay():
    assert blocks("این **مهم** است")[0].lines[0].runs == (
        Run("این "),
        Run("مهم", bold=True),
        Run(" است"),
    )
    assert blocks("2 ** 3 و *یک*")[0].lines[0].runs == (Run("2 ** 3 و *یک*"),)


@given(st.text(alphabet="ab۱1.)-•* \n\t", max_size=80))
def test_every_sign_that_is_no_mark_comes_out_again(words: str):
    out = "".join(
        line.mark + "".join(run.text for run in line.runs)
        for block in blocks(words)
        for line in block.lines
    )
    assert [c for c in out if c in "ab۱1"] == [c for c in words if c in "ab۱1"]


def test_a_long_hostile_line_takes_no_time():
    for line in ("*" * 100_000, "**a" * 30_000, " " * 100_000 + "x", "1" * 100_000):
        assert blocks(line)
