"""The Agent Profile resource (Communication 2.6): documents of an agent."""

from typing import Any, Final

from flask import Response, request
from marshmallow import fields

from lrs.events.documents import DocumentKey
from lrs.http.wire import parameters
from lrs.http.xapi import documents
from lrs.xapi.documents import Context

blueprint = documents.resource("agent_profile")

RESOURCE: Final = "agents/profile"


class Many(parameters.Parameters):
    """Parameters of GET of ids."""

    agent = parameters.Agent(required=True)
    since = parameters.Timestamp()


class One(parameters.Parameters):
    """Parameters of every request for one document."""

    agent = parameters.Agent(required=True)
    profileId = fields.String(required=True)  # noqa: N815  # the standard's name


@blueprint.put("/agents/profile")
def put() -> Response:
    """Store a document."""
    return documents.put(_key(parameters.load(One)), profile=True)


@blueprint.post("/agents/profile")
def post() -> Response:
    """Store or merge a document."""
    return documents.post(_key(parameters.load(One)))


@blueprint.get("/agents/profile")
def get() -> Response:
    """Return a document, or without `profileId` the ids of all."""
    if "profileId" in request.args:
        return documents.get(_key(parameters.load(One)))
    asked = parameters.load(Many)
    return documents.get_ids(Context(RESOURCE, _scope(asked)), asked.get("since"))


@blueprint.delete("/agents/profile")
def delete() -> Response:
    """Delete a document."""
    return documents.delete(_key(parameters.load(One)))


def _key(asked: dict[str, Any]) -> DocumentKey:
    return DocumentKey(RESOURCE, _scope(asked), asked["profileId"])


def _scope(asked: dict[str, Any]) -> dict[str, str]:
    return {"agent": parameters.agent_key(asked["agent"])}
