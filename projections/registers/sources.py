"""Registers as predicates and indicators read them: `Source`s, derived fields included.

All is as of one day and as known at one position, what is joined too.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from lrs.predicates.compiler import Field, Source, condition
from lrs.predicates.fields import Vocabulary, check
from lrs.predicates.reader import read
from lrs.predicates.tree import Checked
from lrs.predicates.values import Kind
from lrs.registers.form.discovery import register
from lrs.storage.database import Pool, Rows, fetch
from projections.registers.reads import Point, subjects
from projections.registers.tables import RECTANGLES

_BILLION: Final = 10**9
"""A number is stored as a count of billionths."""

_DIALECT: Final = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # untyped upstream

_STAFF: Final = "staff"
"""The kind of people who are active while an assignment holds."""


Days = ColumnElement[int] | int
Positions = ColumnElement[int] | int


class Group(NamedTuple):
    """A target group and its rule, checked against the fields of people."""

    code: str
    rule: Checked


class _Joined(NamedTuple):
    """A register joined by others: the whole `FROM`, and the expressions of derived fields."""

    from_clause: FromClause
    derived: Mapping[str, ColumnElement[Any]]


def holding(rectangles: FromClause, day: Days, known: Positions) -> ColumnElement[bool]:
    """Return the condition that a rectangle is over a day and a position.

    Both may be expressions: the day of an event, for instance.
    """
    columns = rectangles.c
    return and_(
        columns.valid_from <= day,
        columns.valid_until > day,
        columns.known_from <= known,
        columns.known_until > known,
    )


def groups(source: Pool, point: Point) -> Sequence[Group]:
    """Return the target groups of a day, as known at a position."""
    vocabulary = Vocabulary(
        {name: kind for name, kind in register("people").kinds.items() if name != "target_groups"}
    )
    found = subjects(source, register("target-groups"), point)
    return [Group(one.key, check(read(one.attributes["rule"]), vocabulary)) for one in found]


def register_source(name: str, point: Point, target_groups: Sequence[Group] = ()) -> Source:
    """Return a register as a source: a row for each subject that holds.

    Its field `key` names the subject. People have the field `target_groups` by the groups given:
    read them first, by `groups`.
    """
    table = RECTANGLES[name].alias(f"{RECTANGLES[name].name}_held")
    held = select(table).where(holding(table, *point)).subquery(RECTANGLES[name].name)
    joined = _JOINED.get(name, _alone)(held, point)
    columns = {field: held.c[field] for field in register(name).kinds if field in held.c}
    kinds = {"key": Kind.TEXT, **register(name).kinds}
    expressions = {"key": held.c.key, **columns, **joined.derived}
    fields = {field: Field(kinds[field], expressions[field]) for field in expressions}
    if name == "people":
        codes = _codes(Source(joined.from_clause, fields), target_groups)
        fields["target_groups"] = Field(Kind.TEXTS, codes)
    return Source(joined.from_clause, fields)


def selected(source: Pool, statement: Select[Any]) -> Rows:
    """Return the rows of a select over sources."""
    options = {"render_postcompile": True}
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs=options)
    return fetch(source, str(compiled), compiled.params)


def _codes(people: Source, target_groups: Sequence[Group]) -> ColumnElement[Any]:
    """Return the list of the groups whose rule holds; a rule that is unknown does not."""
    members = [
        case((condition(one.rule, people), literal(one.code, Text())), else_=None)
        for one in target_groups
    ]
    codes: array[Any] = array(members, type_=Text())
    return func.array_remove(codes, None)


def _alone(held: FromClause, _point: Point) -> _Joined:
    return _Joined(held, {})


def _people(held: FromClause, point: Point) -> _Joined:
    entities, entity = _other("entities", held.c.entity, point)
    stations, station = _other("duty-stations", held.c.duty_station, point)
    return _Joined(
        held.outerjoin(entities, entity).outerjoin(stations, station),
        {
            "active": held.c.kind == _STAFF,
            "entity_group": entities.c.group,
            "location_type": stations.c.location_type,
            "region": stations.c.region,
        },
    )


def _other(
    name: str, key: ColumnElement[Any], point: Point
) -> tuple[FromClause, ColumnElement[bool]]:
    """Return another register, and the condition by which it is joined."""
    other = RECTANGLES[name].alias(f"{RECTANGLES[name].name}_joined")
    return other, and_(other.c.key == key, holding(other, *point))


def _duty_stations(held: FromClause, point: Point) -> _Joined:
    people = RECTANGLES["people"].alias("people_there")
    count = func.count() * literal(_BILLION, BigInteger())
    there = (
        select(people.c.duty_station, count.label("headcount"))
        .where(holding(people, *point), people.c.kind == _STAFF)
        .group_by(people.c.duty_station)
        .subquery("there")
    )
    return _Joined(
        held.outerjoin(there, there.c.duty_station == held.c.key),
        {"headcount": func.coalesce(there.c.headcount, 0)},
    )


_JOINED: Final[Mapping[str, Callable[[FromClause, Point], _Joined]]] = {
    "people": _people,
    "duty-stations": _duty_stations,
}
"""How the registers with derived fields are joined."""
