"""The OpenAPI document: what the routes declare, and what they all have in common.

The resources of `/api/v1` are described by the schemas that they load and dump with (flask-smorest
reads them), the others by the operations of this room, with the schemas of their parameters.
`implied.py` adds to each what follows from rules of the front door.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import marshmallow
from flask import Flask
from flask_smorest import Api, Blueprint

from lrs.http.openapi import process, standard
from lrs.http.openapi.errors import error_responses
from lrs.http.openapi.implied import complete
from lrs.http.openapi.parts import HEADERS, PARAMETERS, SCHEMAS, Node

CONFIGURATION: Final = {
    "API_TITLE": "Ledger",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
}

DESCRIPTION: Final = """\
A learning record store for xAPI 1.0.3 and 2.0, and what follows from its statements.

Every GET can be asked as HEAD, every path answers OPTIONS, and a path takes no other methods than
those listed (405). In xAPI 1.0.3 a request can also be told in a form: POST with `?method=PUT`."""

TAGS: Final = {
    "Statements": "What was done, as xAPI says it.",
    "Documents": "State and profiles, as xAPI has them.",
    "Knowledge": "What xAPI tells of agents, activities and this server.",
    "Server": "What is where, and how the process is.",
}
_GROUPS: Final = {
    "Statements": standard.STATEMENTS,
    "Documents": standard.documents(),
    "Knowledge": standard.KNOWN,
    "Server": process.PROCESS,
}
_PART: Final = re.compile(r"<(\w+)>")
"""A part of a path that varies, as Flask writes it."""
_ISSUED: Final = "/.well-known/openid-configuration"


class _Api(Api):  # type: ignore[misc]  # flask-smorest publishes no types
    """Collects what the resources of `/api/v1` declare; serves nothing itself."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA: Final = {"$ref": "#/components/schemas/Problem"}


def install(app: Flask, *blueprints: Blueprint) -> None:
    """Register the resources of `/api/v1`, and keep the document of all routes.

    To be called when all other routes and the rules of all are there.
    """
    app.config |= CONFIGURATION
    api = _Api(app)
    api.ma_plugin.converter.add_attribute_function(_described)
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix="/api/v1")
    rules = {rule.rule: rule for rule in app.url_map.iter_rules()}
    for tag, operations in _GROUPS.items():
        api.spec.tag({"name": tag, "description": TAGS[tag]})
        for path, methods in operations.items():
            told = {method: {**one, "tags": [tag]} for method, one in methods.items()}
            api.spec.path(rule=rules[path], operations=told)
    app.extensions["openapi"] = _completed(api.spec.to_dict(), app)


def document(app: Flask, root: str) -> Mapping[str, Any]:
    """Return the document; `root` is the path below which a proxy serves the application."""
    kept: Node = app.extensions["openapi"]
    return {**kept, "servers": [{"url": root or "/"}]}


def _described(_: object, field: marshmallow.fields.Field[Any], **__: Any) -> Node:
    """Return what a field of ours says of itself."""
    return dict(getattr(field, "described", {}))


def _completed(told: Node, app: Flask) -> Node:
    """Return the document with what no route declares."""
    parts, rules = app.extensions["app_parts"], app.extensions["rules"]
    bearing = bool(parts.settings.oidc_issuer)
    ruled = {_PART.sub(r"{\1}", path): of for path, of in rules.items()}
    for path, methods in told["paths"].items():
        of_path = methods.pop("parameters", [])
        for method, operation in methods.items():
            operation["parameters"] = [*of_path, *operation.get("parameters", [])]
            complete(operation, path, method.upper(), ruled[path][method.upper()], bearing=bearing)
    issuer = parts.settings.oidc_issuer
    told["info"] |= {
        "description": DESCRIPTION,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    components = told["components"]
    components["schemas"].pop("PaginationMetadata", None)  # of flask-smorest, used by none of ours
    components |= {
        "schemas": {**SCHEMAS, **components["schemas"]},
        "parameters": dict(PARAMETERS),
        "headers": dict(HEADERS),
        "responses": error_responses(),
        "securitySchemes": _schemes(issuer),
    }
    return told


def _schemes(issuer: str) -> Node:
    basic = {"type": "http", "scheme": "basic", "description": "key and secret of a credential"}
    if not issuer:
        return {"basic": basic}
    told = {
        "type": "openIdConnect",
        "openIdConnectUrl": issuer.rstrip("/") + _ISSUED,
        "description": "a bearer token of the issuer",
    }
    return {"basic": basic, "oidc": told}
