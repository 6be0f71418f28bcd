"""Signed notes, checkpoints and cosignatures against the examples of C2SP, and read strictly."""

from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.journal.signing import Signer, verify

from pishkhan.journal import checkpoint as c
from pishkhan.journal.checkpoint import BadNote, Checkpoint, KeyKind, Line, Note, NoteKey

# C2SP tlog-checkpoint and tlog-cosignature.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
WITNESSED = SOFA + (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2"
    "oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
# C2SP signed-note, the two examples: a text with an empty line in it; one with its key.
SERA = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU"
    "0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
FOO_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONnc"
    "AlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The tests of golang.org/x/mod/sumdb/note: a key with its secret, and what it signed.
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
EXAMPLES = (SOFA, WITNESSED, SERA, FOO, PETER)

ORIGIN = "pishkhan/0199c3a1-7c00-7a10-8000-00000000000a/1"
LOG = Signer(ORIGIN, KeyKind.LOG, b"\1" * 32)
WITNESS = Signer(
    "pishkhan-witness/0199c3a1-7c00-7a10-8000-00000000000b/1", KeyKind.WITNESS, b"\2" * 32
)
HEAD = Checkpoint(ORIGIN, 7, sha256(b"root").digest())
TIME = 1_795_000_000


def signed():
    return c.sign_checkpoint(HEAD, LOG.key, LOG.sign)


def cosigned(*times):
    text = str(HEAD)
    lines = tuple(c.cosign(text, WITNESS.key, WITNESS.sign, seconds=each) for each in times)
    return replace(signed(), lines=signed().lines + lines)


def refused(said, function, *arguments):
    with pytest.raises(BadNote, match=said):
        function(*arguments)


# --- the published examples ----------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_read_and_written_again_byte_for_byte(example):
    note = c.read_note(example.encode())
    assert str(note) == example
    assert example.startswith(note.text + "\n")
    assert note.text.endswith("\n")


def test_the_parts_of_the_examples_are_what_the_pages_say():
    note = c.read_note(WITNESSED.encode())
    assert c.read_checkpoint(note.text) == Checkpoint(
        "example.com/behind-the-sofa",
        20852163,
        bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"),
    )
    assert str(c.read_checkpoint(note.text)) == note.text
    log, witness = note.lines
    assert (log.name, log.key_id.hex(), len(log.signature)) == (
        "example.com/behind-the-sofa",
        "033de0ae",
        64,
    )
    assert (witness.name, witness.key_id.hex()) == ("witness.example.com/w1", "8d66cf3f")
    assert len(witness.signature) == 72
    assert int.from_bytes(witness.signature[:8], "big") == 1679315147
    assert c.cosigned_message(note.text, 1679315147) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    assert "\n\n" in c.read_note(SERA.encode()).text


@pytest.mark.parametrize(("vkey", "example"), [(FOO_KEY, FOO), (PETER_KEY, PETER)])
def test_a_published_key_is_read_and_verifies_its_published_note(vkey, example):
    key = c.read_key(vkey)
    assert str(key) == vkey
    assert key.kind is KeyKind.LOG
    note = c.read_note(example.encode())
    (line,) = note.lines
    assert (line.name, line.key_id) == (key.name, key.id)
    assert verify(key.public, note.text.encode(), line.signature)
    assert not verify(key.public, note.text.encode() + b"\n", line.signature)


def test_the_published_signer_signs_what_was_published():
    signer = Signer("PeterNeumann", KeyKind.LOG, PETER_SEED)
    assert str(signer.key) == PETER_KEY
    note = c.read_note(PETER.encode())
    again = Line(signer.key.name, signer.key.id, signer.sign(note.text.encode()))
    assert str(replace(note, lines=(again,))) == PETER


# --- strict reading ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [each for each in range(0x20) if each != 0x0A])
def test_a_control_character_is_refused_wherever_it_stands(code):
    bad = chr(code)
    refused("control", c.read_note, SOFA.replace("sofa\n2", f"sofa{bad}\n2", 1).encode())
    refused("signature line", c.read_lines, f"— a{bad}b Az3grlgt\n")
    refused("origin", c.read_checkpoint, str(HEAD).replace("pishkhan", f"pish{bad}khan"))
    refused("a key has a name", NoteKey, f"a{bad}", KeyKind.LOG, bytes(32))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no signatures"),
        (b"\n", "no signatures"),
        (b"text\n", "no signatures"),
        (b"text\n\n", "no signatures"),
        (b"\n\n" + SOFA.partition("\n\n")[2].encode(), "no signatures"),
        (SOFA[:-1].encode(), "no signatures"),
        (SOFA.encode() + b"\n", "no signatures"),
        (SOFA.encode() + b"x\n", "not a signature line"),
        (SOFA.replace("\n\n", "\n").encode(), "no signatures"),
        (SOFA.replace("\n", "\r\n").encode(), "control"),
        (SOFA.encode("utf-16"), "not UTF-8"),
        (SOFA.encode().replace(b"\xe2\x80\x94", b"\xe2\x80"), "not UTF-8"),
        (SOFA.replace("—", "-").encode(), "not Base64"),
        (SOFA.replace("— ", "—").encode(), "not a signature line"),
        (SOFA.replace("— ", "—  ").encode(), "not Base64"),
        (SOFA.replace(" Az3g", "  Az3g").encode(), "not Base64"),
        (SOFA.replace(" Az3g", "\u00a0Az3g").encode(), "not a signature line"),
        (SOFA.replace(" Az3g", "\u2003x Az3g").encode(), "not a signature line"),
        (SOFA.replace(" Az3g", "+x Az3g").encode(), "not a signature line"),
        (SOFA.replace("Az3g", "Az3_").encode(), "not Base64"),
        (SOFA.replace("YQ8=", "YQ8").encode(), "not Base64"),
        (SOFA.replace("YQ8=", "YQ9=").encode(), "one form"),
        (SOFA.replace("YQ8=", "YQ8=\n— a AAAAAA==").encode(), "not a signature line"),
        ("t\n\n— {} AAAAAAA=\n".format("n" * 256).encode(), "not a signature line"),
        (b"t" * c.MOST_BYTES + SOFA.encode(), "too long"),
        (b"t\n\n" + "— n AAAAAAA=\n".encode() * (c.MOST_SIGNATURES + 1), "too many"),
    ],
)
def test_what_is_not_quite_a_note_is_refused(data, said):
    refused(said, c.read_note, data)


