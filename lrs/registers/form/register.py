"""What a register is: the form of its keys, the fields of its entries, what follows from both.

A register is one file that makes one `Register`. From it follow the checks, the table, the template
for imports, the route and the documents: nothing else knows the register by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import RAISE, Schema

from lrs.predicates.fields import Vocabulary
from lrs.predicates.values import Kind
from lrs.registers.form.attribute import Attribute, ColumnType, Reference
from lrs.registers.form.keys import KeyForm


class Attributes(Schema):
    """The attributes of an entry: the schema of each register is one of these."""

    class Meta:
        """A name that is no field is refused."""

        unknown = RAISE


@dataclass(frozen=True, slots=True)
class Derived:
    """A field that follows from other registers as of the same day; it is never imported."""

    name: str
    kind: Kind
    title: str
    meaning: str
    source: str
    """The register from which the value comes."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """An example of an entry that is refused, and the field that is wrong."""

    entry: Mapping[str, Any]
    field: str


@dataclass(frozen=True)
class Register:
    """A register; `name` stands in addresses, files and events."""

    name: str
    title: str
    meaning: str
    key: KeyForm
    schema: type[Attributes]
    accepted: Mapping[str, Any]
    """An example of an entry, in JSON."""
    rejected: Rejected
    derived: tuple[Derived, ...] = ()
    personal: bool = False
    """Whether its entries tell of persons: then it is recorded who reads them."""

    @cached_property
    def fields(self) -> Mapping[str, Attribute]:
        """The fields that are imported, by name, in the order of the file."""
        declared = self.schema().fields
        return {name: one for name, one in declared.items() if isinstance(one, Attribute)}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The fields that every entry has."""
        return tuple(name for name, field in self.fields.items() if field.required)

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """What predicates can ask, of derived fields too."""
        own = {name: field.kind for name, field in self.fields.items() if field.kind is not None}
        return own | {one.name: one.kind for one in self.derived}

    @cached_property
    def references(self) -> Mapping[str, Reference]:
        """The fields that name keys of a register."""
        return {name: one.refers for name, one in self.fields.items() if one.refers is not None}

    @property
    def vocabulary(self) -> Vocabulary:
        """The fields as predicates without named sets and parameters may use them."""
        return Vocabulary(self.kinds)

    @property
    def columns(self) -> Mapping[str, ColumnType]:
        """The type of the column that keeps each field."""
        return {name: field.column for name, field in self.fields.items()}

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The header of a CSV file: what may stand there, languages left out."""
        return (*self.key.columns, "from", *self.fields, "end", "retract")
