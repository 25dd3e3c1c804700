"""From parsed JSON or YAML to the tree of a predicate; what is wrong is named by place.

Everything wrong is told at once, with the JSON Pointer of the place, the rule and what would be
right. Two limits end the reading on the spot: depth and size. They hold for what is read and not
for the text it came from, as a few lines of YAML can name one part millions of times by its anchor.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from math import isfinite
from typing import Any, Final, NoReturn, TypeVar

from lrs.errors import InvalidError, Violation
from lrs.predicates.schema import FIELD_PATTERN, NAME_PATTERN
from lrs.predicates.tree import (
    PARAMETERS,
    AllOf,
    AnyOf,
    FieldTest,
    Listed,
    Literal,
    NamedSet,
    Not,
    Operand,
    Operator,
    Parameter,
    Predicate,
    Reference,
    Scalar,
)

DEEPEST: Final = 32
"""Levels of `all`, `any` and `not` inside each other; compiling takes several calls a level."""

LARGEST: Final = 10_000
"""Nodes, tests and listed constants of one predicate; PostgreSQL takes 65,535 in a statement."""

ENOUGH: Final = 100
"""Violations after which the rest is not looked at."""

_FIELD: Final = re.compile(FIELD_PATTERN)
_NAME: Final = re.compile(NAME_PATTERN)
_LONGEST_SHOWN: Final = 60

Read = TypeVar("Read")


def read(parsed: Any, place: str = "") -> Predicate:
    """Return the tree of a predicate; raises `InvalidError` with every place that is wrong.

    `place` is the JSON Pointer of the predicate in the document it is a part of.
    """
    reading = _Reading()
    trees = reading.each([partial(reading.predicate, parsed, place, 1)])
    if reading.found:
        reading.stop()
    return trees[0]


def step(place: str, key: str | int) -> str:
    """Return the JSON Pointer of what a key leads to."""
    return f"{place}/{str(key)[:_LONGEST_SHOWN].replace('~', '~0').replace('/', '~1')}"


def shown(value: object) -> str:
    """Return a few words for a value of any size, for a message."""
    match value:
        case None | bool():
            return json.dumps(value)
        case str():
            cut = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "..."
            return json.dumps(cut, ensure_ascii=False)
        case dict():
            return "an object"
        case list():
            return "a list"
        case date():
            return "a date without quotes"
        case _:
            return "a number"


class _WrongError(Exception):
    """What one place breaks; the places beside it are still read."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.violation = Violation(place, "predicate.shape", message)


