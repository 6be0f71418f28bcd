"""The policy file (C2SP tlog-policy), read strictly: each fault is told with its line."""

import pytest
from tests.journal.signing import Signer

from pishkhan.journal.checkpoint import KeyKind, Line, Note
from pishkhan.journal.policy import BadPolicy, read_policy

LOG = Signer("pishkhan/0199c3a1-7c00-7a10-8000-00000000000b/1", KeyKind.LOG, b"\1" * 32).key
KEYS = [
    Signer(f"pishkhan-witness/{n}/1", KeyKind.WITNESS, bytes([n]) * 32).key for n in range(2, 70)
]
A, B, C, D = KEYS[:4]
HEAD = f"log {LOG} https://letters.example.ir/journal\nwitness a {A} https://a.example/journal/witness/\n"


def read(text: str):
    return read_policy((HEAD + text).encode("utf-8", "surrogateescape"))


def test_the_example_of_the_specification_is_read_and_its_quorum_asked():
    """Two of X and one of Y (tlog-policy, "Example policy")."""
    lines = [f"witness X{n} {KEYS[n]}" for n in (1, 2, 3)]
    lines += ["\tgroup X-witnesses 2 X1  X2\tX3 ", "", "  # of another organisation"]
    lines += [f"witness Y{n} {KEYS[n]}" for n in (4, 5, 6)]
    lines += ["group Y-witnesses any Y4 Y5 Y6", "group X-and-Y all X-witnesses Y-witnesses"]
    policy = read("\n".join([*lines, "quorum X-and-Y", ""]))
    for names, met in (
        ({"X1", "X2", "Y4"}, True),
        ({"X1", "X3", "Y4", "Y6"}, True),
        ({"X1", "X2", "X3"}, False),
        ({"X1", "Y4", "Y5"}, False),
        (set(), False),
    ):
        assert policy.is_met(names) is met
    assert policy.keys_of(LOG.name) == (LOG,)
    assert policy.keys_of("another") == ()
    assert policy.witnesses["a"].url == "https://a.example/journal/witness"
    assert policy.witnesses["X1"].url == ""


def test_a_single_witness_is_a_quorum_and_none_is_met_by_nobody():
    assert read("quorum a\n").is_met({"a"})
    assert not read("quorum none\n").is_met({"a"})


def test_cosigners_are_known_by_name_and_id_both():
    policy = read(f"witness b {B}\nquorum b\n")
    note = Note("x\n", (Line(B.name, A.id, b"x"), Line(A.name, A.id, b"x")))
    assert policy.cosigners(note) == {"a"}


@pytest.mark.parametrize(
    ("line", "text", "why"),
    [
        (3, "quorum", "once"),
        (3, "quorum a a", "once"),
        (4, "quorum a\nquorum a", "once"),
        (3, "quorum b", "earlier line"),
        (3, "witness b", "Write: witness"),
        (3, f"witness b {B} https://b.example x", "Write: witness"),
        (3, f"witness b {B}x", "no key"),
        (3, f"witness b {LOG}", "other way round"),
        (3, f"log {B}", "other way round"),
        (3, "log", "Write: log"),
        (3, f"log {LOG}", "earlier line already"),
        (3, f"witness b {A}", "earlier line already"),
        (3, f"witness a {B}", "taken"),
        (3, f"witness none {B}", "taken"),
        (3, "group a any a", "taken"),
        (3, "group g any b", "earlier line"),
        (3, "group g any", "Write: group"),
        (3, "group g 0 a", "number"),
        (3, "group g 2 a", "number"),
        (3, "group g 01 a", "number"),
        (3, "group g -1 a", "number"),
        (3, "group g 1 none", "earlier line"),
        (3, "group g 1 a a", "once"),
        (4, "group g 1 a\ngroup h 1 a", "once"),
        (3, "Quorum a", "begins with"),
        (3, f"witness b {B} ftp://b.example", "https://host"),
        (3, f"witness b {B} https:///x", "https://host"),
        (3, f"witness b {B} https://b.example:99999/", "https://host"),
        (3, f"witness b {B} https://u@b.example/", "https://host"),
        (3, f"witness b {B} https://b.example/?x=1", "https://host"),
        (3, f"witness b {B} https://b.example/#x", "https://host"),
        (3, "quorum a\r", "control character"),
        (4, "# x\n#\0", "control character"),
        (3, "# nothing", "no quorum"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_to_do(line: int, text: str, why: str):
    with pytest.raises(BadPolicy) as caught:
        read(f"{text}\n")
    assert caught.value.line == line
    assert why in caught.value.why.render(str)


def test_a_file_that_may_be_cut_off_or_is_too_large_is_refused():
    with pytest.raises(BadPolicy, match="cut off"):
        read("quorum a")
    with pytest.raises(BadPolicy, match="larger"):
        read("#" * 256 * 1024 + "\nquorum a\n")


def test_names_are_bytes_and_a_note_has_room_for_every_witness():
    odd = "\udc80\udcff"
    assert read(f"witness {odd} {B}\nquorum {odd}\n").is_met({odd})
    many = "".join(f"witness w{n} {key}\n" for n, key in enumerate(KEYS[1:64]))
    with pytest.raises(BadPolicy, match="63"):
        read(f"{many}quorum a\n")
    read(f"{many.partition('witness w62')[0]}quorum a\n")
