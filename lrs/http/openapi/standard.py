"""The resources of xAPI, in the words of the OpenAPI document."""

from typing import Any, Final

from marshmallow import Schema, fields

from lrs.http.openapi.parts import (
    BYTES,
    JSON,
    MIXED,
    Node,
    Operations,
    array,
    content,
    errors,
    headers,
    schema,
)
from lrs.http.wire.headers import APPENDED
from lrs.http.wire.parameters import Timestamp
from lrs.http.xapi import activities, agents, statement_queries, statements
from lrs.http.xapi.document_resources import RESOURCES
from lrs.http.xapi.documents import Resource

_IDS: Final = array({"type": "string", "format": "uuid"})
_ONE_OR_MANY: Final[Node] = {"anyOf": [schema("Statement"), array(schema("Statement"))]}
_ONE_OR_PAGE: Final[Node] = {"anyOf": [schema("Statement"), schema("StatementResult")]}
_PARTS: Final = "the first part holds the statements as JSON, each further one raw data"

STATEMENTS: Final[Operations] = {
    "/xapi/statements": {
        "get": {
            "operationId": "getStatements",
            "summary": "One statement by its id, or those that filters ask for, newest first",
            "description": f"With `attachments=true` the answer is {MIXED}: {_PARTS}.",
            "parameters": [
                {"in": "query", "schema": statement_queries.Get},
                "Accept-Language",
            ],
            "responses": {
                200: {
                    "description": "The statement of the id, or a page of a list.",
                    "content": content(_ONE_OR_PAGE) | content(BYTES, MIXED),
                    "headers": headers("Last-Modified"),
                },
                **errors(404),
            },
        },
        "post": {
            "operationId": "postStatements",
            "summary": "Store one or many statements, all or none",
            "description": "A statement that is stored already is no error if it is the same.",
            "requestBody": {
                "description": f"In {MIXED}, {_PARTS}.",
                "required": True,
                "content": content(_ONE_OR_MANY) | content(BYTES, MIXED),
            },
            "responses": {
                200: {
                    "description": "The id of each statement, in order.",
                    "content": content(_IDS),
                    "headers": headers(APPENDED),
                },
                **errors(409, 413, 415),
            },
        },
        "put": {
            "operationId": "putStatement",
            "summary": "Store one statement under this id",
            "parameters": [{"in": "query", "schema": statements.Put}],
            "requestBody": {
                "description": f"In {MIXED}, {_PARTS}.",
                "required": True,
                "content": content(schema("Statement")) | content(BYTES, MIXED),
            },
            "responses": {
                204: {"description": "Stored.", "headers": headers(APPENDED)},
                **errors(409, 413, 415),
            },
        },
    }
}

KNOWN: Final[Operations] = {
    "/xapi/about": {
        "get": {
            "operationId": "getAbout",
            "summary": "The versions of xAPI spoken here",
            "responses": {
                200: {"description": "The versions.", "content": content(schema("About"))},
                **errors(400),
            },
        }
    },
    "/xapi/agents": {
        "get": {
            "operationId": "getPerson",
            "summary": "What is known of the person behind an Agent",
            "parameters": [{"in": "query", "schema": agents.Get}],
            "responses": {
                200: {
                    "description": "A Person.",
                    "content": content(schema("Person")),
                    "headers": headers("ETag"),
                }
            },
        }
    },
    "/xapi/activities": {
        "get": {
            "operationId": "getActivity",
            "summary": "What is known of an Activity",
            "parameters": [{"in": "query", "schema": activities.Get}],
            "responses": {
                200: {
                    "description": "The Activity; without a definition where none was ever sent.",
                    "content": content(schema("Activity")),
                    "headers": headers("ETag"),
                }
            },
        }
    },
}


def documents() -> Operations:
    """Return the operations of the three document resources."""
    return {f"/xapi/{resource.path}": _resource(resource) for resource in RESOURCES}


def _resource(resource: Resource) -> dict[str, Node]:
    kind = "".join(word.title() for word in resource.path.split("/"))
    return {
        "get": _get(resource, kind),
        "put": {
            "operationId": f"put{kind}",
            "summary": "Store a document in the place of what is there",
            "description": _put_rule(resource),
            **_written(resource),
        },
        "post": {
            "operationId": f"post{kind}",
            "summary": "Store a document, or merge a JSON object into the one that is there",
            **_written(resource),
        },
        "delete": _delete(resource, kind),
    }


def _written(resource: Resource) -> Node:
    return {
        "parameters": [_query(resource, required=True), *_preconditions()],
        "requestBody": {
            "description": "The document, with its type in Content-Type.",
            "required": True,
            "content": content(BYTES, "application/octet-stream") | content({}, JSON),
        },
        "responses": {
            204: {"description": "Stored."},
            **errors(409, 412, 413, 415),
        },
    }


def _get(resource: Resource, kind: str) -> Node:
    return {
        "operationId": f"get{kind}",
        "summary": f"A document; without `{resource.identifier}` the ids of all, as a JSON array",
        "parameters": [
            _query(resource, required=False, since=Timestamp()),
            *_preconditions(),
        ],
        "responses": {
            200: {
                "description": "The document as it was stored, with its own type; or the ids.",
                "content": content(BYTES, "*/*") | content({}, JSON),
                "headers": headers("ETag", "Last-Modified"),
            },
            304: {"description": "The document is the one of If-None-Match."},
            **errors(404, 412),
        },
    }


def _delete(resource: Resource, kind: str) -> Node:
    many = f"; without `{resource.identifier}`, all of this context" if not resource.profile else ""
    return {
        "operationId": f"delete{kind}",
        "summary": f"Delete a document, also where there is none{many}",
        "parameters": [_query(resource, required=resource.profile), *_preconditions()],
        "responses": {204: {"description": "There is no such document now."}, **errors(412)},
    }


def _put_rule(resource: Resource) -> str:
    if resource.profile:
        return "Another document is only replaced with If-Match; 1.0.3 always asks for a condition."
    return "In 2.0, another document is only replaced with If-Match."


def _query(resource: Resource, *, required: bool, **more: fields.Field[Any]) -> Node:
    """Return the parameters of a context, and the id of a document in it."""
    identifier = fields.String(
        required=required, metadata={"description": "id of the document, any text"}
    )
    extended = Schema.from_dict({resource.identifier: identifier, **more})
    both = type("Query", (resource.context, extended), {})
    return {"in": "query", "schema": both}


def _preconditions() -> list[str]:
    return ["If-Match", "If-None-Match"]
