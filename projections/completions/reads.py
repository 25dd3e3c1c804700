"""Reads of the completions: aggregated over the rows that count, as of any position.

A row of the answer is a pair of agent and activity. Its status is the best that a statement which
is not voided says; a statement that denies changes no status, and is told beside it. A pair whose
statements have all been voided is still told as `retracted`, so that someone who asks for changes
learns of it; one of which nothing was ever said but denials is not told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import orjson

from lrs.storage.database import Pool, fetch
from lrs.xapi.terms import Filter, term
from projections.folding.projection import STATEMENTS_PER_POSITION, seq_before


class Status(StrEnum):
    """How a pair stands, the best first."""

    PASSED = "passed"
    COMPLETED = "completed"
    WAIVED = "waived"
    FAILED = "failed"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class CompletionsQuery:
    """What is asked: all conditions hold together; positions are of the log, times in us UTC.

    `before` bounds the positions seen (exclusive); `changed_since` leaves pairs out that no record
    after this position concerns; `statuses` none: all; `questions` tells whether single questions
    are wanted too; `after` is the pair to go on after.
    """

    agent: str | None = None
    activity: str | None = None
    activity_type: str | None = None
    statuses: Sequence[Status] = ()
    questions: bool = False
    before: int | None = None
    changed_since: int | None = None
    after: tuple[str, str] | None = None
    limit: int = 100


class Evidence(NamedTuple):
    """A statement that says so: its id, its time in us UTC, its scaled score."""

    statement: str
    timestamp: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Completion:
    """What one agent achieved in one activity, and the statements that say so.

    `first`, `best` and `latest` are of the statements that achieve, or where none does of those
    that failed; `best` has the highest score. All are None where everything was voided.
    `denied_after` is the last statement that denies, if it comes after all that achieve. Names and
    type are the last that these statements gave; `activity_name` is a language map.
    """

    agent: str
    activity: str
    group: bool
    actor_name: str | None
    activity_name: dict[str, str] | None
    activity_type: str | None
    status: Status
    first: Evidence | None
    best: Evidence | None
    latest: Evidence | None
    denied_after: Evidence | None
    statements: Sequence[str]
    position: int


# `once`: each statement of a pair once, and where it was voided. `weighed`: whether it achieves,
# failed or denies. `ranked`: the pairs, with all that is told of them.
_SELECT: Final = """
WITH once AS (
    SELECT DISTINCT ON (c.agent, c.activity, c.id) c.*, v.seq AS voided_at
    FROM completion c LEFT JOIN LATERAL (
        SELECT min(seq) AS seq FROM completion_voiding v
        WHERE v.target = c.id AND v.seq < %(below)s
    ) v ON true
    WHERE c.seq < %(below)s {conditions}
    ORDER BY c.agent, c.activity, c.id, c.seq
), weighed AS (
    SELECT *, voided_at IS NULL AND outcome IN ('completed', 'passed', 'waived') AS achieves,
        voided_at IS NULL AND outcome = 'failed' AS failed,
        voided_at IS NULL AND outcome IN ('failed', 'denied') AS denies
    FROM once
), ranked AS (
    SELECT agent, activity,
        coalesce(bool_or("group") FILTER (WHERE voided_at IS NULL), bool_or("group")) AS of_group,
        {actor_name} AS actor_name, {activity_name} AS activity_name,
        {activity_type} AS activity_type,
        CASE WHEN bool_or(achieves AND outcome = 'passed') THEN 'passed'
            WHEN bool_or(achieves AND outcome = 'completed') THEN 'completed'
            WHEN bool_or(achieves) THEN 'waived'
            WHEN bool_or(failed) THEN 'failed' ELSE 'retracted' END AS status,
        coalesce({first_achieving}, {first_failed}) AS first,
        coalesce({best_achieving}, {best_failed}) AS best,
        coalesce({latest_achieving}, {latest_failed}) AS latest,
        CASE WHEN max(ARRAY[timestamp, seq]) FILTER (WHERE achieves)
            < max(ARRAY[timestamp, seq]) FILTER (WHERE denies) THEN {latest_denying}
            END AS denied,
        coalesce(array_agg(id::text ORDER BY seq) FILTER (WHERE achieves),
            array_agg(id::text ORDER BY seq) FILTER (WHERE failed), '{{}}') AS statements,
        max(greatest(seq, voided_at)) AS changed
    FROM weighed GROUP BY agent, activity
    HAVING bool_or(outcome IN ('completed', 'passed', 'waived', 'failed'))
        AND (%(questions)s OR NOT bool_or(question))
)
SELECT agent, activity, of_group, actor_name, activity_name, activity_type, status,
    first, best, latest, denied, statements, changed / %(per_position)s
