"""Whatever is given, the program ends with one sentence and 1 or 2, and never with a traceback."""

import json
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pishkhan_verify import canonical, policy, read
from pishkhan_verify.entry import read_opening
from pishkhan_verify.errors import Trouble
from pishkhan_verify.judge import judge
from pishkhan_verify.words import REFUSED, SENTENCES, UNREADABLE, safe, say
from tests import maker
from tests.maker import b64, dumps, qr

LETTER = maker.Letter()
LOG = maker.Log(leaves=[*(bytes([i]) * 32 for i in range(6)), LETTER.leaf])
WITNESSES = [maker.witness_key(1), maker.witness_key(2)]
POLICY = maker.policy(LOG.key, witnesses=WITNESSES)
TRUSTED = policy.read(POLICY.encode())
PROOF = LOG.proof(LETTER, "slip", witnesses=WITNESSES).encode()
CHECKPOINT = LOG.checkpoint(witnesses=WITNESSES).encode()
RECEIPT = f"{qr(LETTER.promise(LOG.key))}\n{qr(LOG.path_qr(LETTER))}\n".encode()
SLOW = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def ends_well(data):
    """Read and judge as the program does; return the verdict, or None for a sentence."""
    try:
        return judge(read.held(data), TRUSTED, now=maker.NOW).level
    except Trouble as trouble:
        for lang in ("fa", "en"):
            say(trouble.code, lang, **trouble.values)
        return None


def test_the_samples_are_good_before_anything_is_done_to_them():
    assert [*map(ends_well, (PROOF, CHECKPOINT, RECEIPT))] == ["witnessed", "witnessed", "logged"]


@SLOW
@given(st.binary(max_size=3000))
def test_any_bytes_end_in_a_sentence(data):
    assert ends_well(data) is None


@SLOW
@given(st.sampled_from([PROOF, CHECKPOINT, RECEIPT]), st.data())
def test_no_cut_or_changed_sample_verifies_as_another_letter(sample, data):
    at = data.draw(st.integers(0, len(sample) - 1))
    end = data.draw(st.integers(at, min(len(sample), at + 40)))
    changed = sample[:at] + data.draw(st.binary(max_size=20)) + sample[end:]
    try:
        found = judge(read.held(changed), TRUSTED, now=maker.NOW)
    except Trouble:
        return
    # Left over: an address before `#`, a signature line fewer or unknown, a QR fewer.
    assert found.slip is None or found.slip.value() == LETTER.slip
    assert all(head.checkpoint.root == maker.mth(LOG.leaves) for head in found.heads)


@SLOW
@given(st.binary(max_size=600), st.sampled_from([b"\x01", b"\x02", b""]))
def test_any_qr_ends_in_a_sentence(data, kind):
    assert ends_well(qr(kind + data).encode()) is None


@SLOW
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["v", "size", "shown", "proof", "slip"]), inner)
        ),
        max_leaves=12,
    )
)
def test_any_json_in_the_place_of_an_opening_ends_in_a_sentence(value):
    try:
        read_opening(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())
    except Trouble:
        return
    pytest.fail("no such value is an opening")


@SLOW
@given(st.data())
def test_an_opening_with_any_one_part_replaced_ends_in_a_sentence(data):
    opening = deepcopy(LETTER.opening("kind", "slip"))
    holder = data.draw(
        st.sampled_from([opening, opening["shown"][0], opening["shown"][1]["value"]])
    )
    name = data.draw(st.sampled_from(sorted(holder)))
    odd: st.SearchStrategy[object] = st.sampled_from(
        [None, True, -1, 0, 2**60, 1e300, "", "x", "\ud800", [], {}, [[]], ["a"]]
    )
    holder[name] = data.draw(odd)
    try:
        extra = dumps(opening)
    except UnicodeEncodeError:
        extra = json.dumps(opening, sort_keys=True, separators=(",", ":")).encode()
    text = re.sub(rb"(?m)^extra .*$", b"extra " + b64(extra).encode(), PROOF)
    assert ends_well(text) is None


