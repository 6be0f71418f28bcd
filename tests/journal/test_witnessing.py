"""The body of add-checkpoint and files of them, as bytes (C2SP tlog-witness)."""

from base64 import b64encode
from hashlib import sha256

import pytest
from tests.journal.signing import Signer, verify
from tests.journal.test_checkpoint import SOFA

from pishkhan.journal import witnessing as w
from pishkhan.journal.checkpoint import Checkpoint, KeyKind, Line, sign_checkpoint
from pishkhan.kernel import canonical

# C2SP tlog-witness, "add-checkpoint": the proof of its example before the note of tlog-checkpoint.
PROOF = (
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
)
EXAMPLE = f"old 20852014\n{PROOF}\n{SOFA}".encode()
LOG = Signer("pishkhan/x/1", KeyKind.LOG, b"\1" * 32)
NOTE = sign_checkpoint(Checkpoint(LOG.key.name, 3, b"r" * 32), LOG.key, LOG.sign)


def test_the_example_is_read_and_written_again():
    request = w.read_request(EXAMPLE)
    assert (request.old, len(request.proof), request.head.size) == (20852014, 4, 20852163)
    assert request.head.origin == "example.com/behind-the-sofa"
    assert w.write_request(request.old, request.proof, request.note) == EXAMPLE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"\n\n" + SOFA.encode(),
        EXAMPLE.replace(b"old 2", b"old 02"),
        EXAMPLE.replace(b"old 2", b"Old 2"),
        EXAMPLE.replace(b"old 2", b"old  2"),
        EXAMPLE.replace(b"old 2", b"old -2"),
        EXAMPLE.replace(b"old 20852014", b"old"),
        EXAMPLE.replace(b"old 20852014", b"old 9223372036854775808"),
        EXAMPLE.replace(b"old 20852014\n", b"old 20852014\r\n"),
        EXAMPLE.replace(b"pkaw=", b"pkaw"),
        EXAMPLE.replace(b"pkaw=", b"pkax="),
        EXAMPLE.replace(b"PlRN", b"PlR"),
        EXAMPLE.replace(b"PlRN", b"Pl*N"),
        EXAMPLE.replace(b"\n20852163\n", b"\n020852163\n"),
        EXAMPLE.replace(b"\n20852163\n", b"\n20852163\nextension\n"),
        EXAMPLE[:-1],
        EXAMPLE.replace("—".encode(), b"-"),
    ],
)
def test_what_is_no_request_is_refused(body: bytes):
    with pytest.raises(w.BadRequest):
        w.read_request(body)


def test_a_proof_has_at_most_63_lines_and_a_body_its_bound():
    line = b64encode(b"h" * 32) + b"\n"
    many = b"old 1\n" + line * 63 + b"\n" + SOFA.encode()
    assert len(w.read_request(many).proof) == 63
    with pytest.raises(w.BadRequest, match="63"):
        w.read_request(many.replace(b"old 1\n", b"old 1\n" + line))
    with pytest.raises(w.BadRequest, match="request is too long"):
        w.read_request(many + b"x" * w.MOST_BODY)


def test_only_lines_of_trusted_keys_count_and_one_that_does_not_fit_spoils_the_note():
    other = Signer(LOG.key.name, KeyKind.LOG, b"\2" * 32)
    foreign = Line(other.key.name, other.key.id, b"?" * 64)
    assert w.trusted_lines(NOTE.with_lines([foreign]), [LOG.key], verify) == NOTE.lines
    with pytest.raises(w.Untrusted, match="no key"):
        w.trusted_lines(NOTE, [other.key], verify)
    with pytest.raises(w.Untrusted, match="fit"):
        w.trusted_lines(NOTE.with_lines([foreign]), [LOG.key, other.key], verify)
    both = NOTE.with_lines([Line(other.key.name, other.key.id, other.sign(NOTE.text.encode()))])
    assert len(w.trusted_lines(both, [LOG.key, other.key], verify)) == 2


def test_files_come_back_as_they_were_written():
    asks = [w.Ask("pishkhan-witness/x/1", EXAMPLE), w.Ask("other", b"old 0\n\n")]
    assert w.read_asks(w.write_asks(asks)) == asks
    told = [w.Told("pishkhan-witness/x/1", NOTE.text, 409, b"7\n")]
    assert w.read_answers(w.write_answers(told)) == told


ROW = {"witness": "x", "body": "old 0\n"}
TOLD = {"witness": "x", "body": "", "checkpoint": "", "status": 200}


@pytest.mark.parametrize(
    "told",
    [
        [],
        {"format": w.ASKS},
        {"format": w.ANSWERS, "asks": [ROW]},
        {"format": w.ASKS, "asks": [ROW], "more": 1},
        {"format": w.ASKS, "asks": []},
        {"format": w.ASKS, "asks": ROW},
        {"format": w.ASKS, "asks": [ROW] * 65},
        {"format": w.ASKS, "asks": [{"witness": "x"}]},
        {"format": w.ASKS, "asks": [{**ROW, "more": 1}]},
        {"format": w.ASKS, "asks": [{**ROW, "body": 7}]},
        {"format": w.ASKS, "asks": ["x"]},
    ],
)
def test_a_file_of_another_form_is_refused(told):
    with pytest.raises(w.BadRequest):
        w.read_asks(canonical.dumps(told))


@pytest.mark.parametrize("status", [True, "200", 99, 600, 200.5, None])
def test_an_answer_has_a_status(status):
    rows = [{**TOLD, "status": status}]
    with pytest.raises(w.BadRequest, match="status"):
        w.read_answers(canonical.dumps({"format": w.ANSWERS, "answers": rows}))


def test_a_file_that_is_not_json_or_has_a_name_twice_or_is_too_large_is_refused():
    for data in (b"", b"{", b"\xff", b'{"format":"a","format":"a"}'):
        with pytest.raises(w.BadRequest, match="JSON"):
            w.read_asks(data)
    with pytest.raises(w.BadRequest, match="large"):
        w.read_asks(b" " * (w.MOST_FILE + 1))


def test_the_root_of_size_zero_is_read_for_the_witness_to_judge():
    text = f"x\n0\n{b64encode(b'r' * 32).decode()}\n"
    body = f"old 0\n\n{text}\n— x {b64encode(b'i' * 68).decode()}\n".encode()
    assert w.read_request(body).head == Checkpoint("x", 0, b"r" * 32)
    assert sha256(b"").digest() != b"r" * 32
