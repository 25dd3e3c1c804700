"""`/api/v1/completions`: who completed or passed what, with the statements behind each row."""

from typing import Any, Final

import marshmallow
from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import fields

from lrs import clock
from lrs.http.wire import listing, named, parameters
from lrs.http.wire.freshness import told
from lrs.http.wire.front import front
from lrs.http.wire.listing import Page
from lrs.xapi.agent import agent_of
from projections.completions import reads as completion_reads
from projections.completions.reads import Asked, Completion

blueprint = Blueprint("completions", __name__, description="Completions and passes")


RESOURCE: Final = "completions"


class Get(listing.Asked):
    """Parameters of GET."""

    agent = parameters.Agent(metadata={"description": "JSON of an Agent or identified Group"})
    activity = parameters.Iri()
    changed_since = parameters.Count(metadata={"description": "position of the log, exclusive"})


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


class Answer(listing.Listed):
    """A page of completions."""

    completions = fields.List(fields.Nested(Row))


@blueprint.get("/completions")
@blueprint.arguments(Get, location="query", unknown="raise")
@blueprint.alt_response(200, schema=Answer)
def get(asked: dict[str, Any]) -> Response:
    """Return completions by agent, by activity, since a position, as of a position or time."""
    page = listing.page(RESOURCE, asked, "completions")
    rows = completion_reads.page(front().database, _query(page))
    named.record(min(len(rows), page.limit), *_filters(page))
    return jsonify(
        **told(page.view),
        completions=[_row(row) for row in rows[: page.limit]],
        more=page.more(rows, _key),
    )


def _query(page: Page) -> Asked:
    asked = page.asked
    return Asked(
        agent=parameters.agent_key(asked["agent"]) if "agent" in asked else None,
        activity=asked.get("activity"),
        before=page.view.position + 1,
        changed_since=asked.get("changed_since"),
        after=(page.after[0], page.after[1]) if page.after else None,
        limit=page.limit + 1,
    )


def _filters(page: Page) -> tuple[dict[str, str], dict[str, str]]:
    """Return what was asked with: what says nothing of who a person is, and identities."""
    plain = {
        name: str(page.asked[name]) for name in ("activity", "changed_since") if name in page.asked
    }
    agent = page.asked.get("agent")
    return plain, {"agent": parameters.agent_key(agent)} if agent else {}


def _key(row: Completion) -> tuple[str, str]:
    return row.agent, row.activity


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
