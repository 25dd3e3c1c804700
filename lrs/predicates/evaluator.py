"""From a checked predicate to a function of one subject: what the compiler says in SQL, in Python.

A subject maps every field that the predicate mentions to its value in stored form (`values.stored`,
or a row of a table); None and absent are both unknown. The tree is walked once and becomes nested
functions, since a requirement is asked of tens of thousands of people.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never

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
from lrs.predicates.values import Kind, moment, primary_subtag

Subject = Mapping[str, Any]
Truth = Callable[[Subject], bool | None]
"""True, false, or None for unknown."""

_Getter = Callable[[Subject], Any]

_COMPARISONS: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQ: operator.eq,
    Operator.NE: operator.ne,
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
}


def decision(
    checked: Checked, moments: Mapping[str, int] | None = None
) -> Callable[[Subject], bool]:
    """Return the function that says whether a predicate holds for a subject: unknown is false.

    `moments` are the parameters as times in us UTC.
    """
    decide = truth(checked, moments)
    return lambda subject: decide(subject) is True


def truth(checked: Checked, moments: Mapping[str, int] | None = None) -> Truth:
    """Return the function that gives all three values, for those who combine the answer."""
    match checked:
        case AllOf(parts):
            return _joined([truth(part, moments) for part in parts], decisive=False)
        case AnyOf(parts):
            return _joined([truth(part, moments) for part in parts], decisive=True)
        case Not(part):
            return _negated(truth(part, moments))
        case leaf:
            return _leaf(leaf, moments or {})


def _joined(parts: list[Truth], *, decisive: bool) -> Truth:
    """One decisive part decides; else one that is unknown makes the whole unknown."""

    def joined(subject: Subject) -> bool | None:
        answer: bool | None = not decisive
        for part in parts:
            found = part(subject)
            if found is decisive:
                return decisive
            if found is None:
                answer = None
        return answer

    return joined


def _negated(part: Truth) -> Truth:
    def negated(subject: Subject) -> bool | None:
        found = part(subject)
        return None if found is None else not found

    return negated


def _leaf(leaf: Compared | OneOf | Member | Known, moments: Mapping[str, int]) -> Truth:
    match leaf:
        case Compared(kind, field, comparison, operand):
            return _compared(
                _COMPARISONS[comparison], _field(kind, field), _value(kind, operand, moments)
            )
        case OneOf(kind, field, values):
            return _one_of(_field(kind, field), frozenset(values))
        case Member(kind, item, field):
            return _member(kind, _value(kind, item, moments), field)
        case Known(field, expected):
            return lambda subject: (subject.get(field) is not None) is expected
    assert_never(leaf)


def _compared(compare: Callable[[Any, Any], bool], left: _Getter, right: _Getter) -> Truth:
    def compared(subject: Subject) -> bool | None:
        one, other = left(subject), right(subject)
        return None if one is None or other is None else compare(one, other)

    return compared


def _one_of(value: _Getter, values: frozenset[Any]) -> Truth:
    def one_of(subject: Subject) -> bool | None:
        found = value(subject)
        return None if found is None else found in values

    return one_of


def _member(kind: Kind, item: _Getter, field: str) -> Truth:
    """Answer as `spelling` says for every database."""

    def member(subject: Subject) -> bool | None:
        values, wanted = subject.get(field), item(subject)
        if values is None:
            return None
        if not values:
            return False
        if wanted is None:
            return None
        if any(_comparable(kind, value) == wanted for value in values):
            return True
        return None if None in values else False

    return member


def _value(
    kind: Kind, operand: Constant | Reference | Parameter, moments: Mapping[str, int]
) -> _Getter:
    match operand:
        case Constant(value):
            return lambda _: value
        case Reference(field):
            return _field(kind, field)
        case Parameter(name):
            instant = moment(kind, moments[name])
            return lambda _: instant
    assert_never(operand)


def _field(kind: Kind, name: str) -> _Getter:
    if kind is Kind.LANGUAGE:
        return lambda subject: _comparable(kind, subject.get(name))
    return lambda subject: subject.get(name)


def _comparable(kind: Kind, value: Any) -> Any:
    return primary_subtag(value) if kind is Kind.LANGUAGE and value is not None else value
