"""The check inside the page at /verify says of every input what the program says."""

from __future__ import annotations

import hashlib
import json
import subprocess
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from pishkhan_verify import jalali

from tests.web.verifiers import ROOT, Case, agree, digits, flips, maker, moment

SOURCES = ROOT / "src/pishkhan/web/assets/js/verify"


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
    assert [each["code"] for each in told[11]["cautions"]] == ["policy-old", "before-unknown"]
    assert [each["code"] for each in told[-1]["cautions"]] == ["policy-none"]


def test_a_log_that_went_on_to_another_key_is_one_log_alike(made: World):
    """A policy has a line for each key, under one origin; what each signed goes together."""
    former = maker.Log(maker.log_key("former"), made.log.leaves)
    two = maker.policy(made.log.key, former.key, witnesses=made.witnesses).encode()
    before = maker.qr(made.letter.promise(former.key))
    told = agree(
        [
            made.case(before, policy=two),
            made.case(maker.qr(former.path_qr(made.letter)), before, policy=two),
            made.case(made.proof(), before, policy=two),
            made.case(former.proof(made.letter, "slip").encode(), before, policy=two),
            made.case(before),
        ]
    )
    verdicts = ["promised", "logged", "witnessed", "logged"]
    assert [each.get("verdict") for each in told[:4]] == verdicts
    assert told[4]["code"] == "key-unknown"


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


@pytest.mark.parametrize(
    "written",
    [
        {"fee": -1}, {"fee": 2**53}, {"fee": 1.5}, {"fee": True}, {"at": "2026-02-30T00:00:00Z"},
        {"at": "0000-01-01T00:00:00Z"}, {"agency": "no"}, {"more": 1}, {"epoch": "euro"},
        {"pages": "ab"}, {"code": "1"},
    ],
    ids=str,
)  # fmt: skip
def test_a_slip_that_a_dishonest_node_logged_is_not_read_by_either(
    made: World, written: dict[str, Any]
):
    letter = maker.Letter(**written)
    proof = maker.Log(made.log.key, [letter.leaf]).proof(letter, "slip").encode()
    assert agree([made.case(proof)]) == [{"ok": False, "exit": 2, "code": "slip-form"}]


def test_one_name_with_two_values_in_one_entry_is_refused_alike(made: World):
    letter = maker.Letter()
    salt, cheap = letter.salts["slip"], dict(letter.slip, fee=1)
    letter.hashes[5] = maker.h(b"\0" + maker.h(salt + b"slip\0" + maker.dumps(cheap)))
    letter.commit = maker.mth(letter.hashes)
    letter.leaf = maker.h(b"\0\x01" + letter.commit)
    promise = maker.qr(letter.promise(made.log.key))
    second = {"place": 5, "name": "slip", "salt": salt.hex(), "value": cheap}
    hidden = [each.hex() for each in maker.hidden(0, letter.hashes, {5})]
    letter.opening = lambda *_names: {"v": 1, "size": 7, "shown": [second], "proof": hidden}
    proof = maker.Log(made.log.key, [letter.leaf]).proof(letter).encode()
    told = agree([made.case(promise), made.case(proof), made.case(proof, promise)])
    assert [said.get("code") for said in told] == [None, None, "fields-differ"]


def signed_promise(key: Any, *, count: int, code: int) -> str:
    """The QR of a promise that the key signed, over hashes that need not lead anywhere."""
    depth = (count - 1).bit_length()
    body = b"".join(
        (
            b"\x01", key.id, bytes([count, 0]), bytes(32), code.to_bytes(6, "big"), bytes(5 + 16),
            bytes(32), bytes(5), b"\x01\x18", bytes(32 * depth),
        )
    )  # fmt: skip
    return digits(body + key.private.sign(b"pishkhan/promise/v1\n" + body))


def test_bounds_and_single_lines_are_kept_alike(made: World):
    key, proof = made.log.key, made.proof().decode()
    step = proof.split("\n")[3] + "\n"
    soon = made.log.checkpoint(witnesses=made.witnesses, at=int(maker.NOW.timestamp()) + 3600)
    told = agree(
        [
            made.case(signed_promise(key, count=8, code=1)),
            made.case(signed_promise(key, count=8, code=10**13)),
            made.case(signed_promise(key, count=64, code=1)),
            made.case(digits(b"\x02" + bytes(1700))),
            made.case(proof.replace(step, "").encode()),
            made.case(proof.replace(step, step * 2).encode()),
            made.case(proof.replace("index 5\n", "index 11\n").encode()),
            made.case(changed_line(proof, f"\u2014 {maker.ORIGIN}")),
            made.case(changed_line(proof, "\u2014 pishkhan-witness/2")),
            made.case(soon.encode()),
        ]
    )
    assert [said.get("code") for said in told] == [
        None, "promise-form", "promise-form", "qr-text", "path-length", "path-length",
        "index-outside", "log-signature", "witness-signature", None,
    ]  # fmt: skip
    assert [each["code"] for each in told[-1]["cautions"]] == ["cosigned-future"]


def changed_line(text: str, start: str) -> bytes:
    """Return a note with the last bit of one signature changed."""
    line = next(each for each in text.split("\n") if each.startswith(start))
    head, _, encoded = line.rpartition(" ")
    data = bytearray(b64decode(encoded))
    data[-1] ^= 1
    return text.replace(line, f"{head} {b64encode(data).decode()}").encode()


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
