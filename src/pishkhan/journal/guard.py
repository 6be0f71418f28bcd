"""The guard: no guarded table changes outside an act, and no entry ever.

An `execute_wrapper` on every connection reads each statement's text (`statements.py`; the answer
is cached by the text) and refuses, before it runs, what no act covers. Installed by the
`connection_created` signal, so that threads, pools and reconnects have it too.

Exempted are only `migrate` and the test runner's `flush`, by this app's own two commands of
those names, for the thread that runs them and only while they run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from pishkhan.journal.contracts import WriteOutsideAct
from pishkhan.journal.frames import Ledger, ledger_in_use
from pishkhan.journal.statements import Effect, Verb, effects

ENTRY_TABLE = "journal_entry"
LOG_TABLE = "journal_log"

_OF_THE_SEQUENCER = frozenset(
    {(Verb.UPDATE, ENTRY_TABLE), (Verb.INSERT, LOG_TABLE), (Verb.UPDATE, LOG_TABLE)}
)
_OF_AN_ERASURE = frozenset({(Verb.UPDATE, ENTRY_TABLE)})
_OF_THE_WITNESS = frozenset(
    (verb, f"journal_{name}")
    for verb in (Verb.INSERT, Verb.UPDATE, Verb.DELETE)
    for name in ("witnessed", "cosigned", "asked")
) - {(Verb.DELETE, "journal_witnessed")}

# An ORM makes some hundred different texts; IN-lists of changing length make more.
_CACHE_MOST = 4096
_CACHE_LONGEST = 4000

_cache: dict[str, tuple[Effect, ...]] = {}
_prefixes: tuple[str, ...] = ()
_tables: frozenset[str] = frozenset()
_free: frozenset[str] = frozenset()
_known: dict[str, bool] = {}
_exempt: ContextVar[str | None] = ContextVar("pishkhan_guard_exempt", default=None)
_lifted: ContextVar[frozenset[tuple[Verb, str]]] = ContextVar(
    "pishkhan_lifted", default=frozenset()
)


def install() -> None:
    """Put the guard on every connection there is and every one to come."""
    connection_created.connect(_on_created, dispatch_uid="pishkhan.journal.guard")
    for connection in connections.all(initialized_only=True):
        _put_on(connection)


def _on_created(*, connection: BaseDatabaseWrapper, **_kwargs: object) -> None:
    _put_on(connection)


def _put_on(connection: BaseDatabaseWrapper) -> None:
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _watch)


def protect(app_label: str, *, free: Iterable[str] = ()) -> None:
    """Guard the tables of an app: its models' and all whose name begins with `<label>_`.

    `free` names tables of operational state (queues, throttles), which anyone may write.
    """
    global _prefixes, _tables, _free  # noqa: PLW0603 - process-wide registry, filled at start
    models = apps.get_app_config(app_label).get_models(include_auto_created=True)
    tables = {model._meta.db_table.lower() for model in models}
    _tables |= tables
    _prefixes = tuple({*_prefixes, f"{app_label.lower()}_"})
    _free |= {table.lower() for table in free}
    _known.clear()


def is_guarded(table: str) -> bool:
    """Return whether a table (plain name, lower case) may only change inside an act."""
    answer = _known.get(table)
    if answer is None:
        answer = table not in _free and (table in _tables or table.startswith(_prefixes or ("\0",)))
        _known[table] = answer
    return answer


@contextmanager
def suspended(reason: str) -> Iterator[None]:
    """Lift the guard inside the block, for this thread. For this app's commands alone."""
    token = _exempt.set(reason)
    try:
        yield
    finally:
        _exempt.reset(token)


@contextmanager
def sequencing() -> Iterator[None]:
    """Let this thread give entries their places and write the log's head; for the sequencer."""
    with _let(_OF_THE_SEQUENCER):
        yield


@contextmanager
def erasing() -> Iterator[None]:
    """Let this thread erase fields of an entry, within an act whose own entry tells of it."""
    with _let(_OF_AN_ERASURE):
        yield


@contextmanager
def witnessing() -> Iterator[None]:
    """Let this thread write what witnesses cosigned; no deed, so no entry tells of it."""
    with _let(_OF_THE_WITNESS):
        yield


@contextmanager
def _let(writes: frozenset[tuple[Verb, str]]) -> Iterator[None]:
    token = _lifted.set(writes)
    try:
        yield
    finally:
        _lifted.reset(token)


def _watch(
    execute: Callable[[Any, Any, bool, dict[str, Any]], Any],
    sql: Any,
    params: Any,
    many: bool,
    context: dict[str, Any],
) -> Any:
    text = sql if type(sql) is str else _text_of(sql, context)
    ledger = ledger_in_use()
    if ledger is not None and ledger.rows and ENTRY_TABLE in text:
        _settle(ledger, context["connection"])
    # A statement that begins with SELECT and is alone can't change a row by its own text
    # (PostgreSQL allows a data-changing WITH only at the top, where the text begins with WITH).
    if not (text.startswith("SELECT") and ";" not in text):
        found = _cache.get(text)
        if found is None:
            found = _read(text)
        if found:
            _check(found, context["connection"])
    return execute(sql, params, many, context)


def _settle(ledger: Ledger, connection: BaseDatabaseWrapper) -> None:
    """Let who asks the table of entries find those of the act that is open."""
    if ledger.connection is connection:
        ledger.settle()


def _text_of(sql: Any, context: dict[str, Any]) -> str:
    """Return the text of psycopg's composed SQL, and of anything else its `str`."""
    as_string = getattr(sql, "as_string", None)
    if as_string is not None:
        return str(as_string(context["cursor"].cursor))
    return sql.decode() if isinstance(sql, bytes) else str(sql)


def _read(text: str) -> tuple[Effect, ...]:
    found = effects(text)
    if len(text) <= _CACHE_LONGEST:
        if len(_cache) >= _CACHE_MOST:
            _cache.clear()
        _cache[text] = found
    return found


def _check(found: tuple[Effect, ...], connection: BaseDatabaseWrapper) -> None:
    if _exempt.get() is not None:
        return
    ledger = ledger_in_use()
    if ledger is not None and ledger.connection is not connection:
        ledger = None
    for effect in found:
        verb = effect.verb
        if verb is Verb.SAVEPOINT or verb is Verb.ROLLBACK_TO:
            if ledger is not None:
                ledger.savepoint(effect.name, back=verb is Verb.ROLLBACK_TO)
        elif verb is Verb.OPAQUE:
            raise WriteOutsideAct("a statement whose changes its text does not show")
        elif verb is Verb.END:
            if ledger is not None:
                raise WriteOutsideAct("a statement that ends the act's transaction")
        elif is_guarded(effect.name):
            _check_write(effect, ledger, connection)


def _check_write(effect: Effect, ledger: Ledger | None, connection: BaseDatabaseWrapper) -> None:
    if (effect.verb, effect.name) in _lifted.get():
        if connection.in_atomic_block:
            return
        raise WriteOutsideAct(f"{effect.verb} on {effect.name} outside a transaction")
    if ledger is None or not connection.in_atomic_block:
        raise WriteOutsideAct(f"{effect.verb} on {effect.name} outside journal.api.act()")
    if effect.verb is Verb.SCHEMA:
        raise WriteOutsideAct(f"the schema of {effect.name} changes only by migrations")
    if effect.name == ENTRY_TABLE:
        if effect.verb is not ledger.entry_verb:
            raise WriteOutsideAct(f"{effect.verb} on {effect.name}: entries are only appended")
        return
    ledger.wrote()
