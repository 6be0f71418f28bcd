from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.apps.registry import Apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from pishkhan.kernel import rows

# A registry of its own: these tables belong to no installed app and to no migration.
REGISTRY = Apps()
AT = datetime(2026, 11, 22, 7, 12, 13, 456789, tzinfo=UTC)
ID = UUID("019aa9f4-0000-7000-8000-000000000001")


class Office(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=50)

    class Meta:
        app_label = "kernel_rows"
        apps = REGISTRY


class Page(models.Model):
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True)
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    day = models.DateField(null=True)
    size = models.BigIntegerField(default=0)
    seen = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, default="scan")
    note = models.TextField()
    digest = models.BinaryField(null=True)
    extra = models.JSONField(default=dict)
    named = models.CharField(max_length=10, db_column="order")

    objects: Any = models.Manager()

    class Meta:
        app_label = "kernel_rows"
        apps = REGISTRY


class Special(Page):
    class Meta:
        app_label = "kernel_rows"
        apps = REGISTRY


class Stamped(models.Model):
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "kernel_rows"
        apps = REGISTRY


VALUES: dict[str, Any] = {
    "key": ID,
    "at": AT,
    "day": date(2026, 11, 22),
    "size": 2**40,
    "seen": True,
    "kind": "photo",
    "note": "قطعی آب؛ 'نقل' \"قول\" %s %% {}",
    "digest": b"\x00\xff\x01%s",
    "extra": {"ب": [1, None, True, "ی"], "a": {"b": 1.5}},
    "named": "x",
}


@pytest.fixture(scope="module", autouse=True)
def tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Office)
            editor.create_model(Page)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Page)
            editor.delete_model(Office)


pytestmark = pytest.mark.django_db


def test_row_reads_back_as_the_orm_would_have_written_it():
    rows.insert(Page, VALUES)
    Page.objects.create(**(VALUES | {"key": UUID(int=ID.int + 1)}))
    raw, orm = Page.objects.order_by("key").values()
    raw.pop("id"), orm.pop("id"), raw.pop("key"), orm.pop("key")
    for row in (raw, orm):
        row["digest"] = bytes(row["digest"])
    assert raw == orm
    assert raw["extra"] == VALUES["extra"]
    assert raw["at"] == AT


