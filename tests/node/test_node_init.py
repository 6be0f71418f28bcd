"""From an installed program to a node that runs, without a variable in any shell."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from tests.node import live

from pishkhan.node import env, env_file, services
from pishkhan.node.console import Exit


def bare(home: Path) -> dict[str, str]:
    """Return an environment in which only the home is named."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PISHKHAN_") and k != "PORT"}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "PYTHONPATH": f"{live.ROOT / 'src'}", "PISHKHAN_HOME": str(home), "LANG": "C"}


def run(home: Path, *words: str, code: int = 0, **more: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "pishkhan", *words, "--json"],
        cwd=home.parent, env=bare(home) | more, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == code, (words, done.stdout, done.stderr)
    return json.loads(done.stdout or done.stderr.splitlines()[-1])


def test_a_counters_node_is_made_and_runs_without_any_variable(tmp_path: Path) -> None:
    home, port = tmp_path / "home", live.free_port()
    told = run(home, "node", "init", "--role", "counter", "--port", str(port))
    assert (told["role"], told["url"]) == ("counter", f"http://localhost:{port}")
    for name in ("node.env", "keys/secret"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert "SECRET" not in (home / "node.env").read_text()
    # Once more it changes nothing.
    secret = (home / "keys" / "secret").read_text()
    assert run(home, "node", "init", "--role", "counter", "--port", str(port)) == told
    assert (home / "keys" / "secret").read_text() == secret
    (me,) = run(home, "node", "list")["rows"]
    assert (me["role"], me["key"]) == ("counter", told["key"])
    served = subprocess.Popen(
        [sys.executable, "-m", "pishkhan", "serve"], env=bare(home), cwd=tmp_path
    )
    try:
        live.wait_until_ready(port, served)
        status, _, _ = live.ask(port, "GET", "/accounts/login/")
        assert status == 200
    finally:
        served.terminate()
        served.wait(20)


def test_its_settings_and_its_secret_come_back_with_a_backup(tmp_path: Path) -> None:
    home, again, backup = tmp_path / "home", tmp_path / "again", tmp_path / "backup"
    run(home, "node", "init", "--role", "counter", "--port", "8123")
    run(home, "backup", str(backup))
    run(
        again,
        "restore",
        str(backup),
        PISHKHAN_SECRET_KEY="for the time of this restore alone",
    )
    for name in ("node.env", "keys/secret"):
        assert (again / name).read_bytes() == (home / name).read_bytes()
    assert run(again, "node", "list")["rows"][0]["role"] == "counter"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--role", "counter", "--port", "99999"), Exit.SETTINGS),
        (("--role", "counter", "--url", "example.ir"), Exit.SETTINGS),
        (("--role", "centre", "--database", "mysql://x/y"), Exit.SETTINGS),
    ],
)
def test_a_wrong_value_leaves_nothing_behind(tmp_path: Path, words, code) -> None:
    home = tmp_path / "home"
    run(home, "node", "init", *words, code=code)
    assert not home.exists()


def test_a_node_is_not_made_over_another(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, "node", "init", "--role", "counter")
    told = run(home, "node", "init", "--role", "centre", code=Exit.REFUSED)
    assert "other settings" in told["title"]
    (home / "node.env").unlink()
    told = run(home, "node", "init", "--role", "centre", code=Exit.REFUSED)
    assert "by its environment" in told["title"]


@pytest.mark.parametrize(
    "text",
    ["role=counter", "PISHKHAN_ROLE=counter\nPISHKHAN_ROLE=all", "PISHKHAN_HOME=/x",
     "PISHKHAN_SECRET_KEY=" + "x" * 40, "PORT", "PISHKHAN_ROLE=a\tb"],
)  # fmt: skip
def test_a_spoilt_file_of_settings_names_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / env_file.NAME).write_text(f"# fine\n{text}\n")
    (tmp_path / env_file.NAME).chmod(0o600)
    with pytest.raises(ImproperlyConfigured, match=r"node\.env, line [23]"):
        env.read({"PISHKHAN_HOME": str(tmp_path)})


@pytest.mark.parametrize("name", ["node.env", "keys/secret"])
def test_what_others_may_read_is_refused(tmp_path: Path, name: str) -> None:
    env_file.write(tmp_path / env_file.NAME, {"PISHKHAN_ROLE": "counter"})
    env.kept_secret(tmp_path / "keys" / env.SECRET)
    given = {"PISHKHAN_HOME": str(tmp_path)}
    assert env.read(given).role is env.Role.COUNTER
    (tmp_path / name).chmod(0o640)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        env.read(given)


def test_what_the_environment_says_goes_before_the_file(tmp_path: Path) -> None:
    env_file.write(tmp_path / env_file.NAME, {"PISHKHAN_ROLE": "counter", "PORT": "8123"})
    given = {"PISHKHAN_HOME": str(tmp_path), "PISHKHAN_SECRET_KEY": "x" * 40, "PORT": "8124"}
    found = env.read(given)
    assert (found.role, found.port, found.secret_key) == (env.Role.COUNTER, 8124, "x" * 40)


def complaints(units: Path, files: list[Path]) -> list[str]:
    """Return what systemd has to say of these units; other units of the machine are not ours."""
    program = shutil.which("systemd-analyze")
    assert program is not None
    done = subprocess.run(
        [program, "--user", "verify", *map(str, files)],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(units)},
    )  # fmt: skip
    names = [path.name for path in files]
    return [line for line in done.stderr.splitlines() if any(name in line for name in names)]


@pytest.mark.parametrize("name", ["home", 'a "home" with 100 % and \\ signs'])
def test_systemd_takes_the_units(tmp_path: Path, name: str) -> None:
    made = services.write(tmp_path / "units", tmp_path / name)
    assert [path.name for path in made] == ["pishkhan-web.service", "pishkhan-worker.service"]
    assert complaints(tmp_path, made) == []
    spoilt = made[0].read_text().replace("Restart=always", "Restart=perhaps")
    made[0].write_text(spoilt)
    (told,) = complaints(tmp_path, made)
    assert "perhaps" in told
