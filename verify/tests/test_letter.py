"""Promise, path and proof of a letter, and every way of changing one."""

import json
import re
from base64 import b64decode

import pytest

from tests import maker
from tests.maker import ACCEPTED, AGENCY, CODE, ORIGIN, PAGES, Letter, b64, dumps, qr


def changed_opening(proof, change):
    """The proof with its opening changed by a function."""
    before = re.findall(r"^extra (.*)$", proof, re.M)[0]
    opening = json.loads(b64decode(before))
    change(opening)
    return proof.replace(before, b64(dumps(opening)))


def changed_line(text, start, change):
    """The text with the Base64 at the end of the line that starts so changed by a function."""
    line = next(each for each in text.split("\n") if each.startswith(start))
    head, _, encoded = line.rpartition(" ")
    return text.replace(line, f"{head} {b64(change(b64decode(encoded)))}".lstrip())


def flipped(data, at=-1):
    data = bytearray(data)
    data[at] ^= 1
    return bytes(data)


# --- what is good --------------------------------------------------------------------------------


def test_a_proof_with_two_witnesses_is_witnessed_and_told_in_plain_lines(world):
    answer = world.check(world.write("a.tlog-proof", world.proof()))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "Verified.",
        "Witnessed: it is in the tree, and enough witnesses cosigned it.",
        "Tracking code: 721-409-338-1260",
        "Accepted, as the node says: 2026-11-23 06:34:10 UTC",
        f"Agency: {AGENCY}",
        f"Digest of the pages: {maker.pages_digest()}",
        "Fee: 300,000 rials",
        f"Log: {ORIGIN}",
        "Leaf: 5 of 11",
        "Cosigned by w1: 2026-11-23 06:35:10 UTC",
        "Cosigned by w2: 2026-11-23 06:36:10 UTC",
        "It was in the log not after 2026-11-23 06:35:10 UTC.",
        "Policy of 2026-11-23",
        (
            'Caution: nothing witnessed before it is shown: "not before" is unknown, '
            "it may be dated back."
        ),
    ]


def test_the_same_in_persian_has_jalali_time_of_tehran_and_persian_digits(world):
    answer = world.check(world.write("a", world.proof()), lang="fa")
    out = answer.out.replace("\u200e", "")
    assert answer.code == 0
    assert "کد رهگیری: ۷۲۱-۴۰۹-۳۳۸-۱۲۶۰" in out
    assert "زمان پذیرش، به گفتهٔ گره: ۱۴۰۵/۰۹/۰۲ ۱۰:۰۴ به وقت تهران" in out
    assert "هزینه: ۳۰۰٬۰۰۰ ریال" in out
    assert f"شناسهٔ دستگاه: {AGENCY}" in out


def test_json_holds_the_same_facts(world):
    told = world.check(world.write("a", world.proof()), "--json").json
    assert (told["ok"], told["verdict"], told["about"]) == (True, "witnessed", "letter")
    assert told["slip"] == world.letter.slip
    assert told["cosigned"] == {"w1": ACCEPTED + 60, "w2": ACCEPTED + 120}
    assert (told["not_after"], told["index"]) == (ACCEPTED + 60, 5)
    assert told["commitment"] == world.letter.commit.hex()


def test_a_promise_alone_is_promised(world):
    text = qr(world.letter.promise(world.log.key))
    answer = world.check(text)
    assert answer.code == 0
    assert answer.out.splitlines()[1] == "Promised: the log signed this receipt."
    assert "It must be in the log by 2026-11-24 06:34:10 UTC." in answer.out
    assert "Cosigned" not in answer.out
    digits = text.partition("#")[2]
    assert world.check(digits, "--json").json["slip"] == world.letter.slip


def test_a_promise_and_its_path_are_logged_as_arguments_and_as_a_file(world):
    texts = [qr(world.letter.promise(world.log.key)), qr(world.log.path_qr(world.letter))]
    told = world.check(*texts, "--json").json
    assert (told["verdict"], told["index"], told["slip"]["code"]) == ("logged", 5, CODE)
    assert world.check(world.write("both.txt", "\n".join(texts)), "--json").json == told


