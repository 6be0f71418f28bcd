"""`pip install` of the verifier alone, into an empty environment, proves a node's receipts there.

pip asks the registry that it is set up for, for `cryptography` (and for what reads photos).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pishkhan.journal import api as journal
from pishkhan.letters import api as letters
from pishkhan.sealing.api import LogKey
from tests.letters.world import World, national_id
from tests.web import test_receipt_photo as paper

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
NATIONAL = national_id(1)
ITS_OWN = {"cffi", "cryptography", "pip", "pishkhan-verify", "pycparser", "setuptools"}
PHOTO = {"pillow", "zxing-cpp"}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what installs `verify/` with an extra ("" for none) and tells the environment."""

    def install(extra: str) -> Path:
        folder = tmp_path_factory.mktemp("alone")
        leave = shutil.ignore_patterns("tests", "build", "*.egg-info", "__pycache__", ".*")
        shutil.copytree(ROOT / "verify", folder / "verify", ignore=leave)
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        pip = [str(folder / "venv/bin/python"), "-m", "pip", "--disable-pip-version-check"]
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        where = str(folder / "verify") + extra
        subprocess.run([*pip, "install", "-q", where], check=True, cwd=folder, env=kept)
        listed = [*pip, "list", "--format", "json"]
        told = subprocess.run(listed, check=True, capture_output=True, cwd=folder, env=kept)
        names = {each["name"].lower() for each in json.loads(told.stdout)}
        assert "pishkhan-verify" in names
        assert names <= ITS_OWN | (PHOTO if extra else set())
        return folder

    return install


@pytest.fixture
def log(world: World, tmp_path: Path, settings: Any) -> Path:
    """Give this node a home with a log of its own, with nothing in it."""
    settings.HOME = tmp_path
    journal.found_log()
    return tmp_path


def runner(folder: Path, policy: str) -> Run:
    """Return what runs the installed program beside the policy, with nothing else around it."""
    (folder / "policy").write_text(policy)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(folder / "venv/bin/pishkhan-verify"), *arguments, "--policy", "policy"],
            cwd=folder, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def test_a_receipt_proves_itself_where_nothing_but_the_verifier_is_installed(
    world: World, log: Path, installed: Callable[[str], Path]
):
    done = world.accept()
    while journal.step(LogKey()):
        pass
    promise = letters.receipt_proof(world.clerk, done.letter_id).promise
    folder = installed("")
    run = runner(folder, paper.policy())
    proof = folder / "letter.tlog-proof"
    tracked = letters.track(done.tracking_code, NATIONAL)
    proof.write_bytes(letters.proof_file(tracked.proof))

    qr = run(
        f"https://letters.example.ir/verify#{promise}", "--code", done.tracking_code, "--lang", "en"
    )
    assert (qr.returncode, qr.stderr) == (0, "")
    assert "Promised: the log signed this receipt." in qr.stdout
    persian = run(proof.name)
    assert (persian.returncode, persian.stderr) == (0, "")
    assert "ثبت شده" in persian.stdout
    told = json.loads(run(proof.name, promise, "--json").stdout)
    assert (told["ok"], told["verdict"], told["slip"]["code"]) == (
        True,
        "logged",
        done.tracking_code,
    )

    index = f"\nindex {told['index']}\n"
    assert index in proof.read_text()
    (folder / "changed").write_text(proof.read_text().replace(index, "\nindex 0\n"))
    refused = run("changed", "--lang", "en")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Not verified: ")
    other = run(promise, "--code", "7214093381260", "--lang", "en")
    assert (other.returncode, other.stdout) == (1, "")
    least = run(proof.name, "--require", "witnessed")
    assert (least.returncode, least.stdout) == (1, "")
    (folder / "rubbish").write_bytes(random.Random(4).randbytes(400))
    for given in ("rubbish", "not-there", "12345", promise[:-1]):
        unread = run(given, "--lang", "en")
        assert (unread.returncode, unread.stdout) == (2, ""), given
        assert unread.stderr.startswith("Could not be read: "), given
    assert run().returncode == 2


def test_a_photo_needs_its_extra_and_is_then_read(
    world: World, log: Path, installed: Callable[[str], Path]
):
    drawn, _ = paper.receipt(world, world.accept().letter_id)
    taken = paper.photo(drawn, random.Random("alone"), 2.0)
    for extra, code in (("", 2), ("[photo]", 0)):
        folder = installed(extra)
        (folder / "photo.jpg").write_bytes(taken)
        said = runner(folder, paper.policy())("photo.jpg", "--lang", "en")
        assert said.returncode == code, said.stderr
        words = "pishkhan-verify[photo]" if code else "Promised: the log signed this receipt."
        assert words in said.stdout + said.stderr
