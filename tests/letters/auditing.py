"""What these tests stand on: a node with a log, an auditor, and a letter that lived."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.journal import api as journal
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.audit import Evidence, EvidenceOrder
from pishkhan.sealing.api import LogKey

ROOT = Path(__file__).resolve().parents[2]
REASON = "حکم شمارهٔ ۱۴۰۵/۸۸ بازرسی"
NO_NETWORK = """
import socket, sys
import ssl  # it makes a class of its own of the socket's

def refuse(*_given, **_named):
    raise SystemExit("the verifier opened a socket")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
from pishkhan_verify.cli import main
sys.exit(main())
"""


def auditor(username: str = "auditor") -> Actor:
    """Return a new auditor on his seat."""
    user = directory.add_user(SYSTEM, username=username, full_name="بازرس نمونه")
    return seated(user, directory.add_auditor(SYSTEM, user_id=user, basis="نمونه"))


def seated(user: UUID, seat: UUID) -> Actor:
    """Return who sits there now."""
    found = directory.actor_for(user, seat)
    assert found is not None
    return found


def cleared(actor: Actor, level: str) -> Actor:
    """Return the actor with a clearance."""
    assert actor.user_id is not None
    directory.grant_clearance(SYSTEM, user_id=actor.user_id, level=level, basis="نمونه")
    assert actor.seat_id is not None
    return seated(actor.user_id, actor.seat_id)


def publish() -> None:
    """Let the log take what waits."""
    while journal.step(LogKey()):
        pass


def exported(actor: Actor, letter: UUID, **changes: Any) -> Evidence:
    """Order a bundle."""
    order = replace(EvidenceOrder(letter, REASON), **changes)
    return letters.export_evidence(actor, order, verify_page=b"<!doctype html>\n", wait=0)


def unpacked(made: Evidence, folder: Path) -> dict[str, bytes]:
    """Return the files of a bundle, which then lie in a folder too."""
    book = ZipFile(io.BytesIO(b"".join(made.chunks)))
    assert book.testzip() is None
    book.extractall(folder)
    return {name: book.read(name) for name in book.namelist()}


def verify(folder: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """Run `pishkhan-verify` in the bundle's folder, where any use of the network ends it."""
    return subprocess.run(
        [sys.executable, "-c", NO_NETWORK, "--policy", "policy", "--lang", "en", *given],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "verify/src")},
    )
