"""Query parameters: marshmallow schemas; unknown, repeated or malformed ones are refused."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import marshmallow
from flask import request
from marshmallow import ValidationError, fields

from lrs import clock
from lrs.errors import InvalidError, Violation
from lrs.http.wire.headers import version
from lrs.xapi import json
from lrs.xapi.agent import identity
from lrs.xapi.formats import is_iri, is_timestamp, is_uuid, parse_timestamp
from lrs.xapi.validation import agent_violations

REQUIREMENT: Final = "XAPI Communication 2"
UNKNOWN: Final = "there is no such parameter here"


class Iri(fields.String):
    """An absolute IRI."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = super()._deserialize(value, *_, **__)
        if not is_iri(text):
            raise ValidationError("must be an IRI with a scheme")
        return text


class Uuid(fields.String):
    """A UUID, returned in lower case."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = super()._deserialize(value, *_, **__)
        if not is_uuid(text):
            raise ValidationError("must be a UUID")
        return text.lower()


class Timestamp(fields.String):
    """A timestamp of the standard, returned in microseconds UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:  # type: ignore[override]
        text = super()._deserialize(value, *_, **__)
        if not is_timestamp(text, version()):
            raise ValidationError("must be a timestamp as RFC 3339 writes it")
        return clock.microseconds(parse_timestamp(text))


class Flag(fields.String):
    """`true` or `false`."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:  # type: ignore[override]
        if value not in {"true", "false"}:
            raise ValidationError("must be true or false")
        return bool(value == "true")


class Count(fields.String):
    """A whole number, not negative."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:  # type: ignore[override]
        if not re.fullmatch(r"[0-9]{1,18}", value):
            raise ValidationError("must be a whole number, not negative")
        return int(value)


class Agent(fields.String):
    """The JSON of an Agent or identified Group."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Mapping[str, Any]:  # type: ignore[override]
        try:
            agent = json.parse(value.encode("utf-8", "surrogatepass"))
        except InvalidError as error:
            wrong = "; ".join(one.message for one in error.violations)
            raise ValidationError(f"must be the JSON of an Agent: {wrong}") from None
        found = agent_violations(agent, version())
        if found:
            raise ValidationError([f"{one.path}: {one.message}" for one in found])
        assert isinstance(agent, dict)
        return agent


class Parameters(marshmallow.Schema):
    """Parameters of one kind of request; those not declared are refused."""

    class Meta:
        """Refuse what is not declared."""

        unknown = marshmallow.RAISE

    error_messages = {"unknown": UNKNOWN}  # noqa: RUF012  # marshmallow's own


def load(kind: type[Parameters]) -> dict[str, Any]:
    """Return the query parameters of the request; raises `InvalidError` naming each bad one."""
    refuse_repeated()
    try:
        loaded: dict[str, Any] = _schema(kind).load(request.args.to_dict())
    except ValidationError as error:
        messages: Any = error.messages
        raise refusal(messages) from None
    return loaded


def refuse_all() -> None:
    """Raise `InvalidError` for any parameter, where a request takes none."""
    if request.query_string and request.args:
        raise refusal({name: [UNKNOWN] for name in request.args})


def refuse_repeated() -> None:
    """Raise `InvalidError` for a parameter that is given more than once."""
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
def _schema(kind: type[Parameters]) -> Parameters:
    """Return the one instance of a schema: making one copies every field, for 200 us."""
    return kind()


def refusal(messages: Mapping[str, Sequence[str]]) -> InvalidError:
    """Return the error for parameters: their names and what is wrong with each."""
    found = [
        Violation(f"?{name}", REQUIREMENT, text)
        for name, texts in messages.items()
        for text in texts
    ]
    return InvalidError("the query parameters are wrong", found)
