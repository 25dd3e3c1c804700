"""The State resource (Communication 2.3): documents of an agent in an activity.

Without `registration`, one document is the one stored without registration, but a list and the
deletion of a list cover every registration: "all state data for this context (Activity + Agent [+
registration if specified])" narrows by registration only where one is specified.
"""

from typing import Any, Final

from flask import Response, request
from marshmallow import fields

from lrs.events.documents import DocumentKey
from lrs.http.wire import parameters
from lrs.http.xapi import documents
from lrs.xapi.documents import Context

blueprint = documents.resource("state")

RESOURCE: Final = "activities/state"


class Many(parameters.Parameters):
    """Parameters of DELETE of all documents."""

    activityId = parameters.Iri(required=True)  # noqa: N815  # the standard's name
    agent = parameters.Agent(required=True)
    registration = parameters.Uuid()


class Ids(Many):
    """Parameters of GET of ids."""

    since = parameters.Timestamp()


class One(Many):
    """Parameters of every request for one document."""

    stateId = fields.String(required=True)  # noqa: N815


@blueprint.put("/activities/state")
def put() -> Response:
    """Store a document."""
    return documents.put(_key(parameters.load(One)), profile=False)


@blueprint.post("/activities/state")
def post() -> Response:
    """Store or merge a document."""
    return documents.post(_key(parameters.load(One)))


@blueprint.get("/activities/state")
def get() -> Response:
    """Return a document, or without `stateId` the ids of all."""
    if "stateId" in request.args:
        return documents.get(_key(parameters.load(One)))
    asked = parameters.load(Ids)
    return documents.get_ids(_context(asked), asked.get("since"))


@blueprint.delete("/activities/state")
def delete() -> Response:
    """Delete a document, or without `stateId` all."""
    if "stateId" in request.args:
        return documents.delete(_key(parameters.load(One)))
    return documents.delete_all(_context(parameters.load(Many)))


def _key(asked: dict[str, Any]) -> DocumentKey:
    return DocumentKey(RESOURCE, _scope(asked), asked["stateId"])


def _context(asked: dict[str, Any]) -> Context:
    return Context(RESOURCE, _scope(asked))


def _scope(asked: dict[str, Any]) -> dict[str, str]:
    scope = {"activityId": asked["activityId"], "agent": parameters.agent_key(asked["agent"])}
    if "registration" in asked:
        scope["registration"] = asked["registration"]
    return scope
