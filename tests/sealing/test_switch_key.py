"""The next key of a living node: made, stated, taken into use; killed at every line of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connection
from tests.sealing.papers import key, public, revocations, revoked, statement

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, NodeRole
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, NotFound, PishkhanError, Refused, Unavailable
from pishkhan.sealing import api, papers
from pishkhan.sealing.contracts import KeyUse, Subject
from pishkhan.sealing.logic import keys
from pishkhan.sealing.statements import read_request, root_line, write

ROOT = Path(__file__).resolve().parents[2]
RELAY, LOG = KeyUse.RELAY, KeyUse.LOG
USES = pytest.mark.parametrize("use", [RELAY, LOG])


@pytest.fixture(autouse=True)
def home(tmp_path, settings, transactional_db):
    settings.HOME = tmp_path
    keys.forget()
    journal.found_log()
    yield tmp_path
    keys.forget()


@pytest.fixture
def agency() -> UUID:
    made = directory.add_agency(SYSTEM, code="water", name="شرکت آب")
    papers.register_root(SYSTEM, root_line(made, public("root")))
    return made


def take(*said) -> None:
    papers.take_papers(SYSTEM, b"".join(bytes(write(each, key("root").sign)) for each in said))


def state(agency: UUID, subject: Subject, number: int = 1, **more) -> None:
    said = statement(number, subject, agency)
    now = clock.current().now().replace(microsecond=0)
    take(replace(said, **{"begins": now - timedelta(days=9), **more}))


def present(use: KeyUse) -> api.NodeKey:
    return api.node_key() if use is RELAY else api.log_key(journal.head().epoch)


def former_of(use: KeyUse) -> tuple[api.FormerKey, ...]:
    return api.former_relay_keys() if use is RELAY else api.former_log_keys(journal.head().epoch)


def stated_next(agency: UUID, use: KeyUse, number: int = 1) -> Subject:
    subject = papers.make_next(SYSTEM, use)
    state(agency, subject, number)
    return subject


def told(agency: UUID) -> list[dict[str, object]]:
    return [dict(e.fields) for e in journal.entries_of(agency) if e.kind == "key.switched"]


def refused(code: str, use: KeyUse, kind: type[PishkhanError] = Refused) -> None:
    before = present(use)
    with pytest.raises(kind) as caught:
        papers.switch_key(SYSTEM, use)
    assert caught.value.code == code
    assert present(use) == before


@USES
def test_the_next_key_is_made_once_private_and_signs_nothing(home, use):
    before = present(use)
    subject = papers.make_next(SYSTEM, use)
    assert papers.make_next(SYSTEM, use) == subject
    assert present(use) == before
    assert before.public_key != subject.key
    path = home / "keys" / f"{use.value}-2.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_request(papers.next_request(subject))[1] == (subject,)
    assert papers.own_keys(use).next == subject
    with pytest.raises(Forbidden):
        papers.make_next(replace(SYSTEM, rights=frozenset()), use)


@USES
def test_the_node_goes_on_to_a_stated_key_and_knows_the_former(home, agency, use):
    before = present(use)
    subject = stated_next(agency, use)
    done = papers.switch_key(SYSTEM, use)
    assert (done.subject, done.former, done.new) == (subject, before.key_id, True)
    assert present(use).public_key == subject.key
    (former,) = former_of(use)
    assert (former.key_id, former.public_key) == (before.key_id, before.public_key)
    assert former.name == (str(journal.node_id()) if use is RELAY else journal.head().origin)
    assert [path.name for path in (home / "keys").glob(f"{use.value}*")] == [f"{use.value}-2.key"]
    (entry,) = told(agency)
    assert entry == {
        "key": subject.key_id, "of": subject.kind.value, "named": subject.name,
        "former": before.key_id,
    }  # fmt: skip
    again = papers.switch_key(SYSTEM, use)  # repeated: nothing more happens
    assert (again.subject, again.new) == (subject, False)
    assert len(told(agency)) == 1
    keys.forget()  # another start of the node
    assert present(use).public_key == subject.key


@USES
def test_it_goes_on_again_and_again(agency, use):
    seen = [present(use).public_key]
    for number in (1, 2, 3):
        seen.append(stated_next(agency, use, number).key)
        papers.switch_key(SYSTEM, use)
    assert present(use).public_key == seen[-1]
    assert [each.public_key for each in former_of(use)] == seen[:-1]
    assert [each["key"] for each in told(agency)] == [
        each["former"] for each in told(agency)[1:]
    ] + [present(use).key_id]


def test_what_the_former_relay_key_signed_is_still_the_nodes(agency):
    directory.register_node(
        SYSTEM, name="n", role=NodeRole.CENTRE, public_key=api.node_key().public_key, is_self=True
    )
    before, signature = api.node_key(), api.sign("envelope", b"x")
    subject = stated_next(agency, RELAY)
    papers.switch_key(SYSTEM, RELAY)
    assert api.known_key(before.key_id) == before.public_key
    assert api.known_key(subject.key_id) == subject.key
    assert api.known_key("0" * 16) is None
    assert api.verify("envelope", b"x", signature, before.public_key)
    assert api.verify("envelope", b"x", api.sign("envelope", b"x"), subject.key)
    assert directory.node_self().public_key == subject.key


@USES
def test_only_a_stated_key_is_taken_into_use(agency, use):
    refused("sealing.no-next-key", use, NotFound)
    subject = papers.make_next(SYSTEM, use)
    refused("sealing.not-stated", use)
    now = clock.current().now().replace(microsecond=0)
    state(agency, subject, 1, begins=now + timedelta(days=1))
    refused("sealing.key-not-yet", use)
    state(agency, subject, 2, ends=now - timedelta(days=1))
    refused("sealing.key-revoked", use)
    state(agency, subject, 3)
    with pytest.raises(Forbidden):
        papers.switch_key(replace(SYSTEM, rights=frozenset()), use)
    assert papers.switch_key(SYSTEM, use).new


@USES
def test_a_next_key_that_is_revoked_is_made_anew(agency, use):
    first = stated_next(agency, use)
    take(revocations(1, revoked(first.key_id), agency=agency))
    refused("sealing.key-revoked", use)
    second = papers.make_next(SYSTEM, use)
    assert second.key != first.key
    assert papers.own_keys(use).next == second


def test_the_next_key_of_a_former_log_is_not_the_new_logs(agency):
    first = stated_next(agency, LOG)
    journal.begin_anew()
    with pytest.raises(NotFound) as none:
        papers.switch_key(SYSTEM, LOG)
    assert none.value.code == "sealing.no-next-key"
    second = papers.make_next(SYSTEM, LOG)
    assert (second.key != first.key, second.name.split("+")[0]) == (True, journal.head().origin)


def test_after_a_new_log_a_request_asks_for_the_new_logs_own_key(agency):
    kinds = [each.kind for each in read_request(papers.key_request())[1]]
    for number, subject in enumerate(read_request(papers.key_request())[1], 1):
        state(agency, subject, number)
    assert [each.kind for each in read_request(papers.key_request())[1]] == kinds
    former = api.log_key(1).key_id
    name = journal.begin_anew()
    asked = read_request(papers.key_request())[1]
    assert [each.kind for each in asked] == kinds
    assert asked[1].key == api.log_key(2).public_key
    assert asked[1].key_id != former
    assert asked[1].name.startswith(name)


def test_the_keys_of_a_log_are_those_that_signed_it(agency):
    first = api.log_key(1).public_key
    second = stated_next(agency, LOG).key
    papers.switch_key(SYSTEM, LOG)
    journal.begin_anew()
    third = api.log_key(2).public_key
    fourth = stated_next(agency, LOG, 2).key
    papers.switch_key(SYSTEM, LOG)
    assert list(papers.log_keys(1)) == api.log_keys(1) == [second, first]
    assert list(papers.log_keys(2)) == api.log_keys(2) == [fourth, third]
    assert len({first, second, third, fourth}) == 4
    keys.forget()
    assert api.log_keys(2) == [fourth, third]
    take(revocations(1, revoked(api.log_key(1).key_id), agency=agency))
    assert [over is None for over in papers.log_keys(1).values()] == [False, True]
    assert [over is None for over in papers.log_keys(2).values()] == [True, True]


@USES
def test_a_marker_that_is_gone_or_damaged_makes_no_key(home, agency, use):
    stated_next(agency, use)
    papers.switch_key(SYSTEM, use)
    marker = keys.marker_of(home, use)
    whole = marker.read_bytes()
    for spoiled in (None, b"", whole.splitlines()[0] + b"\n", whole.replace(b"former", b"x"),
                    whole[:40], b"\xff"):  # fmt: skip
        if spoiled is None:
            marker.unlink()
        else:
            marker.write_bytes(spoiled)
        keys.forget()
        with pytest.raises(Unavailable, match=r"sealing\.key-lost"):
            present(use)
    marker.write_bytes(whole)
    assert len(list((home / "keys").glob(f"{use.value}*"))) == 1
    assert present(use).public_key


def test_a_marker_that_vanishes_takes_no_key_from_a_running_node(home):
    before = api.node_key()
    keys.marker_of(home, RELAY).unlink()
    assert api.node_key() == before


OTHER = """
import sys
from pathlib import Path
from pishkhan.sealing import api
for _ in sys.stdin:
    print(api.ensure_node_key(Path(sys.argv[1])).key_id, flush=True)
