"""The statements as the standard serves them: by id, and by every filter in `stored` order.

A row per statement of the log, keyed by `seq`, with the text as `format=exact` returns it. What a
filter can ask for stands in `term`: rows `(k, seq)` where k is a hash, so each filter is one range
scan in the order of the answer. GIN arrays took 700 ms and text link tables 2,500 ms where this
table takes 4. A hit is verified against the text, so a collision of hashes cannot leak a statement.

Three things depend on two statements and are derived in `settle`, whichever of the two came first:
`voided`, `copy` (the log holds the id at a lower seq: a producer's retry), and the terms that a
statement inherits from the statement its object refers to, through up to 100 references. The term
of a statement's authority is not inherited: a caller that may read only its own statements finds
them by this term.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
import psycopg

from lrs.clock import iso
from lrs.events.statements import StatementsStored
from lrs.xapi.exact import complete
from lrs.xapi.terms import authority_term, terms
from projections.folding.changes import Change
from projections.folding.projection import Entry, PlacedStatement, Projection, on
from projections.statements.tables import StatementRow, statement, term

VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"

# Writes the terms of the new statements that have none yet, and tells whether any of the new
# statements has to do with another: one refers to it, or its id is there twice. A statement
# that has the term of its authority has its terms already: to ask so once, in the place of
# `ON CONFLICT` for each term, saves a third of the database's time for a statement.
_INDEXED: Final = """
WITH own AS (
    INSERT INTO term (k, seq)
    SELECT unnest(terms || authority), seq FROM statement s WHERE seq = ANY(%(seqs)s)
    AND NOT EXISTS (SELECT FROM term t WHERE t.k = s.authority AND t.seq = s.seq)
)
SELECT EXISTS (SELECT FROM statement WHERE refers = ANY(%(ids)s::uuid[]))
    OR (SELECT count(*) FROM statement WHERE id = ANY(%(ids)s::uuid[])) > %(count)s
    OR (SELECT count(DISTINCT id) < count(*) FROM unnest(%(ids)s::uuid[]) AS id)
"""
# Marks as copies the statements whose id stands at a lower `seq` too.
_COPIES: Final = """
UPDATE statement late SET copy = true FROM statement first
WHERE late.id = ANY(%(ids)s::uuid[]) AND NOT late.copy
    AND first.id = late.id AND first.seq < late.seq
"""
# Marks as voided what a voiding statement refers to; a voiding statement cannot be voided.
_VOIDED: Final = """
UPDATE statement target SET voided = true FROM statement voiding
WHERE voiding.voids AND voiding.refers = target.id AND NOT target.voids AND NOT target.voided
    AND (target.id = ANY(%(ids)s::uuid[]) OR target.id = ANY(%(refers)s::uuid[]))
"""
FARTHEST: Final = 100
"""References over which terms are inherited: without a limit, a chain of n references would make
n * n / 2 sets of terms, and one request of some thousand statements hold up every projection for
hours."""

# `affected`: the new statements, and all that lead to one of them by references. `reach`: the ids
# that an affected statement leads to. Gives each affected statement the terms of all it leads to.
_INHERITED: Final = f"""
WITH RECURSIVE affected(seq, id, refers, distance) AS (
    SELECT seq, id, refers, 0 FROM statement WHERE seq = ANY(%(seqs)s)
    UNION
    SELECT s.seq, s.id, s.refers, a.distance + 1
    FROM affected a JOIN statement s ON s.refers = a.id WHERE a.distance < {FARTHEST}
), reach(source, target, distance) AS (
    SELECT DISTINCT seq, refers, 1 FROM affected WHERE refers IS NOT NULL
    UNION
    SELECT r.source, s.refers, r.distance + 1 FROM reach r JOIN statement s ON s.id = r.target
    WHERE s.refers IS NOT NULL AND r.distance < {FARTHEST}
)
INSERT INTO term (k, seq)
SELECT DISTINCT k, r.source FROM reach r JOIN statement s ON s.id = r.target, unnest(s.terms) AS k
ON CONFLICT DO NOTHING
"""


class Statements(Projection):
    """Every statement of the log, as the Statement resource returns it."""

    name = "statements"
    version = 2
    tables = (statement, term)

    @on(StatementsStored)
    def store(self, entry: Entry[StatementsStored]) -> Iterator[Change]:
        """Keep each statement, completed with what the LRS adds."""
        authority, own = _authority(bytes(entry.event.authority))
        for given in entry.statements():
            parsed = given.parsed
            row = StatementRow(
                seq=given.seq,
                id=given.id,
                stored=given.stored,
                voids=parsed["verb"]["id"] == VOIDED,
                refers=_referred(parsed["object"]),
                voided=False,
                copy=False,
                terms=sorted(terms({**parsed, "authority": authority})),
                payload=_payload(entry.event, given),
                authority=own,
            )
            yield Change(statement, row)

    def settle(self, connection: psycopg.Connection, changes: Sequence[Change]) -> None:
        """Index the new statements and derive what they and others mean to each other."""
        rows = [change.row for change in changes if isinstance(change.row, StatementRow)]
        if not rows:
            return
        seqs = [row.seq for row in rows]
        refers = [row.refers for row in rows if row.refers]
        ids = [row.id for row in rows]
        known = {"ids": ids, "count": len(ids), "seqs": seqs, "refers": refers}
        related = connection.execute(_INDEXED, known).fetchone()
        if not refers and related == (False,):
            return
        for derivation in (_COPIES, _VOIDED, _INHERITED):
            connection.execute(derivation, known)


@lru_cache(maxsize=1 << 10)
def _authority(text: bytes) -> tuple[Mapping[str, object], int]:
    """Return an authority and its term; cached, as few authorities come with all statements."""
    authority = orjson.loads(text)
    return authority, authority_term(authority)


def _referred(target: Mapping[str, Any]) -> str | None:
    """Return the id of the statement that an object refers to."""
    return target["id"].lower() if target.get("objectType") == "StatementRef" else None


def _payload(event: StatementsStored, given: PlacedStatement) -> str:
    """Return the text of a statement as `format=exact` serves it."""
    parsed = given.parsed
    additions = {"stored": orjson.dumps(iso(given.stored)), "authority": bytes(event.authority)}
    for name, value in (
        ("id", given.id),
        ("timestamp", event.timestamp),
        ("version", event.version),
    ):
        if name not in parsed:
            additions[name] = orjson.dumps(value)
    return complete(given.raw, parsed, additions).decode()