def test_a_path_and_a_cosigned_checkpoint_of_its_size_are_witnessed(world):
    receipt = [qr(world.letter.promise(world.log.key)), qr(world.log.path_qr(world.letter))]
    head = world.write("checkpoint", world.log.checkpoint(witnesses=world.witnesses[:2]))
    assert world.check(*receipt, head, "--json").json["verdict"] == "witnessed"


def test_a_path_and_a_later_cosigned_checkpoint_are_witnessed_through_the_tiles(world):
    receipt = [qr(world.letter.promise(world.log.key)), qr(world.log.path_qr(world.letter, 7))]
    world.write("checkpoint", world.log.checkpoint(witnesses=world.witnesses[:2]))
    world.log.write_tiles(world.folder)
    told = world.check(*receipt, "--tiles", world.folder, "--json").json
    assert (told["verdict"], told["index"]) == ("witnessed", 5)


def test_a_promise_and_a_checkpoint_stay_a_promise(world):
    head = world.write("checkpoint", world.log.checkpoint(witnesses=world.witnesses))
    told = world.check(qr(world.letter.promise(world.log.key)), head, "--json").json
    assert (told["verdict"], told["cosigned"], told["not_after"]) == ("promised", {}, None)


def test_a_proof_may_show_other_fields_and_none_of_the_slip(world):
    answer = world.check(world.write("a", world.proof("kind", "urgency")))
    assert answer.code == 0
    assert "kind: letter.accepted" in answer.out
    assert "urgency: normal" in answer.out
    assert "Tracking code" not in answer.out


def test_new_rials_are_shown_with_their_qeran(world):
    letter = Letter(epoch="new_rial", fee=3050)
    assert "Fee: 30.50 new rials" in world.check(qr(letter.promise(world.log.key))).out


def test_pages_and_code_that_fit_are_said_to_fit(world):
    pages = [world.write(f"page{i}", page) for i, page in enumerate(PAGES)]
    proof = world.write("a", world.proof())
    answer = world.check(proof, "--code", "۷۲۱-۴۰۹-۳۳۸-۱۲۶۰", "--pages", *pages)
    assert answer.code == 0
    assert "The pages given are the letter's: 2." in answer.out


# --- what was changed ----------------------------------------------------------------------------

NOT_IN_TREE = "the entry is not in the tree that was signed."
NO_LOG_FIT = f"the signature of {ORIGIN} does not fit the checkpoint."


