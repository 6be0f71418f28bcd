"""The shells' completion: words of every noun and verb, without starting Python at each Tab."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pishkhan.node import cli

ASK = """
source "$1"; shift
function=$(complete -p pishkhan | sed 's/.*-F \\([^ ]*\\).*/\\1/')
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
$function
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "pishkhan", "completion", shell],
        env={**os.environ, "PISHKHAN_LANG": "en"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "pishkhan.bash"
    path.write_text(script("bash"))
    return path


def offered(bash: Path, *words: str) -> set[str]:
    """Return what bash offers for the last word."""
    told = subprocess.run(
        ["bash", "--norc", "-c", ASK, "ask", str(bash), "pishkhan", *words],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return set(told.stdout.split())


def test_every_noun_is_offered(bash: Path):
    assert offered(bash, "") == {*cli.NOUNS, "manage"}


def test_verbs_choices_and_files_are_offered(bash: Path, tmp_path: Path):
    assert offered(bash, "letter", "res") == {"resend"}
    assert offered(bash, "letter", "refer", "--pu") == {"--purpose"}
    assert "opinion" in offered(bash, "letter", "refer", "--purpose", "")
    (tmp_path / "page1.jpg").touch()
    assert offered(bash, "letter", "accept", f"{tmp_path}/pa") == {f"{tmp_path}/page1.jpg"}


@pytest.mark.parametrize(("shell", "begins"), [("zsh", "#compdef pishkhan"), ("fish", "")])
def test_the_other_shells_have_a_script_with_the_same_words(shell: str, begins: str):
    text = script(shell)
    assert text.startswith(begins)
    for word in (*cli.NOUNS, "resend", "add-client", "--national-id"):
        assert word.removeprefix("--") in text


def test_another_shell_is_a_wrong_command_line():
    told = subprocess.run(
        [sys.executable, "-m", "pishkhan", "completion", "tcsh"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 2
