"""What a fold yields - rows to keep - and how rows reach PostgreSQL.

A table says in `info` which of two rows with one key stands: `wins="first"` keeps the one with the
lowest `order` column, `wins="last"` the highest; a table without `order` holds nothing but its key.
So folding twice, in pieces or out of order ends in the same rows. Many rows enter by COPY, in the
hope that none is there yet; where that fails the caller tries again with `fresh=False`, which
merges row by row.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Table
from sqlalchemy.dialects import postgresql

COPY_FROM: Final = 20
"""Rows of one table from which COPY costs less than INSERT."""

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # untyped upstream


class Upsert(NamedTuple):
    """Keep this row: values in the order of the table's columns, of the types that they hold.

    A UUID is a `uuid.UUID`, not its text: rows enter in binary form.
    """

    table: Table
    row: tuple[Any, ...]


Change = Upsert


def write(connection: psycopg.Connection, changes: Iterable[Change], *, fresh: bool) -> None:
    """Write changes in the connection's transaction.

    With `fresh`, a row that is there already raises `psycopg.errors.UniqueViolation` and the
    transaction must be rolled back.
    """
    for table, rows in _by_table(changes).items():
        if fresh and len(rows) >= COPY_FROM and not table.info.get("merge"):
            _copy(connection, table, rows)
        else:
            _merge(connection, table, rows)


def _by_table(changes: Iterable[Change]) -> Mapping[Table, list[tuple[Any, ...]]]:
    rows: dict[Table, list[tuple[Any, ...]]] = {}
    for table, row in changes:
        rows.setdefault(table, []).append(row)
    return rows


def _copy(connection: psycopg.Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    statement, types = _copy_form(table)
    with connection.cursor().copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _merge(connection: psycopg.Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    standing = _standing(table, rows)
    if any(isinstance(column.type, ARRAY) for column in table.columns):
        connection.cursor().executemany(_insert_form(table, unnested=False), standing)
    else:
        columns = [list(column) for column in zip(*standing, strict=True)]
        connection.execute(_insert_form(table, unnested=True), columns)


def _standing(table: Table, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Reduce rows with one key to the one that stands: SQL may not touch a row twice."""
    names = [column.name for column in table.columns]
    keys = [names.index(name) for name in _key(table)]
    order = table.info.get("order")
    chosen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        key = tuple(row[at] for at in keys)
        other = chosen.get(key)
        if other is None or (order and _beats(table, row, other, names.index(order))):
            chosen[key] = row
    return list(chosen.values())


def _beats(table: Table, row: tuple[Any, ...], other: tuple[Any, ...], at: int) -> bool:
    earlier = bool(row[at] < other[at])
    return earlier if table.info["wins"] == "first" else not earlier


def _key(table: Table) -> Sequence[str]:
    return [column.name for column in table.primary_key.columns]


@cache
def _copy_form(table: Table) -> tuple[sql.Composed, list[str]]:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)")
    types = [_type(column).replace("BIGINT[]", "int8[]").lower() for column in table.columns]
    return statement.format(sql.Identifier(table.name), columns), types


@cache
def _insert_form(table: Table, *, unnested: bool) -> sql.Composed:
    names = [column.name for column in table.columns]
    identifiers = {name: sql.Identifier(name) for name in names}
    if unnested:
        arrays = [sql.SQL("%s::{}[]").format(sql.SQL(_type(c))) for c in table.columns]
        source = sql.SQL("SELECT * FROM unnest({})").format(sql.SQL(", ").join(arrays))
    else:
        values = [sql.SQL("%s::{}").format(sql.SQL(_type(c))) for c in table.columns]
        source = sql.SQL("VALUES ({})").format(sql.SQL(", ").join(values))
    return sql.SQL("INSERT INTO {} ({}) {} ON CONFLICT ({}) {}").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(identifiers.values()),
        source,
        sql.SQL(", ").join(identifiers[name] for name in _key(table)),
        _resolution(table, [name for name in names if name not in _key(table)]),
    )


def _resolution(table: Table, names: Sequence[str]) -> sql.Composable:
    """SQL that decides between the row that is there and the one that comes."""
    order = table.info.get("order")
    if order is None or order in _key(table):
        return sql.SQL("DO NOTHING")
    sets = [sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names]
    earlier = sql.SQL("<" if table.info["wins"] == "first" else ">")
    return sql.SQL("DO UPDATE SET {} WHERE excluded.{} {} {}.{}").format(
        sql.SQL(", ").join(sets),
        sql.Identifier(order),
        earlier,
        sql.Identifier(table.name),
        sql.Identifier(order),
    )


def _type(column: Any) -> str:
    return str(column.type.compile(_DIALECT))