@SLOW
@given(st.data())
def test_a_policy_with_anything_in_it_is_read_or_ends_in_a_sentence(data):
    lines = POLICY.encode().split(b"\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    words = st.sampled_from(
        [b"group", b"quorum", b"witness", b"log", b"any", b"1", b"w1", b"both", b"#", b"\xff"]
    )
    line = b" ".join(data.draw(st.lists(words | st.binary(max_size=5), max_size=6)))
    try:
        found = policy.read(b"\n".join([*lines[:at], line, *lines[at:]]))
    except Trouble as trouble:
        say(trouble.code, "fa", **trouble.values)
    else:
        assert found.logs == TRUSTED.logs


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_is_read_back_from_its_one_form(value):
    text = canonical.number(value)
    assert float(text) == value
    assert canonical.write(canonical.read(text.encode())) == text.encode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "this is no proof, checkpoint, QR text or photo."),
        (b"\xff\xfe\x00", "this is no proof, checkpoint, QR text or photo."),
        (b"https://x.example/#" + b"9" * 100_000, "a QR's text must be digits, or an address"),
        (b"9" * 30, "a QR's text must be digits, or an address with digits behind #."),
        (qr(b"\x04" + bytes(200)).encode(), "a QR of an unknown version."),
        (qr(LETTER.promise(LOG.key)[:-1]).encode(), "the promise is malformed."),
        (qr(LETTER.promise(LOG.key) + b"\x00").encode(), "the promise is malformed."),
        (qr(LOG.path_qr(LETTER)[:-1]).encode(), "the path is malformed."),
        (PROOF.replace(b"@v1", b"@v2", 1), "the proof file is malformed."),
        (PROOF.replace(b"index 6", b"index 06"), "a number is malformed."),
        (PROOF.replace(b"index 6", b"index 9223372036854775808"), "a number is malformed."),
        (PROOF.replace(b"index 6", "index ۶".encode()), "a number is malformed."),
        (re.sub(rb"(?m)^extra .*\n", b"", PROOF), "the proof has no extra line."),
        (PROOF.replace(b"extra ", b"extra ="), "the Base64 is malformed."),
        (PROOF[:-1], "the signature lines are malformed."),
        (PROOF.replace(b"\n7\n", b"\n7\nextension\n"), "the checkpoint is malformed."),
        (PROOF.replace(b"\n7\n", b"\n07\n"), "the checkpoint is malformed."),
        (PROOF + b"\xff", "the text is not UTF-8, or has control characters."),
        (PROOF.replace(b"\n", b"\r\n"), "the text is not UTF-8, or has control characters."),
        (PROOF + b"a" * (1 << 20), "it is too large."),
        (bytes(33 << 20), "it is too large."),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "the photo can not be read."),
    ],
)
def test_what_can_not_be_read_is_said_in_one_sentence(world, data, sentence):
    answer = world.check(world.write("input", data))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"Could not be read: {sentence}")
    assert answer.err.count("\n") == 1


def test_a_path_to_a_leaf_outside_the_tree_of_nothing_is_refused(world):
    data = b"\x02" + LOG.key.id + bytes(12) + bytes(96)
    world.refused("a tree of 0 leaves has no leaf 0.", qr(data))


def test_a_signed_promise_of_a_time_after_all_calendars_is_malformed(world):
    body = bytearray(LETTER.promise(LOG.key)[:-64])
    body[45:50] = b"\xff" * 5
    signed = bytes(body) + LOG.key.private.sign(b"pishkhan/promise/v1\n" + bytes(body))
    world.unreadable("the field slip is malformed.", qr(signed))
    body[45:50] = (253402300799).to_bytes(5, "big")  # the last second of the year 9999
    signed = bytes(body) + LOG.key.private.sign(b"pishkhan/promise/v1\n" + bytes(body))
    for lang in ("fa", "en"):
        assert "9999-12-31 23:59" in world.check(qr(signed), lang=lang).out


def test_nothing_a_folder_and_a_missing_file_are_told_apart_from_a_bad_proof(world):
    world.unreadable("nothing was given to check.")
    for name in (world.folder, f"{world.folder}/none", "a\x00b"):
        answer = world.check(name)
        assert (answer.code, "can not be read" in answer.err) == (2, True)
    world.unreadable(
        "a tracking code has thirteen digits.", world.write("a", PROOF), "--code", "12"
    )


def test_a_value_of_many_or_odd_characters_is_shortened_and_made_plain():
    assert safe("a\x1b[31m\u202eb\u2028c") == "a?[31m?b?c"
    assert len(safe("x" * 10_000)) == 121


def test_every_end_has_a_sentence_and_both_languages_name_the_same_values():
    sources = Path(read.__file__).parent.glob("*.py")
    text = "\n".join(source.read_text("utf-8") for source in sources)
    raised = set(re.findall(r'Refused\(\s*"([a-z0-9-]+)"', text))
    assert raised | {"level-promised", "level-logged"} == set(REFUSED)
    unread = set(re.findall(r'Unreadable\(\s*"([a-z0-9-]+)"', text))
    named = set(re.findall(r'_Bytes\(data, "([a-z-]+)"', text))
    assert unread | named == set(UNREADABLE)
    for persian, english in SENTENCES.values():
        assert set(re.findall(r"\{(\w+)\}", persian)) == set(re.findall(r"\{(\w+)\}", english))


def test_the_program_runs_by_itself_and_reads_standard_input(world):
    command = [sys.executable, "-m", "pishkhan_verify", "--policy", world.policy, "--json", "-"]
    source = str(Path(read.__file__).parents[1])
    done = subprocess.run(
        command,
        input=world.proof().encode(),
        capture_output=True,
        env={"PYTHONPATH": source},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["verdict"] == "witnessed"
