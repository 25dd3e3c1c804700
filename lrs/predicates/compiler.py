"""From a checked predicate to a condition of SQLAlchemy Core over one source.

Constants are bind parameters, never part of the SQL text. The condition has three values, as SQL
has: `WHERE`, `FILTER` and `CASE WHEN` take an unknown one for not true. Whoever negates it or
selects it as a column wraps it in `coalesce(..., false)` first.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, assert_never

from sqlalchemy import BigInteger, Boolean, FromClause, Text, and_, literal, not_, or_
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import TypeEngine

from lrs.predicates.spelling import LanguagesHave, ListHas, PrimarySubtag
from lrs.predicates.tree import (
    AllOf,
    AnyOf,
    Checked,
    Compared,
    Constant,
    Known,
    Member,
    Not,
    OneOf,
    Operator,
    Parameter,
    Reference,
)
from lrs.predicates.values import Kind, Stored, moment

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Field:
    """What a field of a source holds, and the expression that gives it in stored form."""

    kind: Kind
    column: ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that predicates speak of: where they come from, and their fields by name.

    A name of two segments (`person.entity`) is a field as any other: the joins that lead to it are
    part of `from_clause`.
    """

    from_clause: FromClause
    fields: Mapping[str, Field]

    @property
    def kinds(self) -> dict[str, Kind]:
        """The fields as a `Vocabulary` declares them."""
        return {name: field.kind for name, field in self.fields.items()}


_COMPARISONS: Final[Mapping[Operator, Callable[[Any, Any], Condition]]] = {
    Operator.EQ: operator.eq,
    Operator.NE: operator.ne,
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
}

_TYPES: Final[Mapping[Kind, TypeEngine[Any]]] = {
    Kind.TEXT: Text(),
    Kind.LANGUAGE: Text(),
    Kind.NUMBER: BigInteger(),
    Kind.DAY: BigInteger(),
    Kind.INSTANT: BigInteger(),
    Kind.BOOLEAN: Boolean(),
}


def condition(
    checked: Checked, source: Source, moments: Mapping[str, int] | None = None
) -> Condition:
    """Return the condition; `moments` are the parameters as times in us UTC."""
    return _Compilation(source, moments or {}).condition(checked)


class _Compilation:
    """One predicate over one source."""

    def __init__(self, source: Source, moments: Mapping[str, int]) -> None:
        self._fields = source.fields
        self._moments = moments

    def condition(self, checked: Checked) -> Condition:
        """Return the condition of a part."""
        match checked:
            case AllOf(parts):
                return and_(*map(self.condition, parts))
            case AnyOf(parts):
                return or_(*map(self.condition, parts))
            case Not(part):
                return not_(self.condition(part))
            case leaf:
                return self._leaf(leaf)

    def _leaf(self, leaf: Compared | OneOf | Member | Known) -> Condition:
        match leaf:
            case Compared(kind, field, comparison, operand):
                return _COMPARISONS[comparison](
                    self._field(kind, field), self._value(kind, operand)
                )
            case OneOf(kind, field, values):
                return self._field(kind, field).in_([_bound(kind, value) for value in values])
            case Member(kind, item, field):
                has = LanguagesHave if kind is Kind.LANGUAGE else ListHas
                return has(self._fields[field].column, self._value(kind, item))
            case Known(field, expected):
                column = self._fields[field].column
                return column.is_not(None) if expected else column.is_(None)
        assert_never(leaf)

    def _value(self, kind: Kind, operand: Constant | Reference | Parameter) -> ColumnElement[Any]:
        match operand:
            case Constant(value):
                return _bound(kind, value)
            case Reference(field):
                return self._field(kind, field)
            case Parameter(name):
                return _bound(kind, moment(kind, self._moments[name]))
        assert_never(operand)

    def _field(self, kind: Kind, name: str) -> ColumnElement[Any]:
        column = self._fields[name].column
        return PrimarySubtag(column) if kind is Kind.LANGUAGE else column


def _bound(kind: Kind, value: Stored) -> ColumnElement[Any]:
    return literal(value, _TYPES[kind])
