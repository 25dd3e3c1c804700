"""Reads of the statement projection: one by id, and pages by every filter of the standard.

Each page is one SQL statement whose rows come in `seq` order straight from a primary key; see
`projections/statements/fold.py` for the shape of the index.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from lrs.storage.database import Pool, fetch
from lrs.xapi.agent import authority_key
from lrs.xapi.terms import Filter, matches, term

Wanted = tuple[Filter, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A statement as stored: its place, its time (us UTC) and its text."""

    seq: int
    stored: int
    payload: str


@dataclass(frozen=True, slots=True)
class Query:
    """What a list asks for.

    `mine` is the key of an authority: only statements that bear it are shown, whatever they refer
    to. `since` (exclusive) and `until` (inclusive) are in microseconds UTC; `after` is the `seq` of
    the last statement already shown, in the direction of the list.
    """

    wanted: tuple[Wanted, ...] = ()
    mine: str | None = None
    since: int | None = None
    until: int | None = None
    ascending: bool = False
    after: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Statements in order, and the `seq` to go on after (None: this is the end)."""

    statements: Sequence[Found]
    after: int | None


def by_id(source: Pool, key: str, *, voided: bool, mine: str | None = None) -> Found | None:
    """Return the statement with this id, if its being voided is as asked and it may be shown."""
    rows = fetch(
        source,
        "SELECT seq, stored, payload FROM statement WHERE id = %s AND NOT copy AND voided = %s",
        (key, voided),
    )
    found = Found(*rows[0]) if rows else None
    return found if found and _borne(found, mine) else None


def page(source: Pool, query: Query) -> Page:
    """Return one page of a list, without voided statements."""
    sql, values = _select(query)
    rows = [Found(*row) for row in fetch(source, sql, values)]
    more = len(rows) > query.limit
    after = rows[query.limit - 1].seq if more else None
    shown = [found for found in rows[: query.limit] if _verified(source, found, query)]
    return Page(shown, after)


def _select(query: Query) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of a page and its values: one range scan, and a probe per further filter."""
    wanted = [*query.wanted, *([(Filter.AUTHORITY, query.mine)] if query.mine else [])]
    keys = [term(kind, identifier) for kind, identifier in wanted]
    values: list[Any] = []
    if keys:
        source, seq = "term t JOIN statement s ON s.seq = t.seq", "t.seq"
        conditions = ["t.k = %s"]
        conditions += ["EXISTS (SELECT FROM term o WHERE o.k = %s AND o.seq = t.seq)"] * len(
            keys[1:]
        )
        values += keys
    else:
        source, seq, conditions = "statement s", "s.seq", []
    for condition, bound in _bounds(query, seq):
        conditions.append(condition)
        values.append(bound)
    values.append(query.limit + 1)
    where = " AND ".join([*conditions, "NOT s.voided", "NOT s.copy"])
    direction = "ASC" if query.ascending else "DESC"
    return (
        f"SELECT s.seq, s.stored, s.payload FROM {source} WHERE {where} "
        f"ORDER BY {seq} {direction} LIMIT %s",
        tuple(values),
    )


def _bounds(query: Query, seq: str) -> Iterator[tuple[str, int]]:
    """Yield the bounds on `seq`: `stored` rises with it, so a time is one look into its index."""
    last = "(SELECT seq FROM statement WHERE stored <= %s ORDER BY stored DESC LIMIT 1)"
    if query.since is not None:
        yield f"{seq} > coalesce({last}, -1)", query.since
    if query.until is not None:
        yield f"{seq} <= coalesce({last}, -1)", query.until
    if query.after is not None:
        yield f"{seq} {'>' if query.ascending else '<'} %s", query.after


def _verified(source: Pool, found: Found, query: Query) -> bool:
    """Tell whether a hit is one by its text and not only by its hashes."""
    if not _borne(found, query.mine):
        return False
    if all(_written(identifier) in found.payload for _, identifier in query.wanted):
        return True
    return all(_meets(source, found.payload, wanted) for wanted in query.wanted)


def _borne(found: Found, mine: str | None) -> bool:
    """Tell whether a statement bears the authority that it must, if it must bear one."""
    return mine is None or authority_key(orjson.loads(found.payload)["authority"]) == mine


def _written(identifier: str) -> str:
    """Return an identifier as it usually stands in JSON; an account's key is never found so."""
    return f'"{identifier.removeprefix("mbox:").removeprefix("openid:")}"'


def _meets(source: Pool, payload: str, wanted: Wanted) -> bool:
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
