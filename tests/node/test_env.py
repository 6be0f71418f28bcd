"""Settings from the environment: what a wrong one says, and what a production node refuses."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from pishkhan.node import env

SECRET = "x" * 50


def read(home, **given):
    return env.read({"PISHKHAN_HOME": str(home), "PISHKHAN_SECRET_KEY": SECRET, **given})


def test_the_default_is_an_embedded_database_under_home(tmp_path):
    node = read(tmp_path)
    assert node.database["NAME"] == str(tmp_path / "pishkhan.sqlite3")
    assert node.role is env.Role.ALL
    assert not node.demo
    assert node.port == 8000


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PISHKHAN_DEMO", "perhaps", "PISHKHAN_DEMO must be 1 or 0"),
        ("PISHKHAN_ROLE", "king", "one of: all, centre, agency, counter"),
        ("PORT", "http", "PORT must be a number"),
        ("PORT", "99999", "PORT must be a number"),
        ("PORT", "۸۰۸۰", "PORT must be a number"),
        ("PISHKHAN_DATABASE_URL", "mysql://localhost/x", "must begin with postgresql://"),
        ("PISHKHAN_DATABASE_URL", "postgresql://localhost", "names no database"),
        ("PISHKHAN_URL", "letters.example.ir", "the whole address"),
        ("PISHKHAN_HOSTS", "*", "may not be"),
        ("PISHKHAN_LOG_LEVEL", "loud", "PISHKHAN_LOG_LEVEL must be"),
        ("PISHKHAN_UPLOAD_LIMIT_MB", "0", "from 1 to 4096"),
        ("PISHKHAN_SECRET_KEY", "change-me", "well-known or short"),
        ("PISHKHAN_SECRET_KEY", "short", "well-known or short"),
        ("PISHKHAN_SECRET_KEY", "", "PISHKHAN_SECRET_KEY is not set"),
    ],
)
def test_a_wrong_value_ends_the_start_with_one_sentence(tmp_path, name, value, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence.replace("*", r"\*")):
        read(tmp_path, **{name: value})


def test_a_demonstration_makes_and_keeps_a_private_secret(tmp_path):
    home = tmp_path / "new" / "home"
    given = {"PISHKHAN_HOME": str(home), "PISHKHAN_DEMO": "1"}
    first, second = env.read(given), env.read(given)
    assert first.secret_key == second.secret_key
    assert first.secret_kept
    assert len(first.secret_key) > 50
    kept = home / "keys" / "demo-secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_a_production_node_never_makes_a_secret(tmp_path):
    with pytest.raises(ImproperlyConfigured):
        env.read({"PISHKHAN_HOME": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_a_postgresql_address_gives_a_pool_and_its_options():
    given = {"PISHKHAN_DATABASE_URL": "postgresql://u%40x:p%2Fw@db:5433/letters?sslmode=require"}
    found = env.database(given, Path("/nowhere"))
    assert (found["USER"], found["PASSWORD"]) == ("u@x", "p/w")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db", "5433", "letters")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 12
    assert found["CONN_MAX_AGE"] == 0


def test_a_sqlite_address_may_be_absolute_or_relative():
    absolute = env.database({"PISHKHAN_DATABASE_URL": "sqlite:////var/x.sqlite3"}, Path())
    relative = env.database({"PISHKHAN_DATABASE_URL": "sqlite:///x.sqlite3"}, Path())
    assert (absolute["NAME"], relative["NAME"]) == ("/var/x.sqlite3", "x.sqlite3")


def test_the_public_address_is_a_host_and_decides_tls(tmp_path):
    node = read(tmp_path, PISHKHAN_URL="https://letters.example.ir/", PISHKHAN_HOSTS="a.ir, b.ir")
    assert node.https
    assert node.url == "https://letters.example.ir"
    assert node.hosts[:3] == ("a.ir", "b.ir", "letters.example.ir")


def test_former_secrets_open_and_are_never_the_secret(tmp_path):
    assert read(tmp_path).old_secrets == ()
    found = read(tmp_path, PISHKHAN_SECRET_KEY_OLD="  one two ")
    assert (found.secret_key, found.old_secrets) == (SECRET, ("one", "two"))
