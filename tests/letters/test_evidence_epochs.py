"""A bundle of a letter whose log began anew: both logs' proofs hold by one policy, offline."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pishkhan_verify import policy as theirs

from pishkhan.journal import api as journal
from pishkhan.journal.checkpoint import KeyKind, NoteKey
from pishkhan.journal.contracts import Answer
from pishkhan.journal.policy import BadPolicy, read_policy
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from pishkhan.sealing import api as sealing
from tests.journal.other_witness import OtherWitness
from tests.journal.signing import verify as fits
from tests.letters.auditing import auditor, exported, publish, unpacked, verify
from tests.letters.world import World
from tests.web.verifiers import Case, in_python, in_the_page

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def witnesses(tmp_path: Path, settings: Any) -> tuple[OtherWitness, OtherWitness]:
    settings.HOME = tmp_path
    made = OtherWitness(1), OtherWitness(2)
    lines = [f"witness w{n} {each.key} http://w{n}.example" for n, each in enumerate(made)]
    (tmp_path / "witness.policy").write_text(
        "\n".join([*lines, "group both all w0 w1", "quorum both", ""])
    )
    journal.found_log()
    return made


def cosign(witnesses: tuple[OtherWitness, OtherWitness]) -> None:
    """Publish what waits and have both witnesses cosign it; they learn a new log as a fresh one."""

    def post(address: str, body: bytes) -> Answer:
        return witnesses[int(address[len("http://w")])].take(body)

    publish()
    journal.ask_step(post, fits)
    publish()


@pytest.mark.django_db
def test_a_letter_of_two_epochs_is_proved_by_one_policy(
    world: World, witnesses: tuple[OtherWitness, OtherWitness], tmp_path: Path
) -> None:
    moment = clock.FakeClock(NOW)
    with clock.use(moment):
        accepted, arrival = world.arrive()
        cosign(witnesses)
        journal.anchor_step()
        former = journal.head()
        promised = letters.receipt_proof(world.clerk, accepted.letter_id)
        journal.begin_anew()
        for each in witnesses:
            each.size, each.root = 0, OtherWitness(3).root
        moment.advance(timedelta(hours=1))
        letters.register(world.registrar, arrival)
        cosign(witnesses)
        files = unpacked(exported(auditor(), accepted.letter_id), tmp_path / "bundle")
        again = letters.receipt_proof(world.clerk, accepted.letter_id)

    first, second = journal.log_keys(sealing.log_keys)[::-1]
    assert (first.name, second.name) == (former.origin, journal.head().origin)
    assert first.public != second.public
    assert {key.name for key in read_policy(files["policy"]).logs} == {first.name, second.name}
    assert [name for name in files if name.startswith("policy")] == ["policy"]
    entries = json.loads(files["entries.json"])
    origins = []
    for each in entries:
        told = verify(tmp_path / "bundle", "--json", "--require", "witnessed", each["proof"])
        assert told.returncode == 0, told.stdout + told.stderr
        said = json.loads(told.stdout)
        assert said["verdict"] == "witnessed"
        assert said["cosigned"].keys() == {"w0", "w1"}
        origins.append(said["origin"])
    assert set(origins) == {first.name, second.name}
    assert origins == sorted(origins)

    # The page that checks says the same of each, and a paper printed again is the same paper.
    cases = [Case((files[each["proof"]],), files["policy"], NOW) for each in entries]
    cases.append(Case((promised.promise,), files["policy"], NOW))
    assert in_the_page(cases) == [in_python(case) for case in cases]
    assert in_python(cases[-1])["origin"] == first.name
    assert again.promise == promised.promise


def test_one_key_under_two_names_stays_refused_by_all_three() -> None:
    """C2SP tlog-policy: duplicates are of the public key, whatever the names."""
    key = OtherWitness(1).key.public
    twice = [NoteKey(f"pishkhan/node/{n}", KeyKind.LOG, key) for n in (1, 2)]
    data = f"# date: 2026-11-23\nlog {twice[0]}\nlog {twice[1]}\nquorum none\n".encode()
    with pytest.raises(BadPolicy, match="line 3"):
        read_policy(data)
    with pytest.raises(Exception, match="policy-twice"):
        theirs.read(data)
    case = Case(("1",), data, NOW)
    assert in_the_page([case]) == [in_python(case)]
