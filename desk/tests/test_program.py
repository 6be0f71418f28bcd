"""The command as a person runs it, its files, its wheel, and the Python of old PCs."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import pishkhan_desk
from pishkhan_desk import autostart, cli, config, pairing, words

SOURCE = Path(pishkhan_desk.__file__).parent
DESK = SOURCE.parents[1]


def command(*words_, **env):
    return subprocess.run(
        [sys.executable, "-m", "pishkhan_desk", *words_], capture_output=True, text=True,
        timeout=60, check=False, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent), **env},
    )  # fmt: skip


def test_a_desk_is_paired_told_of_and_ended(capsys, scanner):
    assert cli.main(["pair", "https://letters.example.ir/counter/", "۴۸۲۱ ۷۷۳۰"]) == 0
    assert pairing.trade("https://letters.example.ir", "48217730")
    capsys.readouterr()
    assert cli.main(["status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["origin"] for row in told["desks"]] == ["https://letters.example.ir"]
    assert told["scanners"] == ["Noname frontend-tester"] * 2
    assert cli.main(["status"]) == 0
    assert "letters.example.ir" in capsys.readouterr().out
    assert cli.main(["unpair", told["desks"][0]["id"]]) == 0
    assert pairing.all_pairings() == []
    assert cli.main(["unpair", "gone"]) == 1


def test_plain_http_is_warned_of(capsys):
    cli.main(["pair", "http://10.0.0.5:8000", "48217730"])
    assert "not HTTPS" in capsys.readouterr().err
    cli.main(["pair", "http://localhost:8000", "48217730"])
    assert capsys.readouterr().err == ""


def test_a_wrong_address_is_told_in_a_sentence(capsys):
    assert cli.main(["pair", "letters", "48217730"]) == 1
    assert "no web address" in capsys.readouterr().err


def test_the_folder_is_set_and_ended(tmp_path, capsys):
    assert cli.main(["folder", str(tmp_path)]) == 0
    assert config.settings().folder == str(tmp_path)
    assert cli.main(["folder", "off"]) == 0
    assert config.settings().folder == ""
    assert cli.main(["folder", str(tmp_path / "gone")]) == 1


def test_damaged_files_of_its_own_are_taken_for_empty(home):
    config.spool()
    for name in ("pairings.json", "pending.json", "settings.json"):
        for rubbish in (b"", b"{", b"[1, null, {}]", b'{"folder": 5, "until": "x"}', b"\xff"):
            (home / name).write_bytes(rubbish)
            assert pairing.all_pairings() == []
            assert not pairing.is_open()
            assert config.settings() == config.Settings()


def test_it_runs_until_it_is_asked_to_end(home):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "pishkhan_desk", "run", "--port", str(port)],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
    )  # fmt: skip
    with process:
        assert process.stdout
        assert f"127.0.0.1:{port}" in process.stdout.readline()
        second = command("run", "--port", str(port))
        assert second.returncode == 1
        assert "running already" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_help_is_in_persian_too():
    done = command("--help", PISHKHAN_LANG="fa", PYTHONIOENCODING="utf-8")
    assert done.returncode == 0
    assert "اسکنر" in done.stdout
    for english, persian in words.SENTENCES.values():
        places = [p for p in ("%(origin)s", "%(port)s", "%(folder)s", "%(path)s") if p in english]
        assert all(place in persian for place in places)
        assert any("آ" <= letter <= "ی" for letter in persian)


def test_it_starts_with_the_session(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert cli.main(["autostart", "on"]) == 0
    entry = (tmp_path / "autostart/pishkhan-desk.desktop").read_text()
    assert f'Exec="{sys.executable}" -m pishkhan_desk run' in entry
    assert cli.main(["autostart", "off"]) == 0
    assert not autostart.off()


def test_it_starts_with_windows(tmp_path, monkeypatch):
    monkeypatch.setenv("APPDATA", str(tmp_path))
    path = autostart.on("win32")
    assert path.parent.name == "Startup"
    text = autostart.text("win32", r"C:\Program Files\Python38\python.exe")
    assert text == (
        '@echo off\r\nstart "" "C:\\Program Files\\Python38\\pythonw.exe" -m pishkhan_desk run\r\n'
    )
    assert autostart.off("win32")


def test_the_wheel_is_pure_and_runs_by_itself(tmp_path):
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--no-index", "--disable-pip-version-check", "--wheel-dir", str(tmp_path),
         str(copied(tmp_path))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        meta = packed.read(next(n for n in names if n.endswith("METADATA"))).decode()
    assert {f"pishkhan_desk/{p.name}" for p in SOURCE.glob("*.py")} <= set(names)
    assert "Requires-Dist" not in meta
    assert "Requires-Python: >=3.8" in meta
    start = "import sys; sys.path[:0] = [{!r}]; from pishkhan_desk.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-I", "-c", start.format(str(wheel)), "--version"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == pishkhan_desk.__version__


def copied(tmp_path):
    """Return a copy: building writes beside the sources."""
    target = tmp_path / "source"
    shutil.copytree(DESK, target, ignore=shutil.ignore_patterns("build", "*.egg-info", "tests"))
    return target


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.py")), ids=lambda path: path.name)
def test_the_sources_are_read_by_python_3_8(path):
    """The last Python of Windows 7. What came later into the library is named here."""
    text = path.read_text("utf-8")
    ast.parse(text, feature_version=(3, 8))
    later = (".removeprefix(", ".removesuffix(", "functools.cache\n", ".is_relative_to(",
             "slots=True",
             "strict=True", "from typing import Annotated")  # fmt: skip
    assert [word for word in later if word in text] == []
    assert "from __future__ import annotations" in text or path.name.startswith("__")


def test_only_the_standard_library_is_imported():
    known = {*sys.stdlib_module_names, "pishkhan_desk"}
    for path in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert {name.split(".")[0] for name in names} <= known, path
