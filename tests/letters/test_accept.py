"""Accepting a letter: what is written, what is refused, what a repeat does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.money import Money
from pishkhan.kernel.tracking import is_valid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Applicant,
    Circumstances,
    Fee,
    IdKind,
    Medium,
    PayWay,
    PrintIntent,
    StepKind,
    SubmissionState,
)
from pishkhan.letters.models import Arrival
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Pattern
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from pishkhan.sealing.api import LogKey
from tests.letters.world import NOON, World, drain, free, image, national_id, page

SOMEBODY = Applicant(IdKind.NATIONAL, national_id(1), "فرد نمونه", "09121234567")


def faults(world: World, **changes: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        world.accept(**changes)
    return {name: message.msgid for name, message in refused.value.fields.items()}


def test_an_acceptance_is_kept_sent_told_and_on_record_at_once(world: World) -> None:
    accepted = world.accept()
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.QUEUED
    assert view.row.subject == "قطعی آب شرب روستا"
    assert view.applicant == SOMEBODY
    assert [p.seq for p in view.pages] == [1, 2]
    assert view.sheets == 2
    assert [s.kind for s in view.steps] == [StepKind.ACCEPTED]
    assert is_valid(accepted.tracking_code)
    assert not accepted.repeated
    state = relay.custodian_state(accepted.letter_id, world.counter)
    assert state is CustodyState.OFFERED
    assert relay.queue_depth(world.counter) == 1
    assert [n.pattern for n in notices.fates(accepted.letter_id)] == [Pattern.ACCEPTED]
    entries = journal.entries_of(accepted.letter_id)
    assert [entry.kind for entry in entries] == ["letter.accepted"]
    assert entries[0].fields["code"] == accepted.tracking_code
    assert entries[0].actor == world.clerk.ref


def test_the_entry_names_no_person_and_no_word_of_the_letter(world: World) -> None:
    accepted = world.accept(body="شرح کامل مشکل آب")
    entry = journal.entries_of(accepted.letter_id)[0]
    written = json.dumps(dict(entry.fields), ensure_ascii=False) + entry.actor
    for secret in (national_id(1), "09121234567", "نمونه", "آب", "روستا"):
        assert secret not in written


def test_an_acceptance_costs_at_most_fourteen_statements(world: World) -> None:
    world.accept()
    acceptance = world.acceptance()
    with CaptureQueriesContext(connection) as queries:
        letters.accept(world.clerk, acceptance)
    assert len(queries) <= 14, [q["sql"][:80] for q in queries]


def test_every_faulty_field_is_told_at_once(world: World) -> None:
    found = faults(
        world,
        applicant=Applicant(IdKind.NATIONAL, "1234567890", " ", "12"),
        subject=" \u200f ",
        pages=(),
        fee=Fee(Money(0), Money(1), PayWay.CARD),
    )
    assert set(found) == {"number", "name", "mobile", "subject", "pages", "fee"}


def test_an_unknown_agency_is_a_fault_of_its_field(world: World) -> None:
    assert set(faults(world, agency_id=new_id())) == {"agency_id"}


def test_a_refused_acceptance_leaves_nothing_behind(world: World) -> None:
    faults(world, agency_id=new_id())
    assert letters.submissions(world.clerk).rows == ()
    assert relay.queue_depth(world.counter) == 0


def test_the_same_submit_again_gives_the_same_letter(world: World) -> None:
    acceptance = world.acceptance()
    first = letters.accept(world.clerk, acceptance)
    second = letters.accept(world.clerk, acceptance)
    assert second == replace(first, repeated=True)
    assert len(letters.submissions(world.clerk).rows) == 1
    assert len(notices.fates(first.letter_id)) == 1


def test_a_repeat_is_harmless_also_when_the_tariff_has_changed_since(world: World) -> None:
    acceptance = world.acceptance()
    first = letters.accept(world.clerk, acceptance)
    directory.set_setting(SYSTEM, key="tariff.letter", value={"state": 5, "commission": 10})
    assert letters.accept(world.clerk, acceptance).letter_id == first.letter_id
    assert set(faults(world, fee=acceptance.fee)) == {"fee"}


def test_the_same_nonce_at_another_counter_is_another_letter(world: World) -> None:
    acceptance = world.acceptance()
    first = letters.accept(world.clerk, acceptance)
    second = letters.accept(world.other_clerk, acceptance)
    assert second.letter_id != first.letter_id
    assert not second.repeated


def test_only_a_seat_at_a_counter_accepts(world: World) -> None:
    for actor in (world.registrar, world.head, world.admin, SYSTEM):
        with pytest.raises(Forbidden):
            letters.accept(actor, world.acceptance())


def test_digits_of_any_script_make_the_same_number(world: World) -> None:
    persian = national_id(1).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    arabic = "09121234567".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    accepted = world.accept(applicant=Applicant(IdKind.NATIONAL, persian, "فرد نمونه", arabic))
    assert letters.submission(world.clerk, accepted.letter_id).applicant == SOMEBODY


def test_bidi_tricks_go_and_nothing_else_of_the_text_changes(world: World) -> None:
    accepted = world.accept(
        applicant=replace(SOMEBODY, name="علي\u202e كاظمي\u2066"),
        subject="نامه‌ی \u202bفوري\u202c",
        body="كتاب\u200fها\r\nسطر دوم {{ 7*7 }} '; DROP TABLE x; --",
    )
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.applicant.name == "علي كاظمي"
    assert view.row.subject == "نامه‌ی فوري"
    assert view.body == "كتابها\nسطر دوم {{ 7*7 }} '; DROP TABLE x; --"


def test_broken_unicode_is_a_fault_of_its_field(world: World) -> None:
    found = faults(world, subject="a\ud800b", body="x\0y")
    assert set(found) == {"subject", "body"}


def test_texts_have_an_end(world: World) -> None:
    found = faults(
        world, subject="آ" * 301, body="ب" * 20_001, applicant=replace(SOMEBODY, name="ن" * 161)
    )
    assert set(found) == {"subject", "body", "name"}


def test_a_typed_letter_needs_no_page_and_a_scanned_one_no_text(world: World) -> None:
    typed = world.accept(pages=(), body="متن نامه")
    assert letters.submission(world.clerk, typed.letter_id).sheets == 0
    scanned = world.accept(pages=(page("s", leaves=7, rotation=90),))
    view = letters.submission(world.clerk, scanned.letter_id)
    assert view.sheets == 7
    assert view.pages[0].rotation == 90


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "0" * 64},
        {"digest": "../../etc/passwd"},
        {"size": 1},
        {"media_type": "application/pdf"},
        {"media_type": "text/html"},
        {"rotation": 45},
        {"leaves": 0},
        {"leaves": 10_000},
    ],
)
def test_a_page_must_be_a_stored_file_of_its_kind_and_size(world: World, wrong: Any) -> None:
    assert set(faults(world, pages=(replace(page(), **wrong),))) == {"pages"}


def test_a_file_name_loses_its_folders_and_tricks(world: World) -> None:
    names = ("C:\\x\\نامه.jpg", "../../e\u202egpj.jpg", "x" * 500, "bad\ud800name")
    pages = tuple(replace(page(f"p{n}"), name=name) for n, name in enumerate(names))
    accepted = world.accept(pages=pages)
    kept = [p.name for p in letters.submission(world.clerk, accepted.letter_id).pages]
    assert kept == ["نامه.jpg", "egpj.jpg", "x" * 160, ""]


def test_one_letter_has_at_most_two_hundred_files(world: World) -> None:
    assert set(faults(world, pages=(page(),) * 201)) == {"pages"}


def test_medium_sheets_and_print_intent_are_kept_from_the_first_day_at_both_offices(
    world: World,
) -> None:
    accepted = world.accept(medium=Medium.ELECTRONIC, print_intent=PrintIntent.NONE)
    [entry] = journal.entries_of(accepted.letter_id)
    told = {name: entry.fields[name] for name in ("medium", "sheets", "print")}
    assert told == {"medium": "electronic", "sheets": 2, "print": "none"}
    drain()
    row = Arrival.objects.get(letter_id=accepted.letter_id)
    assert (row.medium, row.sheets, row.print_intent) == ("electronic", 2, "none")


def test_the_fee_is_the_tariffs_or_nothing(world: World) -> None:
    asked = letters.letter_fee(world.clerk)
    assert (asked.state, asked.commission) == (Money(0), Money(300_000))
    world.accept(fee=free())
    assert set(faults(world, fee=replace(asked, way=PayWay.FREE))) == {"fee"}
    assert set(faults(world, fee=replace(asked, rrn="12"))) == {"rrn"}
    paid = world.accept(fee=replace(asked, rrn="۱۲۳۴۵۶۷۸۹۰۱۲"))
    assert letters.submission(world.clerk, paid.letter_id).fee.rrn == "123456789012"


def test_the_tariff_changes_on_its_day(world: World) -> None:
    directory.set_setting(SYSTEM, key="tariff.letter", value={"state": 5, "commission": 10})
    asked = letters.letter_fee(world.clerk)
    assert (asked.state, asked.commission) == (Money(5), Money(10))
    old = Fee(Money(0), Money(300_000), PayWay.CASH)
    assert set(faults(world, fee=old)) == {"fee"}
    world.accept(fee=replace(asked, way=PayWay.CASH))


def test_back_dating_needs_a_reason_and_has_a_bound(world: World) -> None:
    with clock.use(FakeClock(NOON)):
        today = NOON.date()
        assert set(faults(world, taken_on=today - timedelta(days=1))) == {"backdate_reason"}
        assert set(faults(world, taken_on=today + timedelta(days=1), backdate_reason="x")) == {
            "taken_on"
        }
        assert set(faults(world, taken_on=today - timedelta(days=31), backdate_reason="x")) == {
            "taken_on"
        }
        accepted = world.accept(taken_on=today - timedelta(days=30), backdate_reason="قطع برق")
        view = letters.submission(world.clerk, accepted.letter_id)
        assert (view.taken_on, view.backdate_reason) == (today - timedelta(days=30), "قطع برق")
        assert view.row.accepted_at == NOON


def test_without_a_mobile_nobody_is_told(world: World) -> None:
    accepted = world.accept(applicant=replace(SOMEBODY, mobile=""))
    assert notices.fates(accepted.letter_id) == []


def test_legal_persons_and_foreigners_have_numbers_of_their_own(world: World) -> None:
    foreign = Applicant(IdKind.FOREIGN, "123456789012", "محمد نمونه")
    accepted = world.accept(applicant=foreign)
    assert letters.submission(world.clerk, accepted.letter_id).applicant == foreign
    assert set(faults(world, applicant=Applicant(IdKind.LEGAL, "123", "شرکت"))) == {
        "number",
        "bearer_name",
    }


def test_a_counters_codes_are_all_different(world: World) -> None:
    assert len({world.accept().tracking_code for _ in range(20)}) == 20


def test_pages_are_the_uploaded_bytes(world: World) -> None:
    accepted = world.accept(pages=(page("one"),))
    found = letters.page_blob(world.clerk, "counter", accepted.letter_id, 1)
    assert b"".join(letters.blob_store().iter_chunks(found.digest)) == image("one")


def test_a_promise_of_an_acceptance_fits_its_qr(world: World, tmp_path: Path, settings: Any):
    """At most 300 bytes, however the letter came: its field stands where four hashes are enough."""
    settings.HOME = tmp_path
    journal.found_log()
    plain = world.accept()
    brought = world.accept(circumstances=Circumstances(mobile_of="پسر"))
    for done in (plain, brought):
        entry = journal.entry_with_slip(done.letter_id, "letter.accepted")
        assert len(journal.promise(entry, LogKey())) <= 300