def test_as_many_and_as_large_signatures_as_a_reader_must_take_are_taken():
    many = "t\n\n" + "— n AAAAAAA=\n" * c.MOST_SIGNATURES
    assert len(c.read_note(many.encode()).lines) == c.MOST_SIGNATURES
    large = b64encode(bytes(4 + 8 + 4627)).decode()
    sixteen = SOFA + "".join(f"— {'n' * 200}{number} {large}\n" for number in range(15))
    assert len(c.read_note(sixteen.encode()).lines) == 16


@pytest.mark.parametrize(
    "size", ["", "07", "00", "+7", "-7", " 7", "7 ", "7.0", "1_0", "۷", "²", str(2**63), "1" * 5000]
)
def test_a_size_is_decimal_in_one_spelling_and_bounded(size):
    refused("size", c.read_checkpoint, str(HEAD).replace("\n7\n", f"\n{size}\n"))
    assert c.read_checkpoint(str(replace(HEAD, size=2**63 - 1))).size == 2**63 - 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (str(HEAD)[:-1], "three lines"),
        (str(HEAD) + "\n", "three lines"),
        (str(HEAD) + "extension\n", "three lines"),
        (str(HEAD) + "extension", "three lines"),
        (str(HEAD).replace("pishkhan", "pish\ud800khan"), "origin"),
        ("\n".join(str(HEAD).split("\n")[:2]) + "\n", "three lines"),
        (str(HEAD).replace(ORIGIN, ""), "origin"),
        (str(HEAD).replace("=\n", "\n"), "not Base64"),
        (str(HEAD).replace("=\n", "= \n"), "not Base64"),
        (f"o\n7\n{b64encode(bytes(31)).decode()}\n", "no root"),
        (f"o\n7\n{b64encode(bytes(33)).decode()}\n", "no root"),
        ("o\n7\n\n", "no root"),
        (f"o\n0\n{b64encode(bytes(32)).decode()}\n", "empty tree"),
    ],
)
def test_what_is_not_quite_a_checkpoint_is_refused(text, said):
    refused(said, c.read_checkpoint, text)


def test_the_empty_log_has_a_checkpoint():
    empty = Checkpoint(ORIGIN, 0, sha256(b"").digest())
    assert c.read_checkpoint(str(empty)) == empty
    assert str(empty).endswith("\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")


