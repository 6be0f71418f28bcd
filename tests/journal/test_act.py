import threading
from contextlib import suppress
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from tests.journal.notebook import words, write

from pishkhan.journal import api
from pishkhan.journal.models import Entry
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid

pytestmark = pytest.mark.usefixtures("notebook")


def note(act: api.Act, **fields: api.JSON) -> UUID:
    return act.append("page.noted", subject=uuid4(), actor="system", fields=fields)


def failing_deed() -> None:
    with api.act() as act:
        write("b")
        note(act)
        raise KeyError


def test_an_entry_of_an_act_is_there_afterwards():
    subject = uuid4()
    with api.act() as act:
        write()
        entry = act.append(
            "letter.noted", subject=subject, actor="post:x", fields={"code": "72", "sheets": 2}
        )
    (view,) = api.entries_of(subject)
    assert (view.id, view.kind, view.actor, view.at) == (entry, "letter.noted", "post:x", act.at)
    assert view.fields == {"code": "72", "sheets": 2}
    assert view.index is None
    assert view.node == api.node_id()
    assert words() == ["x"]


def test_an_exception_rolls_back_writes_and_entries():
    def deed() -> None:
        with api.act() as act:
            write()
            note(act)
            raise KeyError

    with pytest.raises(KeyError):
        deed()
    assert words() == []
    assert not Entry.objects.exists()
    assert api.current_act() is None


def test_a_write_outside_an_act_is_refused_and_names_the_table_only():
    with pytest.raises(api.WriteOutsideAct) as caught:
        write("secret")
    assert "notebook_page" in str(caught.value)
    assert "secret" not in str(caught.value)
    with transaction.atomic(), pytest.raises(api.WriteOutsideAct):
        write()
    assert words() == []


def test_a_free_table_is_written_outside_acts():
    write(table="notebook_queue")
    assert words("notebook_queue") == ["x"]


def test_an_act_that_wrote_and_appended_nothing_is_rolled_back():
    with pytest.raises(api.ActWithoutEntry), api.act():
        write()
    assert words() == []


def test_an_act_that_did_nothing_or_wrote_only_free_tables_needs_no_entry():
    with api.act():
        pass
    with api.act():
        write(table="notebook_queue")
    assert words("notebook_queue") == ["x"]


def test_a_joined_act_shares_moment_and_transaction_and_needs_its_own_entry():
    with api.act() as outer:
        write("a")
        note(outer)
        with api.act() as inner:
            assert inner.at == outer.at
            write("b")
            note(inner)
    assert words() == ["a", "b"]


def test_an_entry_of_another_act_does_not_stand_in_for_the_own_one():
    def only_the_outer_notes() -> None:
        with api.act() as outer:
            note(outer)
            with api.act():
                write("c")

    def only_the_inner_notes() -> None:
        with api.act():
            write("d")
            with api.act() as inner:
                note(inner)

    for deed in (only_the_outer_notes, only_the_inner_notes):
        with pytest.raises(api.ActWithoutEntry):
            deed()
    assert words() == []
    assert not Entry.objects.exists()


def test_a_failed_joined_act_takes_all_with_it_even_when_caught():
    def deed() -> None:
        with api.act() as outer:
            write("a")
            note(outer)
            with suppress(KeyError):
                failing_deed()
            write("c")

    with pytest.raises(transaction.TransactionManagementError):
        deed()
    assert words() == []
    assert not Entry.objects.exists()


def test_a_savepoint_confines_the_failure_of_a_joined_act():
    with api.act() as outer:
        write("a")
        note(outer)
        with suppress(KeyError), transaction.atomic():
            failing_deed()
    assert words() == ["a"]
    assert Entry.objects.count() == 1


def test_an_entry_that_a_savepoint_took_back_does_not_count():
    def deed() -> None:
        with api.act() as act:
            write()
            with suppress(KeyError), transaction.atomic():
                note(act)
                raise KeyError

    with pytest.raises(api.ActWithoutEntry):
        deed()
    assert words() == []


