"""What operations are written with: references, bodies, answers, and the headers of several."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from lrs.http.wire.headers import APPENDED, CONSISTENT, HEADER
from lrs.http.wire.named import BEHALF, REASON

Node = dict[str, Any]
"""A part of an OpenAPI document."""

Operations = Mapping[str, Mapping[str, Node]]
"""From path and method to an operation. Of its errors the status is enough, `{404: {}}`: bodies
and headers, and the errors that all have in common, are added (`document.py`)."""

JSON: Final = "application/json"
MIXED: Final = "multipart/mixed"

SCHEMAS: Final[Node] = json.loads((files(__package__) / "schemas.json").read_text("utf-8"))
"""What is not dumped by a schema of ours: the objects of the standard, errors, health."""

TEXT: Final[Node] = {"type": "string"}
BYTES: Final[Node] = {"type": "string", "format": "binary"}


def schema(name: str) -> Node:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def parameter(name: str) -> Node:
    """Return a reference to one of `PARAMETERS`."""
    return {"$ref": f"#/components/parameters/{name}"}


def header(name: str) -> Node:
    """Return a reference to one of `HEADERS`."""
    return {"$ref": f"#/components/headers/{name}"}


def headers(*names: str) -> Node:
    """Return headers of an answer by their names."""
    return {name: header(name) for name in names}


def content(node: Node, *types: str) -> Node:
    """Return a body of this schema in these media types, JSON unless others are named."""
    return {media: {"schema": node} for media in types or (JSON,)}


def errors(*statuses: int) -> dict[int, Node]:
    """Return answers to errors, of which the status is enough here."""
    return {status: {} for status in statuses}


def array(node: Node) -> Node:
    """Return the schema of a list."""
    return {"type": "array", "items": node}


def _parameter(name: str, description: str, **more: Any) -> Node:
    return {"in": "header", "name": name, "description": description, "schema": TEXT, **more}


PARAMETERS: Final[Mapping[str, Node]] = {
    HEADER: _parameter(
        HEADER,
        "the version of xAPI that the request speaks: 1.0.x or 2.0.x",
        required=True,
        schema={"type": "string", "pattern": r"^\s*[12]\.0(\.[0-9]+)?\s*$"},
        example="2.0.0",
    ),
    "If-Match": _parameter("If-Match", "only if the document still has this ETag"),
    "If-None-Match": _parameter(
        "If-None-Match", "only if the document has another ETag; `*`: if there is none"
    ),
    BEHALF: _parameter(BEHALF, "the person for whom a platform asks, as the platform names them"),
    REASON: _parameter(REASON, "why it asks, which is recorded; no addresses"),
    "Accept-Language": _parameter(
        "Accept-Language", "with `format=canonical`: the languages preferred (RFC 9110 12.5.4)"
    ),
}


def _header(description: str, node: Node = TEXT, *, required: bool = True) -> Node:
    return {"description": description, "required": required, "schema": node}


HEADERS: Final[Mapping[str, Node]] = {
    HEADER: _header("the version of xAPI that the answer speaks"),
    CONSISTENT: _header(
        "all statements stored until then are visible", {"type": "string", "format": "date-time"}
    ),
    APPENDED: _header(
        "`false`: every statement of the request was stored before, nothing was appended",
        {"type": "string", "const": "false"},
        required=False,
    ),
    "ETag": _header("hash of the content, in quotation marks"),
    "Last-Modified": _header("when it was stored", required=False),
    "Retry-After": _header("seconds after which the same request may succeed", {"type": "integer"}),
    "WWW-Authenticate": _header("how to authenticate"),
}
