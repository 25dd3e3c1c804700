"""What a document resource does: preconditions, bodies, answers (Communication 2.2, 3.1)."""

from typing import Any, Final

from flask import Blueprint, Response, request
from marshmallow import fields

from lrs import clock
from lrs.errors import ConflictError, InvalidError, NotFoundError, PreconditionError, Violation
from lrs.events.documents import DocumentKey
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.authorization import caller
from lrs.http.wire.headers import version
from lrs.http.wire.parameters import Parameters, Timestamp, agent_key, load
from lrs.http.wire.request_body import Limit, opaque
from lrs.http.xapi.negotiation import negotiate
from lrs.intake.documents import Precondition
from lrs.xapi.documents import Context, check_posted, etag, ids
from lrs.xapi.version import Version

UNTYPED: Final = "application/octet-stream"
"""What content without a Content-Type is (RFC 9110 8.3)."""

PRECONDITIONS: Final = ("If-Match", "If-None-Match")

EXPLANATION: Final = (
    "there is a document already: check its current state, and set the If-Match header "
    "to its current ETag to resolve the conflict"
)


class Resource:
    """A document resource: its path, the parameters that make a context, and that of the id.

    Only State is deleted by context; a profile has further rules for PUT, see `_check_put`.
    """

    def __init__(
        self, path: str, context: type[Parameters], identifier: str, *, profile: bool
    ) -> None:
        self.path = path
        self.identifier = identifier
        self.profile = profile
        self.context = context
        self._one = _extended(context, {identifier: fields.String(required=True)})
        self._ids = _extended(context, {"since": Timestamp()})

    def blueprint(self) -> Blueprint:
        """Return the blueprint that serves the resource."""
        blueprint = Blueprint(self.path.replace("/", "-"), __name__)
        blueprint.before_request(negotiate)
        for method in (self.put, self.post, self.get, self.delete):
            blueprint.route(f"/{self.path}", methods=[method.__name__.upper()])(method)
        return blueprint

    def put(self) -> Response:
        """Store the body as a document."""
        app_parts().documents.put(
            self._key(),
            _content_type(),
            _content(),
            _check_put(profile=self.profile),
            caller().principal,
        )
        return Response(status=204)

    def post(self) -> Response:
        """Merge the body into a document, or store it where there is none."""
        key, content_type, content = self._key(), _content_type(), _content()
        check_posted(content_type, content)
        app_parts().documents.post(key, content_type, content, _check(), caller().principal)
        return Response(status=204)

    def get(self) -> Response:
        """Return a document, or without its id the ids of all, those stored after `since` only."""
        if self.identifier in request.args:
            return _document(self._key())
        asked = load(self._ids)
        since = asked.pop("since", None)
        return _ids(self._context(asked), since)

    def delete(self) -> Response:
        """Delete a document, also where there is none; in State, without its id, all.

        For all, a precondition is put to the ETag of their list.
        """
        documents, principal = app_parts().documents, caller().principal
        if self.identifier in request.args or self.profile:
            documents.delete(self._key(), _check(), principal)
        else:
            documents.delete_all(self._context(load(self.context)), _check(), principal)
        return Response(status=204)

    def _key(self) -> DocumentKey:
        asked = load(self._one)
        identifier = asked.pop(self.identifier)
        return DocumentKey(self.path, _scope(asked), identifier)

    def _context(self, asked: dict[str, Any]) -> Context:
        return Context(self.path, _scope(asked))


def _extended(context: type[Parameters], more: dict[str, fields.Field[Any]]) -> type[Parameters]:
    made = context.from_dict(more)
    assert issubclass(made, Parameters)
    return made


def _scope(asked: dict[str, Any]) -> dict[str, str]:
    return {name: agent_key(value) if name == "agent" else value for name, value in asked.items()}


def _document(key: DocumentKey) -> Response:
    """Return a document with the bytes and the Content-Type that it was stored with."""
    document = app_parts().document_reads.current(key).document
    if document is None:
        raise NotFoundError("there is no such document")
    response = Response(document.content, content_type=document.content_type)
    # Content is whatever someone stored: a browser must not run it as a page of this server.
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return _dated(response, document.etag, document.stored)


def _ids(context: Context, since: int | None) -> Response:
    """Return the ids of the documents of a context, those stored after `since` only."""
    listed = app_parts().document_reads.listed(context, since)
    body = ids(listed)
    response = Response(body, content_type="application/json")
    return _dated(response, etag(body), max((one.stored for one in listed), default=None))


def _dated(response: Response, tag: str, stored: int | None) -> Response:
    """Add ETag and Last-Modified; answer 304 to one who has it already.

    A browser may keep it only if it asks each time: a cache that guesses would show old state.
    """
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    if stored is not None:
        response.headers["Last-Modified"] = clock.http_date(stored)
    if "If-Match" in request.headers and not request.if_match.contains_weak(tag):
        raise PreconditionError("what is there is not what If-Match names")
    # Werkzeug would answer If-Match with the document as the body of a 412, `*` too.
    environ = {name: value for name, value in request.environ.items() if name != "HTTP_IF_MATCH"}
    response.make_conditional(environ)
    return response


def _check() -> Precondition:
    """Return what puts the precondition of this request to an ETag.

    RFC 9110 compares `If-Match` strongly. A weak tag is accepted here all the same: our tags are
    hashes of the content and strong, so a weak one is ours as a compressing proxy has marked it,
    and still names exactly these bytes.
    """
    match, none_match = request.if_match, request.if_none_match
    matching, none_matching = (name in request.headers for name in PRECONDITIONS)

    def check(current: str | None) -> None:
        if matching and (current is None or not match.contains_weak(current)):
            raise PreconditionError("the document is not the one that If-Match names")
        if none_matching and current is not None and none_match.contains_weak(current):
            raise PreconditionError("there is a document that If-None-Match excludes")

    return check


def _check_put(*, profile: bool) -> Precondition:
    """Return the check of a PUT.

    Without a precondition, another document is only replaced in the State resource of 1.0.3, and a
    profile of 1.0.3 is not even created: there Communication 3.1 binds the client to send one and
    orders the LRS only to answer 409 where a document exists, but the official suite asks for 400
    where there is none, for agents (XAPI-00273) and activities (XAPI-00287) alike.
    """
    if any(name in request.headers for name in PRECONDITIONS):
        return _check()
    latest = version() is not Version.V1_0_3

    def check(current: str | None) -> None:
        if current is not None and (profile or latest):
            raise ConflictError(EXPLANATION)
        if profile and not latest:
            missing = Violation("header If-None-Match", "Communication 3.1", "is missing")
            raise InvalidError("the PUT of a profile needs If-Match or If-None-Match", [missing])

    return check


def _content_type() -> str:
    return request.headers.get("Content-Type") or UNTYPED


def _content() -> bytes:
    """Return the body; raises `TooLargeError` naming the setting that it exceeds."""
    return opaque(request.environ, Limit.of_requests())
