"""What an engine would do for a query on large tables."""

from __future__ import annotations

from django.db import connection, transaction

MANY = (
    "UPDATE pg_class SET reltuples = 1000000, relpages = 1"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


def plan_of(sql: str) -> str:
    """Return the engine's plan of a query as one line.

    PostgreSQL reads a table of few rows without an index, or by any of them. So here it may not,
    and takes each table that has rows to have a million: what a vacuum wrote down meanwhile of
    three rows, or none, makes no difference.
    """
    asked = sql.replace("%", "%%")
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(MANY)
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
