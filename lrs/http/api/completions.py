"""`/api/v1/completions`: who completed or passed what, with the statements behind each row."""

import re
from typing import Any, Final

import marshmallow
from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import ValidationError, fields

from lrs import clock
from lrs.http.wire import cursor, parameters
from lrs.http.wire.front import front
from lrs.xapi.agent import agent_of
from lrs.xapi.formats import is_timestamp, parse_timestamp
from lrs.xapi.version import Version
from projections.completions import reads as completion_reads
from projections.completions.reads import Asked, Completion

blueprint = Blueprint("completions", __name__, description="Completions and passes")


RESOURCE: Final = "completions"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Moment(fields.String):
    """A position of the log, a timestamp, or a day: its end in UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, int]:  # type: ignore[override]
        if re.fullmatch(r"[0-9]{1,18}", value):
            return "position", int(value)
        moment = f"{value}T23:59:59.999999Z" if _DAY.fullmatch(value) else value
        if not is_timestamp(moment, Version.V2_0_0):
            hint = parameters.plus(value)
            raise ValidationError(f"must be a position, a timestamp or a day{hint}")
        return "time", clock.microseconds(parse_timestamp(moment))


class Get(parameters.Parameters):
    """Parameters of GET."""

    agent = parameters.Agent(metadata={"description": "JSON of an Agent or identified Group"})
    activity = parameters.Iri()
    changed_since = parameters.Count(metadata={"description": "position of the log, exclusive"})
    as_of = Moment(
        metadata={"description": "position, timestamp or day (its end in UTC), inclusive"}
    )
    limit = parameters.Count(load_default=100)
    cursor = fields.String()


class Evidence(marshmallow.Schema):
    """One statement that says so."""

    statement = fields.UUID()
    timestamp = fields.String()
    score = fields.Float(allow_none=True)


class Row(marshmallow.Schema):
    """One agent and one activity."""

    agent = fields.Dict()
    activity = fields.String()
    status = fields.String(metadata={"enum": ["completed", "passed", "retracted"]})
    first = fields.Nested(Evidence, allow_none=True)
    best = fields.Nested(Evidence, allow_none=True)
    latest = fields.Nested(Evidence, allow_none=True)
    statements = fields.List(fields.UUID())
    position = fields.Integer()


class Answer(marshmallow.Schema):
    """A page, the position that all its pages reflect, and how many records are not folded yet."""

    position = fields.Integer()
    lag = fields.Integer()
    completions = fields.List(fields.Nested(Row))
    more = fields.String()


@blueprint.get("/completions")
@blueprint.arguments(Get, location="query", unknown="raise")
@blueprint.alt_response(200, schema=Answer)
def get(asked: dict[str, Any]) -> Response:
    """Return completions by agent, by activity, since a position, as of a position or time."""
    parameters.check_query()
    if "cursor" in asked:
        asked |= cursor.unseal(front().secret, asked["cursor"], RESOURCE)
    horizon = front().log.horizon()
    reached = front().progress.reached("completions")
    # Every page shows what the first one saw: whoever then asks what changed misses nothing.
    before = asked.setdefault("before", reached.next)
    kind, moment = asked.get("as_of", ("position", before - 1))
    if kind == "position":
        before = min(before, moment + 1)
    limit = min(asked["limit"] or 100, front().settings.page_limit)
    query = _query(asked, before, moment if kind == "time" else None, limit + 1)
    rows = completion_reads.page(front().database, query)
    more = _more(asked, rows[limit - 1]) if len(rows) > limit else ""
    return jsonify(
        position=before - 1,
        lag=max(0, horizon.end - reached.next),
        completions=[_row(row) for row in rows[:limit]],
        more=more,
    )


def _query(asked: dict[str, Any], before: int, until: int | None, limit: int) -> Asked:
    return Asked(
        agent=parameters.agent_key(asked["agent"]) if "agent" in asked else None,
        activity=asked.get("activity"),
        before=before,
        until=until,
        changed_since=asked.get("changed_since"),
        after=tuple(asked["after"]) if "after" in asked else None,
        limit=limit,
    )


def _more(asked: dict[str, Any], last: Completion) -> str:
    content = {name: value for name, value in asked.items() if name != "cursor"}
    sealed = cursor.seal(front().secret, content | {"after": [last.agent, last.activity]}, RESOURCE)
    return f"{request.script_root}/api/v1/completions?cursor={sealed}"


def _row(row: Completion) -> dict[str, Any]:
    achieved = "passed" if row.passed else "completed"
    return {
        "agent": agent_of(row.agent, group=row.group),
        "activity": row.activity,
        "status": achieved if row.statements else "retracted",
        "first": _evidence(row.first),
        "best": _evidence(row.best),
        "latest": _evidence(row.latest),
        "statements": list(row.statements),
        "position": row.position,
    }


def _evidence(one: tuple[str, int, float | None] | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"statement": one[0], "timestamp": clock.iso(one[1]), "score": one[2]}
