"""The database in a backup: taken at one moment, put back whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pishkhan.kernel import durable
from pishkhan.node.console import Exit, Stop, _

Database = dict[str, Any]
"""Django's DATABASES["default"], as `node.env` makes it."""

PAGES = 2048
"""Pages of SQLite copied in one step: 8 MB."""
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def kind(database: Database) -> str:
    """Return "sqlite" or "postgresql"."""
    return "postgresql" if database["ENGINE"].endswith("postgresql") else "sqlite"


def save(database: Database, target: Path, step: Callable[[int], None]) -> dict[str, int]:
    """Write the database as it is at one moment to `target`; return the rows of each table."""
    if kind(database) == "sqlite":
        return _save_sqlite(Path(database["NAME"]), target, step)
    return _save_postgresql(database, target)


def load(database: Database, source: Path) -> None:
    """Put a saved database in place, whole or not at all; Stop when there is one already."""
    if kind(database) == "sqlite":
        _load_sqlite(Path(database["NAME"]), source)
    else:
        _load_postgresql(database, source)


def empty(database: Database) -> bool:
    """Return whether nothing is there yet."""
    if kind(database) == "sqlite":
        return not Path(database["NAME"]).exists()
    with closing(_connect(database)) as connection:
        return not _tables(connection)


def rows(database: Database) -> dict[str, int]:
    """Return the number of rows of each table."""
    if kind(database) == "sqlite":
        with closing(sqlite3.connect(f"file:{database['NAME']}?mode=ro", uri=True)) as connection:
            return _count_sqlite(connection)
    with closing(_connect(database)) as connection:
        return _count_postgresql(connection)


def sound(database: Database) -> list[str]:
    """Return what SQLite finds broken in its file; PostgreSQL judged while it loaded."""
    if kind(database) != "sqlite":
        return []
    with closing(sqlite3.connect(database["NAME"])) as connection:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    return [] if said == ["ok"] else said


# --- SQLite --------------------------------------------------------------------------------------
def _save_sqlite(source: Path, target: Path, step: Callable[[int], None]) -> dict[str, int]:
    if not source.is_file():
        raise Stop(_("There is no database yet: run `pishkhan migrate`."), Exit.SETTINGS)
    with closing(sqlite3.connect(source, timeout=60, isolation_level=None)) as live:
        # The open reading holds one moment, whatever is written meanwhile, and stops no writer.
        live.execute("BEGIN")
        counted = _count_sqlite(live)
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            live.backup(copy, pages=PAGES, progress=lambda *_: step(1))
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        live.execute("ROLLBACK")
    _sync(target)
    return counted


def _count_sqlite(connection: sqlite3.Connection) -> dict[str, int]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - a table's own name
        for (name,) in tables
    }


def _load_sqlite(target: Path, source: Path) -> None:
    part = target.with_name(f".part-{target.name}")
    part.unlink(missing_ok=True)
    shutil.copyfile(source, part)
    part.chmod(0o600)
    _sync(part)
    part.replace(target)
    durable.fsync_dir(target.parent)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


# --- PostgreSQL ----------------------------------------------------------------------------------
def _connect(database: Database, name: str = "") -> psycopg.Connection[Any]:
    return psycopg.connect(**_parts(database, name), connect_timeout=20)


def _parts(database: Database, name: str = "") -> dict[str, Any]:
    given = {
        "dbname": name or database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
    }
    ours = {"server_side_binding", "prepare_threshold", "pool"}
    extra = {k: str(v) for k, v in database["OPTIONS"].items() if k not in ours}
    return {k: str(v) for k, v in given.items() if v} | extra


