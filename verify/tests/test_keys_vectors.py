"""The frozen vectors of docs/protocol/keys.md, read by the verifier's own code."""

import json
from pathlib import Path

import pytest

from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.roots import REVOCATIONS, STATEMENT, gather, key_id, read_roots

VECTORS = json.loads(
    (Path(__file__).parents[2] / "tests" / "vectors" / "keys.json").read_text("utf-8")
)
ROOTS = read_roots(f"# date: 2026-11-23\n{VECTORS['root']}".encode())


def read(label, text):
    papers = {STATEMENT: [], REVOCATIONS: [], label: [text.encode()]}
    return gather(ROOTS, papers[STATEMENT], papers[REVOCATIONS])


def test_the_papers_of_the_vectors_are_taken():
    told = [each["text"].encode() for each in VECTORS["papers"]]
    labels = [each["label"] for each in VECTORS["papers"]]
    states = b"".join(text for text, label in zip(told, labels, strict=True) if label == STATEMENT)
    lists = b"".join(text for text, label in zip(told, labels, strict=True) if label == REVOCATIONS)
    found = gather(ROOTS, [states], [lists])
    ((key, stated),) = found.logs.items()
    assert key.name == "pishkhan/0199c3a1-7c00-7a10-8000-00000000000a/1"
    assert (stated.number, stated.agency) == (2, VECTORS["papers"][0]["value"]["agency"])
    (newest,) = found.lists.values()
    assert newest.number == 2
    assert set(newest.revoked) == {each["key"] for each in VECTORS["papers"][5]["value"]["revoked"]}
    gone = found.revoked(key)
    assert gone is not None
    assert (gone.reason, key_id(key.public) in newest.revoked) == ("compromised", True)


@pytest.mark.parametrize("vector", VECTORS["malformed"], ids=lambda each: each["why"])
def test_what_is_malformed_is_not_read(vector):
    label = vector["text"].split("/")[1]
    with pytest.raises(Unreadable, match="paper-form"):
        read(label, vector["text"])


def test_what_another_root_signed_is_refused():
    for text in VECTORS["not_signed_by_the_root"]:
        with pytest.raises(Refused, match="paper-signature"):
            read(STATEMENT, text)
