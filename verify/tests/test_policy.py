"""The policy alone says whom to trust; its age and its quorum are told."""

import pytest

from pishkhan_verify import note
from tests import maker
from tests.maker import ORIGIN, qr


def test_a_quorum_that_is_not_met_is_logged_and_not_witnessed(world):
    proof = world.write("a", world.proof(witnesses=world.witnesses[:1]))
    answer = world.check(proof)
    assert answer.code == 0
    assert answer.out.splitlines()[1].startswith("Logged: ")
    assert "Cosigned by w1" in answer.out
    world.refused("it is logged, not witnessed.", proof, "--require", "witnessed")
    assert world.check(proof, "--require", "logged").code == 0


def test_a_promise_is_not_enough_where_logged_is_required(world):
    world.refused(
        "it is promised; that it is logged was not shown.",
        qr(world.letter.promise(world.log.key)),
        *("--require", "logged"),
    )


def test_witnesses_that_the_policy_does_not_know_count_for_nothing(world):
    strangers = [maker.witness_key(number) for number in (8, 9)]
    told = world.check(world.write("a", world.proof(witnesses=strangers)), "--json").json
    assert (told["verdict"], told["cosigned"]) == ("logged", {})


def test_a_witness_s_line_signed_by_another_key_of_its_name_counts_for_nothing(world):
    stranger = maker.Key(world.witnesses[0].name, 4, "stranger")
    told = world.check(world.write("a", world.proof(witnesses=[stranger])), "--json").json
    assert told["cosigned"] == {}


def test_the_log_can_not_be_its_own_witness_by_its_log_key(world):
    text = world.log.body(11)
    line = world.log.key.line(bytes(8) + world.log.key.private.sign(text.encode()))
    answer = world.check(world.write("a", world.proof(witnesses=[]) + line))
    assert answer.code == 1
    assert "does not fit the checkpoint" in answer.err


def test_groups_of_groups_count_as_written(world):
    keys = [maker.witness_key(number) for number in range(1, 7)]
    lines = [f"# date: {maker.TODAY}", "", "\t# groups of groups", f"log {world.log.key.vkey}"]
    lines += [f"witness\tX{n}  {key.vkey} https://x{n}.example" for n, key in enumerate(keys)]
    lines += ["group north 2 X0 X1 X2", "group south any X3 X4 X5", "group all all north south"]
    world.set_policy("\n".join([*lines, "quorum all"]) + "\n")
    for chosen, verdict in (
        ((0, 2, 4), "witnessed"),
        ((0, 1, 2), "logged"),
        ((0, 3, 4, 5), "logged"),
    ):
        proof = world.proof(witnesses=[keys[n] for n in chosen])
        assert world.check(world.write("a", proof), "--json").json["verdict"] == verdict


def test_a_policy_without_witnesses_never_says_witnessed(world):
    world.set_policy(maker.policy(world.log.key, quorum="none"))
    answer = world.check(world.write("a", world.proof()))
    assert answer.out.splitlines()[1].startswith("Logged: ")
    assert "Caution: the policy asks for no witness;" in answer.out


def test_a_policy_content_with_one_witness_says_so(world):
    world.set_policy(maker.policy(world.log.key, witnesses=world.witnesses, quorum="w2"))
    answer = world.check(world.write("a", world.proof()))
    assert answer.out.splitlines()[1].startswith("Witnessed: ")
    assert "Caution: the policy is content with one witness." in answer.out


@pytest.mark.parametrize(
    ("day", "caution"),
    [
        ("2025-10-19", []),
        ("2025-10-18", [{"code": "policy-old", "days": 401}]),
        ("2026-11-24", []),
        ("2026-11-26", [{"code": "policy-future"}]),
    ],
)
def test_a_policy_of_more_than_400_days_or_of_the_future_is_cautioned_of(world, day, caution):
    world.set_policy(maker.policy(world.log.key, witnesses=world.witnesses, day=day))
    told = world.check(world.write("a", world.proof()), "--json").json
    assert (told["cautions"], told["policy_date"]) == ([*caution, {"code": "before-unknown"}], day)


