"""Time as a bracket: what stands before an entry was cosigned before it came into the log."""

import pytest

from tests import maker
from tests.maker import ACCEPTED, Anchor, Letter

HOUR = 3600
UNKNOWN = 'Caution: nothing witnessed before it is shown: "not before" is unknown'


class Bracket:
    """A log in which an anchor stands before a letter; cosigned at `at`, by so many witnesses."""

    def __init__(self, world, at=ACCEPTED - HOUR, count=2, letter=None):
        self.world, self.letter = world, letter or Letter()
        self.log = maker.Log()
        self.log.leaves = [maker.h(bytes([n])) for n in range(3)]
        self.anchor = Anchor(self.log.checkpoint(witnesses=world.witnesses[:count], at=at))
        self.log.leaves += [self.anchor.leaf, maker.h(b"x"), self.letter.leaf, maker.h(b"y")]
        world.set_policy(maker.policy(self.log.key, witnesses=world.witnesses))

    def check(self, *names, after=None, **options):
        after = self.log.after(self.anchor) if after is None else after
        witnesses = self.world.witnesses[:2]
        names = names or ("slip",)
        text = self.log.proof(self.letter, *names, witnesses=witnesses, after=after)
        return self.world.check(self.world.write("a.tlog-proof", text), **options)

    def refused(self, sentence, **options):
        answer = self.check(**options)
        assert (answer.code, answer.err) == (1, f"Not verified: {sentence}\n")


def test_the_bracket_is_told_from_the_quorum_s_time_on(world):
    answer = Bracket(world).check()
    assert (answer.code, answer.err) == (0, "")
    # The second witness came a minute later, and the quorum is two.
    assert "It was given its place not before 2026-11-23 05:35:10 UTC." in answer.out
    assert "It was in the log not after 2026-11-23 06:35:10 UTC." in answer.out


def test_in_persian_too(world):
    answer = Bracket(world).check(lang="fa")
    assert "نه زودتر از" in answer.out


def test_a_witness_alone_bounds_nothing(world):
    answer = Bracket(world, count=1).check()
    assert answer.code == 0
    assert "It was given its place" not in answer.out
    assert UNKNOWN in answer.out


def test_an_anchor_that_was_left_out_is_cautioned_of_and_one_that_is_there_is_not(world):
    made = Bracket(world)
    assert "Caution" not in made.check().out
    text = made.log.proof(made.letter, "slip", witnesses=world.witnesses[:2])
    path = world.write("b.tlog-proof", text)
    answer = world.check(path)
    assert answer.code == 0
    assert UNKNOWN in answer.out
    assert "شاید تاریخش عقب برده شده" in world.check(path, lang="fa").out
    with_one = made.log.proof(
        made.letter, "at", witnesses=world.witnesses[:2], after=made.log.after(made.anchor)
    )
    both = world.check(path, world.write("c.tlog-proof", with_one))
    assert both.code == 0
    assert "Caution" not in both.out


def test_what_can_show_no_anchor_or_is_merely_logged_is_not_cautioned_of(world):
    made = Bracket(world)
    head = world.write("head", made.log.checkpoint(witnesses=world.witnesses[:2]))
    promise = maker.qr(made.letter.promise(made.log.key))
    path = maker.qr(made.log.path_qr(made.letter))
    logged = made.log.proof(made.letter, "slip", witnesses=world.witnesses[:1])
    for given in ((head,), (promise,), (promise, path, head), (world.write("d", logged),)):
        answer = world.check(*given)
        assert (answer.code, UNKNOWN in answer.out) == (0, False)


@pytest.mark.parametrize("names", [("slip",), ("at",), ("at", "slip")])
def test_what_is_dated_back_beyond_its_bracket_is_refused(world, names):
    answer = Bracket(world, at=ACCEPTED + HOUR).check(*names)
    assert answer.code == 1
    assert answer.err == (
        "Not verified: it is dated back: it says 2026-11-23 06:34:10 UTC, but it was given its "
        "place not before 2026-11-23 07:35:10 UTC.\n"
    )


def test_clocks_may_differ_by_minutes(world):
    assert Bracket(world, at=ACCEPTED + 500).check().code == 0
    assert Bracket(world, at=ACCEPTED + 560).check().code == 1


def test_without_a_claimed_time_there_is_a_bracket_alone(world):
    answer = Bracket(world, at=ACCEPTED + HOUR).check("kind")
    assert answer.code == 0
    assert "not before 2026-11-23 07:35:10 UTC" in answer.out


def test_an_anchor_after_the_entry_bounds_nothing(world):
    made = Bracket(world)
    made.log.leaves = [*made.log.leaves[:3], made.letter.leaf, made.anchor.leaf]
    made.refused("what must stand before this entry stands after it.")


def test_an_anchor_that_is_not_in_the_tree_is_refused(world):
    made = Bracket(world)
    other = Anchor(made.log.checkpoint(3, witnesses=world.witnesses[:2], at=ACCEPTED - 7 * HOUR))
    after = made.log.after(made.anchor, opening=other.opening("note"))
    made.refused("what witnesses had signed before is not in this log.", after=after)


def test_a_cosignature_that_does_not_fit_its_note_is_refused(world):
    made = Bracket(world)
    note = made.anchor.values["note"].replace("\n3\n", "\n2\n", 1)
    made.anchor = Anchor(note)
    made.log.leaves[3] = made.anchor.leaf
    assert made.check().code == 1


@pytest.mark.parametrize(
    "change",
    [
        {"index": -1},
        {"index": "3"},
        {"index": True},
        {"path": "x"},
        {"path": [1]},
        {"path": ["AA" * 32]},
        {"more": 1},
    ],
)
def test_a_malformed_anchor_can_not_be_read(world, change):
    made = Bracket(world)
    answer = made.check(after=made.log.after(made.anchor, **change))
    assert (answer.code, answer.out) == (2, "")


def test_an_anchor_without_its_note_can_not_be_read(world):
    made = Bracket(world)
    answer = made.check(after=made.log.after(made.anchor, opening=made.anchor.opening("kind")))
    assert answer.err == "Could not be read: the part `after` is malformed.\n"


def test_json_tells_both_ends(world):
    made = Bracket(world)
    text = made.log.proof(
        made.letter, "slip", witnesses=world.witnesses[:2], after=made.log.after(made.anchor)
    )
    told = world.check(world.write("a", text), "--json").json
    assert (told["not_before"], told["not_after"]) == (ACCEPTED - HOUR + 60, ACCEPTED + 60)
