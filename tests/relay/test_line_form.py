"""Hello and answer byte for byte (frozen vectors), and what is refused of their form."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pishkhan.kernel.errors import Invalid
from pishkhan.relay import line
from pishkhan.sealing import api as sealing

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "line.json").read_text())
READ: dict[str, Any] = {"line-hello": line.read_hello, "line-answer": line.read_answer}
WRITE: dict[str, Any] = {"line-hello": line.write_hello, "line-answer": line.write_answer}


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["name"])
def test_what_travels_is_as_frozen(case: dict[str, str]) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["seed"]))
    data = bytes.fromhex(case["bytes"])
    body, signature = line.split(data)
    assert body == case["json"].encode()
    assert sealing.verify(case["label"], body, signature, key.public_key().public_bytes_raw())
    found = READ[case["label"]](body)
    assert WRITE[case["label"]](found) == body
    signed = key.sign(f"pishkhan/{case['label']}/v1\n".encode() + body)
    assert line.join(body, signed) == data
    assert {
        name for name, each in asdict(found).items() if each not in (None, "", False, ())
    } == set(json.loads(body))


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: case["name"])
def test_another_form_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(Invalid, match=r"relay\.line-form"):
        READ[case["label"]](case["json"].encode())


@pytest.mark.parametrize("size", [0, 64, line.MOST + 1])
def test_too_few_and_too_many_bytes_are_refused(size: int) -> None:
    with pytest.raises(Invalid, match=r"relay\.line-form"):
        line.split(b"x" * size)


def test_every_member_of_a_hello_is_held_to_its_kind() -> None:
    good = json.loads(VECTORS["good"][1]["json"])
    for name in good:
        wrong: Any
        for wrong in (None, True, False, -1, 0, 2**53, 1.5, "", "x" * 300, [], {}):
            changed = {**good, name: wrong}
            body = json.dumps(changed, sort_keys=True, separators=(",", ":")).encode()
            if name in {"light", "want"} and wrong is True:
                line.read_hello(body)
                continue
            with pytest.raises(Invalid, match=r"relay\.line-form"):
                line.read_hello(body)
