"""Every rule over every file, and every rule against a violation put there on purpose."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture import rules

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "tools", "desk")


def files(*suffixes):
    return [
        PurePosixPath(path.relative_to(ROOT).as_posix())
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes and "__pycache__" not in path.parts
    ]


def faults(rule, paths):
    return [
        f"{path}: {fault}"
        for path in paths
        for fault in rule(path, (ROOT / path).read_text("utf-8"))
    ]


@pytest.mark.parametrize("rule", rules.PYTHON_RULES, ids=lambda rule: rule.__name__)
def test_python_files_keep_the_rule(rule):
    paths = [path for path in files(".py") if "migrations" not in path.parts]
    assert len(paths) > 100
    assert faults(rule, paths) == []


@pytest.mark.parametrize("rule", rules.TEMPLATE_RULES, ids=lambda rule: rule.__name__)
def test_templates_keep_the_rule(rule):
    paths = [path for path in files(".html") if path.is_relative_to("src")]
    assert paths
    assert faults(rule, paths) == []


def test_migrations_are_named_and_hold_no_raw_sql():
    paths = [path for path in files(".py") if "migrations" in path.parts]
    assert paths
    assert [path for path in paths if "_auto_" in path.name] == []
    assert faults(rules.no_raw_sql, paths) == []


def test_named_exceptions_still_exist():
    named = [*rules.ENGINE_FILES, *rules.SIGNALS, *rules.FILE_AGES, rules.CLOCK]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_no_file_names_a_machine_or_a_mirror():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    texts = [name for name in listed if name.endswith((".md", ".toml", ".in", ".txt", ".yml"))]
    assert texts
    found = faults(rules.no_machine_names, map(PurePosixPath, texts))
    assert found == []
    for lock in (ROOT / "requirements").glob("*.lock"):
        assert "index-url" not in lock.read_text("utf-8")
        assert "find-links" not in lock.read_text("utf-8")
    resolved = [
        line.split('"')[3]
        for line in (ROOT / "package-lock.json").read_text("utf-8").splitlines()
        if line.strip().startswith('"resolved"')
    ]
    assert [url for url in resolved if not url.startswith("https://registry.npmjs.org/")] == []


LETTERS = "src/pishkhan/letters/logic/deed.py"
VIEWS = "src/pishkhan/web/counter/views.py"
INJECTED = [
    (rules.small_files, LETTERS, "x = 1\n" * 401),
    (rules.small_functions, LETTERS, "def deed():\n" + "    x = 1\n" * 60),
    (rules.no_back_doors_to_models, LETTERS, "from django.apps import apps\napps.get_model('a.B')"),
    (rules.no_back_doors_to_models, VIEWS, "from django.contrib.auth import get_user_model"),
    (rules.no_back_doors_to_models, VIEWS, "def view(request):\n    return request.user"),
    (rules.no_back_doors_to_models, VIEWS, "def f(self):\n    return self.request.user.pk"),
    (rules.no_raw_sql, LETTERS, "from django.db import connection\nconnection.cursor()"),
    (rules.no_raw_sql, LETTERS, "from django.db import connections\nconnections['x'].cursor()"),
    (rules.no_raw_sql, LETTERS, "Letter.objects.raw('SELECT 1')"),
    (rules.no_raw_sql, LETTERS, "Letter.objects.filter(a=1).extra(where=['1'])"),
    (rules.no_raw_sql, LETTERS, "import sqlite3"),
    (rules.no_raw_sql, "src/pishkhan/letters/migrations/0009_x.py", "migrations.RunSQL('DROP')"),
    (rules.time_is_passed_in, LETTERS, "import datetime\ndatetime.datetime.now()"),
    (rules.time_is_passed_in, LETTERS, "from django.utils import timezone\ntimezone.now()"),
    (rules.time_is_passed_in, LETTERS, "from datetime import date\ndate.today()"),
    (rules.time_is_passed_in, LETTERS, "import time\ntime.time()"),
    (rules.nothing_after_commit, LETTERS, "transaction.on_commit(send)"),
    (rules.no_signals, LETTERS, "from django.db.models.signals import post_save"),
    (rules.no_signals, LETTERS, "from django.dispatch import receiver"),
    (rules.pure_stays_pure, "src/pishkhan/letters/rules.py", "from django.db import models"),
    (rules.pure_stays_pure, "src/pishkhan/letters/contracts/agency.py", "import django"),
    (rules.pure_stays_pure, "src/pishkhan/kernel/ids.py", "import socket"),
    (rules.pure_stays_pure, "src/pishkhan/journal/merkle.py", "import urllib.request"),
    (rules.no_admin_site, "src/pishkhan/node/settings.py", "APPS = ['django.contrib.admin']"),
    (rules.nothing_unfinished, LETTERS, "# TO" + "DO: later"),
    (rules.nothing_unfinished, LETTERS, "raise NotImplemented" + "Error"),
    (rules.silence_has_a_reason, LETTERS, "x = y  # no" + "qa"),
    (rules.silence_has_a_reason, LETTERS, "x = y  # no" + "qa: E501"),
    (rules.silence_has_a_reason, LETTERS, "x = y  # type: ig" + "nore[misc]"),
    (rules.no_skips, "tests/letters/test_x.py", "import pytest\n@pytest.mark.skip\ndef f(): 0"),
    (rules.no_skips, "tests/letters/test_x.py", "import pytest\n@pytest.mark.xfail\ndef f(): 0"),
    (rules.no_machine_names, LETTERS, "HOME = '/ro" + "ot/x'"),
    (rules.steps_name_the_hand, LETTERS, "add_step(a, b, C, at=at, by=actor.post_title)"),
    (rules.dates_are_jalali, "src/a.html", "{{ at|date:'Y' }}"),
    (rules.dates_are_jalali, "src/a.html", "{{ at | time }}"),
    (rules.dates_are_jalali, "src/a.html", "{% now 'Y' %}"),
    (rules.nothing_inline, "src/a.html", "<p style='color:red'>"),
    (rules.nothing_inline, "src/a.html", "<style>p{}</style>"),
    (rules.nothing_inline, "src/a.html", "<script>alert(1)</script>"),
    (rules.nothing_inline, "src/a.html", "<a onclick='go()'>"),
    (rules.nothing_inline, "src/a.html", "<a hx-on:click='go()'>"),
    (rules.nothing_inline, "src/a.html", "<a hx-vals='js:{a: 1}'>"),
    (rules.nothing_inline, "src/a.html", "<a hx-trigger='keyup[ctrlKey]'>"),
    (rules.escaped, "src/a.html", "{{ subject|safe }}"),
    (rules.escaped, "src/a.html", "{% autoescape off %}"),
    (rules.served_from_here, "src/a.html", "<script src='https://cdn.example/x.js'></script>"),
    (rules.served_from_here, "src/a.html", "<link href='//cdn.example/x.css'>"),
]


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    INJECTED,
    ids=[f"{r.__name__}-{i}" for i, (r, _, _) in enumerate(INJECTED)],
)
def test_an_injected_violation_is_found(rule, path, text):
    assert list(rule(PurePosixPath(path), text))


def test_every_rule_has_an_injected_violation():
    proven = {rule for rule, _path, _text in INJECTED}
    assert {*rules.PYTHON_RULES, *rules.TEMPLATE_RULES} - proven == set()


ALLOWED = [
    (rules.no_raw_sql, LETTERS, "def decode_cursor(s): ...\ndecode_cursor('x')"),
    (rules.time_is_passed_in, LETTERS, "from pishkhan.kernel import clock\nclock.current().now()"),
    (rules.nothing_inline, "src/a.html", "<script src='{% static \"x.js\" %}' defer></script>"),
    (rules.nothing_inline, "src/a.html", "<a hx-trigger='keyup changed delay:300ms'>"),
    (rules.silence_has_a_reason, LETTERS, "x = y  # no" + "qa: S603 - our own command"),
    (rules.silence_has_a_reason, LETTERS, "x = y  # type: ig" + "nore[misc] # not in the stubs"),
]


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED)
def test_what_is_allowed_is_not_found(rule, path, text):
    assert list(rule(PurePosixPath(path), text)) == []
