"""Words for what the schema engine finds: path, requirement and reason, never the value itself.

The engine's own messages quote patterns and whole objects, personal data among them. A reason is
either general (`must be a string`) or stands as `x-message` beside the keyword that failed; the
requirement is the nearest `x-requirement` of a schema that speaks of the same value.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from jsonschema import ValidationError

from lrs.errors import Violation
from lrs.xapi.path import Path, render

Schema = Mapping[str, Any]

_NULL = "XAPI-00001"
_WRONG_TYPE = "XAPI-00006"
_WRONG_FORMAT = "XAPI-00007"
_WRONG_CASE_OF_KEY = "XAPI-00008"
_WRONG_CASE_OF_VALUE = "XAPI-00009"
_NOT_ALLOWED = "XAPI-00010"

_TYPES = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
}
_GENERAL: dict[str, Callable[[Any], str]] = {
    "type": lambda name: f"must be {_TYPES[name]}",
    "const": lambda value: f"must be {value}",
    "enum": lambda values: f"must be one of {', '.join(values)}",
    "minimum": lambda limit: f"must be at least {limit}",
    "maximum": lambda limit: f"must be at most {limit}",
    "minItems": lambda limit: f"must hold {limit} or more",
    "maxItems": lambda limit: f"must hold {limit} or fewer",
}
_FALLBACK = {"type": _WRONG_TYPE, "pattern": _WRONG_FORMAT}


@dataclass(frozen=True, slots=True)
class _Failure:
    """A keyword of a schema that a value fails, with the schemas that speak of the value."""

    keyword: str
    expected: Any
    value: Any
    path: Path
    trail: Sequence[Schema]

    @property
    def schema(self) -> Schema:
        return self.trail[-1]

    def requirement(self, keyword: str, inner: Schema = MappingProxyType({})) -> str:
        """Return the requirement that the innermost schema notes for a keyword."""
        for schema in (inner, *reversed(self.trail)):
            noted = schema.get("x-requirement", {})
            if isinstance(noted, str):
                return noted
            if keyword in noted:
                return str(noted[keyword])
        return _FALLBACK.get(keyword, _NOT_ALLOWED)


_Named = Iterator[tuple[Path, str, str]]


def violations(error: ValidationError, trail: Sequence[Schema], root: str) -> Iterator[Violation]:
    """Yield a violation for each property that an error concerns.

    `trail` holds the schemas that speak of the failing value, the failing one last.
    """
    path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, str(error.instance))
    keyword = str(error.validator)
    failure = _Failure(keyword, error.validator_value, error.instance, path, trail)
    for place, requirement, message in _BY_PROPERTY.get(keyword, _value)(failure):
        yield Violation(render(place, root), requirement, message)


def _missing(failure: _Failure) -> _Named:
    known = failure.schema.get("properties", {})
    for name in failure.expected:
        if name not in failure.value:
            requirement = failure.requirement("required", known.get(name, {}))
            yield (*failure.path, name), requirement, "is required"


def _depending(failure: _Failure) -> _Named:
    for name, needed in failure.expected.items():
        for other in needed if name in failure.value else ():
            requirement = failure.requirement("dependentRequired")
            yield (*failure.path, other), requirement, f"is required beside {name}"


def _unknown(failure: _Failure) -> _Named:
    known = failure.schema["properties"]
    spelled = {name.lower(): name for name in known}
    for name in failure.value:
        path, meant = (*failure.path, name), spelled.get(name.lower())
        if name in known:
            continue
        if meant:
            yield path, _WRONG_CASE_OF_KEY, f"is not a property here; did you mean {meant}?"
        else:
            requirement = failure.requirement("additionalProperties")
            yield path, requirement, "is not a property that the standard allows here"


def _value(failure: _Failure) -> _Named:
    if failure.value is None:
        yield failure.path, _NULL, "must not be null"
    elif _differs_in_case(failure):
        yield failure.path, _WRONG_CASE_OF_VALUE, _message(failure)
    else:
        yield failure.path, failure.requirement(failure.keyword), _message(failure)


_BY_PROPERTY = {
    "required": _missing,
    "dependentRequired": _depending,
    "additionalProperties": _unknown,
}


def _differs_in_case(failure: _Failure) -> bool:
    if failure.keyword not in {"enum", "const"} or not isinstance(failure.value, str):
        return False
    allowed = failure.expected if failure.keyword == "enum" else [failure.expected]
    return failure.value.lower() in {text.lower() for text in allowed}


def _message(failure: _Failure) -> str:
    general = _GENERAL.get(failure.keyword)
    return general(failure.expected) if general else str(failure.schema["x-message"])
