"""The Activity Profile resource (Communication 2.7): documents of an activity."""

from typing import Any, Final

from flask import Response, request
from marshmallow import fields

from lrs.events.documents import DocumentKey
from lrs.http.wire import parameters
from lrs.http.xapi import documents
from lrs.xapi.documents import Context

blueprint = documents.resource("activity_profile")

RESOURCE: Final = "activities/profile"


class Many(parameters.Parameters):
    """Parameters of GET of ids."""

    activityId = parameters.Iri(required=True)  # noqa: N815  # the standard's name
    since = parameters.Timestamp()


class One(parameters.Parameters):
    """Parameters of every request for one document."""

    activityId = parameters.Iri(required=True)  # noqa: N815  # the standard's name
    profileId = fields.String(required=True)  # noqa: N815


@blueprint.put("/activities/profile")
def put() -> Response:
    """Store a document."""
    return documents.put(_key(parameters.load(One)), profile=True)


@blueprint.post("/activities/profile")
def post() -> Response:
    """Store or merge a document."""
    return documents.post(_key(parameters.load(One)))


@blueprint.get("/activities/profile")
def get() -> Response:
    """Return a document, or without `profileId` the ids of all."""
    if "profileId" in request.args:
        return documents.get(_key(parameters.load(One)))
    asked = parameters.load(Many)
    return documents.get_ids(Context(RESOURCE, _scope(asked)), asked.get("since"))


@blueprint.delete("/activities/profile")
def delete() -> Response:
    """Delete a document."""
    return documents.delete(_key(parameters.load(One)))


def _key(asked: dict[str, Any]) -> DocumentKey:
    return DocumentKey(RESOURCE, _scope(asked), asked["profileId"])


def _scope(asked: dict[str, Any]) -> dict[str, str]:
    return {"activityId": asked["activityId"]}
