"""The check inside the page at /verify: the frozen vectors, and the same words as the program's."""

from __future__ import annotations

import json
import re
from base64 import b64encode

import pytest

from tests.web.verifiers import ROOT, Case, agree, digits, flips, maker, moment

LOG = json.loads((ROOT / "tests/vectors/log.json").read_text("utf-8"))
ENTRIES = json.loads((ROOT / "tests/vectors/journal-entry.json").read_text("utf-8"))["entries"]
SOURCES = ROOT / "src/pishkhan/web/assets/js/verify"
NOW = moment("2026-11-22T12:00:00")


def policy_of_the_vectors() -> bytes:
    told = LOG["policy"]
    names = [f"w{number}" for number in range(len(told["witnesses"]))]
    lines = ["# date: 2026-11-22", *(f"log {key}" for key in told["logs"])]
    lines += [f"witness {name} {key}" for name, key in zip(names, told["witnesses"], strict=True)]
    lines += [f"group enough {told['quorum']} {' '.join(names)}", "quorum enough"]
    return ("\n".join(lines) + "\n").encode()


POLICY = policy_of_the_vectors()


def of_vectors(*inputs: str | bytes, policy: bytes = POLICY) -> Case:
    return Case(inputs, policy, NOW)


# --- the frozen vectors --------------------------------------------------------------------------


def test_every_frozen_proof_promise_and_path_has_its_verdict():
    proofs, promises, paths = LOG["proofs"], LOG["promises"], LOG["paths"]
    told = agree([of_vectors(each["text"].encode()) for each in proofs])
    assert [each["verdict"] for each in told] == [each["verdict"] for each in proofs]
    told = agree([of_vectors(f"https://a.example/verify#{each['digits']}") for each in promises])
    for said, promise in zip(told, promises, strict=True):
        entry = LOG["entries"][promise["entry"]]
        assert (said["verdict"], said["slip"]) == ("promised", entry["fields"]["slip"])
        assert said["commitment"] == entry["commit"]
        assert moment(said["log_by"][:-1]).isoformat() == promise["due"]
    told = agree([of_vectors(each["digits"]) for each in paths])
    for said, path in zip(told, paths, strict=True):
        assert (said["verdict"], said["origin"]) == ("logged", path["origin"])
        assert (said["index"], said["checkpoints"][0]["size"]) == (path["index"], path["size"])


def test_a_frozen_promise_and_path_of_one_entry_are_combined_and_of_two_refused():
    pairs = [(promise, path) for promise in LOG["promises"] for path in LOG["paths"]]
    told = agree([of_vectors(promise["digits"], path["digits"]) for promise, path in pairs])
    one_log = LOG["policy"]["logs"][0].partition("+")[0]
    for said, (promise, path) in zip(told, pairs, strict=True):
        if promise["entry"] != path["entry"]:
            assert said == {"ok": False, "exit": 1, "code": "letters-differ"}
        elif path["origin"] != one_log:
            assert said == {"ok": False, "exit": 1, "code": "logs-differ"}
        else:
            assert (said["verdict"], said["index"]) == ("logged", path["index"])


def test_every_frozen_opening_leads_to_its_commitment():
    """As `extra` of a proof of the log's; its entry is not in that tree, and that alone is said."""
    extra = re.search(r"(?m)^extra .*$", LOG["proofs"][0]["text"])
    assert extra
    assert ENTRIES
    for entry in ENTRIES:
        told = b64encode(maker.dumps(entry["opening"])).decode()
        text = LOG["proofs"][0]["text"].replace(extra[0], f"extra {told}")
        [said] = agree([of_vectors(text.encode())])
        assert said == {"ok": False, "exit": 1, "code": "not-in-tree"}


@pytest.mark.parametrize("kind", ["promises", "paths"])
def test_every_single_byte_of_a_frozen_qr_counts(kind: str):
    data = bytes.fromhex(LOG[kind][0]["bytes"])
    told = agree([of_vectors(digits(each)) for each in flips(data)])
    assert len(told) == len(data) > 200
    assert [at for at, said in enumerate(told) if said["ok"]] == []


@pytest.mark.parametrize("kind", ["promises", "paths"])
def test_a_frozen_qr_too_short_or_too_long_is_not_read(kind: str):
    data = bytes.fromhex(LOG[kind][0]["bytes"])
    changed = [data[:-1], data[:1], data[:40], data + b"\0", data + bytes(32), data + bytes(1300)]
    told = agree([of_vectors(digits(each)) for each in changed])
    assert [said["exit"] for said in told] == [2] * len(changed)


def test_every_single_byte_of_a_frozen_proof_is_judged_alike():
    text = LOG["proofs"][0]["text"].encode()
    told = agree([of_vectors(each) for each in flips(text)])
    assert [said for said in told if said.get("verdict") == "witnessed"] == []
    # A changed name or id makes a witness's line somebody else's: logged still, no more.
    witnesses = text.index("\u2014 pishkhan-witness".encode())
    assert [at for at, said in enumerate(told) if said["ok"] and at < witnesses] == []


def test_other_keys_than_the_policy_s_are_no_keys():
    told = LOG["policy"]
    lines = POLICY.decode().splitlines(keepends=True)
    none = "".join(line for line in lines if not line.startswith("log ")).encode()
    cases = [
        of_vectors(LOG["promises"][0]["digits"], policy=none),
        of_vectors(LOG["paths"][0]["digits"], policy=none),
        of_vectors(LOG["proofs"][0]["text"].encode(), policy=none),
    ]
    assert [said["code"] for said in agree(cases)] == ["key-unknown", "key-unknown", "log-unknown"]
    assert told["logs"]
