"""The frozen vectors of docs/protocol/keys.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.sealing.papers import NODE, key

from pishkhan.kernel.errors import Invalid
from pishkhan.sealing.contracts import key_id_of
from pishkhan.sealing.statements import (
    digest_of,
    read,
    read_request,
    read_root_line,
    write,
    write_request,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "keys.json").read_text("utf-8"))
AGENCY, ROOT = read_root_line(VECTORS["root"].encode())


@pytest.mark.parametrize("vector", VECTORS["papers"], ids=lambda each: each["label"])
def test_each_paper_is_read_verified_and_written_the_same(vector):
    (paper,) = read(vector["text"].encode())
    assert (paper.label, paper.said.value()) == (vector["label"], vector["value"])
    assert paper.is_by(ROOT)
    assert paper.said.agency == AGENCY
    assert digest_of(paper) == vector["digest"]
    assert bytes(write(paper.said, key(VECTORS["seeds"]["root"]).sign)) == vector["text"].encode()


@pytest.mark.parametrize("vector", VECTORS["malformed"], ids=lambda each: each["why"])
def test_what_is_malformed_is_refused(vector):
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        read(vector["text"].encode())


def test_a_paper_of_another_root_does_not_verify():
    for text in VECTORS["not_signed_by_the_root"]:
        assert not read(text.encode())[0].is_by(ROOT)


def test_the_request_and_the_root_s_id():
    node, found = read_request(VECTORS["request"].encode())
    assert (node, write_request(node, found)) == (NODE, VECTORS["request"].encode())
    assert key_id_of(ROOT) == VECTORS["root_id"]
