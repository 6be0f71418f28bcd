"""Logs carry codes and places, never people."""

import io
import json
import logging
import sys

import pytest
import structlog

from pishkhan.kernel.errors import Invalid, Message
from pishkhan.node import logs


@pytest.fixture
def written(monkeypatch):
    """Configure logging onto a buffer and put it back afterwards."""
    buffer = io.StringIO()
    monkeypatch.setattr(sys, "stderr", buffer)
    logs.configure("INFO")
    yield lambda: [json.loads(line) for line in buffer.getvalue().splitlines()]
    monkeypatch.undo()
    logs.configure("ERROR")


def test_personal_values_are_dropped_at_any_depth(written):
    structlog.get_logger("pishkhan.test").info(
        "letter accepted",
        code="7214093381260",
        national_id="0012345679",
        detail={"mobile": "09120000000", "count": 3, "rows": [{"full_name": "فرد نمونه"}]},
    )
    (line,) = written()
    assert line["national_id"] == logs.DROPPED
    assert line["detail"] == {
        "mobile": logs.DROPPED, "count": 3, "rows": [{"full_name": logs.DROPPED}],
    }  # fmt: skip
    assert line["event"] == "letter accepted"
    assert line["level"] == "info"


def test_an_exception_is_logged_by_class_code_and_place_without_its_words(written):
    try:
        raise Invalid("letters.bad", Message("%(name)s is wrong", {"name": "فرد نمونه"}))
    except Invalid:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/counter/")
    (line,) = written()
    assert line["error"] == "pishkhan.kernel.errors.Invalid"
    assert line["code"] == "letters.bad"
    assert any("test_logs.py" in place for place in line["where"])
    assert "فرد" not in json.dumps(line, ensure_ascii=False)


def test_a_database_error_does_not_quote_its_row(written):
    try:
        raise ValueError("Key (national_id)=(0012345679) already exists.")
    except ValueError:
        logging.getLogger("anything").exception("round failed")
    assert "0012345679" not in json.dumps(written())
