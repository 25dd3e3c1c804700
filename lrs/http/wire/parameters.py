"""Query parameters: marshmallow schemas; unknown, repeated or malformed ones are refused."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, ClassVar, Final
from urllib.parse import unquote_to_bytes

import marshmallow
from flask import request
from marshmallow import ValidationError, fields, missing

from lrs import clock
from lrs.errors import InvalidError, Violation
from lrs.http.wire.headers import ROOT, version
from lrs.xapi import json
from lrs.xapi.agent import identity
from lrs.xapi.formats import is_iri, is_timestamp, is_uuid, parse_timestamp
from lrs.xapi.validation import agent_violations
from lrs.xapi.version import Version

REQUIREMENT: Final = "XAPI Communication 2"
OURS: Final = "parameter"
"""What a parameter breaks where the standard rules nothing: below `/api`."""

UNKNOWN: Final = "there is no such parameter here"

Described = Mapping[str, Any]
"""What the OpenAPI document says of a field beyond that it is text (`lrs/http/openapi`)."""

SCHEMAS: Final = "#/components/schemas"
"""Where the schemas stand in the document."""


class Iri(fields.String):
    """An absolute IRI."""

    described: ClassVar[Described] = {"format": "iri"}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = super()._deserialize(value, *_, **__)
        if not is_iri(text):
            raise ValidationError("must be an IRI with a scheme" + plus(text))
        return text


class Uuid(fields.String):
    """A UUID, returned in lower case."""

    described: ClassVar[Described] = {"format": "uuid"}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = super()._deserialize(value, *_, **__)
        if not is_uuid(text):
            raise ValidationError("must be a UUID")
        return text.lower()


class Timestamp(fields.String):
    """A timestamp of the standard, returned in microseconds UTC."""

    described: ClassVar[Described] = {"format": "date-time"}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:  # type: ignore[override]
        text = super()._deserialize(value, *_, **__)
        if not is_timestamp(text, _version(self)):
            raise ValidationError("must be a timestamp as RFC 3339 writes it" + plus(text))
        return clock.microseconds(parse_timestamp(text))


class Flag(fields.String):
    """`true` or `false`, in any case: what some languages make of a boolean is `True`."""

    described: ClassVar[Described] = {"type": "boolean"}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:  # type: ignore[override]
        written = value.lower()
        if written not in {"true", "false"}:
            raise ValidationError("must be true or false")
        return bool(written == "true")


class Count(fields.String):
    """A whole number, not negative."""

    described: ClassVar[Described] = {"type": "integer", "minimum": 0}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:  # type: ignore[override]
        if not re.fullmatch(r"[0-9]{1,18}", value):
            raise ValidationError("must be a whole number, not negative, of at most 18 digits")
        return int(value)


class Agent(fields.String):
    """The JSON of an Agent or identified Group."""

    described: ClassVar[Described] = {
        "contentMediaType": "application/json",
        "contentSchema": {"anyOf": [{"$ref": f"{SCHEMAS}/Agent"}, {"$ref": f"{SCHEMAS}/Group"}]},
        "description": "JSON of an Agent or identified Group",
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Mapping[str, Any]:  # type: ignore[override]
        try:
            agent = json.parse(value.encode("utf-8", "surrogatepass"))
        except InvalidError as error:
            wrong = "; ".join(one.message for one in error.violations)
            raise ValidationError(f"must be the JSON of an Agent: {wrong}") from None
        found = agent_violations(agent, _version(self))
        if found:
            hint = plus(str(agent["mbox"])) if isinstance(agent, dict) and "mbox" in agent else ""
            raise ValidationError([f"{one.path}: {one.message}{hint}" for one in found])
        assert isinstance(agent, dict)
        return agent


class Parameters(marshmallow.Schema):
    """Parameters of one kind of request; those not declared are refused."""

    class Meta:
        """Refuse what is not declared."""

        unknown = marshmallow.RAISE

    error_messages = {"unknown": UNKNOWN}  # noqa: RUF012  # marshmallow's own
    standard: Version | None = None
    """The version of the standard that values must follow; None: that of the request."""


def plus(text: str) -> str:
    """Return a hint for a refused value that has a blank: perhaps a plus sign was meant."""
    return "; a + in it must be sent as %2B, or it arrives as a blank" if " " in text else ""


def load(kind: type[Parameters]) -> dict[str, Any]:
    """Return the query parameters of the request; raises `InvalidError` naming each bad one."""
    check_query()
    try:
        return read(kind, request.args.to_dict(), version())
    except ValidationError as error:
        messages: Any = error.messages
        raise refusal(messages) from None


def read(kind: type[Parameters], given: Mapping[str, str], standard: Version) -> dict[str, Any]:
    """Return parameters from their texts; raises marshmallow's `ValidationError`.

    Of many parameters few are given, and to look for each of the others takes a microsecond or two.
    """
    schema, defaults = _schema(kind, standard, frozenset(_fields(kind).keys() & given.keys()))
    return {**defaults, **schema.load(given)}


def refuse_all() -> None:
    """Raise `InvalidError` for any parameter, where a request takes none."""
    if request.query_string and request.args:
        raise refusal({name: [UNKNOWN] for name in request.args})


def check_query() -> None:
    """Raise `InvalidError` for a parameter that is not UTF-8, or is given more than once.

    Werkzeug leaves such bytes percent-encoded: `%FF` would be the name that `%25FF` writes.
    """
    query = request.query_string
    if b"%" in query and not _is_text(query):
        names = [pair.partition(b"=")[0] for pair in query.split(b"&") if not _is_text(pair)]
        raise refusal({name.decode("ascii", "replace"): ["must be UTF-8"] for name in names})
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise refusal({name: ["must be given once"] for name in repeated})


def agent_key(agent: Mapping[str, Any]) -> str:
    """Return what identifies the parameter `agent`; refuse an anonymous Group."""
    key = identity(agent)
    if key is None:
        raise refusal({"agent": ["must be an Agent or an identified Group"]})
    return key


@cache
def _fields(kind: type[Parameters]) -> Mapping[str, fields.Field[Any]]:
    return kind().fields


@lru_cache(maxsize=1 << 10)
def _schema(
    kind: type[Parameters], standard: Version, given: frozenset[str]
) -> tuple[Parameters, Mapping[str, Any]]:
    """Return a schema of the parameters that are given or must be, and defaults of the others.

    Kept, because making one copies every field, for 200 us.
    """
    known = _fields(kind)
    made = kind(only=given | {name for name, field in known.items() if field.required})
    made.standard = standard
    left = {name: field.load_default for name, field in known.items() if name not in made.fields}
    return made, {name: default for name, default in left.items() if default is not missing}


def _version(field: fields.Field[Any]) -> Version:
    """Return the version of the standard that the value of a field must follow."""
    return getattr(field.root, "standard", None) or version()


def refusal(messages: Mapping[str, Sequence[str]]) -> InvalidError:
    """Return the error for parameters: their names and what is wrong with each."""
    requirement = REQUIREMENT if request.path.startswith(ROOT) else OURS
    found = [
        Violation(f"?{name}", requirement, text)
        for name, texts in messages.items()
        for text in texts
    ]
    return InvalidError("the query parameters are wrong", found)


def _is_text(encoded: bytes) -> bool:
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True
