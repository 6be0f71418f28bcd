"""The proof of an answer as a file: by tracking code, beside its text, and for a program."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.journal import api as journal
from pishkhan.journal.promise import from_digits, read_promise
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, AnswerView
from pishkhan.letters.models import Answer
from pishkhan.sealing.api import LogKey
from tests.journal.log_key import LogKey as AnyKey
from tests.letters.test_answer_promise import promised, read, slip_of
from tests.letters.world import World, drain, national_id
from tests.web.api.caller import Caller, caller
from tests.web.test_answer_by_code import browser, post, proof_on, sent_code, tracked
from tests.web.test_receipt_photo import log, no_network, policy, run, verifier
from tests.web.verifiers import Case, agree

__all__ = ["log", "no_network", "verifier"]  # fixtures

NATIONAL = national_id(1)


def given(accepted: Accepted) -> str:
    return letters.track(accepted.tracking_code, NATIONAL).proof


def opened(world: World, accepted: Accepted) -> list[AnswerView]:
    return list(letters.submission(world.clerk, accepted.letter_id).answers)


def shown(file: bytes) -> dict[str, Any]:
    """Return the one field that a proof file shows."""
    (field,) = json.loads(base64.b64decode(file.split(b"\n")[1].split()[1]))["shown"]
    assert field["name"] == "slip"
    return dict(field["value"])


@pytest.mark.usefixtures("no_network")
def test_both_verifiers_find_the_answer_in_the_log_by_its_file(
    world: World, log: Path, verifier: Any
):
    accepted, _ = world.answered()
    journal.step(LogKey())
    file = letters.answer_proof_file(given(accepted))
    (answer,) = opened(world, accepted)
    assert shown(file) == read(answer.promise).slip.value()
    (log / "answer.tlog-proof").write_bytes(file)
    (log / "policy").write_text(policy())
    asked = [str(log / "answer.tlog-proof"), "--policy", str(log / "policy"), "--lang", "en"]
    code, said = run(verifier, [*asked, "--code", accepted.tracking_code, "--require", "logged"])
    assert code == 0
    assert "It is an answer of this agency to the letter with this tracking code." in said
    assert f"Fingerprint of the text: {answer.text_digest}" in said
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    other = letters.proof_file(given(accepted))
    told = agree(
        [
            Case(each, policy().encode(), now)
            for each in ((file,), (answer.promise, file), (file, other))
        ]
    )
    assert [said.get("verdict") for said in told] == ["logged", "logged", None]
    assert told[1]["commitment"] == read_promise(from_digits(answer.promise)).commit.hex()
    assert told[2]["code"] == "letters-differ"


@pytest.mark.usefixtures("log")
def test_who_tracks_the_letter_takes_it_from_the_page(world: World):
    accepted, _ = world.arrive()
    assert 'name="of" value="answer"' not in tracked(browser(), accepted)
    accepted, _ = world.answered()
    journal.step(LogKey())
    page = tracked(browser("en"), accepted)
    assert "Proof of the answer" in page
    assert 'name="of" value="answer"' in page
    answer = Client().post(reverse("public:proof"), {"proof": proof_on(page), "of": "answer"})
    assert answer.status_code == 200
    assert answer.content == letters.answer_proof_file(proof_on(page))
    assert answer["Content-Disposition"] == 'attachment; filename="answer.tlog-proof"'
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("log")
def test_of_several_answers_each_has_its_own_and_the_newest_comes_unnamed(
    world: World, settings: Any
):
    settings.DEMO, settings.PISHKHAN_SMS_URL = False, "json://127.0.0.1:9/?:to={to}"
    accepted, arrival = world.answered()
    world.answer_again(arrival)
    drain()
    journal.step(LogKey())
    proof, (old, new) = given(accepted), opened(world, accepted)
    files = [letters.answer_proof_file(proof, each.id) for each in (old, new)]
    assert [shown(file)["text"] for file in files] == [old.text_digest, new.text_digest]
    assert letters.answer_proof_file(proof) == files[1]
    client = browser()
    _, page = post(client, "answer-code", proof=proof)
    _, page = post(client, "answer", proof=proof_on(page), one_time_code=sent_code())
    for each, file in zip((old, new), files, strict=True):
        assert f'name="answer" value="{each.id}"' in page
        asked = {"proof": proof_on(page), "of": "answer", "answer": str(each.id)}
        assert client.post(reverse("public:proof"), asked).content == file


@pytest.mark.usefixtures("log")
def test_no_file_without_tracking_for_another_letter_or_for_rubbish(world: World):
    accepted, _ = world.answered()
    other, _ = world.answered()
    journal.step(LogKey())
    (foreign,) = opened(world, other)
    for proof, named, status in (
        ("rubbish", "", 409),
        (given(accepted), str(foreign.id), 404),
        (given(accepted), "no id", 404),
    ):
        asked = {"proof": proof, "of": "answer", "answer": named}
        answer = Client().post(reverse("public:proof"), asked)
        assert answer.status_code == status
        assert b"tlog-proof" not in answer.content


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("foreign", "code"), [(False, "letters.no-paper-proof"), (True, "letters.proof-elsewhere")]
)
def test_an_old_answer_has_none_and_that_of_another_node_lies_there(
    world: World, foreign: bool, code: str
):
    accepted, arrival = world.answered()
    (draft,) = letters.arrival(world.registrar, arrival).drafts
    promise = promised(slip_of(draft), AnyKey()) if foreign else ""
    with journal.act() as act:
        Answer.objects.filter(letter_id=accepted.letter_id).update(promise=promise)
        act.append("answer.noted", subject=accepted.letter_id, actor="system")
    journal.step(LogKey())
    with pytest.raises(NotFound, match=code.replace(".", r"\.")):
        letters.answer_proof_file(given(accepted))
    answer = Client().post(reverse("public:proof"), {"proof": given(accepted), "of": "answer"})
    assert answer.status_code == 404


@pytest.mark.usefixtures("log")
def test_one_that_waits_for_the_log_says_so(world: World, monkeypatch: pytest.MonkeyPatch):
    accepted, _ = world.answered()
    monkeypatch.setattr(journal, "await_published", lambda _entry: False)
    asked = {"proof": given(accepted), "of": "answer"}
    assert Client().post(reverse("public:proof"), asked).status_code == 503


@pytest.mark.usefixtures("log")
def test_a_program_gets_the_promise_with_the_answer_and_the_file_by_the_code(world: World):
    accepted, _ = world.answered()
    journal.step(LogKey())
    (answer,) = opened(world, accepted)
    read = caller(world.clerk).get(f"submissions/{accepted.letter_id}/answer").json()
    assert read["promise"] == answer.promise
    program = Caller("")
    asked = {"proof": given(accepted)}
    file = letters.answer_proof_file(asked["proof"]).decode()
    for named in ({}, {"answer": None}, {"answer": str(answer.id)}):
        told = program.post("track/answer-proof", asked | named, key="")
        assert (told.status_code, told.json()) == (200, {"text": file})
    assert program.post("track/answer-proof", {"proof": "x"}, key="").status_code == 409
    wrong = program.post("track/answer-proof", asked | {"answer": "x"}, key="")
    assert wrong.status_code == 422
