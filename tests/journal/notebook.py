"""A guarded table of a context that is not there, so that these tests need no other's rows."""

from django.db import connection

from pishkhan.journal import guard


def create() -> None:
    with guard.suspended("test"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE notebook_page (word varchar(20))")
        cursor.execute("CREATE TABLE notebook_queue (word varchar(20))")


def drop() -> None:
    with guard.suspended("test"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE notebook_page")
        cursor.execute("DROP TABLE notebook_queue")


def write(word: str = "x", table: str = "notebook_page") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} (word) VALUES (%s)", [word])


def words(table: str = "notebook_page") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT word FROM {table} ORDER BY word")
        return [row[0] for row in cursor.fetchall()]
