"""The command line: exit codes, JSON, help, and no tracebacks for people."""

import json
import re
from pathlib import Path

import pytest

from pishkhan.node import cli
from pishkhan.node.console import Exit, _catalogue, language

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """The command line sets the environment of its process; each test gets it back."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    monkeypatch.setenv("PISHKHAN_LANG", "en")
    monkeypatch.setenv("PISHKHAN_PASSWORD", "a long enough pass phrase")
    language.cache_clear()
    _catalogue.cache_clear()
    yield
    language.cache_clear()
    _catalogue.cache_clear()


def run(capsys, *arguments):
    try:
        code = cli.main(list(arguments))
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_help_names_every_command_with_examples(capsys):
    code, out, _err = run(capsys, "--help")
    assert code == Exit.DONE
    for noun in ("serve", "worker", "check", "migrate", "demo", "user", "directory", "letter"):
        assert noun in out
    assert "examples:" in out


@pytest.mark.parametrize("noun", ["serve", "worker", "user", "directory", "letter", "demo"])
def test_each_noun_explains_itself(capsys, noun):
    code, out, _err = run(capsys, noun, "--help")
    assert code == Exit.DONE
    assert "examples:" in out


def test_a_wrong_command_line_is_usage(capsys):
    assert run(capsys, "fly")[0] == Exit.USAGE
    assert run(capsys, "user")[0] == Exit.USAGE


def test_persian_is_spoken_when_the_terminal_does(capsys, monkeypatch):
    monkeypatch.setenv("PISHKHAN_LANG", "fa_IR.UTF-8")
    language.cache_clear()
    _catalogue.cache_clear()
    _code, out, _err = run(capsys, "--help")
    assert "نمونه‌ها:" in out


@pytest.mark.django_db(transaction=True)
def test_a_user_is_added_listed_and_closed(capsys):
    code, out, _err = run(capsys, "user", "add", "zahra", "--name", "Zahra Nemooneh",
                          "--administrator", "--json")  # fmt: skip
    assert code == Exit.DONE
    added = json.loads(out)
    code, out, _err = run(capsys, "user", "list", "--json")
    assert [row["id"] for row in json.loads(out)["rows"]] == [added["id"]]
    code, out, _err = run(capsys, "user", "seats", "zahra", "--json")
    assert [seat["kind"] for seat in json.loads(out)] == ["admin"]
    assert run(capsys, "user", "deactivate", "zahra")[0] == Exit.DONE
    assert not json.loads(run(capsys, "user", "list", "--json")[1])["rows"][0]["active"]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_has_a_sentence_a_code_and_an_exit_code(capsys):
    run(capsys, "user", "add", "zahra", "--name", "Zahra Nemooneh")
    code, _out, err = run(capsys, "user", "add", "zahra", "--name", "Zahra", "--json")
    assert code == Exit.REFUSED
    assert json.loads(err)["code"] == "directory.twin-username"
    code, _out, err = run(capsys, "user", "seats", "nobody")
    assert code == Exit.NOT_FOUND
    assert "Traceback" not in err


@pytest.mark.django_db(transaction=True)
def test_a_password_never_comes_as_an_argument(capsys):
    code, _out, _err = run(capsys, "user", "add", "a", "--name", "b", "--password", "c")
    assert code == Exit.USAGE


@pytest.mark.django_db(transaction=True)
def test_tracking_an_unknown_code_says_no_more_than_not_found(capsys):
    code, _out, err = run(
        capsys, "letter", "track", "0000000000000", "--national-id", "0012345679", "--json"
    )
    assert code in {Exit.NOT_FOUND, Exit.INVALID}
    assert set(json.loads(err)) == {"code", "title"}


@pytest.mark.django_db(transaction=True)
def test_check_tells_good_and_bad_and_fails_on_bad(capsys):
    code, out, _err = run(capsys, "check", "--json")
    found = json.loads(out)
    assert {"home", "disk", "database"} <= {finding["name"] for finding in found["findings"]}
    assert (code == Exit.DONE) == found["ok"]


def test_the_reference_lists_every_exit_code_and_command():
    text = (ROOT / "docs/reference/command-line.md").read_text("utf-8")
    for member in Exit:
        assert re.search(rf"^\| {member.value} \|", text, re.M), member
    for noun in cli.NOUNS:
        assert f"`pishkhan {noun}" in text, noun


@pytest.mark.django_db(transaction=True)
def test_check_tells_of_the_worker_the_post_and_the_notices(capsys, settings, tmp_path):
    settings.HOME = tmp_path
    found = {f["name"]: f for f in json.loads(run(capsys, "check", "--json")[1])["findings"]}
    assert found["worker"]["level"] == "warning"
    assert "pishkhan worker" in found["worker"]["sentence"]
    assert found["post"]["facts"] == {
        "carry": 0, "held": 0, "stopped": 0,
        "carry_since": None, "held_since": None, "stopped_since": None,
    }  # fmt: skip
    assert found["notices"]["facts"]["queued"] == 0
    assert run(capsys, "worker", "--once")[0] == Exit.DONE
    found = {f["name"]: f for f in json.loads(run(capsys, "check", "--json")[1])["findings"]}
    assert found["worker"]["level"] == "ok"
    assert set(found["worker"]["facts"]) >= {"relay", "notices", "web"}
