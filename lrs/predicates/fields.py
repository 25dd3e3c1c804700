"""Whether a predicate fits the fields that a source declares, and the tree that follows from it.

What a source has is a `Vocabulary`: its fields with their kinds, the named sets, the parameters
that a question will bring along. A requirement has neither sets nor parameters, so a predicate that
names one is refused when the requirement is entered and not when somebody asks for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from lrs.errors import InvalidError, Violation
from lrs.predicates.reader import step
from lrs.predicates.tree import (
    Checked,
    Compared,
    Constant,
    FieldTest,
    Known,
    Listed,
    Literal,
    Member,
    NamedSet,
    OneOf,
    Operator,
    Parameter,
    Predicate,
    Reference,
    Scalar,
    leaves,
    mapped,
)
from lrs.predicates.values import ITEM_OF, Kind, Stored, primary_subtag, stored

CheckedLeaf = Compared | OneOf | Member | Known

_EQUAL: Final = frozenset({Operator.EQ, Operator.NE, Operator.EXISTS})
_CHOSEN: Final = _EQUAL | {Operator.IN, Operator.IN_SET}
_ORDERED: Final = _CHOSEN | {Operator.GT, Operator.GTE, Operator.LT, Operator.LTE}
_IN_WORDS: Final = _CHOSEN | {Operator.WITHIN_LIST}
_LIST: Final = frozenset({Operator.HAS, Operator.EXISTS})

OPERATORS: Final[Mapping[Kind, frozenset[Operator]]] = {
    Kind.TEXT: _IN_WORDS,
    Kind.TEXTS: _LIST,
    Kind.LANGUAGE: _IN_WORDS,
    Kind.LANGUAGES: _LIST,
    Kind.NUMBER: _ORDERED,
    Kind.DAY: _ORDERED,
    Kind.INSTANT: _ORDERED,
    Kind.BOOLEAN: _EQUAL,
    Kind.LOCALIZED: frozenset({Operator.EXISTS}),
}
"""What can be asked of each kind. Texts have no order: every database sorts them in its own."""

_TIMES: Final = (Kind.DAY, Kind.INSTANT)
_MOST_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a predicate over one source may speak of."""

    fields: Mapping[str, Kind]
    sets: Mapping[str, Sequence[Scalar]] = field(default_factory=dict)
    parameters: Collection[str] = ()


def mentioned_fields(predicate: Predicate) -> frozenset[str]:
    """Return the fields that a predicate reads, those it compares with included."""
    tests = list(leaves(predicate))
    references = (test.operand for test in tests if isinstance(test.operand, Reference))
    return frozenset(test.field for test in tests) | {one.field for one in references}


def check(predicate: Predicate, vocabulary: Vocabulary) -> Checked:
    """Return the predicate in the terms of its source; raises `InvalidError` with all misfits."""
    found: list[Violation] = []
    for test in leaves(predicate):
        try:
            _leaf(test, vocabulary)
        except InvalidError as refused:
            found += refused.violations
    if found:
        raise InvalidError("the predicate does not fit the fields of its source", found)
    return mapped(predicate, lambda test: _leaf(test, vocabulary))


def _leaf(test: FieldTest, vocabulary: Vocabulary) -> CheckedLeaf:
    kind = _kind(test.field, test.place.rpartition("/")[0], vocabulary)
    if test.operator not in OPERATORS[kind]:
        allowed = ", ".join(word for word in Operator if word in OPERATORS[kind])
        message = f"{test.field} is a {kind}, which does not take {test.operator}: use {allowed}"
        raise _misfit(test.place, "operator", message)
    match test.operator, test.operand:
        case Operator.EXISTS, Literal(bool(expected)):
            return Known(test.field, expected)
        case Operator.WITHIN_LIST, Reference(list_field):
            return _within_list(test, kind, list_field, vocabulary)
        case Operator.HAS, _:
            return Member(ITEM_OF[kind], _item(test, ITEM_OF[kind], vocabulary), test.field)
        case _, Listed(values):
            return OneOf(kind, test.field, _constants(kind, values, test.place))
        case _, NamedSet(name):
            return OneOf(kind, test.field, _constants_of_set(kind, name, test.place, vocabulary))
        case _, _:
            return Compared(kind, test.field, test.operator, _value(test, kind, vocabulary))


