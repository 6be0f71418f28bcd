"""Logs carry codes and places, never people."""

import io
import json
import logging
import sys

import pytest
import structlog
from django.test import Client, RequestFactory

from pishkhan.kernel.errors import Invalid, Message
from pishkhan.node import logs
from pishkhan.web import errors
from pishkhan.web.public import views


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


@pytest.mark.engine
def test_a_fault_is_found_by_its_code_and_view_and_tells_no_address(written, monkeypatch):
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("7214093381260")

    monkeypatch.setattr(views, "render", broken)
    answer = Client(raise_request_exception=False).get(
        "/t/7214093381260", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 500
    by_us, by_django = sorted(written(), key=lambda line: line["event"])
    assert by_us["code"] == answer.json()["code"]
    assert by_us["view"] == by_django["view"] == "public:code"
    assert by_django["error"] == "builtins.RuntimeError"
    assert by_django["where"]
    assert "7214093381260" not in json.dumps([by_us, by_django])


def test_a_fault_where_no_view_was_found_is_told_too(written):
    request = RequestFactory().get("/t/7214093381260", headers={"Accept": "application/json"})
    code = json.loads(errors.server_error(request).content)["code"]
    (line,) = written()
    assert (line["code"], line["view"]) == (code, "")
    assert "7214093381260" not in json.dumps(line)


def test_a_database_error_does_not_quote_its_row(written):
    try:
        raise ValueError("Key (national_id)=(0012345679) already exists.")
    except ValueError:
        logging.getLogger("anything").exception("round failed")
    assert "0012345679" not in json.dumps(written())
