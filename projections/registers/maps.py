"""Derives the two maps that every question about learners joins, as rectangles like all others.

`identity_person` says whose an identity is, merges resolved; `activity_catalogue` which activity of
the catalogue an IRI is. Where nothing interferes, a rectangle of the map is one of the register.
Otherwise - a person was merged into another one, several activities claim one IRI - days and
positions are cut at every bound that plays a part, and each cell has what holds at its lower
corner. Neighbouring cells of one value are not joined: they are few, and a reader finds one.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import psycopg
from psycopg import sql

from lrs.registers.form.entry import Entry
from lrs.registers.form.register import Register
from lrs.xapi.terms import Filter, term
from projections.registers.rectangles import touched

IDENTITIES: Final = "identities"
MERGES: Final = "merges"
ACTIVITIES: Final = "activities"

FARTHEST: Final = 100
"""Merges in a chain that are followed; a circle, which intake refuses, ends here."""

# Cuts days and positions at the bounds of `shapes`: each strip goes from one bound to the next.
_STRIPS: Final = """
days AS (
    SELECT day, lead(day) OVER (ORDER BY day) AS until FROM (
        SELECT valid_from AS day FROM shapes UNION SELECT valid_until FROM shapes
    ) bound
), positions AS (
    SELECT position, lead(position) OVER (ORDER BY position) AS until FROM (
        SELECT known_from AS position FROM shapes UNION SELECT known_until FROM shapes
    ) bound
)
"""

# Selects the identities of persons who may have become others by the merges of some imports.
_MERGED: Final = """
WITH RECURSIVE person(key) AS (
    SELECT key FROM ({touched}) touched
    UNION SELECT m.key FROM person JOIN register_merges m ON m.person = person.key
)
SELECT DISTINCT i.key FROM person JOIN register_identities i ON i.person = person.key
"""

_IDENTITIES_DELETED: Final = """
DELETE FROM identity_person USING ({changed}) changed
JOIN register_term t ON t.register = 'identities' AND t.key = changed.key
WHERE identity_k = t.k AND identity = t.text
"""

# `direct`: the persons of the identity were never merged. `reached`: all that the identity may
# lead to. `walked`: from the person of each cell along the merges that hold there.
_IDENTITIES_INSERTED: Final = """
WITH changed AS (
    SELECT t.key, t.k, NOT EXISTS (
        SELECT FROM register_identities i JOIN register_merges m ON m.key = i.person
        WHERE i.key = t.key
    ) AS direct
    FROM ({changed}) changed JOIN register_term t
        ON t.register = 'identities' AND t.key = changed.key
)
INSERT INTO identity_person
    (identity_k, identity, valid_from, valid_until, known_from, known_until, person)
SELECT c.k, c.key, i.valid_from, i.valid_until, i.known_from, i.known_until, i.person
FROM changed c JOIN register_identities i ON i.key = c.key WHERE c.direct
UNION ALL
SELECT c.k, c.key, found.day, found.day_until, found.position, found.position_until, found.person
FROM changed c CROSS JOIN LATERAL (
    WITH RECURSIVE reached AS (
        SELECT person FROM register_identities WHERE key = c.key
        UNION SELECT m.person FROM reached JOIN register_merges m ON m.key = reached.person
    ), shapes AS (
        SELECT valid_from, valid_until, known_from, known_until
        FROM register_identities WHERE key = c.key
        UNION ALL SELECT m.valid_from, m.valid_until, m.known_from, m.known_until
        FROM reached JOIN register_merges m ON m.key = reached.person
    ), {strips}, walked AS (
        SELECT days.day, days.until AS day_until, positions.position,
            positions.until AS position_until, i.person, 0 AS distance
        FROM register_identities i
        JOIN days ON days.day >= i.valid_from AND days.day < i.valid_until
        JOIN positions
            ON positions.position >= i.known_from AND positions.position < i.known_until
        WHERE i.key = c.key
        UNION ALL
        SELECT w.day, w.day_until, w.position, w.position_until, m.person, w.distance + 1
        FROM walked w JOIN register_merges m ON m.key = w.person
            AND m.valid_from <= w.day AND w.day < m.valid_until
            AND m.known_from <= w.position AND w.position < m.known_until
        WHERE w.distance < {farthest}
    )
    SELECT DISTINCT ON (day, position) * FROM walked ORDER BY day, position, distance DESC
) found WHERE NOT c.direct
"""

# Selects what statements may call the activities of some imports.
_IRIS: Final = """
SELECT DISTINCT t.k, t.text FROM ({touched}) touched
JOIN register_term t ON t.register = 'activities' AND t.key = touched.key
"""

_ACTIVITIES_DELETED: Final = """
DELETE FROM activity_catalogue USING ({iris}) iris
WHERE activity_k = iris.k AND activity = iris.text
"""

# `claims`: the rectangles in which an activity has the IRI. Of several activities that claim an IRI
# for the same day the one counts that was entered last, and of those the first by id.
_ACTIVITIES_INSERTED: Final = """
INSERT INTO activity_catalogue
    (activity_k, activity, valid_from, valid_until, known_from, known_until, catalogue_id)
