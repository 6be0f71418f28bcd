import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.journal.statements import Effect, Verb, effects

WRITES = [
    ("INSERT INTO t VALUES (1)", Verb.INSERT),
    ("insert into T values (1)", Verb.INSERT),
    ('INSERT INTO "t" ("a") VALUES (%s)', Verb.INSERT),
    ('INSERT INTO "T" ("a") SELECT a FROM other', Verb.INSERT),
    ("INSERT INTO public.t SELECT 1", Verb.INSERT),
    ('INSERT INTO "public" . "t" SELECT 1', Verb.INSERT),
    ("INSERT INTO [t] VALUES (1)", Verb.INSERT),
    ("INSERT INTO `t` VALUES (1)", Verb.INSERT),
    ("INSERT INTO 't' VALUES (1)", Verb.INSERT),
    ("INSERT OR REPLACE INTO t VALUES (1)", Verb.INSERT),
    ("INSERT OR IGNORE INTO main.t VALUES (1)", Verb.INSERT),
    ("REPLACE INTO t VALUES (1)", Verb.INSERT),
    ("INSERT/**/INTO/* why */t VALUES (1)", Verb.INSERT),
    ("INSERT -- a comment\nINTO -- another\n t VALUES (1)", Verb.INSERT),
    ("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", Verb.INSERT),
    ("COPY t FROM STDIN", Verb.INSERT),
    ("COPY t (a, b) FROM '/tmp/x'", Verb.INSERT),
    ("UPDATE t SET a = 1", Verb.UPDATE),
    ("update only t set a = 1", Verb.UPDATE),
    ("UPDATE OR IGNORE t SET a = 1", Verb.UPDATE),
    ('UPDATE "t" SET a = (SELECT 1 FROM x FOR UPDATE)', Verb.UPDATE),
    ("WITH x AS (SELECT 1) UPDATE t SET a = 1", Verb.UPDATE),
    ("WITH x AS (UPDATE t SET a = 1 RETURNING a) SELECT * FROM x", Verb.UPDATE),
    ("WITH x AS (DELETE FROM t RETURNING *) SELECT count(*) FROM x", Verb.DELETE),
    ("COPY (DELETE FROM t RETURNING *) TO STDOUT", Verb.DELETE),
    ("DELETE FROM t", Verb.DELETE),
    ("DELETE FROM ONLY t WHERE a IN (SELECT b FROM c)", Verb.DELETE),
    ("EXPLAIN ANALYZE DELETE FROM t", Verb.DELETE),
    ("TRUNCATE t", Verb.DELETE),
    ("TRUNCATE TABLE ONLY t RESTART IDENTITY CASCADE", Verb.DELETE),
    ("TRUNCATE other, t;", Verb.DELETE),
    ("DROP TABLE IF EXISTS other, t", Verb.DELETE),
    ("ALTER TABLE t DISABLE TRIGGER ALL", Verb.SCHEMA),
    ("ALTER TABLE IF EXISTS ONLY t RENAME TO u", Verb.SCHEMA),
    ("DROP TRIGGER keep ON t", Verb.SCHEMA),
    ("CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END", Verb.SCHEMA),
    ("SELECT 1; DELETE FROM t", Verb.DELETE),
    ("  \n SELECT 1 ; -- ;\n UPDATE t SET a = 1", Verb.UPDATE),
    ("SELECT 'it''s; not' ; DELETE FROM t", Verb.DELETE),
    ("SELECT $$ ; $$; DELETE FROM t", Verb.DELETE),
    ("SELECT E'\\'' ; DELETE FROM t --'", Verb.DELETE),
    ("SELECT a$b$ FROM u; DELETE FROM t --$b$", Verb.DELETE),
    ("SELECT (%s, %s);DELETE FROM t", Verb.DELETE),
    ("PREPARE x AS DELETE FROM t", Verb.DELETE),
]
READS = [
    "SELECT * FROM t",
    "SELECT * FROM t FOR UPDATE",
    "SELECT * FROM t FOR NO KEY UPDATE SKIP LOCKED",
    "WITH x AS (SELECT 1) SELECT * FROM x, t",
    "SELECT 'DELETE FROM t'",
    'SELECT "delete from t" FROM u',
    "SELECT 1 -- DELETE FROM t",
    "SELECT 1 /* ; DELETE FROM t */",
    "SELECT $x$ DELETE FROM t $x$",
    "SELECT replace(a, 'x', 'y') FROM t",
    "SELECT updated, deleted_from, insert_into FROM t",
    "COPY t TO STDOUT",
    "COPY (SELECT 1) TO STDOUT",
    "PRAGMA foreign_keys = ON",
    "VACUUM",
]


@pytest.mark.parametrize(("sql", "verb"), WRITES)
def test_a_write_is_seen(sql, verb):
    assert Effect(verb, "t") in effects(sql)


@pytest.mark.parametrize("sql", READS)
def test_a_read_is_let_through(sql):
    assert effects(sql) == ()


@pytest.mark.parametrize(
    "sql",
    [
        "DO $$ BEGIN DELETE FROM t; END $$",
        "CALL clean_up()",
        "EXECUTE x",
        "SELECT 1; do $$ begin end $$",
        'DELETE FROM U&"\\0074"',
        "SELECT /* /* */ 1 /* ' */ DELETE FROM t */",
    ],
)
def test_what_the_text_does_not_show_is_opaque(sql):
    assert Effect(Verb.OPAQUE) in effects(sql)


@pytest.mark.parametrize("sql", ["COMMIT", "commit;", "ROLLBACK", "END", "SELECT 1; COMMIT"])
def test_the_end_of_a_transaction_is_seen(sql):
    assert Effect(Verb.END) in effects(sql)


def test_savepoints_are_named():
    assert effects('SAVEPOINT "s1_x2"') == (Effect(Verb.SAVEPOINT, "s1_x2"),)
    assert effects('ROLLBACK TO SAVEPOINT "s1_x2"') == (Effect(Verb.ROLLBACK_TO, "s1_x2"),)
    assert effects("ROLLBACK TO s1") == (Effect(Verb.ROLLBACK_TO, "s1"),)
    assert effects('RELEASE SAVEPOINT "s1_x2"') == ()


def test_a_bulk_insert_of_many_rows_is_read_at_once():
    sql = "INSERT INTO t (a, b, c) VALUES " + ", ".join(["(%s, %s, %s)"] * 5000)
    began = time.perf_counter()
    assert effects(sql) == (Effect(Verb.INSERT, "t"),)
    assert time.perf_counter() - began < 0.1


def test_an_upsert_is_one_write():
    sql = "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2"
    assert effects(sql) == (Effect(Verb.INSERT, "t"),)


FILLING = st.sampled_from([" ", "\n\t", "/* x ; ' */", "-- DELETE FROM u ' \n", " /**/ "])


@given(st.lists(FILLING, min_size=4, max_size=4), st.booleans(), st.sampled_from(["t", '"t"']))
def test_gaps_and_case_hide_no_write(gaps, upper, table):
    verb = "DELETE" if upper else "delete"
    sql = f"{gaps[0]}{verb}{gaps[1]}FROM{gaps[2]}{table}{gaps[3]}WHERE 1=1"
    assert Effect(Verb.DELETE, "t") in effects(sql)


@given(st.text(alphabet="abI '\"`[]();/*-$%s\n", max_size=40))
def test_no_text_breaks_the_reader_and_every_appended_delete_is_seen(text):
    effects(text)
    if not set(text) & set("'\"`/*-$["):
        assert Effect(Verb.DELETE, "t") in effects(f"{text};DELETE FROM t")
