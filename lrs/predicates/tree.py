"""A predicate as a tree, in two states: as it was read, and checked against declared fields.

Both states are joined by the same three nodes and differ in their leaves. A `FieldTest` holds what
somebody wrote, with its place, so that a check can say where something is wrong. The leaves of a
checked tree hold what the compiler and the evaluator need and nothing else: the kind of each field,
constants in stored form, named sets as their values. Both read the checked tree, so a value cannot
mean one thing in SQL and another in Python.
"""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Generic, TypeAlias, TypeVar

from lrs.predicates.values import Kind, Stored

Scalar = str | int | float | Decimal | bool
"""A constant as JSON has it."""

Leaf = TypeVar("Leaf")
Other = TypeVar("Other")


class Operator(StrEnum):
    """What a test asks of a field."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    IN_SET = "in_set"
    HAS = "has"
    WITHIN_LIST = "within_list"
    EXISTS = "exists"


PARAMETERS: Final = ("as_of", "period_start", "period_end")
"""The moments that a question brings along."""


@dataclass(frozen=True, slots=True)
class AllOf(Generic[Leaf]):
    """Every part holds."""

    parts: tuple["Tree[Leaf]", ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Generic[Leaf]):
    """At least one part holds."""

    parts: tuple["Tree[Leaf]", ...]


@dataclass(frozen=True, slots=True)
class Not(Generic[Leaf]):
    """The part is false; where the part is unknown, so is this."""

    part: "Tree[Leaf]"


Tree: TypeAlias = AllOf[Leaf] | AnyOf[Leaf] | Not[Leaf] | Leaf


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant as written."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Listed:
    """The constants of `in`, as written."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class NamedSet:
    """The set of values that a framework declares under a name."""

    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of another field of the same row."""

    field: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of `PARAMETERS`."""

    name: str


Operand = Literal | Listed | NamedSet | Reference | Parameter


@dataclass(frozen=True, slots=True)
class FieldTest:
    """One operator of one field, as written; `place` is the JSON Pointer of the operand."""

    field: str
    operator: Operator
    operand: Operand
    place: str = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant in stored form; of a language the primary subtag."""

    value: Stored


@dataclass(frozen=True, slots=True)
class Compared:
    """A field beside one value: equal, unequal or in an order."""

    kind: Kind
    field: str
    operator: Operator
    operand: Constant | Reference | Parameter


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field is one of these constants."""

    kind: Kind
    field: str
    values: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """An item stands in the list that a field holds; `kind` is that of the item."""

    kind: Kind
    item: Constant | Reference
    list_field: str


@dataclass(frozen=True, slots=True)
class Known:
    """A field has a value (or has none): the only test that is never unknown."""

    field: str
    expected: bool


Predicate: TypeAlias = Tree[FieldTest]
"""A predicate as read."""

Checked: TypeAlias = Tree[Compared | OneOf | Member | Known]
"""A predicate whose fields, operators and constants fit the declared fields."""


def leaves(tree: Tree[Leaf]) -> Iterator[Leaf]:
    """Yield the leaves from left to right."""
    match tree:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case leaf:
            yield leaf


def mapped(tree: Tree[Leaf], change: Callable[[Leaf], Other]) -> Tree[Other]:
    """Return a tree of the same form with every leaf changed."""
    match tree:
        case AllOf(parts):
            return AllOf(tuple(mapped(part, change) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(mapped(part, change) for part in parts))
        case Not(part):
            return Not(mapped(part, change))
        case leaf:
            return change(leaf)
