"""The promise of an answer in the page at /verify, which reads it as the program does."""

from __future__ import annotations

import json

import pytest

from tests.web.verifiers import ROOT, Case, agree, digits, flips, moment

ANSWER = json.loads((ROOT / "tests/vectors/answer.json").read_text("utf-8"))
POLICY = f"# date: 2026-11-23\nlog {ANSWER['policy']['logs'][0]}\nquorum none\n".encode()
ENTRY = ANSWER["entries"][0]
FIRST = ANSWER["promises"][0]["digits"]


def case(*inputs: str | bytes, code: str | None = None, pages: tuple[str, ...] = ()) -> Case:
    return Case(inputs, POLICY, moment("2026-11-23T10:00:00"), code, pages)


def test_every_frozen_promise_is_promised_and_shows_its_answer():
    told = agree([case(f"https://a.example/verify#{p['digits']}") for p in ANSWER["promises"]])
    for said, promise in zip(told, ANSWER["promises"], strict=True):
        entry = ANSWER["entries"][promise["entry"]]
        assert (said["verdict"], said["slip"]) == ("promised", entry["fields"]["slip"])
        assert said["commitment"] == entry["commit"]
        assert moment(said["log_by"][:-1]).isoformat() == promise["due"]


@pytest.mark.parametrize("vector", ANSWER["promises"])
def test_a_change_of_any_byte_is_refused(vector):
    data = bytes.fromhex(vector["bytes"])
    cut = [data[:-1], data + b"\0", data[:-32], data + bytes(32)]
    told = agree([case(digits(each)) for each in (*flips(data), *cut)])
    assert not any(said["ok"] for said in told)


def test_one_kind_under_the_first_byte_of_the_other_is_malformed():
    told = agree([case(each) for each in ANSWER["disguised"]])
    assert told == [{"ok": False, "exit": 2, "code": "promise-form"}] * 4


def test_with_its_path_or_by_its_proof_it_is_logged():
    path, proof = ANSWER["path"]["digits"], ANSWER["proof"]["text"].encode()
    told = agree([case(FIRST, path), case(proof), case(FIRST, proof)])
    for said in told:
        assert (said["index"], said["slip"]) == (3, ENTRY["fields"]["slip"])
    slip = ENTRY["fields"]["slip"]
    compared = [{"code": slip["code"]}, {"code": "1500010000017"}, {"pages": ("0" * 64,)}]
    told = agree([case(FIRST, **each) for each in compared])
    assert [said.get("code") for said in told] == [None, "code-other", "pages-answer"]