@pytest.mark.parametrize(
    ("vkey", "said"),
    [
        (FOO_KEY.replace("530d903a", "530d903b"), "the key's id"),
        (FOO_KEY.replace("530d903a", "530D903A"), "the key's id"),
        (FOO_KEY.replace("530d903a", ""), "the key's id"),
        (FOO_KEY.replace("example", "another"), "the key's id"),
        (FOO_KEY.replace("foo+", "fo o+"), "a name"),
        (FOO_KEY.replace("example.com/foo", ""), "a name"),
        (FOO_KEY.replace("+530d903a+", "+530d903a"), "of the form"),
        (FOO_KEY.replace("+530d903a+", " "), "of the form"),
        (FOO_KEY[:-4], "of the form"),
        (FOO_KEY + "\n", "not Base64"),
        (FOO_KEY.replace("+Aeky", "+Aiky"), "unknown kind"),
        (FOO_KEY.replace("+Aeky", "+BOky"), "the key's id"),
        ("\ud800+00000000+" + FOO_KEY[-44:], "a name"),
        ("", "of the form"),
    ],
)
def test_a_key_is_refused_whose_parts_do_not_fit(vkey, said):
    refused(said, c.read_key, vkey)


# --- signing and checking ------------------------------------------------------------------------


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_what_a_log_signs_is_read_back_and_verifies(seed, size, root):
    log = Signer(ORIGIN, KeyKind.LOG, seed)
    assert c.read_key(str(log.key)) == log.key
    head = Checkpoint(ORIGIN, size, root)
    note = c.read_note(str(c.sign_checkpoint(head, log.key, log.sign)).encode())
    assert c.checkpoint_of(note, log.key, verify) == head
    other = replace(note, text=str(replace(head, size=size - 1 or 2)))
    refused("does not fit", c.checkpoint_of, other, log.key, verify)


def test_the_signature_of_another_log_or_of_none_is_refused():
    note = signed()
    refused("another log", c.checkpoint_of, note, replace(LOG.key, name="other"), verify)
    refused("another log", c.checkpoint_of, note, replace(LOG.key, kind=KeyKind.WITNESS), verify)
    stranger = Signer(ORIGIN, KeyKind.LOG, b"\3" * 32)
    refused("has not signed", c.checkpoint_of, note, stranger.key, verify)
    (line,) = note.lines
    refused("has not signed", c.checkpoint_of, replace(note, lines=()), LOG.key, verify)
    wrong = [
        replace(line, signature=bytes([line.signature[0] ^ 1]) + line.signature[1:]),
        replace(line, signature=line.signature[:-1]),
        replace(line, signature=line.signature + b"\0"),
    ]
    for each in wrong:
        refused("does not fit", c.checkpoint_of, replace(note, lines=(each,)), LOG.key, verify)
        both = replace(note, lines=(line, each))
        refused("does not fit", c.checkpoint_of, both, LOG.key, verify)
    extended = replace(note, text=note.text + "more\n")
    refused("three lines", c.checkpoint_of, extended, LOG.key, verify)


def test_a_signature_of_another_length_is_not_even_tried():
    line = signed().lines[0]

    def credulous(public, message, signature):
        return True

    for size in (0, 63, 65, 72):
        bad = replace(signed(), lines=(replace(line, signature=bytes(size)),))
        refused("does not fit", c.checkpoint_of, bad, LOG.key, credulous)
    for size in (64, 71, 73):
        mine = Line(WITNESS.key.name, WITNESS.key.id, b"\1" + bytes(size - 1))
        bad = replace(signed(), lines=(mine,))
        refused("another length|no time", c.cosigned_at, bad, WITNESS.key, credulous)
    for seconds in (0, 2**63, 2**64 - 1):
        timed = Line(WITNESS.key.name, WITNESS.key.id, seconds.to_bytes(8, "big") + bytes(64))
        bad = replace(signed(), lines=(timed,))
        refused("no time", c.cosigned_at, bad, WITNESS.key, credulous)


def test_unknown_signatures_are_no_hindrance():
    line = signed().lines[0]
    same_name = Line(ORIGIN, b"\0\0\0\0", b"other")
    same_id = Line("other", LOG.key.id, b"other")
    note = replace(signed(), lines=(same_name, line, same_id))
    assert c.checkpoint_of(c.read_note(str(note).encode()), LOG.key, verify) == HEAD


