"""The engines' own ways to give many entries their places in the log in one statement.

One of the few places with SQL of an engine's own; both sides are held by the same tests. The ORM
would write a CASE with one branch a row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection

_POSTGRESQL = """
    UPDATE journal_entry SET "index" = given.place
    FROM unnest(%s::bigint[]) WITH ORDINALITY AS taken(number, nth)
    CROSS JOIN LATERAL (SELECT %s::bigint + taken.nth - 1 AS place) AS given
    WHERE journal_entry.number = taken.number AND journal_entry."index" IS NULL
"""
_SQLITE = """
    UPDATE journal_entry SET "index" = %s + taken.key
    FROM json_each(%s) AS taken
    WHERE journal_entry.number = taken.value AND journal_entry."index" IS NULL
"""


def give(numbers: Sequence[int], start: int) -> int:
    """Give the entries of these row numbers the places from `start` on; return how many got one.

    An entry that has a place already keeps it and is not counted.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [list(numbers), start])
        else:
            cursor.execute(_SQLITE, [start, json.dumps(list(numbers))])
        return int(cursor.rowcount)
