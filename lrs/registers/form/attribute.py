"""What every field of an entry has: title and meaning, its forms, what it may refer to.

A value has three forms: `written` as JSON has it, `cell` as CSV has it, and stored, as tables keep
and predicates compare it (`predicates.values`): a day as a number, a number as billionths. Each
kind says how one form becomes the other. Files are read by these functions directly: marshmallow,
which calls them too, would take several times as long for 40,000 people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from lrs.predicates.values import Kind
from lrs.registers.form.keys import pair


class ColumnType(StrEnum):
    """The type of PostgreSQL in which a table keeps the values of a field."""

    TEXT = "text"
    TEXTS = "text[]"
    INTEGER = "integer"
    BIGINT = "bigint"
    BOOLEAN = "boolean"
    JSONB = "jsonb"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the value of a field, or each item of a list, must be known: a register's keys.

    Codes of the register `lists` stand in the list `of_list`, or (`same_list`) in that of the entry
    which refers. An `acyclic` reference must never lead back to where it began.
    """

    register: str
    of_list: str = ""
    same_list: bool = False
    acyclic: bool = False

    def key(self, value: str, own: str) -> str:
        """Return the canonical key that a value names, in an entry with the canonical key `own`."""
        if self.same_list:
            length, _, rest = own.partition(":")
            return pair(rest[: int(length)], value)
        return pair(self.of_list, value) if self.of_list else value


Among = Sequence[str] | Reference
"""The values that a text may have: listed, or the keys of a register."""


class Attribute(fields.Field[Any]):
    """A field of an entry: a title and a meaning for people, what it holds, what it refers to."""

    kind: ClassVar[Kind | None] = None
    """What predicates can ask of it; None: nothing."""

    column: ClassVar[ColumnType]
    shape: ClassVar[Mapping[str, Any]]
    """The JSON Schema of a value."""

    def __init__(
        self, title: str, meaning: str, *, required: bool = False, among: Among = ()
    ) -> None:
        self.title, self.meaning = title, meaning
        self.refers = among if isinstance(among, Reference) else None
        self.one_of = () if isinstance(among, Reference) else tuple(among)
        shape: dict[str, Any] = {**self.shape, "title": title, "description": meaning}
        if self.one_of:
            shape |= self.enumerated()
            if not required and "enum" in shape:
                shape["enum"] = [*shape["enum"], None]
        super().__init__(required=required, allow_none=not required, metadata=shape)

    def enumerated(self) -> dict[str, Any]:
        """Return the part of the JSON Schema that lists the allowed values."""
        return {"enum": list(self.one_of)}

    def read(self, written: Any) -> Any:
        """Return a value of JSON in stored form; raises `ValueError` with what would be right."""
        raise NotImplementedError

    def restore(self, written: Any) -> Any:
        """Return a value that the log holds in stored form.

        Checked is nothing any more: what is allowed today may differ from what was allowed then.
        """
        return written

    def write(self, value: Any) -> Any:
        """Return a stored value as JSON has it."""
        return value

    def read_cell(self, cell: str) -> Any:
        """Return a cell that is not empty in stored form; raises `ValueError`."""
        return self.read(cell)

    def write_cell(self, value: Any) -> str:
        """Return a stored value as a cell."""
        return str(self.write(value))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return self.read(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error
