"""The schemas of registers on the wire, made from what each register says of its fields.

A register gives `PeopleEntries` for what is posted, and for answers `PeopleHeld` of one subject,
`PeoplePage` of many, `PeopleHistory` of one over time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import Schema, fields

from lrs.http.wire import listing
from lrs.http.wire.api_resource import Output
from lrs.http.wire.freshness import Freshness
from lrs.registers.form.register import Register

DAY: Final = {"type": "string", "format": "date"}
_DAY_OR_NONE: Final = {"type": ["string", "null"], "format": "date"}


class Shaped(fields.Raw):
    """A value as it is, described by a JSON Schema."""

    def __init__(self, shape: Mapping[str, Any], meaning: str, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.described = {**shape, "description": meaning}


@dataclass(frozen=True, slots=True)
class Answers:
    """The schemas of what is answered of one register."""

    held: type[Schema]
    page: type[Schema]
    history: type[Schema]


def answers(register: Register) -> Answers:
    """Return the schemas of what is answered of a register."""
    name = _words(register)
    attributes = type(f"{name}Attributes", (register.schema,), {})
    span = {
        "from": Shaped(_DAY_OR_NONE, "the first day on which this holds; null: since ever"),
        "until": Shaped(_DAY_OR_NONE, "the last day on which this holds; null: nothing ends it"),
        "attributes": fields.Nested(attributes),
        "position": Shaped({"type": "integer"}, "of the log, from which on this is known"),
    }
    key = Shaped(register.key.shape, register.key.meaning)
    row = Output.from_dict({"key": key, **span}, name=f"{name}Row")
    day = Shaped(DAY, "the day for which this is the answer")
    return Answers(
        held=Output.from_dict(
            {"key": key, **span, "on": day, "reflects": fields.Nested(Reflected)},
            name=f"{name}Held",
        ),
        page=listing.ListFields.from_dict(
            {"entries": fields.List(fields.Nested(row)), "on": day}, name=f"{name}Page"
        ),
        history=Freshness.from_dict(
            {
                "key": key,
                "history": fields.List(
                    fields.Nested(Output.from_dict(span, name=f"{name}Span")),
                    metadata={"description": "by days"},
                ),
            },
            name=f"{name}History",
        ),
    )


def entries(register: Register) -> type[Schema]:
    """Return the schema of what is posted: what is absent there keeps what is known."""
    name = _words(register)
    given = type(f"{name}Given", (register.schema,), {})
    entry = {
        "key": Shaped(register.key.shape, register.key.meaning, required=True),
        "from": Shaped(_DAY_OR_NONE, "the first day on which this holds; null: since ever"),
        "attributes": fields.Nested(given(partial=True)),
        "end": Shaped(DAY, "the last day on which the subject holds"),
        "retract": Shaped(
            {"type": "boolean"}, "takes back the entry of the day `from`, or the end"
        ),
    }
    listed = fields.List(fields.Nested(Schema.from_dict(entry, name=f"{name}Entry")), required=True)
    basis = Shaped({"type": "string"}, "what the entries rest on, in words")
    return Schema.from_dict({"entries": listed, "basis": basis}, name=f"{name}Entries")


def _words(register: Register) -> str:
    return "".join(word.capitalize() for word in register.name.split("-"))


class Reflected(Freshness):
    """What an answer reflects that has a `position` and an `until` of its own."""


class Recorded(Output):
    """What became of a request."""

    recorded = fields.Integer(metadata={"description": "entries that changed something"})
    unchanged = fields.Integer(metadata={"description": "entries that say what was known"})
    missing = fields.Integer(
        metadata={"description": "subjects that were ended as they are not named; of `recorded`"}
    )
    position = fields.Integer(metadata={"description": "of the log, from which on this is known"})
    folded = fields.Boolean(
        metadata={"description": "false: ask with `as_of` this position, which waits for it"}
    )


class Column(Output):
    """A field of a register."""

    name = fields.String()
    title = fields.String()
    meaning = fields.String()
    required = fields.Boolean()
    among = fields.String(
        allow_none=True, metadata={"description": "the register whose keys are its values"}
    )
    derived = fields.Boolean(metadata={"description": "follows from others, is never entered"})


class Told(Output):
    """A register."""

    name = fields.String()
    title = fields.String()
    meaning = fields.String()
    key = fields.String(metadata={"description": "what the key is"})
    headers = fields.List(fields.String(), metadata={"description": "of a CSV file"})
    columns = fields.List(fields.Nested(Column))


class Directory(Output):
    """The registers."""

    registers = fields.List(fields.Nested(Told))


def told(register: Register) -> dict[str, Any]:
    """Return what `Told` tells of a register."""
    columns = [
        {
            "name": name,
            "title": one.title,
            "meaning": one.meaning,
            "required": one.required,
            "among": one.refers.register if one.refers else None,
            "derived": False,
        }
        for name, one in register.fields.items()
    ]
    columns += [
        {
            "name": one.name,
            "title": one.title,
            "meaning": one.meaning,
            "required": False,
            "among": None,
            "derived": True,
        }
        for one in register.derived
    ]
    return {
        "name": register.name,
        "title": register.title,
        "meaning": register.meaning,
        "key": register.key.meaning,
        "headers": list(register.headers),
        "columns": columns,
    }
