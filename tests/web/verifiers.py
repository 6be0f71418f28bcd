"""The two verifiers beside each other: the page's script under Node, and `pishkhan-verify`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pishkhan_verify import judge, policy, promise, read, report, roots
from pishkhan_verify.errors import Trouble

ROOT = Path(__file__).parents[2]


BUILT = ROOT / "src/pishkhan/web/static/pishkhan/verify.js"
DRIVER = Path(__file__).with_name("verify_core.mjs")
SAME = (
    "ok", "about", "verdict", "origin", "policy_date", "commitment", "slip", "fields", "index",
    "checkpoints", "cosigned", "not_before", "not_after", "log_by", "stated", "cautions",
)  # fmt: skip

Given = str | bytes


@dataclass(frozen=True)
class Case:
    """What both are given: texts of QRs or bytes of files, a policy, the time, what to compare."""

    inputs: tuple[Given, ...]
    policy: bytes
    now: datetime
    code: str | None = None
    pages: tuple[str, ...] = ()
    roots: bytes | None = None
    statements: tuple[bytes, ...] = ()
    revocations: tuple[bytes, ...] = ()

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "inputs": [
                each if isinstance(each, str) else {"bytes": b64encode(each).decode()}
                for each in self.inputs
            ],
            "policy": b64encode(self.policy).decode(),
            "now": self.now.timestamp(),
        }
        if self.roots is not None:
            told["roots"] = b64encode(self.roots).decode()
        for name, files in (("statements", self.statements), ("revocations", self.revocations)):
            told[name] = [b64encode(each).decode() for each in files]
        if self.code is not None:
            told["code"] = self.code
        return told | ({"pages": list(self.pages)} if self.pages else {})


def in_the_page(cases: list[Case]) -> list[dict[str, Any]]:
    """Return what the page's own script says of each case."""
    done = subprocess.run(
        ["node", str(DRIVER), str(BUILT)],
        input=json.dumps([case.as_json() for case in cases]),
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def in_python(case: Case) -> dict[str, Any]:
    """Return what the distribution of its own says, in the same words."""
    try:
        trusted = policy.read(case.policy)
        stated = roots.gather(
            None if case.roots is None else roots.read_roots(case.roots),
            case.statements,
            case.revocations,
        )
        items = [item for each in case.inputs for item in _items(each)]
        found = judge.judge(items, trusted, now=case.now, stated=stated)
        if case.code is not None:
            judge.check_code(found, case.code)
        if case.pages:
            judge.check_pages(found, case.pages)
    except Trouble as trouble:
        return {"ok": False, "exit": trouble.exit_code, "code": trouble.code}
    told = report.as_json(found)
    return {name: told[name] for name in SAME}


def _items(given: Given) -> list[judge.Item]:
    if isinstance(given, bytes):
        return read.held(given)
    return [promise.read_qr(given)] if promise.looks_like(given) else read.held(given.encode())


def agree(cases: list[Case]) -> list[dict[str, Any]]:
    """Check that both verifiers say the same of each case; return what they say."""
    told = in_the_page(cases)
    for case, said in zip(cases, told, strict=True):
        assert said == in_python(case), case
    return told


def flips(data: bytes) -> Iterator[bytes]:
    """Yield the data once for each byte, with one bit of that byte changed."""
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        yield bytes(changed)


def digits(data: bytes) -> str:
    """Return the digits of a QR that holds these bytes."""
    return str(int.from_bytes(b"\x01" + data, "big"))


def moment(text: str) -> datetime:
    """Return a moment of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _maker() -> Any:
    """Return the maker of receipts of the distribution's tests, which shares no code with it."""
    found = importlib.util.spec_from_file_location("verify_maker", ROOT / "verify/tests/maker.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


maker = _maker()
