"""What an engine would do for a query: the plan it chooses when it may not read a whole table."""

from __future__ import annotations

from django.db import connection, transaction

TABLES = "SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace"
FORGET = (
    f"UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN ({TABLES})",
    f"DELETE FROM pg_statistic WHERE starelid IN ({TABLES})",
)


def plan_of(sql: str) -> str:
    """Return the engine's plan of a query as one line.

    PostgreSQL reads a table of few rows without an index if it may; here it may not. Of what a
    vacuum may have written down meanwhile of three rows it knows nothing, as of a new database.
    """
    asked = sql.replace("%", "%%")
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            for statement in FORGET:
                cursor.execute(statement)
            cursor.execute("EXPLAIN " + asked)
            transaction.set_rollback(True)
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + asked)
        return " ".join(str(row) for row in cursor.fetchall())


def begins_at_referrals(sql: str) -> bool:
    """Return whether a query finds referrals of a post first, and each one's arrival by its key."""
    plan = plan_of(sql)
    by_key = (
        "Index Cond: (id = letters_referral.arrival_id)"
        if connection.vendor == "postgresql"
        else "sqlite_autoindex_letters_arrival"
    )
    return "letters_ref_turn" in plan and by_key in plan and "secretariat_id=" not in plan
