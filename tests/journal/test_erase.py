"""Fields are erased by destroying salt and value; the log still verifies, the rest still opens."""

import json
from base64 import b64decode
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from tests.journal.log_key import LogKey

from pishkhan.journal import api, guard
from pishkhan.journal.contracts import WriteOutsideAct
from pishkhan.journal.models import Entry
from pishkhan.kernel.errors import NotFound, Refused, Unavailable
from pishkhan.kernel.findings import Survey
from pishkhan.node import cli
from pishkhan.node.console import Exit

KEY = LogKey()
SUBJECT = UUID("0199c3a1-7c00-7a10-8000-00000000000a")
FIELDS: dict[str, api.JSON] = {
    "code": "1500010000017",
    "digest": "ab" * 32,
    "note": "سه صفحه",
    "sheets": 3,
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings):
    settings.HOME = tmp_path
    api.found_log()


def write() -> UUID:
    with api.act() as act:
        entry = act.append("letter.noted", subject=SUBJECT, actor="system", fields=FIELDS)
    api.step(KEY)
    return entry


def erase(entry: UUID, *names: str, reason: str = "retention") -> None:
    with api.act() as act:
        api.erase(act, entry, names, actor="system", reason=reason)


def row(entry: UUID) -> Entry:
    return Entry.objects.get(id=entry)


def test_value_and_salt_are_gone_and_the_commitment_stays():
    entry = write()
    before = row(entry)
    secret = bytes(before.salts)
    erase(entry, "note")
    after = row(entry)
    assert bytes(after.commit) == bytes(before.commit)
    assert (after.index, after.erased) == (before.index, "note")
    assert json.loads(after.fields) == {name: FIELDS[name] for name in FIELDS if name != "note"}
    place = sorted([*FIELDS, "actor", "at", "kind", "node", "subject"]).index("note")
    salt = secret[place * 32 : (place + 1) * 32]
    assert salt not in bytes(after.salts)
    assert "سه" not in after.fields


def test_the_other_fields_still_open_to_the_same_commitment_and_prove():
    entry = write()
    erase(entry, "note", "digest")
    for name in ("code", "sheets", "kind", "at"):
        assert api.check_opening(api.opening(entry, [name]), bytes(row(entry).commit))
    assert api.proof(entry, ["code"]).endswith(api.checkpoint())
    with pytest.raises(Refused) as error:
        api.opening(entry, ["note"])
    assert error.value.code == "journal.erased"


def test_the_log_still_verifies_and_no_check_complains():
    entry = write()
    erase(entry, "note")
    api.step(KEY)
    assert api.scrub() == []
    assert list(api.fsck_entries(Survey())) == []


def test_one_field_after_another_and_the_same_again():
    entry = write()
    erase(entry, "note")
    erase(entry, "note", "code")
    erase(entry, "code")
    assert row(entry).erased == "code note"
    assert api.check_opening(api.opening(entry, ["sheets"]), bytes(row(entry).commit))


def test_an_entry_tells_what_was_erased_and_why_and_no_value():
    entry = write()
    erase(entry, "note", "code", reason="court-order")
    told = api.entries_of(SUBJECT)[-1]
    assert (told.kind, dict(told.fields)) == (
        "entry.erased",
        {"entry": str(entry), "erased": ["code", "note"], "reason": "court-order"},
    )


@pytest.mark.parametrize("names", [(), ("nothing",), ("kind",), ("note", "actor")])
def test_what_is_no_further_field_is_refused_and_nothing_is_erased(names):
    entry = write()
    with pytest.raises(NotFound) as error:
        erase(entry, *names)
    assert error.value.code == "journal.no-field"
    assert row(entry).erased == ""
    with pytest.raises(NotFound):
        erase(uuid4(), "note")


def test_the_reason_is_a_code():
    entry = write()
    with pytest.raises(ValueError, match="a code"):
        erase(entry, "note", reason="به خواست آقای …")


def test_an_entry_that_was_changed_is_not_erased_over(monkeypatch):
    entry = write()
    monkeypatch.setattr("pishkhan.journal.logic.erase.root", lambda _hashes: b"other")
    with pytest.raises(Unavailable) as error:
        erase(entry, "note")
    assert error.value.code == "journal.entry-changed"
    assert row(entry).erased == ""


def test_an_act_that_fails_erases_nothing():
    entry = write()

    def stopped() -> None:
        with api.act() as act:
            api.erase(act, entry, ["note"], actor="system", reason="retention")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stopped()
    assert row(entry).erased == ""


def test_outside_an_erasure_no_entry_changes():
    entry = write()
    with pytest.raises(WriteOutsideAct), api.act():
        Entry.objects.filter(id=entry).update(fields="{}")
    # The engine keeps the rest too: nothing but fields, salts and their names may change.
    with pytest.raises(DatabaseError), transaction.atomic(), guard.erasing():
        Entry.objects.filter(id=entry).update(kind="letter.closed")


def test_a_proof_given_before_still_verifies():
    entry = write()
    given = api.proof(entry, ["note"])
    erase(entry, "note")
    shown = json.loads(b64decode(given.split(b"\n")[1].split()[1]))["shown"][0]
    assert shown["value"] == "سه صفحه"  # who was given it has it: nothing takes it back
    again = api.proof(entry, ["code"])
    assert given.split(b"\n")[2:] == again.split(b"\n")[2:]


def test_by_the_command_line(capsys):
    entry = write()
    common = ["journal", "erase", str(entry), "--field", "note", "--reason"]
    assert cli.main([*common, "retention"]) == Exit.REFUSED
    assert cli.main([*common, "به خواست او", "--yes"]) == Exit.USAGE
    assert row(entry).erased == ""
    assert cli.main([*common, "retention", "--yes"]) == Exit.DONE
    assert row(entry).erased == "note"
    assert cli.main(["journal", "erase", str(entry), "--field", "x", "--reason", "a", "--yes"]) != 0
    assert capsys.readouterr().err