def _run(program: str, database: Database, *words: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, unseen."""
    parts = _parts(database)
    env = {**os.environ}
    if password := parts.pop("password", ""):
        env["PGPASSWORD"] = password
    conninfo = psycopg.conninfo.make_conninfo("", **parts)
    done = subprocess.run(  # noqa: S603 - a found program, no shell
        [program, "--no-password", "--dbname", conninfo, *words],
        env=env, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["?"]
        raise Stop(_("%(program)s: %(why)s") % {"program": Path(program).name, "why": said[0]})


def _program(name: str, server: int) -> str:
    """Return a program of PostgreSQL's client not older than the server; Stop with the remedy."""
    found = shutil.which(name)
    remedy = f"apt-get install postgresql-client-{server}"
    if found is None:
        words = _("The program %(name)s is missing: %(remedy)s")
        raise Stop(words % {"name": name, "remedy": remedy}, Exit.SETTINGS)
    said = subprocess.run([found, "--version"], capture_output=True, check=True).stdout.decode()  # noqa: S603 - a found program
    version = re.search(r"(\d+)(?:\.\d+)?", said)
    if version is None or int(version[1]) < server:
        words = _("%(name)s is older than the server (%(server)s): %(remedy)s")
        raise Stop(words % {"name": name, "server": server, "remedy": remedy}, Exit.SETTINGS)
    return found


def _server(connection: psycopg.Connection[Any]) -> int:
    return connection.info.server_version // 10000


def _save_postgresql(database: Database, target: Path) -> dict[str, int]:
    with closing(_connect(database)) as connection:
        program = _program("pg_dump", _server(connection))
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        # Dump and counts see the same moment.
        words = ("--format=custom", "--no-owner", "--no-acl", f"--snapshot={row[0]}")
        _run(program, database, *words, f"--file={target}")
        counted = _count_postgresql(connection)
    _sync(target)
    return counted


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    return [name for (name,) in found.fetchall()]


def _count_postgresql(connection: psycopg.Connection[Any]) -> dict[str, int]:
    counted = {}
    for name in _tables(connection):
        query = sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier("public", name))
        row = connection.execute(query).fetchone()
        assert row is not None
        counted[name] = int(row[0])
    return counted


def _load_postgresql(database: Database, source: Path) -> None:
    with closing(_connect(database)) as connection:
        program = _program("pg_restore", _server(connection))
    words = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl")
    _run(program, database, *words, str(source))


@contextmanager
def scratch(database: Database, home: Path) -> Iterator[Database]:
    """Yield a database of the same engine for a drill, and take it away at the end."""
    if kind(database) == "sqlite":
        yield {**database, "NAME": str(home / "pishkhan.sqlite3")}
        return
    name = f"{database['NAME']}_drill_{os.getpid()}"
    with closing(_connect(database)) as connection:
        connection.autocommit = True
        try:
            words = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            connection.execute(sql.SQL(words).format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise Stop(
                _(
                    "A drill needs a database of its own: "
                    "let the user make one (ALTER ROLE … CREATEDB)."
                ),
                Exit.SETTINGS,
            ) from None
        try:
            yield {**database, "NAME": name}
        finally:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


def url(database: Database) -> str:
    """Return PISHKHAN_DATABASE_URL of a database, for a process that is to use it."""
    from urllib.parse import quote, urlencode

    if kind(database) == "sqlite":
        return ""
    parts = _parts(database)
    user, password = quote(parts.pop("user", "")), quote(parts.pop("password", ""), safe="")
    host, port = parts.pop("host", ""), parts.pop("port", "")
    login = (f"{user}:{password}@" if password else f"{user}@") if user else ""
    name = quote(parts.pop("dbname"))
    if host.startswith("/"):
        parts["host"], host = host, ""
    at = f"{host}:{port}" if port else host
    return f"postgresql://{login}{at}/{name}" + (f"?{urlencode(parts)}" if parts else "")


def sweep(database: Database) -> None:
    """Drop the databases that drills of killed processes left."""
    if kind(database) == "sqlite":
        return
    with closing(_connect(database)) as connection:
        connection.autocommit = True
        prefix = f"{database['NAME']}_drill_"
        query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        for (name,) in connection.execute(query, [prefix]).fetchall():
            number = name.removeprefix(prefix)
            if number.isdigit() and not Path(f"/proc/{number}").exists():
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))
