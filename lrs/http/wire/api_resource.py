"""What every resource of `/api/v1` is made with: its query and its answers go through schemas.

A route declares the schema that loads its query and the schema that dumps its answer, and the
OpenAPI document shows these very schemas:

    @blueprint.get("/completions")
    @blueprint.arguments(Get, location="query")
    @blueprint.response(200, Completions)
    def get(asked: dict[str, Any]) -> Mapping[str, Any]:

So a field that a schema lacks is not sent. Whether all that it promises is sent, the tests over
HTTP see: they compare every answer with the document (`tests/described.py`).
"""

from typing import Any, NoReturn

import marshmallow
from flask import Request
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser

from lrs.http.wire.parameters import check_query, refusal


class Output(marshmallow.Schema):
    """The schema of an answer: all of its fields are always there."""

    def on_bind_field(self, _: str, field_obj: marshmallow.fields.Field[Any]) -> None:
        """Let the document list every field as required; dumping asks nothing of it."""
        field_obj.required = True


class Parser(FlaskParser):
    """Loads queries, and refuses them as the resources of the standard do."""

    DEFAULT_VALIDATION_STATUS = 400
    # webargs has it as a variable of instances
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {"query": marshmallow.RAISE}  # noqa: RUF012

    def load_querystring(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Return the query; raises `InvalidError` for what is no text, or is given twice."""
        check_query()
        return super().load_querystring(req, schema)

    def handle_error(self, error: marshmallow.ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Raise `InvalidError` naming each parameter."""
        messages: Any = error.messages
        raise refusal(messages["query"])


class ApiResource(Blueprint):  # type: ignore[misc]  # flask-smorest publishes no types
    """A blueprint below `/api/v1`."""

    ARGUMENTS_PARSER = Parser()
