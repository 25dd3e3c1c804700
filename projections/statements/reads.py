"""Reads of the statement projection: one by id, and pages by every filter of the standard.

Each page is one SQL statement whose rows come in `seq` order straight from a primary key; see
`projections/statements/fold.py` for the shape of the index.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from lrs.storage.database import Pool, fetch
from lrs.xapi.agent import authority_key
from lrs.xapi.terms import Filter, matches, term
from projections.folding.freshness import Freshness
from projections.folding.snapshot import Select, Snapshot

NAME: Final = "statements"
"""Of the projection."""

Wanted = tuple[Filter, str]


class Found(NamedTuple):
    """A statement as stored: its place, its time (us UTC) and its text in UTF-8."""

    seq: int
    stored: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Sources:
    """What is asked for statements.

    `planned` plans each statement for the values in it, `by_key` keeps its plans: for those which
    have one good plan whatever the values.
    """

    freshness: Freshness
    planned: Pool
    by_key: Pool

    def close(self) -> None:
        """Close the connections."""
        self.planned.close()
        self.by_key.close()


@dataclass(frozen=True, slots=True)
class Query:
    """What a list asks for.

    `authority` is the key of an authority: only statements that bear it are shown, whatever they
    refer to. `since` (exclusive) and `until` (inclusive) are in microseconds UTC; `after` is the
    `seq` of the last statement already shown, in the direction of the list.
    """

    wanted: tuple[Wanted, ...] = ()
    authority: str | None = None
    since: int | None = None
    until: int | None = None
    ascending: bool = False
    after: int | None = None
    limit: int = 100

    @property
    def sought(self) -> Sequence[Wanted]:
        """Everything that a statement must have."""
        return [*self.wanted, (Filter.AUTHORITY, self.authority)] if self.authority else self.wanted

    @property
    def one_way(self) -> bool:
        """Tell whether one plan is good whatever the values: from entry to entry of one index."""
        return len(self.sought) <= 1 and self.since is None and self.until is None


@dataclass(frozen=True, slots=True)
class Page:
    """Statements in order, and the `seq` to go on after (None: this is the end).

    All that was stored up to `consistent` (us UTC) and meets the query is on it or on another.
    """

    statements: Sequence[Found]
    after: int | None
    consistent: int


_COLUMNS: Final = "s.seq, s.stored, convert_to(s.payload, 'UTF8')"
BY_ID: Final = (
    f"SELECT {_COLUMNS} FROM statement s WHERE s.id = %s AND NOT s.copy AND s.voided = %s"
)
# A statement is looked up for each entry of the one term. `OFFSET 0` keeps the planner from the
# other way round, to look through all statements for those with the term.
_OF_TERM: Final = "term t CROSS JOIN LATERAL (SELECT * FROM statement WHERE seq = t.seq OFFSET 0) s"


def by_id(source: Pool, key: str, *, voided: bool) -> Found | None:
    """Return the statement with this id, if its being voided is as asked."""
    rows = fetch(source, BY_ID, (key, voided))
    return Found(*rows[0]) if rows else None


def seen_by_id(
    sources: Sources, key: str, *, voided: bool, authority: str | None
) -> tuple[Found | None, Snapshot]:
    """Return such a statement if it may be shown, and the snapshot that it was sought in."""
    select = Select(BY_ID, (key, voided))
    snapshot = sources.freshness.snapshot(sources.by_key, NAME, select)
    found = Found(*snapshot.rows[0]) if snapshot.rows else None
    return (found if found and _borne(found, authority) else None), snapshot


def page(sources: Sources, query: Query) -> Page:
    """Return one page of a list, without voided statements."""
    source = sources.by_key if query.one_way else sources.planned
    snapshot = sources.freshness.snapshot(source, NAME, listing(query))
    rows = sorted(map(Found._make, snapshot.rows), reverse=not query.ascending)
    more = len(rows) > query.limit
    after = rows[query.limit - 1].seq if more else None
    shown = _verified(sources.planned, rows[: query.limit], query)
    return Page(shown, after, snapshot.consistent)


def listing(query: Query) -> Select:
    """Return the select of a page: one range scan, and a probe per further filter."""
    values: list[Any] = [term(kind, identifier) for kind, identifier in query.sought]
    if not values:
        source, seq, conditions = "statement s", "s.seq", []
    elif len(values) == 1:
        source, seq, conditions = _OF_TERM, "t.seq", ["t.k = %s"]
    else:
        source, seq = "term t JOIN statement s ON s.seq = t.seq", "t.seq"
        further = ["EXISTS (SELECT FROM term o WHERE o.k = %s AND o.seq = t.seq)"]
        conditions = ["t.k = %s", *further * (len(values) - 1)]
    for condition, bound in _bounds(query, seq):
        conditions.append(condition)
        values.append(bound)
    values.append(query.limit + 1)
    where = " AND ".join([*conditions, "NOT s.voided", "NOT s.copy"])
    direction = "ASC" if query.ascending else "DESC"
    return Select(
        f"SELECT {_COLUMNS} FROM {source} WHERE {where} ORDER BY {seq} {direction} LIMIT %s",
        tuple(values),
    )


def _bounds(query: Query, seq: str) -> Iterator[tuple[str, int]]:
    """Yield bounds on `seq`: `stored` rises with `seq`, so a time is one look into an index."""
    last = "(SELECT seq FROM statement WHERE stored <= %s ORDER BY stored DESC LIMIT 1)"
    if query.since is not None:
        yield f"{seq} > coalesce({last}, -1)", query.since
    if query.until is not None:
        yield f"{seq} <= coalesce({last}, -1)", query.until
    if query.after is not None:
        yield f"{seq} {'>' if query.ascending else '<'} %s", query.after


def _verified(source: Pool, rows: Sequence[Found], query: Query) -> Sequence[Found]:
    """Return the hits that are some by their texts and not only by their hashes."""
    written = [_written(identifier) for _, identifier in query.wanted]
    if query.authority is None and all(text in found.payload for text in written for found in rows):
        return rows
    return [
        found
        for found in rows
        if _borne(found, query.authority)
        and (
            all(text in found.payload for text in written)
            or all(_meets(source, found.payload, wanted) for wanted in query.wanted)
        )
    ]


def _borne(found: Found, authority: str | None) -> bool:
    """Tell whether a statement bears the authority asked for, if one is asked for."""
    return authority is None or authority_key(orjson.loads(found.payload)["authority"]) == authority


def _written(identifier: str) -> bytes:
    """Return an identifier as JSON usually holds it; the key of an account never stands there."""
    return f'"{identifier.removeprefix("mbox:").removeprefix("openid:")}"'.encode(
        "utf-8", "surrogatepass"
    )


def _meets(source: Pool, payload: str | bytes, wanted: Wanted) -> bool:
    """Tell whether a statement, or one that its object leads to, meets a filter."""
    seen: set[str] = set()
    while True:
        parsed = orjson.loads(payload)
        if matches(parsed, [wanted]):
            return True
        target = parsed["object"]
        if target.get("objectType") != "StatementRef" or target["id"].lower() in seen:
            return False
        seen.add(target["id"].lower())
        rows = fetch(
            source, "SELECT payload FROM statement WHERE id = %s AND NOT copy", (target["id"],)
        )
        if not rows:
            return False
        payload = rows[0][0]
