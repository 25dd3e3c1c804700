"""The Statement resource (Communication 2.1): storing, reading one, reading lists."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from flask import Blueprint, Response, g, request
from marshmallow import ValidationError, fields, validate, validates_schema

from lrs import clock
from lrs.errors import NotFoundError, UnavailableError
from lrs.http.wire import cursor, parameters
from lrs.http.wire.front import front
from lrs.http.wire.headers import APPENDED
from lrs.http.wire.measures import measures
from lrs.http.xapi import rendering, statement_bodies
from lrs.http.xapi.multipart import compose
from lrs.http.xapi.negotiation import negotiate, note_consistency
from lrs.http.xapi.scopes import mine
from lrs.intake.statements import Receipt
from lrs.xapi.terms import Filter
from projections.statements import reads as statement_reads
from projections.statements.reads import Found, Query

blueprint = Blueprint("statements", __name__)
blueprint.before_request(negotiate)
blueprint.before_request(note_consistency)

RESOURCE: Final = "statements"
SINGLE: Final = {"statementId", "voidedStatementId"}
SETTLING: Final = 0.1
"""Seconds for which a read by id waits for what is on the log but not folded yet."""

WITH_SINGLE: Final = {*SINGLE, "attachments", "format"}


class Put(parameters.Parameters):
    """Parameters of PUT."""

    statementId = parameters.Uuid(required=True)  # noqa: N815  # the standard's name


class Get(parameters.Parameters):
    """Parameters of GET, by the names of the standard; `cursor` is ours, in `more` links."""

    statementId = parameters.Uuid()  # noqa: N815
    voidedStatementId = parameters.Uuid()  # noqa: N815
    agent = parameters.Agent()
    verb = parameters.Iri(metadata={"description": "id of the verb"})
    activity = parameters.Iri()
    registration = parameters.Uuid()
    related_activities = parameters.Flag(
        load_default=False, metadata={"description": "`activity` may stand anywhere in it"}
    )
    related_agents = parameters.Flag(
        load_default=False, metadata={"description": "`agent` may stand anywhere in it"}
    )
    since = parameters.Timestamp(metadata={"description": "stored after"})
    until = parameters.Timestamp(metadata={"description": "stored then or before"})
    limit = parameters.Count(
        load_default=0, metadata={"description": "statements of a page; 0: as many as are given"}
    )
    format = fields.String(
        load_default="exact",
        validate=validate.OneOf(["exact", "ids", "canonical"]),
        metadata={"description": "exact by default"},
    )
    attachments = parameters.Flag(
        load_default=False, metadata={"description": "with the raw data of attachments"}
    )
    ascending = parameters.Flag(load_default=False, metadata={"description": "oldest first"})
    cursor = fields.String(metadata={"description": "only as in a `more` link"})

    @validates_schema
    def one_kind_of_request(self, _: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse filters beside an id (Communication 2.1.3)."""
        given = set(request.args)
        if given & SINGLE and (len(given & SINGLE) > 1 or given - WITH_SINGLE):
            excess = sorted(given - WITH_SINGLE) or sorted(given & SINGLE)
            raise ValidationError(
                {name: ["must not be given beside a statement's id"] for name in excess}
            )


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
    if "statementId" in asked or "voidedStatementId" in asked:
        return _one(asked)
    if "cursor" in asked:
        asked |= cursor.unseal(front().secret, asked["cursor"], RESOURCE)
    return _list(asked)


def _store(key: str | None) -> Receipt:
    parts = front()
    with parts.blobs.stage() as staging:
        return parts.intake.store(statement_bodies.read(staging, key))


def _bear_outcome(response: Response, receipt: Receipt) -> Response:
    """Count what was appended, and tell a replay: its statements were all stored before."""
    measures().note_appended(receipt.appended)
    if not receipt.appended:
        response.headers[APPENDED] = "false"
    return response


def _one(asked: Mapping[str, Any]) -> Response:
    voided = "voidedStatementId" in asked
    key = asked["voidedStatementId" if voided else "statementId"]
    wait, most = front().freshness.wait, front().settings.read_wait
    # A voiding that is on the log counts: hits wait for it too, though not for long.
    wait("statements", g.end, min(SETTLING, most))
    found = statement_reads.by_id(front().database, key, voided=voided, mine=mine())
    if found is None:
        known = wait("statements", g.end, most)
        found = statement_reads.by_id(front().database, key, voided=voided, mine=mine())
        if found is None and not known:
            raise UnavailableError("the statements on the log are still being read")
    if found is None:
        raise NotFoundError("there is no such statement" + (" that is voided" if voided else ""))
    response = _answer(rendering.text(found, asked["format"]), [found], asked)
    response.headers["Last-Modified"] = clock.http_date(found.stored)
    return response


def _list(asked: Mapping[str, Any]) -> Response:
    most = front().settings.page_limit
    query = Query(
        wanted=tuple(_wanted(asked)),
        mine=mine(),
        since=asked.get("since"),
        until=asked.get("until"),
        ascending=asked["ascending"],
        after=asked.get("after"),
        limit=min(asked["limit"] or most, most),
    )
    page = statement_reads.page(front().database, query)
    texts = ",".join(rendering.texts(page.statements, asked["format"]))
    body = f'{{"statements":[{texts}],"more":"{_more(asked, page.after)}"}}'
    return _answer(body, page.statements, asked)


def _answer(text: str, shown: Sequence[Found], asked: Mapping[str, Any]) -> Response:
    """Return the text, with the raw data of the statements shown if that is asked for."""
    if not asked["attachments"]:
        return Response(text, content_type="application/json")
    content_type, chunks = compose(text.encode(), rendering.raw_data(shown, front().blobs))
    return Response(chunks, content_type=content_type)


def _wanted(asked: Mapping[str, Any]) -> list[tuple[Filter, str]]:
    """Return the filters that ask for an identifier, the rarest kinds first."""
    agent = Filter.RELATED_AGENT if asked["related_agents"] else Filter.AGENT
    activity = Filter.RELATED_ACTIVITY if asked["related_activities"] else Filter.ACTIVITY
    values = {
        Filter.REGISTRATION: asked.get("registration"),
        agent: parameters.agent_key(asked["agent"]) if "agent" in asked else None,
        activity: asked.get("activity"),
        Filter.VERB: asked.get("verb"),
    }
    return [(kind, value) for kind, value in values.items() if value is not None]


def _more(asked: Mapping[str, Any], after: int | None) -> str:
    if after is None:
        return ""
    content = {name: value for name, value in asked.items() if name != "cursor"} | {"after": after}
    sealed = cursor.seal(front().secret, content, RESOURCE)
    return f"{request.script_root}/xapi/statements?cursor={sealed}"
