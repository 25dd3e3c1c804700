"""`/api/v1/completions`: who achieved what, with the statements behind each row."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields

from lrs import clock
from lrs.http.wire import listing, named, parameters
from lrs.http.wire.api_resource import ApiResource, Output
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.freshness import told
from lrs.http.wire.listing import PageRequest
from lrs.xapi.agent import agent_of
from projections.completions import reads as completion_reads
from projections.completions.reads import Completion, CompletionsQuery, Evidence, Status

blueprint = ApiResource("completions", __name__, description="Completions and passes")


RESOURCE: Final = "completions"


class Statuses(fields.String):
    """Statuses with commas between them."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Status]:  # type: ignore[override]
        words = [word.strip() for word in value.split(",")]
        if not set(words) <= set(Status):
            raise ValidationError(f"must be of {', '.join(Status)}, with commas between them")
        return [Status(word) for word in words]


class Get(listing.ListParameters):
    """Parameters of GET."""

    agent = parameters.Agent()
    activity = parameters.Iri()
    status = Statuses(metadata={"description": f"of {', '.join(Status)}, commas between them"})
    type = parameters.Iri(metadata={"description": "of the activity"})
    questions = parameters.Flag(
        load_default=False, metadata={"description": "true: single questions of a test too"}
    )
    changed_since = parameters.Count(metadata={"description": "position of the log, exclusive"})


class Said(Output):
    """One statement that says so."""

    statement = fields.UUID()
    timestamp = fields.String()


class Scored(Said):
    """One statement that says so, and its scaled score."""

    score = fields.Float(allow_none=True)


class Row(Output):
    """One agent and one activity; names and type are the last that these statements gave."""

    agent = fields.Dict(metadata={"description": "identity, and name where one was given"})
    activity = fields.String()
    name = fields.Dict(
        allow_none=True, metadata={"description": "of the activity: a text per language"}
    )
    type = fields.String(allow_none=True, metadata={"description": "of the activity: an IRI"})
    status = fields.String(metadata={"enum": list(Status)})
    first = fields.Nested(Scored, allow_none=True)
    best = fields.Nested(Scored, allow_none=True)
    latest = fields.Nested(Scored, allow_none=True)
    denied_after = fields.Nested(
        Said,
        allow_none=True,
        metadata={"description": "the last statement that denies, after all that achieve"},
    )
    statements = fields.List(fields.UUID())
    position = fields.Integer()


class Completions(listing.ListFields):
    """A page of completions."""

    completions = fields.List(fields.Nested(Row))


@blueprint.get("/completions")
@blueprint.arguments(Get, location="query")
@blueprint.response(200, Completions, description="A page of completions.")
def get(asked: dict[str, Any]) -> Mapping[str, Any]:
    """Return completions by agent, by activity, since a position, as of a position or time."""
    page = listing.page(RESOURCE, asked, "completions")
    rows = completion_reads.page(app_parts().database, _query(page))
    named.record(min(len(rows), page.limit), page.asked)
    return {
        **told(page.view),
        "completions": [_row(row) for row in rows[: page.limit]],
        "more": page.more(rows, _key),
    }


def _query(page: PageRequest) -> CompletionsQuery:
    asked = page.asked
    return CompletionsQuery(
        agent=parameters.agent_key(asked["agent"]) if "agent" in asked else None,
        activity=asked.get("activity"),
        activity_type=asked.get("type"),
        statuses=[Status(word) for word in asked.get("status", ())],
        questions=asked["questions"],
        before=page.view.position + 1,
        changed_since=asked.get("changed_since"),
        after=(page.after[0], page.after[1]) if page.after else None,
        limit=page.limit + 1,
    )


def _key(row: Completion) -> tuple[str, str]:
    return row.agent, row.activity


def _row(row: Completion) -> dict[str, Any]:
    agent = agent_of(row.agent, group=row.group)
    return {
        "agent": agent if row.actor_name is None else {**agent, "name": row.actor_name},
        "activity": row.activity,
        "name": row.activity_name,
        "type": row.activity_type,
        "status": row.status.value,
        "first": _scored(row.first),
        "best": _scored(row.best),
        "latest": _scored(row.latest),
        "denied_after": _said(row.denied_after),
        "statements": list(row.statements),
        "position": row.position,
    }


def _said(one: Evidence | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"statement": one.statement, "timestamp": clock.iso(one.timestamp)}


def _scored(one: Evidence | None) -> dict[str, Any] | None:
    said = _said(one)
    return None if said is None or one is None else {**said, "score": one.score}
