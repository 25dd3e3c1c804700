"""Reads of the completions: aggregated over the rows that count, as of any position.

A row of the answer is a pair of agent and activity. A pair whose statements have all been voided is
still told as `retracted`, so that someone who asks for changes learns of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Engine, Row

from lrs.storage.database import fetch
from lrs.xapi.terms import Filter, term
from projections.folding.projection import STATEMENTS_PER_POSITION, seq_before


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: all conditions hold together; positions are of the log, times in us UTC.

    `before` bounds the positions seen (exclusive); `changed_since` leaves pairs out that no record
    after this position concerns; `after` is the pair to go on after.
    """

    agent: str | None = None
    activity: str | None = None
    before: int | None = None
    changed_since: int | None = None
    after: tuple[str, str] | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Completion:
    """What one agent achieved in one activity, and the statements that say so.

    `first`, `best` and `latest` are (statement id, time in us UTC, scaled score); `best` has the
    highest score. All are None where `statements` is empty: everything was voided.
    """

    agent: str
    activity: str
    group: bool
    passed: bool
    first: tuple[str, int, float | None] | None
    best: tuple[str, int, float | None] | None
    latest: tuple[str, int, float | None] | None
    statements: Sequence[str]
    position: int


_SELECT: Final = """
WITH once AS (
    SELECT DISTINCT ON (c.agent, c.activity, c.id) c.*, v.seq AS voided_at
    FROM completion c LEFT JOIN LATERAL (
        SELECT min(seq) AS seq FROM completion_voiding v
        WHERE v.target = c.id AND v.seq < %(below)s
    ) v ON true
    WHERE c.seq < %(below)s {conditions}
    ORDER BY c.agent, c.activity, c.id, c.seq
)
SELECT agent, activity,
    coalesce(bool_or("group") FILTER (WHERE voided_at IS NULL), bool_or("group")),
    coalesce(bool_or(passed) FILTER (WHERE voided_at IS NULL), false),
    {first}, {best}, {latest},
    coalesce(array_agg(id::text ORDER BY seq) FILTER (WHERE voided_at IS NULL), '{{}}'),
    max(greatest(seq, voided_at)) / %(per_position)s
FROM once GROUP BY agent, activity
HAVING max(greatest(seq, voided_at)) >= %(changed)s
ORDER BY agent, activity LIMIT %(limit)s
"""

_EVER: Final = 2**63 - 1


def _chosen(order: str) -> str:
    return (
        "(array_agg(json_build_array(id, timestamp, score) "
        f"ORDER BY {order}) FILTER (WHERE voided_at IS NULL))[1]"
    )


_COLUMNS: Final = {
    "first": _chosen("timestamp, seq"),
    "best": _chosen("score DESC NULLS LAST, timestamp, seq"),
    "latest": _chosen("timestamp DESC, seq DESC"),
}


def page(source: Engine, asked: Asked) -> list[Completion]:
    """Return the pairs that are asked for, ordered by agent and activity."""
    conditions, values = _conditions(asked)
    values |= {
        "below": seq_before(asked.before) if asked.before is not None else _EVER,
        "changed": 0 if asked.changed_since is None else seq_before(asked.changed_since + 1),
        "per_position": STATEMENTS_PER_POSITION,
        "limit": asked.limit,
    }
    sql = _SELECT.format(conditions=conditions, **_COLUMNS)
    return [_completion(row) for row in fetch(source, sql, values)]


def _conditions(asked: Asked) -> tuple[str, dict[str, Any]]:
    sql = ""
    values: dict[str, Any] = {}
    for name, kind in (("agent", Filter.AGENT), ("activity", Filter.ACTIVITY)):
        if getattr(asked, name) is not None:
            sql += f" AND c.{name}_k = %({name}_k)s AND c.{name} = %({name})s"
            values |= {
                name: getattr(asked, name).encode(),
                f"{name}_k": term(kind, getattr(asked, name)),
            }
    if asked.after is not None:
        sql += " AND (c.agent, c.activity) > (%(after_agent)s, %(after_activity)s)"
        values["after_agent"], values["after_activity"] = (one.encode() for one in asked.after)
    return sql, values


def _completion(row: Row[Any]) -> Completion:
    agent, activity, group, passed, *triples, statements, position = tuple(row)
    first, best, latest = map(_triple, triples)
    texts = bytes(agent).decode(), bytes(activity).decode()
    return Completion(*texts, group, passed, first, best, latest, statements, position)


def _triple(value: Sequence[Any] | None) -> tuple[str, int, float | None] | None:
    return None if value is None else (value[0], value[1], value[2])
