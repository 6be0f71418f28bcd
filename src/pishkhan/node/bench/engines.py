"""The database under measurement: the embedded one, or a PostgreSQL of the caller's."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pishkhan.node import env
from pishkhan.node.console import Exit, Stop, _

NAME, FLOOR = "pishkhan_bench", "pishkhan_bench_floor"


@dataclass(frozen=True)
class Engine:
    """One engine: how the node names it, and a copy of its database for the floors."""

    name: str
    home: Path
    server: str = ""
    """PostgreSQL's address without a database: postgresql://user:password@host:port"""

    @property
    def url(self) -> str:
        """Return what PISHKHAN_DATABASE_URL says to the node."""
        return f"{self.server}/{NAME}" if self.server else ""

    @property
    def floor_url(self) -> str:
        """Return the address of the floors' copy; empty for the embedded engine."""
        return f"{self.server}/{FLOOR}" if self.server else ""

    def make(self) -> None:
        """Make an empty database."""
        if self.server:
            _check_durable(self.server)
            _admin(self.server, f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}")

    def copy(self) -> dict[str, Any]:
        """Copy the prepared database and return Django's settings of the copy for the floors."""
        if self.server:
            _admin(
                self.server,
                f"DROP DATABASE IF EXISTS {FLOOR}",
                f"CREATE DATABASE {FLOOR} TEMPLATE {NAME}",
            )
            return env.database({"PISHKHAN_DATABASE_URL": f"{self.server}/{FLOOR}"}, self.home)
        source, target = self.home / "pishkhan.sqlite3", self.home / "floor.sqlite3"
        with sqlite3.connect(source) as line:
            line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(source, target)
        found = env.database({"PISHKHAN_DATABASE_URL": f"sqlite:///{target}"}, self.home)
        return found | {"ENGINE": "django.db.backends.sqlite3"}

    def server_pids(self) -> list[int]:
        """Return the engine's own processes: PostgreSQL's parent, or none."""
        if not self.server:
            return []
        import psycopg

        with psycopg.connect(f"{self.server}/postgres") as line:
            row = line.execute("SHOW data_directory").fetchone()
        assert row is not None
        return [int((Path(row[0]) / "postmaster.pid").read_text("ascii").splitlines()[0])]

    def settle(self) -> None:
        """Bring statistics up to date and flush, as a quiet night does."""
        if self.server:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as line:
                line.execute("VACUUM ANALYZE")
                line.execute("CHECKPOINT")


def engine(name: str, home: Path, server: str) -> Engine:
    """Return the engine of that name; Stop when PostgreSQL is asked for and none is named."""
    if name == "sqlite":
        return Engine(name, home)
    found = server or from_environment()
    if not found:
        raise Stop(_("Name a PostgreSQL server: --server postgresql://user@host:port"), Exit.USAGE)
    return Engine(name, home, found.rstrip("/"))


def from_environment() -> str:
    """Return the server that libpq's own variables name, as pg_virtualenv sets them; else ""."""
    if not os.environ.get("PGHOST"):
        return ""
    user, password = os.environ.get("PGUSER", "postgres"), os.environ.get("PGPASSWORD", "")
    host, port = os.environ["PGHOST"], os.environ.get("PGPORT", "5432")
    return f"postgresql://{user}:{password}@{host}:{port}"


def _check_durable(server: str) -> None:
    import psycopg

    with psycopg.connect(f"{server}/postgres") as line:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            row = line.execute(f"SHOW {setting}").fetchone()
            if row is None or row[0] != "on":
                raise Stop(_("The server must have %(name)s on.") % {"name": setting}, Exit.REFUSED)


def _admin(server: str, *statements: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(f"{server}/postgres", autocommit=True) as line:
        for statement in statements:
            line.execute(sql.SQL(statement))
