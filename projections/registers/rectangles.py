"""Derives from which position an import is known, and the rectangles of its subjects.

All rectangles of a subject are derived anew from all its entries, so the order in which these were
folded leaves no trace. Written are those that an import can change: what was known before the
import stays, but for the position until which it is known. Subjects are taken one by one, by
`LATERAL`, since consumers plan without hash joins (`lrs.storage.database.BY_KEY`) and a subject has
few entries. `lrs.registers.judgement.rectangles` says the same in plain Python.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import psycopg
from psycopg import sql

from lrs.registers.form.days import FOR_GOOD
from lrs.registers.form.register import Register
from lrs.registers.judgement.rectangles import STILL
from projections.registers.tables import table_name

# Gives each part of some imports the position from which it is known: that of the last part once
# all are there. Of a part that is on the log twice, under two ids, the first counts.
_KNOWN: Final = """
WITH numbered AS (
    SELECT position, import_id, "of",
        row_number() OVER (PARTITION BY import_id, part ORDER BY position) = 1 AS counts
    FROM register_part WHERE register = {register} AND import_id = ANY(%(imports)s)
), dated AS (
    SELECT position, CASE WHEN counts
        AND count(*) FILTER (WHERE counts) OVER whole >= max("of") OVER whole
        THEN max(position) FILTER (WHERE counts) OVER whole END AS known_from
    FROM numbered WINDOW whole AS (PARTITION BY import_id)
)
UPDATE register_part p SET known_from = dated.known_from FROM dated
WHERE p.position = dated.position AND p.known_from IS DISTINCT FROM dated.known_from
"""

# Selects the subjects of those imports that are whole, each with the first position from which one
# of the imports is known. The parts that do not count are looked at too: they may have counted.
_TOUCHED: Final = """
SELECT e.key, min(whole.known_from) AS known_from FROM (
    SELECT import_id, min(known_from) AS known_from FROM register_part
    WHERE register = {register} AND import_id = ANY(%(imports)s) AND known_from IS NOT NULL
    GROUP BY import_id
) whole
JOIN register_part p ON p.register = {register} AND p.import_id = whole.import_id
JOIN register_entry e ON e.position = p.position GROUP BY e.key
"""

# Deletes what was derived from that position on; there is nothing unless ranges are folded out of
# order.
_DELETED: Final = """
DELETE FROM {table} USING ({touched}) touched
WHERE {table}.key = touched.key AND {table}.known_from >= touched.known_from
"""

# `versions`: what was said of each day, until it is corrected or taken back. `sides`: what holds at
# each position from which something is known, with the day on which the next state begins or
# before which the subject ends. `sections`: where that day changes, a rectangle ends. Of earlier
# rectangles only the position changes until which they are known.
_INSERTED: Final = """
INSERT INTO {table} (key, valid_from, valid_until, known_from, known_until, position{columns})
SELECT touched.key, found.day, found.until, found.known_from,
    coalesce(found.known_until, {still}), found.position{values}
FROM ({touched}) touched CROSS JOIN LATERAL (
    WITH versions AS (
        SELECT e.day, e.is_end, e.retract, e.attributes, p.known_from,
            lead(p.known_from) OVER (
                PARTITION BY e.day, e.is_end ORDER BY p.known_from, p.part, e.place
            ) AS known_until
        FROM register_entry e JOIN register_part p USING (position)
        WHERE e.register = {register} AND e.key = touched.key AND p.known_from IS NOT NULL
    ), sides AS (
        SELECT v.day, v.is_end, v.attributes, v.known_from AS position, v.known_until,
            step.known_from, coalesce(lead(v.day + v.is_end::integer) OVER (
                PARTITION BY step.known_from ORDER BY v.day, v.is_end
            ), {for_good}) AS until
        FROM versions v JOIN (SELECT DISTINCT known_from FROM versions) step
            ON step.known_from >= v.known_from
            AND (v.known_until IS NULL OR step.known_from < v.known_until)
        WHERE NOT v.retract
    ), sections AS (
        SELECT *, until IS DISTINCT FROM lag(until) OVER (
            PARTITION BY day, position ORDER BY known_from
        ) AS begins
        FROM sides WHERE NOT is_end
    )
    SELECT day, until, attributes, position, known_from, lead(known_from, 1, known_until) OVER (
        PARTITION BY day, position ORDER BY known_from
    ) AS known_until
    FROM sections WHERE begins
) found{typed}
WHERE found.known_until IS NULL OR found.known_until >= touched.known_from
ON CONFLICT (key, valid_from, known_from) DO UPDATE SET known_until = excluded.known_until
WHERE {table}.known_until <> excluded.known_until
"""

# The attributes of a state as columns.
_TYPED: Final = " CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, found.attributes) typed"


def settle(connection: psycopg.Connection, register: Register, imports: Sequence[str]) -> None:
    """Derive what follows from some imports of a register; waits for no answer."""
    for statement in _statements(register.name, tuple(register.fields)):
        connection.execute(statement, {"imports": imports})


def touched(register: str) -> sql.Composed:
    """Return SQL of the subjects of a register of those `%(imports)s` that are whole."""
    return sql.SQL(_TOUCHED).format(register=sql.Literal(register))


@cache
def _statements(register: str, fields: Sequence[str]) -> Sequence[bytes]:
    """Return the SQL that dates imports of a register and writes its rectangles anew."""
    names = [sql.Identifier(name) for name in fields]
    table = sql.Identifier(table_name(register))
    parts = {
        "register": sql.Literal(register),
        "table": table,
        "touched": touched(register),
        "columns": sql.Composed([sql.SQL(", {}").format(name) for name in names]),
        "values": sql.Composed([sql.SQL(", typed.{}").format(name) for name in names]),
        "typed": sql.SQL(_TYPED).format(table=table),
        "still": sql.Literal(STILL),
        "for_good": sql.Literal(FOR_GOOD),
    }
    return [sql.SQL(text).format(**parts).as_bytes() for text in (_KNOWN, _DELETED, _INSERTED)]
