"""Shape of what clients send: one JSON Schema per version, run by two engines.

`jsonschema-rs` answers yes or no on the hot path (about 5 us for a statement). Only where the
answer is no, `jsonschema` (a hundred times slower) walks the value again and names every violation
in the words annotated beside each requirement. Version 2.0.0 overrides definitions of 1.0.3 by
`$dynamicRef`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError, validators
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from lrs.errors import Violation
from lrs.xapi import wording
from lrs.xapi.version import Version

Schema = dict[str, Any]

_NEWEST_FIRST = (Version.V2_0_0, Version.V1_0_3)
FOLDER = files("lrs.xapi") / "schema"
_SCHEMAS: Mapping[str, Schema] = {
    f"urn:xapi:{version}": json.loads((FOLDER / f"{version}.json").read_text("utf-8"))
    for version in _NEWEST_FIRST
}


def definition(name: str, version: Version) -> Schema:
    """Return the named definition that holds in a version: its own, or an older version's."""
    lineage = _NEWEST_FIRST[_NEWEST_FIRST.index(version) :]
    owners = (_SCHEMAS[f"urn:xapi:{candidate}"]["$defs"] for candidate in lineage)
    found: Schema = next(owner[name] for owner in owners if name in owner)
    return found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _pattern(_: object, pattern: str, value: object, __: Schema) -> Iterator[ValidationError]:
    """Match as ECMA-262 does: in Python alone `$` also matches before a final newline."""
    if isinstance(value, str) and not _compiled(pattern).fullmatch(value):
        yield ValidationError("pattern")


def _is_integer(_: object, value: object) -> bool:
    """Take 27.0 for an integer, as JSON Schema does, also when it was parsed as `Decimal`."""
    whole_fraction = (isinstance(value, float) and value.is_integer()) or (
        isinstance(value, Decimal) and value == value.to_integral_value()
    )
    return whole_fraction or (isinstance(value, int) and not isinstance(value, bool))


_extend: Any = validators.extend  # published without types
_Explainer = _extend(
    Draft202012Validator,
    {"pattern": _pattern},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def _registry() -> Registry[Any]:
    """Return the schemas without `$schema`, for which `jsonschema` would leave `_Explainer`."""
    bare = {uri: {**schema} for uri, schema in _SCHEMAS.items()}
    for schema in bare.values():
        del schema["$schema"]
    resources = [(uri, DRAFT202012.create_resource(schema)) for uri, schema in bare.items()]
    registry: Registry[Any] = Registry()
    return registry.with_resources(resources)


_TO_ANOTHER_VALUE = {"properties", "items", "additionalProperties", "propertyNames"}


class Shape:
    """One schema of one version, ready to check values."""

    def __init__(self, reference: str, version: Version) -> None:
        self._version = version
        self._schema: Schema = {"$ref": reference}
        self._engine = jsonschema_rs.Draft202012Validator(
            self._schema, registry=jsonschema_rs.Registry(list(_SCHEMAS.items()))
        )
        self._explainer = _Explainer(self._schema, registry=_registry())

    def holds(self, value: object) -> bool:
        """Say whether the value has this shape."""
        return self._engine.is_valid(value)

    def errors(self, value: object, most: int) -> list[ValidationError]:
        """Return what the reference engine finds wrong, up to `most`; empty when the shape holds.

        Raises `RecursionError` for a value that nests too deep for the reference engine.
        """
        return list(islice(self._explainer.iter_errors(value), most))

    def explain(self, error: ValidationError, root: str) -> Iterator[Violation]:
        """Name what one error says: a violation for each property that it concerns."""
        return wording.violations(error, self._trail(error), root)

    def _trail(self, error: ValidationError) -> list[Schema]:
        """Return the schemas, outermost first, that speak of the very value that failed."""
        node: Any = self._schema
        trail: list[Schema] = []
        *way, keyword = error.absolute_schema_path
        for step in way:
            node = self._at(step, node, trail)
            if step in _TO_ANOTHER_VALUE:
                trail.clear()
        self._at(keyword, node, trail)
        return trail

    def _at(self, step: str | int, node: Any, trail: list[Schema]) -> Any:
        """Return what stands at a step, following references on the way there."""
        while isinstance(node, dict):
            trail.append(node)
            if step in node:
                break
            node = self._referred(node["$ref"])
        return self._referred(node[step]) if step == "$dynamicRef" else node[step]

    def _referred(self, reference: str) -> Schema:
        document, _, fragment = reference.partition("#")
        if not fragment:
            return _SCHEMAS[document]
        return definition(fragment.rpartition("/")[2], self._version)


STATEMENT = {version: Shape(f"urn:xapi:{version}", version) for version in Version}
ACTOR = {version: Shape("urn:xapi:1.0.3#/$defs/actor", version) for version in Version}