FROM ranked
WHERE changed >= %(changed)s
    AND (%(type)s::bytea IS NULL OR activity_type = %(type)s)
    AND (%(statuses)s::text[] IS NULL OR status = ANY(%(statuses)s))
ORDER BY agent, activity LIMIT %(limit)s
"""

_EVER: Final = 2**63 - 1


def _chosen(order: str, among: str) -> str:
    return (
        "(array_agg(json_build_array(id, timestamp, score) "
        f"ORDER BY {order}) FILTER (WHERE {among}))[1]"
    )


def _last(column: str) -> str:
    return (
        f"(array_agg({column} ORDER BY timestamp DESC, seq DESC) "
        f"FILTER (WHERE {column} IS NOT NULL))[1]"
    )


_FIRST: Final = "timestamp, seq"
_BEST: Final = "score DESC NULLS LAST, timestamp, seq"
_LATEST: Final = "timestamp DESC, seq DESC"
_COLUMNS: Final = {
    "first_achieving": _chosen(_FIRST, "achieves"),
    "first_failed": _chosen(_FIRST, "failed"),
    "best_achieving": _chosen(_BEST, "achieves"),
    "best_failed": _chosen(_BEST, "failed"),
    "latest_achieving": _chosen(_LATEST, "achieves"),
    "latest_failed": _chosen(_LATEST, "failed"),
    "latest_denying": _chosen(_LATEST, "denies"),
    **{name: _last(name) for name in ("actor_name", "activity_name", "activity_type")},
}


def page(source: Pool, asked: CompletionsQuery) -> list[Completion]:
    """Return the pairs that are asked for, ordered by agent and activity."""
    conditions, values = _conditions(asked)
    values |= {
        "below": seq_before(asked.before) if asked.before is not None else _EVER,
        "changed": 0 if asked.changed_since is None else seq_before(asked.changed_since + 1),
        "per_position": STATEMENTS_PER_POSITION,
        "type": asked.activity_type.encode() if asked.activity_type is not None else None,
        "statuses": [status.value for status in asked.statuses] or None,
        "questions": asked.questions,
        "limit": asked.limit,
    }
    sql = _SELECT.format(conditions=conditions, **_COLUMNS)
    return [_completion(row) for row in fetch(source, sql, values)]


def _conditions(asked: CompletionsQuery) -> tuple[str, dict[str, Any]]:
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


def _completion(row: tuple[Any, ...]) -> Completion:
    agent, activity, group, *named, status, first, best, latest, denied, statements, at = tuple(row)
    actor_name, activity_name, activity_type = named
    return Completion(
        agent=_text(agent),
        activity=_text(activity),
        group=group,
        actor_name=None if actor_name is None else _text(actor_name),
        activity_name=None if activity_name is None else orjson.loads(bytes(activity_name)),
        activity_type=None if activity_type is None else _text(activity_type),
        status=Status(status),
        first=_evidence(first),
        best=_evidence(best),
        latest=_evidence(latest),
        denied_after=_evidence(denied),
        statements=statements,
        position=at,
    )


def _text(value: bytes | memoryview) -> str:
    return bytes(value).decode()


def _evidence(value: Sequence[Any] | None) -> Evidence | None:
    return None if value is None else Evidence(*value)
