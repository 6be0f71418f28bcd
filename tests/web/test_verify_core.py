"""The check inside the page at /verify: the frozen vectors, and the same words as the program's."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pishkhan_verify import jalali

from tests.web.verifiers import ROOT, Case, in_python, in_the_page, maker, moment

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


def agree(cases: list[Case]) -> list[dict[str, Any]]:
    """Check that both verifiers say the same of each case; return what they say."""
    told = in_the_page(cases)
    for case, said in zip(cases, told, strict=True):
        assert said == in_python(case), case
    return told


def flips(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        yield bytes(changed)


def digits(data: bytes) -> str:
    return str(int.from_bytes(b"\x01" + data, "big"))


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


# --- the same words as the program's -------------------------------------------------------------


class World:
    """A log of a few letters, and a policy that knows it and three witnesses."""

    def __init__(self) -> None:
        self.witnesses = [maker.witness_key(number) for number in (1, 2, 3)]
        self.letter, self.other = maker.Letter(), maker.Letter("1112223334445")
        leaves = [hashlib.sha256(bytes([i])).digest() for i in range(9)]
        self.log = maker.Log(leaves=[*leaves[:5], self.letter.leaf, *leaves[5:], self.other.leaf])
        self.policy = maker.policy(self.log.key, witnesses=self.witnesses).encode()

    def case(self, *inputs: str | bytes, **more: Any) -> Case:
        return Case(inputs, **({"policy": self.policy, "now": maker.NOW} | more))

    def proof(self, *names: str, witnesses: int = 2, **options: Any) -> bytes:
        text = self.log.proof(
            self.letter, *(names or ("slip",)), witnesses=self.witnesses[:witnesses], **options
        )
        return str(text).encode()


@pytest.fixture(scope="module")
def made() -> World:
    return World()


def test_what_is_good_is_told_alike(made: World):
    promise = maker.qr(made.letter.promise(made.log.key))
    path = maker.qr(made.log.path_qr(made.letter))
    head = made.log.checkpoint(witnesses=made.witnesses[:2]).encode()
    pages = tuple(hashlib.sha256(page).hexdigest() for page in maker.PAGES)
    new = maker.Letter(epoch="new_rial", fee=3050)
    later = moment("2028-03-01T00:00:00")
    told = agree(
        [
            made.case(promise),
            made.case(promise, path),
            made.case(path, promise, head),
            made.case(f"{promise}\n{path}\n".encode()),
            made.case(f"{promise}\r\n\r\n{path}"),
            made.case(promise, head),
            made.case(head),
            made.case(made.proof()),
            made.case(made.proof("kind", "urgency")),
            made.case(made.proof(witnesses=1), made.proof("actor", witnesses=0), promise),
            made.case(made.proof(), code=maker.CODE, pages=pages),
            made.case(made.proof(), now=later),
            made.case(promise, now=later),
            made.case(promise, now=moment("2026-11-20T00:00:00")),
            made.case(maker.qr(new.promise(made.log.key, hours=255))),
            made.case(made.proof(), policy=maker.policy(made.log.key, quorum="none").encode()),
        ]
    )
    levels = "promised logged witnessed logged logged promised logged"
    assert [said.get("verdict") for said in told][:6] == levels.split()[:6]
    assert told[6]["about"] == "checkpoint"
    assert told[7]["verdict"] == told[8]["verdict"] == told[10]["verdict"] == "witnessed"
    assert (told[9]["verdict"], told[-1]["verdict"]) == ("logged", "logged")
    assert [each["code"] for each in told[11]["cautions"]] == ["policy-old"]
    assert [each["code"] for each in told[-1]["cautions"]] == ["policy-none"]


def test_what_is_wrong_is_refused_alike(made: World):
    promise = maker.qr(made.letter.promise(made.log.key))
    path = maker.qr(made.log.path_qr(made.letter))
    forger = maker.Log(maker.log_key("forger"), made.log.leaves)
    likeness = maker.log_key("forger")
    likeness.id = made.log.key.id
    second = maker.Log(maker.log_key("second", "pishkhan/second/1"), made.log.leaves)
    two = maker.policy(made.log.key, second.key, witnesses=made.witnesses).encode()
    split = maker.Log(made.log.key, [*made.log.leaves[:-1], bytes(32)])
    refusals = {
        "key-unknown": made.case(maker.qr(made.letter.promise(forger.key))),
        "promise-signature": made.case(maker.qr(made.letter.promise(likeness))),
        "log-unsigned": made.case(forger.proof(made.letter, "slip").encode()),
        "letters-differ": made.case(promise, maker.qr(made.log.path_qr(made.other))),
        "logs-differ": made.case(promise, maker.qr(second.path_qr(made.letter)), policy=two),
        "split-view": made.case(made.log.checkpoint().encode(), split.checkpoint().encode()),
        "tiles-needed": made.case(promise, path, made.log.checkpoint(7).encode()),
        "code-other": made.case(promise, code="1112223334445"),
        "code-absent": made.case(made.proof("kind"), code=maker.CODE),
        "pages-other": made.case(promise, pages=("00" * 32,)),
        "pages-absent": made.case(path, pages=("00" * 32,)),
        "qr-text": made.case("https://letters.example.ir/verify#" + "9" * 4001),
        "qr-version": made.case(digits(b"\x04" + bytes(100))),
        "unknown-form": made.case(b"\xff\xfe nothing of ours"),
        "proof-form": made.case(b"c2sp.org/tlog-proof@v2\nextra e30=\nindex 0\n\n"),
        "proof-extra": made.case(b"c2sp.org/tlog-proof@v1\nindex 0\n\n"),
        "log-unknown": made.case(second.checkpoint().encode()),
    }
    told = agree(list(refusals.values()))
    assert [said["code"] for said in told] == list(refusals)


def test_changed_values_salts_and_hashes_of_a_proof_are_refused_alike(made: World):
    changes: list[Any] = [
        *({name: value} for name, value in {"fee": 1, "code": "1112223334445"}.items()),
        {"at": "2026-02-30T00:00:00Z"}, {"at": "0000-01-01T00:00:00Z"}, {"fee": True},
        {"fee": 2**53}, {"fee": -1}, {"agency": "no"}, {"more": 1}, {"epoch": "euro"},
    ]  # fmt: skip
    proof = made.proof("kind", "slip")
    cases = [
        changed(proof, lambda opening, c=change: opening["shown"][1]["value"].update(c))
        for change in changes
    ]
    cases += [
        changed(proof, change)
        for change in (
            lambda o: o["shown"].reverse(),
            lambda o: o["shown"].append(o["shown"][-1]),
            lambda o: o["shown"][1].update(name="actor"),
            lambda o: o["shown"][1].update(place=7),
            lambda o: o["shown"][1].update(place=1.5),
            lambda o: o["shown"][1].update(name="Slip"),
            lambda o: o["shown"][1].update(name="constructor"),
            lambda o: o["shown"][1].update(salt="00" * 31),
            lambda o: o["shown"].clear(),
            lambda o: o.update(v=2),
            lambda o: o.update(v=True),
            lambda o: o.update(size=2**50),
            lambda o: o.update(size=9),
            lambda o: o.update(more=1),
            lambda o: o["proof"].pop(),
            lambda o: o["proof"].append("00" * 32),
            lambda o: o["proof"].__setitem__(0, "00" * 32),
        )
    ]
    told = agree([made.case(each) for each in cases])
    assert [said for said in told if said["ok"]] == []


def changed(proof: bytes, change: Any) -> bytes:
    """Return a proof with a changed opening, written as RFC 8785."""
    text = proof.decode()
    line = text.split("\n")[1]
    opening = json.loads(b64decode(line.removeprefix("extra ")))
    change(opening)
    return text.replace(line, f"extra {b64encode(maker.dumps(opening)).decode()}").encode()


@pytest.mark.parametrize(
    "written",
    [
        '{"a":1,"a":1}', '{"b":1,"a":1}', '{"a": 1}', "1.0", "01", "NaN", "1e400", "1e2", "-0",
        "9007199254740993", "9007199254740992", '"\\u0061"', '"\\ud800"', "9" * 5000, "\ufeff1", "",
        "1e+21", "5e-324", '"\\u007f"', '"\x7f"', '{"\\r":"a","1":"\\u000f\\n/","ö":"€$"}', "null",
        '{"__proto__":1,"v":1}', '"\U0001f600"', "[" * 200_000, "1E+21", "0.000001", "1e-7",
    ],
)  # fmt: skip
def test_json_in_another_form_is_refused_alike(made: World, written: str):
    text = made.proof().decode()
    line = text.split("\n")[1]
    extra = b64encode(written.encode("utf-8", "surrogatepass")).decode()
    [said] = agree([made.case(text.replace(line, f"extra {extra}").encode())])
    assert said["exit"] == 2


def test_every_policy_is_read_alike(made: World):
    text = made.policy.decode()
    key = made.log.key.vkey
    others = [
        text[:-1], text.replace("# date", "# day"), text.replace("2026-11-23", "2026-02-30"),
        text + "# date: 2026-11-24\n", text + f"log {key}\n", text + "quorum both\n",
        text.replace("group both 2", "group both 4"), text.replace("both 2", "both 0"),
        text.replace("both 2", "both any"), text.replace("both 2", "both all"),
        text.replace("both 2", "both constructor"), text.replace("both 2", "both 02"),
        text.replace("w1 w2 w3", "w1 w1 w3"), text.replace("w1 w2 w3", "w1 w2 w4"),
        text.replace("quorum both", "quorum w1"), text.replace("quorum both", "quorum"),
        text.replace("quorum both\n", ""), text.replace("log ", "log\t "),
        text.replace("log ", "logs "), text.replace(key, key.replace("/1+", "/2+")),
        text.replace(key, key + " https://a.example"), text.replace(key, key + " a b"),
        text.replace("\n", "\r\n"), "", "\n", text + "#\x7f\n", text + "# \u00e9\n",
        text.replace("w2", "constructor"), text.replace("w2", "__proto__"),
        text.replace("w2", "\u0634\u0627\u0647\u062f"), text.replace("witness w3", "witness w2"),
        text.replace(" 2 w1 w2 w3", " 1 w1 w2\ngroup all 1 both w3").replace("m both", "m all"),
    ]  # fmt: skip
    data = [each.encode() for each in others] + [text.encode().replace(b"w2", b"\xff\xfe")]
    told = agree([made.case(made.proof(), policy=each) for each in data])
    assert len({said.get("code") for said in told}) >= 8
    flipped = agree([made.case(made.proof(), policy=each) for each in flips(made.policy)])
    assert len([said for said in flipped if not said["ok"]]) > len(flipped) // 2


def test_days_are_those_of_the_program_s_calendar():
    """Every 5 days and 11 hours from 1922 to 2121, and far outside."""
    moments = [*range(-1_514_764_800, 4_796_668_800, 471_660), -1_600_000_000, 4_900_000_000]
    script = (
        f"import {{ jalali }} from {json.dumps((SOURCES / 'jalali.js').as_uri())};"
        "import { readFileSync } from 'node:fs';"
        "const told = JSON.parse(readFileSync(0, 'utf8')).map((at) => jalali(at) ?? null);"
        "console.log(JSON.stringify(told));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        input=json.dumps(moments), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    expected = [jalali.text(datetime.fromtimestamp(at, UTC)) for at in moments]
    assert json.loads(done.stdout) == expected
    assert expected[-2:] == [None, None]
    assert len(set(expected)) > 13_000