def test_a_log_signs_only_its_own_well_formed_checkpoints():
    for key in (replace(LOG.key, name="other"), replace(LOG.key, kind=KeyKind.WITNESS)):
        with pytest.raises(ValueError, match="its own checkpoints"):
            c.sign_checkpoint(HEAD, key, LOG.sign)
    for wrong in (
        replace(HEAD, size=-1),
        replace(HEAD, size=2**63),
        replace(HEAD, size=0),
        replace(HEAD, root=b"short"),
    ):
        refused("checkpoint has|empty tree", c.sign_checkpoint, wrong, LOG.key, LOG.sign)
    for name in ("", "two words", "two\nlines", "plus+", "n" * 256, "\u2003"):
        refused("a key has a name", NoteKey, name, KeyKind.LOG, bytes(32))
    refused("32 bytes", NoteKey, "name", KeyKind.LOG, bytes(31))


@given(st.integers(1, 2**63 - 1))
def test_a_cosignature_tells_its_time(seconds):
    note = c.read_note(str(cosigned(seconds)).encode())
    assert c.cosigned_at(note, WITNESS.key, verify) == seconds
    assert c.checkpoint_of(note, LOG.key, verify) == HEAD


def test_a_cosignature_of_another_time_text_or_key_is_refused():
    note = cosigned(TIME)
    log, mine = note.lines
    later = replace(mine, signature=(TIME + 1).to_bytes(8, "big") + mine.signature[8:])
    refused("does not fit", c.cosigned_at, replace(note, lines=(log, later)), WITNESS.key, verify)
    other = replace(note, text=str(replace(HEAD, size=8)))
    refused("does not fit", c.cosigned_at, other, WITNESS.key, verify)
    plain = replace(mine, signature=mine.signature[:8] + WITNESS.sign(note.text.encode()))
    refused("does not fit", c.cosigned_at, replace(note, lines=(plain,)), WITNESS.key, verify)
    assert c.cosigned_at(signed(), WITNESS.key, verify) is None
    stranger = Signer(WITNESS.key.name, KeyKind.WITNESS, b"\4" * 32)
    assert c.cosigned_at(note, stranger.key, verify) is None
    as_log = replace(WITNESS.key, kind=KeyKind.LOG)
    assert as_log.id != WITNESS.key.id
    disguised = replace(note, lines=(replace(mine, key_id=as_log.id),))
    assert c.cosigned_at(disguised, as_log, verify) is None
    for key, seconds in ((LOG.key, TIME), (WITNESS.key, 0), (WITNESS.key, 2**63)):
        with pytest.raises(ValueError, match="a witness cosigns, at a time"):
            c.cosign(note.text, key, WITNESS.sign, seconds=seconds)


def test_of_two_cosignatures_of_a_witness_the_earlier_counts_and_both_must_fit():
    note = cosigned(TIME + 5, TIME, TIME + 9)
    assert c.cosigned_at(note, WITNESS.key, verify) == TIME
    broken = replace(note.lines[3], signature=note.lines[3].signature[:-1] + b"\0")
    bad = replace(note, lines=(*note.lines[:3], broken))
    refused("does not fit", c.cosigned_at, bad, WITNESS.key, verify)


def test_further_lines_replace_those_of_the_same_key_and_no_others():
    note = cosigned(TIME)
    log, mine = note.lines
    newer = c.cosign(note.text, WITNESS.key, WITNESS.sign, seconds=TIME + 1)
    newest = c.cosign(note.text, WITNESS.key, WITNESS.sign, seconds=TIME + 2)
    stranger = Line(WITNESS.key.name, b"\0\0\0\0", b"x")
    assert note.with_lines([]) == note
    assert note.with_lines([newer]).lines == (log, newer)
    assert note.with_lines(iter([newer, newest])).lines == (log, newest)
    assert note.with_lines([stranger]).lines == (log, mine, stranger)
    full = [Line(f"w{number}", b"\0\0\0\0", b"x") for number in range(c.MOST_SIGNATURES - 2)]
    most = note.with_lines(full)
    assert c.read_note(str(most).encode()) == most
    assert len(most.with_lines([newer]).lines) == c.MOST_SIGNATURES
    refused("too many", most.with_lines, [stranger])


@given(st.text(max_size=40), st.binary(max_size=60))
def test_anything_is_read_or_refused_in_one_way(text, data):
    lines = f"— n {b64encode(data).decode()}\n"
    for raw in (
        data,
        text.encode("utf-8", "surrogatepass"),
        f"{text}\n\n{lines}".encode("utf-8", "surrogatepass"),
    ):
        try:
            note = c.read_note(raw)
        except BadNote:
            continue
        assert str(note).encode() == raw
        assert isinstance(note, Note)