def _within_list(
    test: FieldTest, kind: Kind, list_field: str, vocabulary: Vocabulary
) -> CheckedLeaf:
    list_kind = _kind(list_field, test.place, vocabulary)
    if ITEM_OF.get(list_kind) is not kind:
        message = f"{list_field} is a {list_kind}: name a list of {kind}s"
        raise _misfit(test.place, "kind", message)
    return Member(kind, Reference(test.field), list_field)


def _item(test: FieldTest, kind: Kind, vocabulary: Vocabulary) -> Constant | Reference:
    value = _value(test, kind, vocabulary)
    assert not isinstance(value, Parameter)  # a parameter is a time, and no list holds times
    return value


def _value(test: FieldTest, kind: Kind, vocabulary: Vocabulary) -> Constant | Reference | Parameter:
    """Return what a field of this kind, or an item of a list, is compared with."""
    match test.operand:
        case Literal(value):
            return Constant(_constant(kind, value, test.place))
        case Reference(name):
            other = _kind(name, test.place, vocabulary)
            if other is not kind:
                message = f"compares a {kind} with {name}, which is a {other}"
                raise _misfit(test.place, "kind", message)
            return Reference(name)
        case Parameter(name):
            if kind not in _TIMES:
                raise _misfit(test.place, "kind", f"compares a {kind} with {name}, which is a time")
            if name not in vocabulary.parameters:
                raise _misfit(test.place, "parameter", f"nothing gives {name} here: write a {kind}")
            return Parameter(name)
    raise AssertionError(test)  # the reader gives lists and sets to `in` and `in_set` only


def _kind(name: str, place: str, vocabulary: Vocabulary) -> Kind:
    found = vocabulary.fields.get(name)
    if found is None:
        raise _misfit(
            place, "field", f"{name} is no field here: {_instead(name, vocabulary.fields)}"
        )
    return found


def _instead(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name[:64], known, n=3)
    if close:
        return f"is {' or '.join(close)} meant?"
    names = sorted(known)
    more = ", ..." if len(names) > _MOST_SHOWN else ""
    return f"there are {', '.join(names[:_MOST_SHOWN]) or 'none'}{more}"


def _constants_of_set(
    kind: Kind, name: str, place: str, vocabulary: Vocabulary
) -> tuple[Stored, ...]:
    if name not in vocabulary.sets:
        message = f"{name} is no set that is declared here: {_instead(name, vocabulary.sets)}"
        raise _misfit(place, "set", message)
    try:
        return tuple(_compared(kind, value) for value in vocabulary.sets[name])
    except ValueError as error:
        raise _misfit(place, "set", f"a value of the set {name} {error}") from error


def _constants(kind: Kind, values: Sequence[Scalar], place: str) -> tuple[Stored, ...]:
    found: list[Violation] = []
    constants: list[Stored] = []
    for index, value in enumerate(values):
        try:
            constants.append(_constant(kind, value, step(place, index)))
        except InvalidError as refused:
            found += refused.violations
    if found:
        raise InvalidError("values that do not fit their field", found)
    return tuple(constants)


def _constant(kind: Kind, value: Scalar, place: str) -> Stored:
    try:
        return _compared(kind, value)
    except ValueError as error:
        raise _misfit(place, "value", str(error)) from error


def _compared(kind: Kind, value: Scalar) -> Stored:
    """Return a constant in the form that is compared; raises `ValueError`."""
    constant: Stored = stored(kind, value)
    return primary_subtag(str(constant)) if kind is Kind.LANGUAGE else constant


def _misfit(place: str, rule: str, message: str) -> InvalidError:
    return InvalidError(message, [Violation(place, f"predicate.{rule}", message)])
