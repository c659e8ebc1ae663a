"""Every statement of the publisher, prepared against schema.sql: what a tick
asks of `target` is answered by its partial indexes, however many rows there
are. The statements are read from the sources themselves."""

import re
import sqlite3
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "lib/publish").glob("*.[ch]")) \
    + [ROOT / "lib/core/post_part.c"]
PIECE = r'"(?:[^"\\]|\\.)*"|[A-Z][A-Z_]+\b'
# What may be walked whole: a handful of rows, what a statement has made of
# them, and the indexes that hold only what workers hold or verify now.
SMALL = (r"SCAN (meta|o|busy|x|CONSTANT ROW|\(subquery-\d+\))$"
         r"|SCAN \w+ USING (COVERING )?INDEX"
         r" (target_worker|change_worker|an account has one post in flight"
         r"|a delivery has one open attempt)$")
FIRST = re.compile(r"(SELECT|INSERT|UPDATE|DELETE)\b")


def macros():
    """#define NAME "..." of the publisher's files, continued lines joined."""
    found = {}
    for path in SOURCES:
        text = path.read_text().replace("\\\n", " ")
        for name, body in re.findall(r"#define ([A-Z_]+) (.*\".*)", text):
            found[name] = body
    return found


def joined(pieces, known):
    """The text of C string literals and macros that stand side by side."""
    text = ""
    for piece in re.findall(PIECE, pieces):
        if piece.startswith('"'):
            text += piece[1:-1].replace('\\"', '"')
        else:
            text += joined(known[piece], known) if piece in known else " ? "
    return text


def statements():
    known, found = macros(), {}
    for path in SOURCES:
        text = path.read_text().replace("\\\n", " ")
        text = re.sub(r"/\*.*?\*/|#define[^\n]*", "", text, flags=re.S)
        text = re.sub(r'DB_TIME\("[^"]*"\)', '"NULL"', text)
        for run in re.finditer(rf"(?:(?:{PIECE})\s*)+", text):
            sql = joined(run.group(), known).strip()
            if FIRST.match(sql):
                line = text[:run.start()].count("\n") + 1
                for part in filter(str.strip, sql.split(";")):
                    found[f"{path.name}:{line}:{part.strip()[:30]}"] = part
    return found


STATEMENTS = statements()


@pytest.fixture(scope="module")
def database():
    connection = sqlite3.connect(":memory:")
    connection.executescript((ROOT / "schema.sql").read_text())
    return connection


def plan(database, sql):
    names = {name: None for name in re.findall(r":(\w+)", sql)}
    return [row[3] for row in
            database.execute("EXPLAIN QUERY PLAN " + sql, names)]


def test_the_sources_were_read():
    assert len(STATEMENTS) >= 25
    assert any("UPDATE target SET state = 'publishing'" in sql
               for sql in STATEMENTS.values())


@pytest.mark.parametrize("where", STATEMENTS)
def test_no_statement_walks_a_table_that_grows(database, where):
    sql = STATEMENTS[where]
    steps = plan(database, sql)
    walked = [step for step in steps if step.startswith("SCAN")
              and not re.match(SMALL, step)]
    assert not walked, (sql, steps)


def test_a_tick_finds_what_is_due_by_the_index_of_what_is_due(database):
    due = [sql for sql in STATEMENTS.values() if "tick_account" in sql]
    assert len(due) == 1
    steps = plan(database, due[0])
    assert any("target_due" in step for step in steps), steps
    following = [sql for sql in STATEMENTS.values()
                 if sql.startswith("SELECT t.next_at FROM target")]
    assert any("INDEX target_due (next_at>?)" in step
               for step in plan(database, following[0]))


def test_a_claim_finds_the_accounts_first_by_the_index_of_its_order(database):
    [claim] = [sql for sql in STATEMENTS.values()
               if "claim_account" in sql and "UPDATE" in sql]
    steps = plan(database, claim)
    assert any("target_order (account=? AND due_at<?)" in step
               for step in steps), steps
