"""The promise of an answer, by the frozen vectors: told as an answer and as nothing else."""

import json
from pathlib import Path

import pytest

from pishkhan_verify.errors import Trouble
from pishkhan_verify.judge import judge
from pishkhan_verify.policy import read
from pishkhan_verify.promise import read_qr
from tests import maker

VECTORS = json.loads(
    (Path(__file__).parents[2] / "tests" / "vectors" / "answer.json").read_text("utf-8")
)
PROMISES = VECTORS["promises"]
POLICY = f"# date: 2026-11-23\nlog {VECTORS['policy']['logs'][0]}\nquorum none\n"
SLIP = VECTORS["entries"][0]["fields"]["slip"]


@pytest.fixture
def paper(world):
    """Return the QR of an answer's paper, under a policy that knows who signed it."""
    world.set_policy(POLICY)
    return f"https://node.example/verify#{PROMISES[0]['digits']}"


def test_a_promise_says_that_it_is_an_answer_and_what_to_compare(world, paper):
    answer = world.check(paper)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "Verified.",
        "Promised: the log signed this answer.",
        "It is an answer of this agency to the letter with this tracking code.",
        f"Agency: {SLIP['agency']}",
        "Tracking code: 721-409-338-1260",
        "Dispatched, as the node says: 2026-11-23 09:40:05 UTC",
        f"Fingerprint of the text: {SLIP['text']}",
        "Compare it with the fingerprint printed under the text; it must be the same.",
        "Log: pishkhan/0199c3a1-7c00-7a10-8000-00000000000a/1",
        "It must be in the log by 2026-11-24 09:40:05 UTC.",
        "Policy of 2026-11-23",
    ]
    persian = world.check(paper, lang="fa").out.replace("\u200e", "")
    assert "این پاسخ این دستگاه به نامه‌ای با این کد رهگیری است." in persian
    assert "زمان صدور، به گفتهٔ گره: ۱۴۰۵/۰۹/۰۲ ۱۳:۱۰ به وقت تهران" in persian
    assert "رسید" not in persian


def test_json_holds_the_slip_of_the_answer(world, paper):
    told = world.check(paper, "--json").json
    assert (told["verdict"], told["slip"]) == ("promised", SLIP)
    assert told["commitment"] == VECTORS["entries"][0]["commit"]


def test_with_its_path_or_by_its_whole_proof_an_answer_is_logged(world, paper):
    both = world.check(paper, VECTORS["path"]["digits"], "--json").json
    assert (both["verdict"], both["index"], both["slip"]) == ("logged", 3, SLIP)
    proof = world.check(world.write("a", VECTORS["proof"]["text"]), "--json").json
    assert (proof["index"], proof["slip"]) == (3, SLIP)


def test_the_code_is_compared_and_pages_do_not_apply(world, paper):
    assert world.check(paper, "--code", "721-409-338-1260").code == 0
    world.refused(
        "the tracking code is another: 721-409-338-1260.", paper, "--code", maker.CODE[::-1]
    )
    page = world.write("page", b"page")
    sentence = "this is of an answer, which has no pages; compare the fingerprint under its text."
    world.refused(sentence, paper, "--pages", page)


@pytest.mark.parametrize("vector", PROMISES)
def test_every_other_value_of_every_byte_is_refused(vector):
    trusted = read(POLICY.encode())

    def level(data):
        digits = str(int.from_bytes(b"\x01" + data, "big"))
        return judge([read_qr(digits)], trusted, now=maker.NOW).level

    data = bytes.fromhex(vector["bytes"])
    assert level(data) == "promised"
    for place in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            with pytest.raises(Trouble):
                level(bytes(changed))


@pytest.mark.parametrize("digits", VECTORS["disguised"])
def test_one_kind_under_the_first_byte_of_the_other_is_malformed(world, paper, digits):
    world.unreadable("the promise is malformed.", digits)
