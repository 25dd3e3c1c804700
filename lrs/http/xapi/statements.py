"""The Statement resource (Communication 2.1): storing, reading one, reading lists."""

from collections.abc import Sequence

import orjson
from flask import Blueprint, Response, g, request

from lrs import clock
from lrs.http.wire import parameters
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.authorization import caller
from lrs.http.wire.headers import APPENDED
from lrs.http.wire.measures import measures
from lrs.http.xapi import rendering, statement_bodies
from lrs.http.xapi.multipart import compose
from lrs.http.xapi.negotiation import negotiate
from lrs.http.xapi.scopes import own_authority
from lrs.http.xapi.statement_queries import (
    Asked,
    Get,
    listed,
    missing,
    one,
    several,
    single,
)
from lrs.intake.statements import Receipt
from projections.statements.reads import Found

blueprint = Blueprint("statements", __name__)
blueprint.before_request(negotiate)


class Put(parameters.Parameters):
    """Parameters of PUT."""

    statementId = parameters.Uuid(required=True)  # noqa: N815  # the standard's name


@blueprint.post("/statements")
def post() -> Response:
    """Store one or many statements; answers with the id of each, in order."""
    parameters.refuse_all()
    receipt = _store(None)
    response = Response(orjson.dumps(receipt.ids), content_type="application/json")
    return _bear_outcome(response, receipt)


@blueprint.put("/statements")
def put() -> Response:
    """Store one statement under the id of the query."""
    key = parameters.load(Put)["statementId"]
    return _bear_outcome(Response(status=204), _store(key))


@blueprint.get("/statements")
def get() -> Response:
    """Return one statement by its id, or a list."""
    asked = parameters.load(Get)
    return _one(asked) if single(asked) else _list(asked)


def _store(key: str | None) -> Receipt:
    parts = app_parts()
    with parts.blobs.stage() as staging:
        return parts.intake.store(statement_bodies.read(staging, key))


def _bear_outcome(response: Response, receipt: Receipt) -> Response:
    """Count what was appended, and tell a replay: its statements were all stored before."""
    measures().note_appended(receipt.appended)
    if not receipt.appended:
        response.headers[APPENDED] = "false"
    return response


def _one(asked: Asked) -> Response:
    found, g.consistent = one(app_parts(), asked, own_authority(caller()))
    if found is None:
        raise missing(asked)
    (text,) = rendering.texts([found], asked["format"])
    response = _answer(text, [found], asked)
    response.headers["Last-Modified"] = clock.http_date(found.stored)
    return response


def _list(asked: Asked) -> Response:
    asked, page = several(app_parts(), asked, own_authority(caller()))
    g.consistent = page.consistent
    texts = rendering.texts(page.statements, asked["format"])
    body = listed(app_parts(), asked, texts, page.after, request.script_root)
    return _answer(body, page.statements, asked)


def _answer(text: bytes, shown: Sequence[Found], asked: Asked) -> Response:
    """Return the text, with the raw data of the statements shown if that is asked for."""
    if not asked["attachments"]:
        return Response(text, content_type="application/json")
    content_type, chunks = compose(text, rendering.raw_data(shown, app_parts().blobs))
    return Response(chunks, content_type=content_type)