def test_times_that_can_not_be_are_cautioned_of(world):
    proof = world.log.proof(world.letter, "slip")
    for at, code in ((maker.ACCEPTED - 3600, "claimed-later"), (2**40, "cosigned-future")):
        head = world.log.checkpoint(witnesses=world.witnesses[:2], at=at)
        text = proof.replace(world.log.checkpoint(), head)
        answer = world.check(world.write("a", text), "--json")
        assert [each["code"] for each in answer.json["cautions"]] == [code, "before-unknown"]
        assert world.check(world.write("a", text), lang="fa").code == 0


def test_a_promise_whose_time_has_gone_by_is_cautioned_of(world):
    answer = world.check(qr(world.letter.promise(world.log.key, hours=1)))
    assert "Caution: it must be in the log by now; ask for the proof." in answer.out


GOOD = maker.policy(maker.log_key(), witnesses=[maker.witness_key(1), maker.witness_key(2)])
LOG = f"log {maker.log_key().vkey}\n"
W3 = f"witness w3 {maker.witness_key(3).vkey}\n"
DATE = f"# date: {maker.TODAY}\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD[:-1], "the policy's last line does not end."),
        (GOOD.replace("\n", "\r\n"), "the policy has a character that is not allowed."),
        (
            GOOD.replace(DATE, ""),
            'the policy must have one line "# date: YYYY-MM-DD" (line –).',
        ),
        (GOOD + DATE, 'the policy must have one line "# date: YYYY-MM-DD" (line 7).'),
        (
            GOOD.replace(maker.TODAY, "2026-02-30"),
            'the policy must have one line "# date: YYYY-MM-DD" (line 1).',
        ),
        (GOOD.replace("quorum both\n", ""), "the policy must have exactly one quorum (line –)."),
        (GOOD + "quorum none\n", "the policy must have exactly one quorum (line 7)."),
        (GOOD + LOG, "line 7 of the policy names something twice."),
        (GOOD + W3 + W3.replace("w3", "w4"), "line 8 of the policy names something twice."),
        (GOOD + W3.replace("w3", "none"), "line 7 of the policy names something twice."),
        (GOOD + W3.replace("w3", "both"), "line 7 of the policy names something twice."),
        (GOOD + "group more 1 w1\n", "line 7 of the policy names something twice."),
        (
            GOOD + "group more any w9\n",
            "line 7 of the policy uses a name that no line before it defines.",
        ),
        (GOOD.replace("both 2", "both 3"), "line 5 of the policy is malformed."),
        (GOOD.replace("both 2", "both 0"), "line 5 of the policy is malformed."),
        (GOOD + "trust everybody\n", "line 7 of the policy is malformed."),
        (GOOD + W3.replace("witness w3", "log"), "the key in line 7 is of another kind than"),
        (GOOD + W3.replace("+B", "+C"), "the key in line 7 is of another kind than"),
        (GOOD + LOG.replace("+A", "+A="), "the key in line 7 is malformed."),
        (GOOD + "log x+00000000+" + LOG.split("+")[2], "the key's id in line 7 is wrong."),
    ],
)
def test_a_policy_that_is_not_written_as_it_must_be_is_not_read(world, text, sentence):
    world.set_policy(text)
    answer = world.check(world.write("a", world.proof()))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"Could not be read: {sentence}")


def test_a_policy_that_is_not_there_is_said_to_be_missing(world):
    world.policy = str(world.folder / "none")
    answer = world.check(world.write("a", world.proof()))
    assert (answer.code, "give one by --policy" in answer.err) == (2, True)


def test_the_signed_note_example_of_the_specification_verifies():
    key = note.read_key(
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", note.LOG
    )
    line = (
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72Ineya"
        "QM="
    )
    assert note.base64(line)[:4] == key.id
    assert key.signed(b"This is an example message.\n", note.base64(line)[4:])
    assert not key.signed(b"This is another message.\n", note.base64(line)[4:])


def test_the_origin_of_an_unknown_log_can_not_move_the_cursor(world):
    evil = maker.Log(maker.log_key("evil", "a\u202eb\u2066c"), world.log.leaves)
    answer = world.check(world.write("checkpoint", evil.checkpoint()))
    assert answer.err == "Not verified: the log a?b?c is not in your policy.\n"
    assert ORIGIN not in answer.err