def test_a_write_that_a_savepoint_took_back_needs_no_entry():
    with api.act(), suppress(KeyError), transaction.atomic():
        write()
        raise KeyError
    assert words() == []


def test_an_act_refuses_to_open_inside_another_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), api.act():
        pass
    assert api.current_act() is None


def test_an_act_is_over_after_its_end():
    with api.act() as act, api.act() as inner:
        pass
    for ended in (act, inner):
        with pytest.raises(api.ActIsOver):
            note(ended)
    with api.act() as again, pytest.raises(api.ActIsOver):
        note(act)
    assert again is not act


def test_a_thread_has_no_part_in_the_act_of_another():
    seen: list[object] = []

    def elsewhere(act: api.Act) -> None:
        for attempt in (write, lambda: note(act), lambda: seen.append(api.current_act())):
            try:
                attempt()
            except (api.WriteOutsideAct, api.ActIsOver) as error:
                seen.append(type(error))
        connection.close()

    with api.act() as act:
        note(act)
        for target in (lambda: elsewhere(act), lambda: copy_context().run(elsewhere, act)):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
        inherited = copy_context()
        thread = threading.Thread(target=lambda: inherited.run(elsewhere, act))
        thread.start()
        thread.join()
    refused = [api.WriteOutsideAct, api.ActIsOver, None]
    assert seen == refused * 3


def test_the_moment_is_taken_once():
    fake = clock.FakeClock(datetime(2026, 11, 22, 7, 12, 30, 5, tzinfo=UTC))
    with clock.use(fake), api.act() as act:
        first = note(act)
        fake.advance(timedelta(minutes=5))
        note(act)
    assert {view.at for view in api.entries()} == {act.at}
    assert api.opening(first, ["at"]).shown[0].value == "2026-11-22T07:12:30.000005Z"


@pytest.mark.parametrize(
    ("kind", "actor", "fields", "error"),
    [
        ("letter", "system", {}, ValueError),
        ("Letter.noted", "system", {}, ValueError),
        ("letter.noted", "فرد نمونه", {}, ValueError),
        ("letter.noted", "system", {"Code": 1}, ValueError),
        ("letter.noted", "system", {"at": 1}, ValueError),
        ("letter.noted", "system", {"code": float("nan")}, Invalid),
        ("letter.noted", "system", {"code": "\ud800"}, Invalid),
        ("letter.noted", "system", {"code": 2**53}, Invalid),
        ("letter.noted", "system", {"code": {"a": "\udfff"}}, Invalid),
    ],
)
def test_an_ill_formed_entry_is_refused(kind, actor, fields, error):
    with pytest.raises(error), api.act() as act:
        act.append(kind, subject=uuid4(), actor=actor, fields=fields)
    assert not Entry.objects.exists()


def test_many_entries_are_the_same_as_one_by_one():
    subject = uuid4()
    past = datetime(2026, 3, 21, tzinfo=UTC)
    with api.act() as act:
        write()
        api.append_many(
            act,
            [
                api.NewEntry("letter.noted", subject, "system", {"n": n, "name": "a"}, at=past)
                for n in range(700)
            ],
        )
    views = api.entries(limit=1000)
    assert [view.fields["n"] for view in views] == list(range(700))
    assert {view.at for view in views} == {past}
    for view in (views[0], views[-1]):
        assert api.check_opening(api.opening(view.id, ["n", "at"]), view.commit)
    assert [v.number for v in api.entries(after=views[2].number, limit=2)] == [
        views[3].number,
        views[4].number,
    ]


def test_an_entry_may_not_be_later_than_its_act():
    with api.act() as act:
        later = act.at + timedelta(microseconds=1)
        with pytest.raises(ValueError, match="later"):
            api.append_many(act, [api.NewEntry("letter.noted", uuid4(), "system", at=later)])