@pytest.mark.parametrize(
    "changed",
    [
        {"fee": 1},
        {"at": "2026-11-22T06:34:10Z"},
        {"code": "1112223334445"},
        {"agency": ORIGIN.split("/")[1]},
        {"pages": maker.pages_digest([b"other"])},
        {"epoch": "new_rial"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_proof_with_a_changed_value_is_refused(world, changed):
    proof = changed_opening(
        world.proof(), lambda opening: opening["shown"][0]["value"].update(changed)
    )
    world.refused(NOT_IN_TREE, world.write("a", proof))


def test_a_proof_with_another_salt_is_refused(world):
    proof = changed_opening(
        world.proof(), lambda opening: opening["shown"][0].update(salt="00" * 32)
    )
    world.refused(NOT_IN_TREE, world.write("a", proof))


def test_a_proof_with_another_hidden_hash_is_refused(world):
    def change(opening):
        opening["proof"][0] = "00" * 32

    world.refused(NOT_IN_TREE, world.write("a", changed_opening(world.proof(), change)))


def test_an_opening_with_a_hash_too_few_or_too_many_is_refused(world):
    sentence = "the opening has too many or too few hashes."
    for change in (lambda o: o["proof"].pop(), lambda o: o["proof"].append("00" * 32)):
        world.refused(sentence, world.write("a", changed_opening(world.proof(), change)))


@pytest.mark.parametrize(
    "change",
    [
        lambda opening: opening["shown"].reverse(),
        lambda opening: opening["shown"].append(opening["shown"][-1]),
        lambda opening: opening["shown"][1].update(name="actor"),
        lambda opening: opening["shown"][1].update(place=7),
        lambda opening: opening["shown"][1].update(name="Slip"),
        lambda opening: opening["shown"][1].update(salt="00" * 31),
        lambda opening: opening["shown"].clear(),
        lambda opening: opening.update(v=2),
        lambda opening: opening.update(size=2**50),
        lambda opening: opening.update(more=1),
    ],
)
def test_an_opening_that_is_not_written_as_it_must_be_is_not_read(world, change):
    proof = changed_opening(world.proof("kind", "slip"), change)
    world.unreadable("the opening is malformed.", world.write("a", proof))


def test_a_proof_with_another_hash_in_its_path_is_refused(world):
    proof = world.proof()
    line = proof.split("\n")[3]
    world.refused(NOT_IN_TREE, world.write("a", proof.replace(line, b64(flipped(b64decode(line))))))


def test_a_path_too_short_or_too_long_is_refused(world):
    proof = world.proof()
    line = proof.split("\n")[3] + "\n"
    sentence = "the path has too many or too few hashes."
    world.refused(sentence, world.write("a", proof.replace(line, "")))
    world.refused(sentence, world.write("a", proof.replace(line, line * 2)))


def test_an_index_of_another_leaf_or_outside_the_tree_is_refused(world):
    proof = world.proof()
    world.refused(NOT_IN_TREE, world.write("a", proof.replace("index 5\n", "index 4\n")))
    world.refused(
        "a tree of 11 leaves has no leaf 11.",
        world.write("a", proof.replace("index 5\n", "index 11\n")),
    )


def test_a_checkpoint_with_another_root_or_size_is_refused(world):
    proof = world.proof()
    root = b64(maker.mth(world.log.leaves))
    world.refused(NO_LOG_FIT, world.write("a", proof.replace(root, b64(bytes(32)))))
    world.refused(NO_LOG_FIT, world.write("a", proof.replace(f"{ORIGIN}\n11\n", f"{ORIGIN}\n12\n")))


def test_a_changed_signature_of_the_log_is_refused(world):
    proof = changed_line(world.proof(), f"\u2014 {ORIGIN}", flipped)
    world.refused(NO_LOG_FIT, world.write("a", proof))


def test_a_changed_signature_or_time_of_a_witness_is_refused(world):
    sentence = "the signature of the witness pishkhan-witness/2 does not fit the checkpoint."
    for at in (-1, 11):  # the last byte, and the last of the time
        proof = changed_line(
            world.proof(), "\u2014 pishkhan-witness/2", lambda data, at=at: flipped(data, at)
        )
        world.refused(sentence, world.write("a", proof))


def test_an_unknown_log_is_refused_although_all_its_signatures_fit(world):
    forger = maker.Log(maker.log_key("forger", "pishkhan/forged/1"), world.log.leaves)
    proof = forger.proof(world.letter, "slip", witnesses=world.witnesses)
    world.refused("the log pishkhan/forged/1 is not in your policy.", world.write("a", proof))


def test_a_forger_under_the_log_s_own_name_is_refused(world):
    forger = maker.Log(maker.log_key("forger"), world.log.leaves)
    proof = forger.proof(world.letter, "slip", witnesses=world.witnesses)
    world.refused(f"no known key of {ORIGIN} signed the checkpoint.", world.write("a", proof))


def test_a_receipt_that_fits_a_key_of_its_own_is_refused(world):
    forger = maker.Log(maker.log_key("forger"), [world.letter.leaf])
    sentence = f"key {forger.key.id.hex()} is not in your policy."
    world.refused(sentence, qr(world.letter.promise(forger.key)))
    world.refused(sentence, qr(forger.path_qr(world.letter)))


def test_a_forger_who_writes_a_known_key_s_id_is_refused(world):
    forger = maker.log_key("forger")
    forger.id = world.log.key.id
    world.refused(
        "the signature does not fit the paper: it was changed or forged.",
        qr(world.letter.promise(forger)),
    )


def test_every_single_bit_of_a_promise_counts(world):
    data = world.letter.promise(world.log.key)
    for at in range(1, len(data)):
        assert world.check(qr(flipped(data, at))).code in (1, 2), at
    world.refused(  # of the fee
        "the signature does not fit the paper: it was changed or forged.", qr(flipped(data, 102))
    )


def test_every_single_bit_of_a_path_counts(world):
    data = world.log.path_qr(world.letter)
    for at in range(1, len(data)):
        assert world.check(qr(flipped(data, at))).code in (1, 2), at
    world.refused("the log did not sign the root that this path leads to.", qr(flipped(data, -1)))


def test_a_path_with_an_index_outside_its_tree_is_refused(world):
    data = bytearray(world.log.path_qr(world.letter))
    data[5:11] = (11).to_bytes(6, "big")
    world.refused("a tree of 11 leaves has no leaf 11.", qr(bytes(data)))


def test_the_promise_of_another_letter_does_not_fit_the_printed_code(world):
    swapped = qr(world.other.promise(world.log.key))
    world.refused("the tracking code is another: 111-222-333-4445.", swapped, "--code", CODE)


def test_a_promise_and_a_path_of_two_letters_are_refused(world):
    world.refused(
        "what was given is of different letters.",
        qr(world.letter.promise(world.log.key)),
        qr(world.log.path_qr(world.other)),
    )


def test_two_letters_promises_are_refused_together(world):
    both = [qr(letter.promise(world.log.key)) for letter in (world.letter, world.other)]
    world.refused("what was given is of different letters.", *both)


def test_a_promise_of_one_log_and_a_path_of_another_are_refused(world):
    second = maker.Log(maker.log_key("second", "pishkhan/second/1"), world.log.leaves)
    world.set_policy(maker.policy(world.log.key, second.key, witnesses=world.witnesses))
    world.refused(
        "what was given is of different logs.",
        qr(world.letter.promise(world.log.key)),
        qr(second.path_qr(world.letter)),
    )


def test_a_changed_byte_of_a_page_or_another_order_is_refused(world):
    proof = world.write("a", world.proof())
    first, second = (world.write(f"page{i}", page) for i, page in enumerate(PAGES))
    sentence = "the pages are others, or in another order."
    world.refused(sentence, proof, "--pages", second, first)
    world.refused(sentence, proof, "--pages", first)
    world.write("page1", flipped(PAGES[1]))
    world.refused(sentence, proof, "--pages", first, second)


def test_what_shows_neither_code_nor_pages_fits_none(world):
    proof = world.write("a", world.proof("kind"))
    world.refused("the tracking code is not shown.", proof, "--code", CODE)
    world.refused("the digest of the pages is not shown.", proof, "--pages", proof)


def test_one_name_with_two_values_in_one_entry_is_refused(world, monkeypatch):
    """A dishonest node puts a second slip in the place of another field, under one commitment."""
    letter = Letter()
    salt, cheap = letter.salts["slip"], dict(letter.slip, fee=1)
    letter.hashes[5] = maker.h(b"\x00" + maker.h(salt + b"slip\x00" + dumps(cheap)))
    letter.commit = maker.mth(letter.hashes)
    letter.leaf = maker.h(b"\x00\x01" + letter.commit)
    second = {"place": 5, "name": "slip", "salt": salt.hex(), "value": cheap}
    hidden = [each.hex() for each in maker.hidden(0, letter.hashes, {5})]
    opening = {"v": 1, "size": 7, "shown": [second], "proof": hidden}
    monkeypatch.setattr(letter, "opening", lambda *_: opening)
    proof = world.write("a", maker.Log(world.log.key, [letter.leaf]).proof(letter))
    promise = qr(letter.promise(world.log.key))
    assert (world.check(proof).code, world.check(promise).code) == (0, 0)
    world.refused("two proofs show two values of slip.", proof, promise)