SELECT iris.k, iris.text, found.day, found.day_until, found.position, found.position_until,
    found.key
FROM ({iris}) iris CROSS JOIN LATERAL (
    WITH claims AS (
        SELECT a.key, a.valid_from, a.valid_until, a.known_from, a.known_until, a.position
        FROM register_term t JOIN register_activities a ON a.key = t.key
        WHERE t.k = iris.k AND t.register = 'activities' AND t.text = iris.text
            AND t.text = ANY(a.ids)
    ), shapes AS (
        SELECT * FROM claims WHERE (SELECT min(key) < max(key) FROM claims)
    ), {strips}
    SELECT valid_from AS day, valid_until AS day_until, known_from AS position,
        known_until AS position_until, key
    FROM claims WHERE (SELECT min(key) = max(key) FROM claims)
    UNION ALL
    (SELECT DISTINCT ON (days.day, positions.position) days.day, days.until, positions.position,
        positions.until, s.key
    FROM shapes s
    JOIN days ON days.day >= s.valid_from AND days.day < s.valid_until
    JOIN positions ON positions.position >= s.known_from AND positions.position < s.known_until
    ORDER BY days.day, positions.position, s.position DESC, s.key)
) found
"""


def terms(register: Register, entry: Entry) -> Iterator[tuple[int, str]]:
    """Yield hash and text of each identifier by which statements may name a subject."""
    if register.name == IDENTITIES:
        yield term(Filter.AGENT, entry.key), entry.key
    elif register.name == ACTIVITIES and entry.attributes is not None:
        for iri in entry.attributes.get("ids", ()):
            yield term(Filter.ACTIVITY, iri), iri


def settle(connection: psycopg.Connection, imports: Mapping[str, Sequence[str]]) -> None:
    """Derive the maps anew as far as imports of registers change them; waits for no answer.

    The rectangles of these registers must be written already.
    """
    for register, statements in _statements().items():
        for statement in statements if register in imports else ():
            connection.execute(statement, {"imports": imports[register]})


@cache
def _statements() -> Mapping[str, Sequence[bytes]]:
    """Return the SQL for imports of each register on which a map rests."""
    merged = sql.SQL(_MERGED).format(touched=touched(MERGES))
    return {
        IDENTITIES: _of_identities(touched(IDENTITIES)),
        MERGES: _of_identities(merged),
        ACTIVITIES: _of_activities(sql.SQL(_IRIS).format(touched=touched(ACTIVITIES))),
    }


def _of_identities(changed: sql.Composed) -> Sequence[bytes]:
    parts = {
        "changed": changed,
        "strips": sql.SQL(_STRIPS),
        "farthest": sql.Literal(FARTHEST),
    }
    templates = (_IDENTITIES_DELETED, _IDENTITIES_INSERTED)
    return [sql.SQL(text).format(**parts).as_bytes() for text in templates]


def _of_activities(iris: sql.Composed) -> Sequence[bytes]:
    parts = {"iris": iris, "strips": sql.SQL(_STRIPS)}
    templates = (_ACTIVITIES_DELETED, _ACTIVITIES_INSERTED)
    return [sql.SQL(text).format(**parts).as_bytes() for text in templates]