class _Reading:
    """One reading: what was found wrong, and how much may still be read."""

    def __init__(self) -> None:
        self.found: list[Violation] = []
        self._left = LARGEST

    def each(self, places: Iterable[Callable[[], Read]]) -> list[Read]:
        """Read places beside each other, and keep what is wrong in some of them."""
        read = []
        for place in places:
            try:
                read.append(place())
            except _WrongError as wrong:
                self.found.append(wrong.violation)
                if len(self.found) >= ENOUGH:
                    self.stop()
        return read

    def stop(self) -> NoReturn:
        raise InvalidError("the predicate breaks a rule of its language", self.found)

    def predicate(self, value: Any, place: str, depth: int) -> Predicate:
        """Read one level."""
        self._count(place)
        if depth > DEEPEST:
            self._limit(place, f"nests deeper than {DEEPEST} levels: name fewer cases")
        if not isinstance(value, dict) or not value:
            message = f'is {shown(value)}: write tests, such as {{"entity": {{"eq": "X"}}}}'
            raise _WrongError(place, message)
        form = next((word for word in ("all", "any", "not") if word in value), None)
        if form is None:
            return self._tests(value, place)
        if len(value) > 1:
            message = f'has something beside "{form}": put both into a list of "all"'
            raise _WrongError(place, message)
        below = step(place, form)
        if form == "not":
            return Not(self.predicate(value[form], below, depth + 1))
        parts = self._parts(value[form], below, depth + 1)
        return AllOf(parts) if form == "all" else AnyOf(parts)

    def _parts(self, value: Any, place: str, depth: int) -> tuple[Predicate, ...]:
        if not isinstance(value, list) or not value:
            raise _WrongError(place, f"is {shown(value)}: write a list of predicates")
        parts = enumerate(value)
        return tuple(
            self.each(partial(self.predicate, part, step(place, at), depth) for at, part in parts)
        )

    def _tests(self, value: dict[Any, Any], place: str) -> Predicate:
        """Read an object from field to test: all of the tests hold together."""
        fields = self.each(partial(self._field, *pair, place) for pair in value.items())
        tests = [test for field in fields for test in field]
        return tests[0] if len(tests) == 1 else AllOf(tuple(tests))

    def _field(self, field: Any, test: Any, place: str) -> list[FieldTest]:
        self._count(place)
        if not isinstance(field, str) or not _FIELD.fullmatch(field):
            raise _WrongError(place, f"{shown(field)} is no name of a field")
        below = step(place, field)
        if not isinstance(test, dict) or not test:
            raise _WrongError(below, f'is {shown(test)}: write a test, such as {{"eq": "X"}}')
        return self.each(partial(self._test, field, *pair, below) for pair in test.items())

    def _test(self, field: str, word: Any, value: Any, place: str) -> FieldTest:
        self._count(place)
        if word not in _WORDS:
            message = f"{shown(word)} is no operator: use one of {', '.join(Operator)}"
            raise _WrongError(place, message)
        below, read = step(place, word), _OPERANDS.get(word, _Reading._operand)
        return FieldTest(field, Operator(word), read(self, value, below), below)

    def _operand(self, value: Any, place: str) -> Operand:
        if not isinstance(value, dict):
            return Literal(self._scalar(value, place))
        return self._parameter(value, place) if "param" in value else self._reference(value, place)

    def _parameter(self, value: dict[Any, Any], place: str) -> Parameter:
        if len(value) == 1 and value["param"] in PARAMETERS:
            return Parameter(value["param"])
        names = ", ".join(PARAMETERS)
        raise _WrongError(place, f'write {{"param": "..."}} with one of {names}')

    def _reference(self, value: Any, place: str) -> Reference:
        name = value.get("ref") if isinstance(value, dict) and len(value) == 1 else None
        if isinstance(name, str) and _FIELD.fullmatch(name):
            return Reference(name)
        raise _WrongError(place, f'is {shown(value)}: write {{"ref": "name_of_a_field"}}')

    def _listed(self, value: Any, place: str) -> Listed:
        if not isinstance(value, list) or not value:
            raise _WrongError(place, f"is {shown(value)}: write a list of values")
        items = enumerate(value)
        return Listed(
            tuple(self.each(partial(self._scalar, item, step(place, at)) for at, item in items))
        )

    def _named_set(self, value: Any, place: str) -> NamedSet:
        if isinstance(value, str) and _NAME.fullmatch(value):
            return NamedSet(value)
        raise _WrongError(place, f"is {shown(value)}: write the name of a set")

    def _flag(self, value: Any, place: str) -> Literal:
        if isinstance(value, bool):
            return Literal(value)
        raise _WrongError(place, f"is {shown(value)}: write true or false")

    def _scalar(self, value: Any, place: str) -> Scalar:
        self._count(place)
        if isinstance(value, str | bool | int | Decimal):
            return value
        if isinstance(value, float) and isfinite(value):
            return value
        if value is None:
            raise _WrongError(place, 'is null, which nothing equals: ask {"exists": false}')
        if isinstance(value, date):
            raise _WrongError(place, 'is a date: put it into quotes, such as "2025-03-01"')
        raise _WrongError(place, f"is {shown(value)}: write a text, a number, true or false")

    def _count(self, place: str) -> None:
        self._left -= 1
        if self._left < 0:
            message = f"has more than {LARGEST} parts and values: name a group or a set instead"
            self._limit(place, message)

    def _limit(self, place: str, message: str) -> NoReturn:
        self.found.append(Violation(place, "predicate.size", message))
        self.stop()


_WORDS: Final = frozenset(Operator)
_OPERANDS: Final[Mapping[str, Callable[[_Reading, Any, str], Operand]]] = {
    Operator.IN: _Reading._listed,
    Operator.IN_SET: _Reading._named_set,
    Operator.EXISTS: _Reading._flag,
    Operator.WITHIN_LIST: _Reading._reference,
}
"""What follows the operators that take no operand of any kind."""
