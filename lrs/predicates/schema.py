"""The JSON Schema (2020-12) of a predicate: its shape, without knowledge of any field.

For editors, for OpenAPI, and to be embedded where a predicate is part of a larger document. The
reader accepts exactly what this schema accepts, within its limits of depth and size, and a test
holds the two together. Alternatives are written `if`, `then`, `else` and not `oneOf`: an error then
names what is wrong instead of saying that no alternative matches.
"""

from typing import Any, Final

from lrs.predicates.tree import PARAMETERS

FIELD_PATTERN: Final = "^[a-z_][a-z0-9_]*([.][a-z_][a-z0-9_]*)?$"
NAME_PATTERN: Final = "^[a-z][a-z0-9_-]{0,63}$"

_PREDICATE: Final = {"$ref": "#/$defs/predicate"}
_PREDICATES: Final = {"type": "array", "minItems": 1, "items": _PREDICATE}
_OPERAND: Final = {"$ref": "#/$defs/operand"}


def _alone(word: str, holds: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
    """Return the rule that an object with this word has nothing beside it."""
    return {
        "if": {"required": [word]},
        "then": {"maxProperties": 1, "properties": {word: holds}},
        "else": otherwise,
    }


_TESTS: Final = {
    "propertyNames": {"$ref": "#/$defs/field"},
    "additionalProperties": {"$ref": "#/$defs/test"},
}

SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:ledger:predicate:1",
    "title": "A predicate: a question about one row with the answer true, false or unknown",
    "$ref": "#/$defs/predicate",
    "$defs": {
        "predicate": {
            "type": "object",
            "minProperties": 1,
            **_alone(
                "all", _PREDICATES, _alone("any", _PREDICATES, _alone("not", _PREDICATE, _TESTS))
            ),
        },
        "test": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                **dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte"), _OPERAND),
                "in": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/scalar"}},
                "in_set": {"$ref": "#/$defs/name", "description": "a value set of the framework"},
                "has": {**_OPERAND, "description": "the list holds this value"},
                "within_list": {
                    "$ref": "#/$defs/reference",
                    "description": "the value stands in the list that this field holds",
                },
                "exists": {"type": "boolean", "description": "whether there is a value at all"},
            },
        },
        "operand": {
            "if": {"type": "object"},
            "then": {
                "if": {"required": ["param"]},
                "then": {"$ref": "#/$defs/parameter"},
                "else": {"$ref": "#/$defs/reference"},
            },
            "else": {"$ref": "#/$defs/scalar"},
        },
        "reference": {
            "type": "object",
            "additionalProperties": False,
            "required": ["ref"],
            "properties": {"ref": {"$ref": "#/$defs/field"}},
        },
        "parameter": {
            "type": "object",
            "additionalProperties": False,
            "required": ["param"],
            "properties": {"param": {"enum": list(PARAMETERS)}},
        },
        "scalar": {"type": ["string", "number", "boolean"]},
        "field": {"type": "string", "pattern": FIELD_PATTERN},
        "name": {"type": "string", "pattern": NAME_PATTERN},
    },
}
