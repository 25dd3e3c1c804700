"""What a fold yields - rows to keep - and how rows reach PostgreSQL.

A table names in `info` the class of its rows, `row`: a named tuple with a field for each column, in
their order. It says there too which of two rows with one key stands: `wins="first"` keeps the one
with the lowest `order` column, `wins="last"` the highest; a table without `order` holds nothing but
its key. So folding twice, in pieces or out of order ends in the same rows.

The rows of all tables enter by one statement, an INSERT per table from an array per column: as fast
as COPY, which cannot merge and cannot be pipelined; a statement for each table costs small batches
more. Arrays of text and bytes go in binary form, as escapes alone took half of the time; numbers
and UUIDs need none, and to write them takes a tenth of the fold's own time away.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # untyped upstream

_UUID_LENGTH: Final = 36

Row = tuple[Any, ...]


class Change(NamedTuple):
    """A row to keep, of the class that the table names.

    A UUID is its text in lower case: as such it is a key, and PostgreSQL reads it as it is.
    """

    table: Table
    row: Row


def write(connection: psycopg.Connection, changes: Iterable[Change]) -> None:
    """Write changes in the connection's transaction; which row stands does not hang on when."""
    rows = _by_table(changes)
    if rows:
        columns = [column for table in rows for column in _columns(table, rows[table])]
        connection.execute(_insert_forms(tuple(rows)), columns)


def _by_table(changes: Iterable[Change]) -> Mapping[Table, list[Row]]:
    rows: dict[Table, list[Row]] = {}
    for table, row in changes:
        rows.setdefault(table, []).append(row)
    return rows


def _columns(table: Table, rows: Sequence[Row]) -> Iterator[str | list[Any]]:
    """Yield an array for each column of the rows that stand."""
    columns = zip(*_standing(table, rows), strict=True)
    for kind, values in zip(_types(table), columns, strict=True):
        yield _PLAIN.get(kind, list)(values)


def _written(values: Iterable[Any]) -> str:
    """Return an array as PostgreSQL writes it, of values whose text needs no quotes."""
    return f"{{{','.join(map(str, values))}}}"


def _written_or_null(values: Iterable[Any]) -> str:
    return _written(["NULL" if value is None else value for value in values])


def _uuids(values: Iterable[str | None]) -> str:
    """Return an array of UUIDs; what is as long as one cannot pass for two of them."""
    given = list(values)
    if any(value is not None and len(value) != _UUID_LENGTH for value in given):
        raise psycopg.DataError("a UUID is not written in its standard form")
    return _written_or_null(given)


def _each_written(values: Iterable[Iterable[Any]]) -> list[str]:
    """Return arrays one by one: an array of arrays would need all of one length."""
    return [_written(value) for value in values]


def _each_quoted(values: Iterable[Iterable[str]]) -> list[str]:
    """Return arrays of text one by one, each element in quotes."""
    return [_written(f'"{_ESCAPED.sub(_ESCAPE, one)}"' for one in value) for value in values]


_ESCAPED: Final = re.compile(r'(["\\])')
_ESCAPE: Final = r"\\\1"

_SCALARS: Final[Mapping[str, Callable[[Iterable[Any]], str]]] = {
    "BIGINT": _written_or_null,
    "BOOLEAN": _written_or_null,
    "DOUBLE PRECISION": _written_or_null,
    "UUID": _uuids,
}
_PLAIN: Final[Mapping[str, Callable[[Iterable[Any]], str | list[Any]]]] = {
    **_SCALARS,
    "BIGINT[]": _each_written,
    "TEXT[]": _each_quoted,
}
"""Types whose arrays are written here: the driver looks at each value for what it is."""


def _standing(table: Table, rows: Sequence[Row]) -> list[Row]:
    """Reduce rows with one key to the one that stands: SQL may not touch a row twice."""
    key_of, beats = _rule(table)
    chosen: dict[Any, Row] = {}
    for row in rows:
        key = key_of(row)
        other = chosen.get(key)
        if other is None or beats(row, other):
            chosen[key] = row
    return list(chosen.values())


@cache
def _rule(table: Table) -> tuple[Callable[[Row], Any], Callable[[Row, Row], bool]]:
    """Return what tells the key of a row, and whether a row takes the place of another one."""
    names = [column.name for column in table.columns]
    key_of = itemgetter(*map(names.index, _key(table)))
    if (order := table.info.get("order")) is None:
        return key_of, lambda _row, _other: False
    at = names.index(order)
    if table.info["wins"] == "first":
        return key_of, lambda row, other: bool(row[at] < other[at])
    return key_of, lambda row, other: not row[at] < other[at]


def _key(table: Table) -> Sequence[str]:
    return [column.name for column in table.primary_key.columns]


@cache
def _insert_forms(tables: Sequence[Table]) -> bytes:
    """Return SQL that inserts into all these tables, in no order among them."""
    *others, last = map(_insert_form, tables)
    named = [
        sql.SQL("{} AS ({})").format(sql.Identifier(f"into_{number}"), form)
        for number, form in enumerate(others)
    ]
    together = sql.SQL("WITH {} {}").format(_listed(named), last) if named else last
    return together.as_bytes()


def _insert_form(table: Table) -> sql.Composed:
    names = [column.name for column in table.columns]
    identifiers = {name: sql.Identifier(name) for name in names}
    types = _types(table)
    return sql.SQL(
        "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given({}) ON CONFLICT ({}) {}"
    ).format(
        sql.Identifier(table.name),
        _listed(identifiers.values()),
        _listed(
            sql.SQL("{}::{}").format(identifiers[name], sql.SQL(kind))
            for name, kind in zip(names, types, strict=True)
        ),
        _listed(map(_parameter, types)),
        _listed(identifiers.values()),
        _listed(identifiers[name] for name in _key(table)),
        _resolution(table, [name for name in names if name not in _key(table)]),
    )


def _parameter(kind: str) -> sql.SQL:
    """SQL of the array of a column: in text where it is written here, else in binary form."""
    if kind in _SCALARS:
        return sql.SQL(f"%s::{kind}[]")
    return sql.SQL("%b::text[]" if kind.endswith("[]") else f"%b::{kind}[]")


def _listed(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)


def _resolution(table: Table, names: Sequence[str]) -> sql.Composable:
    """SQL that decides between the row that is there and the one that comes."""
    order = table.info.get("order")
    if order is None or order in _key(table):
        return sql.SQL("DO NOTHING")
    sets = [sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names]
    earlier = sql.SQL("<" if table.info["wins"] == "first" else ">")
    there = sql.Identifier(table.name, order)
    return sql.SQL("DO UPDATE SET {} WHERE {there} IS NULL OR excluded.{} {} {there}").format(
        sql.SQL(", ").join(sets), sql.Identifier(order), earlier, there=there
    )


@cache
def _types(table: Table) -> Sequence[str]:
    """Return the types of the columns as PostgreSQL names them."""
    return [str(column.type.compile(_DIALECT)) for column in table.columns]
