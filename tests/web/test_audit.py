"""The auditor's desk: nothing without the right, no record without a reason, every fault told."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, Right
from pishkhan.journal import api as journal
from pishkhan.journal.commitment import SALT_SIZE, field_hash, value_text
from pishkhan.journal.models import Entry
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.letters import api as letters
from tests.letters.auditing import REASON, publish
from tests.letters.auditing import auditor as seated_auditor
from tests.letters.world import World, national_id
from tests.web.desks import sit, text, words

LOG = "/audit/"


@pytest.fixture(autouse=True)
def _log(world: World, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    journal.found_log()


@pytest.fixture
def auditor(world: World) -> Actor:
    return seated_auditor()


def record(subject: UUID) -> str:
    return f"{LOG}records/{subject}/"


def entry(entry_id: UUID) -> str:
    return f"{LOG}entries/{entry_id}/"


def opened(auditor: Actor, subject: UUID) -> Client:
    desk = sit(auditor)
    answer = desk.post(record(subject) + "open", {"reason": REASON})
    assert (answer.status_code, answer["Location"]) == (302, record(subject))
    return desk


def kinds(subject: UUID) -> list[str]:
    return [each.kind for each in journal.entries_of(subject)]


def test_the_seat_carries_one_right_and_opens_one_desk(world: World, auditor: Actor):
    assert auditor.rights == {Right.AUDIT}
    assert auditor.ref == f"auditor:{auditor.seat_id}"
    desk = sit(auditor)
    assert desk.get("/")["Location"] == LOG
    _, arrival = world.answered()
    letter = world.accept().letter_id
    for address in (
        "/admin/",
        "/counter/",
        "/secretariat/",
        "/cartable/",
        f"/secretariat/letters/{arrival}/",
        f"/counter/letters/{letter}/",
        f"/files/agency/{arrival}/1",
        f"/files/counter/{letter}/1",
    ):
        assert desk.get(address).status_code in (403, 404), address


def test_nobody_else_comes_in(world: World):
    letter = world.accept().letter_id
    [about] = journal.entries_of(letter)
    gets = (LOG, record(letter), entry(about.id))
    posts = (
        f"{LOG}find",
        f"{record(letter)}open",
        f"{record(letter)}evidence",
        f"{entry(about.id)}proof",
    )
    for actor in (world.clerk, world.registrar, world.head, world.admin):
        desk = sit(actor)
        for address in gets:
            assert desk.get(address).status_code == 403, address
        for address in posts:
            given = {"reason": REASON, "q": "1", "field": "kind"}
            assert desk.post(address, given).status_code == 403, address
    for address in gets:
        assert Client().get(address)["Location"].startswith("/accounts/login/"), address
    assert kinds(letter) == ["letter.accepted"]


def test_a_record_opens_for_a_reason_that_is_kept_once_a_day(world: World, auditor: Actor):
    letter = world.accept().letter_id
    [about] = journal.entries_of(letter)
    desk = sit(auditor)
    asked = text(desk.get(record(letter)))
    assert 'name="reason"' in asked
    assert "letter.accepted" not in asked
    answer = desk.get(entry(about.id))
    assert answer["Location"] == f"{record(letter)}?entry={about.id}"
    with pytest.raises(Refused, match=r"letters\.not-audited"):
        letters.audit_entry(auditor, about.id)
    with pytest.raises(Refused, match=r"letters\.not-audited"):
        letters.audit_proof(auditor, about.id, ["kind"])
    refused = desk.post(record(letter) + "open", {"reason": "  "})
    assert refused.status_code == 422
    assert kinds(letter) == ["letter.accepted"]
    for _ in range(2):
        answer = desk.post(record(letter) + "open", {"reason": REASON, "entry": str(about.id)})
        assert answer["Location"] == entry(about.id)
    assert kinds(letter) == ["letter.accepted", "entry.audited"]
    read = journal.entries_of(letter)[-1]
    assert (read.actor, dict(read.fields)) == (auditor.ref, {"reason": REASON})
    assert "letter.accepted" in text(desk.get(record(letter)))


def test_a_reason_of_one_auditor_opens_nothing_for_another(world: World, auditor: Actor):
    letter = world.accept().letter_id
    opened(auditor, letter)
    other = seated_auditor("auditor2")
    assert not letters.is_audited(other, letter)
    assert 'name="reason"' in text(sit(other).get(record(letter)))


def test_no_page_of_the_desk_tells_a_person_or_the_letters_words(world: World, auditor: Actor):
    accepted, _ = world.answered(subject="موضوع پنهان", body="متن پنهان")
    publish()
    desk = opened(auditor, accepted.letter_id)
    pages = [LOG, record(accepted.letter_id)]
    pages += [entry(each.id) for each in journal.entries_of(accepted.letter_id)]
    for address in pages:
        told = words(text(desk.get(address)))
        for person in ("فرد نمونه", national_id(1), "09121234567", "پنهان", "مدیر نمونه"):
            assert person not in told, (address, person)


def test_the_box_understands_what_was_typed(world: World, auditor: Actor):
    accepted, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    publish()
    first = journal.entries_of(accepted.letter_id)[0]
    place = journal.place(first.id)
    number = letters.arrival(world.registrar, arrival).row.number_text
    desk = sit(auditor)
    code = accepted.tracking_code
    persian = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    for typed, leads in {
        code: record(accepted.letter_id),
        f" {code[:3]}-{code[3:6]} {code[6:]} ".translate(persian): record(accepted.letter_id),
        number.translate(persian): record(accepted.letter_id),
        str(accepted.letter_id): record(accepted.letter_id),
        str(arrival): record(accepted.letter_id),
        str(first.id).upper(): entry(first.id),
        f"#{place}": entry(first.id),
        str(place).translate(persian): entry(first.id),
    }.items():
        answer = desk.post(f"{LOG}find", {"q": typed})
        assert answer["Location"] == leads, typed
    for typed in ("", "7214093381261", "999999999999", "x" * 500, "٪", "\0", str(UUID(int=5))):
        answer = desk.post(f"{LOG}find", {"q": typed})
        assert "Nothing is found" in text(answer)


def test_the_list_is_narrowed_down_and_goes_on_by_pages(
    world: World, auditor: Actor, monkeypatch: pytest.MonkeyPatch
):
    for _ in range(3):
        world.accept()
    page = letters.audit_log(auditor, kind="letter.accepted", limit=2)
    assert [row.kind for row in page.log.rows] == ["letter.accepted"] * 2
    rest = letters.audit_log(auditor, kind="letter.accepted", limit=2, after=page.log.next)
    assert len(rest.log.rows) == 1
    assert rest.log.next is None
    numbers = [row.number for row in (*page.log.rows, *rest.log.rows)]
    assert numbers == sorted(numbers, reverse=True)
    assert {row.kind for row in letters.audit_log(auditor, kind="letter.").log.rows} == {
        "letter.accepted"
    }
    # A window that is too small for all tells how far it looked, and the next goes on from there.
    monkeypatch.setattr("pishkhan.journal.logic.browse.WINDOW", 5)
    found: list[Any] = []
    after, looked = None, 0
    while True:
        page = letters.audit_log(auditor, kind="agency.added", after=after)
        found += page.log.rows
        looked += 1
        if page.log.next is None:
            break
        assert page.log.looked_until is not None
        after = page.log.next
    assert len(found) == Entry.objects.filter(kind="agency.added").count() > 1
    assert looked == -(-Entry.objects.count() // 5)


def test_a_day_is_asked_for_in_jalali_and_a_wrong_one_is_told(world: World, auditor: Actor):
    desk = sit(auditor)
    world.accept()
    today = text(desk.get(LOG))
    assert "letter.accepted" in today
    assert "No such entry" in text(desk.get(LOG, {"day": "۱۳۹۹/۱/۱"}))
    wrong = desk.get(LOG, {"day": "1405/13/01"})
    assert wrong.status_code == 422
    assert "1405/13/01" in text(wrong)
    for query in ({"kind": "<script>"}, {"after": "x"}):
        assert desk.get(LOG, query).status_code in (200, 422), query


def test_questions_to_the_database_do_not_grow_with_the_list(world: World, auditor: Actor):
    desk = sit(auditor)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert desk.get(LOG).status_code == 200
        return len(seen)

    world.accept()
    publish()
    few = asked()
    for _ in range(12):
        world.accept()
    publish()
    assert asked() == few
    assert few <= 16


def test_an_entry_is_checked_line_by_line_and_every_fault_is_told(
    world: World, auditor: Actor, tmp_path: Any
):
    letter = world.accept().letter_id
    [about] = journal.entries_of(letter)
    desk = opened(auditor, letter)
    assert "It waits for its place" in text(desk.get(entry(about.id)))
    assert desk.post(entry(about.id) + "proof", {"field": "kind"}).status_code == 503
    publish()
    page = text(desk.get(entry(about.id)))
    for said in ("The commitment was computed here", "leads to the root", "key signed this"):
        assert said in page
    assert "there is a fault" not in page
    [tile] = (tmp_path / "log").glob("*/tile/0/000")
    whole = tile.read_bytes()
    tile.write_bytes(bytes(len(whole)))
    assert "does not lead to the root" in text(desk.get(entry(about.id)))
    tile.write_bytes(whole)
    [note] = (tmp_path / "log").glob("*/checkpoint")
    signed = note.read_bytes()
    begin = signed.rindex(b" ") + 7  # of the signature, behind the key's id
    other = b"B" if signed[begin : begin + 1] == b"A" else b"A"
    note.write_bytes(signed[:begin] + other + signed[begin + 1 :])
    assert note.read_bytes() != signed
    assert "key did not sign" in text(desk.get(entry(about.id)))
    note.write_bytes(b"rubbish")
    assert "The published checkpoint is damaged" in text(desk.get(entry(about.id)))
    note.write_bytes(signed)


def stored(monkeypatch: pytest.MonkeyPatch, row: Entry) -> None:
    """Let the check read this row: the engine itself lets none be changed."""

    class Rows:
        def filter(self, **_asked: Any) -> Rows:
            return self

        def first(self) -> Entry:
            return row

    table = type("Table", (), {"objects": Rows()})
    monkeypatch.setattr("pishkhan.journal.logic.check_entry.Entry", table)


CHANGED = "something in this entry was changed"


@pytest.mark.parametrize(
    "change",
    [
        ("actor", "system", CHANGED),
        ("fields", '{"agency":"x"}', CHANGED),
        ("fields", "{", "The fields are damaged"),
        ("commit", bytes(32), CHANGED),
    ],
)
def test_a_changed_row_is_a_fault(
    world: World, auditor: Actor, monkeypatch: pytest.MonkeyPatch, change: tuple[str, Any, str]
):
    letter = world.accept().letter_id
    publish()
    [about] = journal.entries_of(letter)
    desk = opened(auditor, letter)
    row = Entry.objects.get(id=about.id)
    column, value, said = change
    setattr(row, column, value)
    stored(monkeypatch, row)
    page = text(desk.get(entry(about.id)))
    assert said in page
    assert "there is a fault" in page


def test_a_proof_shows_what_was_ticked_and_no_more(world: World, auditor: Actor):
    letter = world.accept().letter_id
    publish()
    [about] = journal.entries_of(letter)
    desk = opened(auditor, letter)
    answer = desk.post(entry(about.id) + "proof", {"field": ["kind", "at"]})
    assert answer.content == journal.proof(about.id, ["at", "kind"])
    assert answer["Content-Disposition"].endswith('.tlog-proof"')
    for ticked in ([], ["no_such"]):
        assert desk.post(entry(about.id) + "proof", {"field": ticked}).status_code == 404


def test_the_bundle_comes_from_the_desk(world: World, auditor: Actor):
    letter = world.accept().letter_id
    publish()
    desk = opened(auditor, letter)
    address = record(letter) + "evidence"
    assert desk.post(address, {"reason": ""}).status_code == 422
    assert desk.post(address, {"reason": REASON, "identity": "1"}).status_code == 422
    assert kinds(letter) == ["letter.accepted", "entry.audited"]
    answer: Any = desk.post(address, {"reason": REASON, "identity_reason": "not ticked"})
    data = b"".join(answer.streaming_content)
    assert data[:2] == b"PK"
    assert b"identity_reason" not in data
    last = journal.entries_of(letter)[-1]
    assert (last.kind, last.fields["identity"]) == ("evidence.exported", False)
    assert "identity_reason" not in last.fields


def test_who_keeps_the_directory_does_not_audit_it(world: World, auditor: Actor):
    assert world.admin.user_id
    assert auditor.user_id
    with pytest.raises(Refused, match=r"directory\.audits-himself"):
        directory.add_auditor(SYSTEM, user_id=world.admin.user_id)
    with pytest.raises(Refused, match=r"directory\.audits-himself"):
        directory.add_administrator(SYSTEM, user_id=auditor.user_id)
    with pytest.raises(Refused, match=r"directory\.holds-already"):
        directory.add_auditor(SYSTEM, user_id=auditor.user_id)
    directory.remove_auditor(SYSTEM, user_id=auditor.user_id)
    assert directory.actor_for(auditor.user_id, auditor.seat_id) is None
    with pytest.raises(NotFound):
        directory.remove_auditor(SYSTEM, user_id=auditor.user_id)


def test_the_administrator_gives_and_ends_it_on_the_persons_page(world: World):
    admin = sit(world.admin)
    assert world.clerk.user_id
    page = f"/admin/people/{world.clerk.user_id}/"
    assert "Make auditor" in text(admin.get(page))
    admin.post(f"{page}audit")
    assert "End the audit" in text(admin.get(page))
    assert [row.user_id for row in directory.auditors()] == [world.clerk.user_id]
    admin.post(f"{page}unaudit")
    assert "Make auditor" in text(admin.get(page))
    assert kinds(world.clerk.user_id)[-2:] == ["auditor.added", "auditor.removed"]


def test_an_erased_field_is_told_as_erased(
    world: World, auditor: Actor, monkeypatch: pytest.MonkeyPatch
):
    letter = world.accept().letter_id
    publish()
    [about] = journal.entries_of(letter)
    desk = opened(auditor, letter)
    row = Entry.objects.get(id=about.id)
    fields = dict(about.fields)
    names = sorted([*fields, "actor", "at", "kind", "node", "subject"])
    place, salts = names.index("slip") * SALT_SIZE, bytes(row.salts)
    salt = salts[place : place + SALT_SIZE]
    gone = field_hash(salt, "slip", value_text(fields.pop("slip")).encode())
    row.salts = salts[:place] + gone + salts[place + SALT_SIZE :]
    row.fields = value_text(fields)
    row.erased = "slip"
    stored(monkeypatch, row)
    page = text(desk.get(entry(about.id)))
    assert "Erased by rule" in page
    assert "there is a fault" not in page
    slip: Any = about.fields["slip"]
    assert slip["at"] not in page


def test_a_kind_that_a_newer_program_wrote_is_shown_as_it_is(world: World, auditor: Actor):
    with journal.act() as act:
        act.append("moon.landed", subject=world.counter, actor="system", fields={})
    assert "moon.landed" in text(sit(auditor).get(LOG))