"""


def test_another_process_of_the_node_follows_at_its_next_use(home, agency):
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, home], cwd=ROOT, text=True, bufsize=1,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert other.stdin is not None
    assert other.stdout is not None
    with other:
        other.stdin.write("\n")
        assert other.stdout.readline().strip() == api.node_key().key_id
        subject = stated_next(agency, RELAY)
        papers.switch_key(SYSTEM, RELAY)
        other.stdin.write("\n")
        assert other.stdout.readline().strip() == subject.key_id
        other.stdin.close()


@USES
def test_who_loads_while_another_switches_gets_the_new_key(home, agency, use, monkeypatch):
    """The former key's file is removed between the look at the marker and the key's."""
    present(use)
    subject = stated_next(agency, use)
    keys.forget()
    read = keys._read_marker
    once = iter([lambda: papers.switch_key(SYSTEM, use)])

    def read_and_switch(marker: Path):
        found = read(marker)
        act: Callable[[], object] = next(once, lambda: None)
        act()
        return found

    # `switch_key` itself holds the lock's key already: it looks at the marker first.
    monkeypatch.setattr(keys, "_lock", multiprocessing.get_context().RLock())
    monkeypatch.setattr(keys, "_read_marker", read_and_switch)
    assert present(use).public_key == subject.key


CHILD = """
import os
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = os.environ["CRASH_NAME"]
settings.HOME = Path(os.environ["CRASH_HOME"])
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import faults
from pishkhan.sealing import papers
faults.arm(os.environ["CRASH_AT"])
papers.switch_key(SYSTEM, papers.KeyUse(os.environ["CRASH_USE"]))
"""


def killed(use: KeyUse, point: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CHILD], check=False, capture_output=True, cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "CRASH_NAME": str(connection.settings_dict["NAME"]),
            "CRASH_HOME": str(django_settings.HOME), "CRASH_AT": point, "CRASH_USE": use.value,
        },
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


@USES
@pytest.mark.parametrize(
    ("point", "switched"),
    [("switch.begun", False), ("switch.marked", True), ("switch.untold", True)],
)
def test_killed_at_any_line_the_same_command_ends_it(home, agency, use, point, switched):
    before = present(use)
    subject = stated_next(agency, use)
    killed(use, point)
    # One key signs, the former or the new one, and what it signs verifies by what is known.
    assert present(use).key_id == (subject.key_id if switched else before.key_id)
    assert before.public_key in (
        [api.known_key(before.key_id)] if use is RELAY else api.log_keys(1)
    )
    assert told(agency) == []
    keys.forget()
    done = papers.switch_key(SYSTEM, use)
    assert (done.subject, done.former, done.new) == (subject, before.key_id, True)
    assert [each["key"] for each in told(agency)] == [subject.key_id]
    assert [path.name for path in (home / "keys").glob(f"{use.value}*")] == [f"{use.value}-2.key"]
    assert not papers.switch_key(SYSTEM, use).new


def test_a_snapshot_of_a_key_signs_what_it_names_though_the_node_switches(agency):
    relay, log = api.signing_key(), api.LogKey().of(1)
    name = log.public
    stated_next(agency, RELAY)
    papers.switch_key(SYSTEM, RELAY)
    stated_next(agency, LOG, 2)
    papers.switch_key(SYSTEM, LOG)
    assert api.verify("envelope", b"x", relay.sign("envelope", b"x"), relay.public_key)
    assert api.fits(name, b"checkpoint", log.sign(b"checkpoint"))
    assert api.signing_key().key_id != relay.key_id
    assert api.LogKey().of(1).public != name
