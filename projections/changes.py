"""What a fold yields - rows to keep - and how rows reach PostgreSQL.

A table says in `info` which of two rows with one key stands: `wins="first"` keeps the one with the
lowest `order` column, `wins="last"` the highest; a table without `order` holds nothing but its key.
So folding twice, in pieces or out of order ends in the same rows. The rows of all tables enter by
one statement, an INSERT per table from arrays in binary form: as fast as COPY, which cannot merge
and cannot be pipelined; in text form the escapes alone took half of the time, and a statement for
each table costs small batches more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Table
from sqlalchemy.dialects import postgresql

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # untyped upstream

Row = tuple[Any, ...]


class Upsert(NamedTuple):
    """Keep this row: values in the order of the table's columns, of the types that they hold.

    A UUID is a `uuid.UUID`, not its text: rows enter in binary form.
    """

    table: Table
    row: Row


Change = Upsert


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


def _columns(table: Table, rows: Sequence[Row]) -> Iterator[list[Any]]:
    """Yield the values of each column of the rows that stand."""
    columns = zip(*_standing(table, rows), strict=True)
    for column, values in zip(table.columns, columns, strict=True):
        arrays = isinstance(column.type, ARRAY)
        yield [_array(value) for value in values] if arrays else list(values)


def _array(value: Sequence[int]) -> str:
    """Return an array as PostgreSQL writes it: arrays of arrays must all be of one length."""
    return f"{{{','.join(map(str, value))}}}"


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
    types = [_type(column) for column in table.columns]
    given = ["text" if kind.endswith("[]") else kind for kind in types]
    return sql.SQL(
        "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given({}) ON CONFLICT ({}) {}"
    ).format(
        sql.Identifier(table.name),
        _listed(identifiers.values()),
        _listed(
            sql.SQL("{}::{}").format(identifiers[name], sql.SQL(kind))
            for name, kind in zip(names, types, strict=True)
        ),
        _listed(sql.SQL("%b::{}[]").format(sql.SQL(kind)) for kind in given),
        _listed(identifiers.values()),
        _listed(identifiers[name] for name in _key(table)),
        _resolution(table, [name for name in names if name not in _key(table)]),
    )


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


def _type(column: Any) -> str:
    return str(column.type.compile(_DIALECT))