def test_bytes_stored_raw_are_the_orm_s_bytes_in_the_database():
    rows.insert(Page, VALUES)
    Page.objects.create(**(VALUES | {"key": UUID(int=ID.int + 1)}))
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT at, day, size, seen, kind, note, digest, extra, "order" FROM kernel_rows_page'
        )
        raw, orm = (
            [bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()
        )
    assert raw == orm


def test_one_row_is_one_statement_through_the_watched_cursor():
    with CaptureQueriesContext(connection) as seen:
        rows.insert(Page, VALUES)
    assert len(seen) == 1
    statements: list[str] = []

    def watch(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        rows.insert(Page, VALUES | {"key": UUID(int=5)})
    assert statements[0].startswith('INSERT INTO "kernel_rows_page"')


def test_fields_left_out_get_their_defaults():
    rows.insert(Page, {"key": ID, "at": AT, "named": "x"})
    row = Page.objects.get()
    assert (row.size, row.seen, row.kind, row.note, row.extra) == (0, False, "scan", "", {})
    assert row.office_id is row.day is row.digest is None
    assert row.pk


def test_default_is_made_anew_for_every_row():
    rows.insert(Page, {"key": ID, "at": AT, "named": "x"})
    rows.insert(Page, {"key": UUID(int=2), "at": AT, "named": "x", "extra": {"a": 1}})
    rows.insert(Page, {"key": UUID(int=3), "at": AT, "named": "x"})
    assert [p.extra for p in Page.objects.order_by("id")] == [{}, {"a": 1}, {}]


def test_null_is_null_also_for_json_and_bytes():
    rows.insert(Page, VALUES | {"day": None, "digest": None, "office": None})
    row = Page.objects.get()
    assert row.day is row.digest is row.office_id is None


def test_foreign_key_is_given_by_name_or_by_attribute():
    rows.insert(Office, {"id": ID, "name": "دبیرخانه"})
    rows.insert(Page, VALUES | {"office": ID})
    rows.insert(Page, VALUES | {"office_id": ID, "key": UUID(int=9)})
    assert Page.objects.filter(office_id=ID).count() == 2


def test_refusal_of_the_database_is_django_s_exception():
    rows.insert(Page, VALUES)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(Page, VALUES)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(Page, VALUES | {"key": UUID(int=3), "note": None})


def test_unknown_field_is_refused_before_any_statement():
    with CaptureQueriesContext(connection) as seen, pytest.raises(FieldDoesNotExist):
        rows.insert(Page, VALUES | {"nope; DROP TABLE": 1})
    assert len(seen) == 0


def test_field_given_twice_is_refused():
    with pytest.raises(TypeError, match="twice"):
        rows.insert(Page, VALUES | {"office": ID, "office_id": ID})


@pytest.mark.parametrize("model", [Special, Stamped])
def test_model_that_needs_the_orm_is_refused(model):
    with pytest.raises(TypeError):
        rows.insert(model, {})


def test_many_rows_go_in_few_statements_in_their_order():
    def many() -> Iterator[dict[str, Any]]:
        for n in range(1200):
            yield {"key": UUID(int=n), "at": AT, "named": "x", "size": n}

    with CaptureQueriesContext(connection) as seen:
        assert rows.insert_many(Page, many()) == 1200
    assert len(seen) <= 20
    assert list(Page.objects.order_by("id").values_list("size", flat=True)) == list(range(1200))
    assert Page.objects.order_by("id")[700].extra == {}


def test_no_rows_make_no_statement():
    with CaptureQueriesContext(connection) as seen:
        assert rows.insert_many(Page, []) == 0
    assert len(seen) == 0


def test_rows_of_different_shape_are_refused():
    with pytest.raises(TypeError, match="different keys"):
        rows.insert_many(Page, [VALUES, {"key": UUID(int=2), "at": AT}])
    assert not Page.objects.exists()


def test_rows_of_the_same_keys_in_another_order_are_taken():
    backwards = dict(reversed((VALUES | {"key": UUID(int=2), "kind": "b"}).items()))
    rows.insert_many(Page, [VALUES, backwards])
    assert Page.objects.get(key=UUID(int=2)).kind == "b"


def test_inserts_of_a_block_travel_together_and_stand_in_their_order():
    with transaction.atomic():
        with rows.together():
            for n in range(1, 6):
                rows.insert(Page, VALUES | {"key": UUID(int=n), "size": n})
        assert list(Page.objects.order_by("id").values_list("size", flat=True)) == [1, 2, 3, 4, 5]


def write(*all_values: dict[str, Any]) -> None:
    with transaction.atomic(), rows.together():
        for values in all_values:
            rows.insert(Page, values)


def test_refusal_of_one_in_a_block_is_django_s_exception_and_undoes_all():
    with pytest.raises(IntegrityError):
        write(VALUES, VALUES, VALUES | {"key": UUID(int=8)})
    assert not Page.objects.exists()
    rows.insert(Page, VALUES)  # the connection is none the worse for it


def test_fault_of_the_program_in_a_block_is_raised_as_it_is():
    with pytest.raises(FieldDoesNotExist):
        write(VALUES, {"nope": 1})
    assert not Page.objects.exists()


def prepared(name: str, value: object) -> tuple[object, object]:
    """Return what the quick way makes of a value, and what the field itself does."""
    field = next(f for f in Page._meta.concrete_fields if f.name == name)
    quick = rows._preparer(field, connection)(value, connection)
    return quick, field.get_db_prep_save(value, connection)


@pytest.mark.parametrize("name", ["kind", "note", "key", "at"])
@pytest.mark.parametrize("value", ["خط", "", None, 5, True, ID, str(ID), AT])
def test_quick_ways_prepare_as_the_field_itself_would(name, value):
    try:
        quick, slow = prepared(name, value)
    except (ValidationError, TypeError, AttributeError):
        return  # the field itself refuses it
    assert (type(quick), quick) == (type(slow), slow)
