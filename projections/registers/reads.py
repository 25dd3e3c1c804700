"""What the registers hold: on a day, over time, as known at a position of the log.

Days are numbers, positions are inclusive: as known at P counts the record at P. Upper bounds of
days are exclusive here, as in the tables; answers of the API name the last day.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from psycopg import sql

from lrs.registers.form.attribute import ColumnType
from lrs.registers.form.discovery import register as register_named
from lrs.registers.form.entry import Entry, Slot
from lrs.registers.form.register import Register
from lrs.storage.database import Pool, Rows, fetch
from projections.registers.tables import table_name

PAGE: Final = 5000
"""Subjects that are read at a time where all of them are asked for."""


class Point(NamedTuple):
    """A point in the two times: a day, and the position as known at which it is seen."""

    day: int
    known: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a subject is from the day `valid_from` until the day before `valid_until`.

    `attributes` are in stored form, unknown ones left out; `position` is the one from which the
    entry is known that says so.
    """

    key: str
    valid_from: int
    valid_until: int
    position: int
    attributes: Mapping[str, Any]


# Rectangles of a register as known at a position.
_RECTANGLES: Final = """
SELECT key, valid_from, valid_until, position{columns} FROM {table}
WHERE known_from <= %(known)s AND %(known)s < known_until
"""
_ON_A_DAY: Final = f"{_RECTANGLES} AND valid_from <= %(day)s AND %(day)s < valid_until"
_HELD: Final = f"{_ON_A_DAY} AND key = %(key)s"
_HISTORY: Final = f"{_RECTANGLES} AND key = %(key)s ORDER BY valid_from"
_PAGE: Final = f"{_ON_A_DAY} AND key > %(after)s ORDER BY key LIMIT %(limit)s"

# The next subjects of a register of whom anything was ever said, by keys.
_KEYS: Final = """
SELECT DISTINCT key FROM register_entry WHERE register = %(register)s AND key > %(after)s
ORDER BY key LIMIT %(limit)s
"""

# The entries of some subjects that hold as known at a position: the last word on each day, unless
# that takes the entry back.
_ENTRIES: Final = """
SELECT key, day, is_end, attributes::text FROM (
    SELECT DISTINCT ON (e.key, e.is_end, e.day) e.key, e.is_end, e.day, e.retract, e.attributes
    FROM register_entry e JOIN register_part p USING (position)
    WHERE e.register = %(register)s AND e.key = ANY(%(keys)s) AND p.known_from <= %(known)s
    ORDER BY e.key, e.is_end, e.day, p.known_from DESC, p.part DESC, e.place DESC
) said WHERE NOT retract ORDER BY key, is_end, day
"""

# Which subjects have a state as known at a position.
_PRESENT: Final = """
SELECT DISTINCT key FROM {table}
WHERE key = ANY(%(keys)s) AND known_from <= %(known)s AND %(known)s < known_until
"""


def held(source: Pool, register: Register, key: str, point: Point) -> Held | None:
    """Return what a subject is on a day, as known at a position; None where nothing holds."""
    values = {"key": key, **point._asdict()}
    found = _held(register, _rows(source, register, _HELD, values))
    return found[0] if found else None


def history(source: Pool, register: Register, key: str, known: int) -> list[Held]:
    """Return what a subject is over time, as known at a position, by days."""
    values = {"key": key, "known": known}
    return _held(register, _rows(source, register, _HISTORY, values))


def page(source: Pool, register: Register, point: Point, after: str, limit: int) -> list[Held]:
    """Return what the subjects with keys after one are on a day, by keys; `after` may be empty."""
    values = {"after": after, "limit": limit, **point._asdict()}
    return _held(register, _rows(source, register, _PAGE, values))


def subjects(source: Pool, register: Register, point: Point) -> Iterator[Held]:
    """Yield what every subject of a register is on a day, as known at a position, by keys.

    They are read page by page, and are as known at the position whatever is folded meanwhile.
    """
    found = page(source, register, point, "", PAGE)
    while found:
        yield from found
        whole = len(found) == PAGE
        found = page(source, register, point, found[-1].key, PAGE) if whole else []


def entries(
    source: Pool, register: Register, keys: Collection[str] | None, known: int
) -> Iterator[Entry]:
    """Yield the entries of some keys (None: of all) that hold as known at a position, by keys.

    States come before ends. What was corrected or taken back does not hold.
    """
    texts = [name for name, kind in register.columns.items() if kind is ColumnType.TEXTS]
    for asked in _keys(source, register) if keys is None else (list(keys),):
        values = {"register": register.name, "keys": asked, "known": known}
        for key, day, is_end, attributes in fetch(source, _ENTRIES, values):
            stated = None if attributes is None else _stated(attributes, texts)
            yield Entry(Slot(key, day, is_end), stated)


def present(source: Pool, register: Register, keys: Collection[str], known: int) -> set[str]:
    """Return those keys that have a state, of whatever day, as known at a position."""
    values = {"keys": list(keys), "known": known}
    return {key for (key,) in _rows(source, register, _PRESENT, values)}


class KnownEntries:
    """What the registers hold as known at a position, as a judgement asks for it (`Known`)."""

    def __init__(self, source: Pool, known: int) -> None:
        self._source = source
        self._known = known

    def entries(self, register: str, keys: Collection[str] | None) -> Iterable[Entry]:
        """Return the entries of these keys (None: of all) that hold."""
        return entries(self._source, register_named(register), keys, self._known)

    def present(self, register: str, keys: Collection[str]) -> Collection[str]:
        """Return those of these keys that have a state, of whatever day."""
        return present(self._source, register_named(register), keys, self._known)


def _keys(source: Pool, register: Register) -> Iterator[list[str]]:
    """Yield the keys of all subjects of whom anything was ever said, page by page."""
    values: dict[str, Any] = {"register": register.name, "limit": PAGE, "after": ""}
    found = [""] * PAGE
    while len(found) == PAGE:
        found = [key for (key,) in fetch(source, _KEYS, values)]
        yield found
        values["after"] = found[-1] if found else ""


def _rows(source: Pool, register: Register, template: str, values: Mapping[str, Any]) -> Rows:
    """Return the rows of a select on the rectangles of a register."""
    statement = _statement(register.name, tuple(register.fields), template)
    return fetch(source, statement, values, binary=True)


@cache
def _statement(register: str, fields: Sequence[str], template: str) -> str:
    names = [sql.SQL(", {}").format(sql.Identifier(name)) for name in fields]
    table = sql.Identifier(table_name(register))
    return sql.SQL(template).format(columns=sql.Composed(names), table=table).as_string()


def _stated(attributes: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return the attributes of an entry, lists as tuples; several times as fast as the driver."""
    stated: dict[str, Any] = msgspec.json.decode(attributes)
    return stated | {name: tuple(stated[name]) for name in texts if name in stated}


def _held(register: Register, rows: Rows) -> list[Held]:
    return [
        Held(key, valid_from, valid_until, position, _attributes(register, values))
        for key, valid_from, valid_until, position, *values in rows
    ]


def _attributes(register: Register, values: Sequence[Any]) -> dict[str, Any]:
    """Return the fields of a row that are known, lists as tuples."""
    return {
        name: tuple(value) if kind is ColumnType.TEXTS else value
        for (name, kind), value in zip(register.columns.items(), values, strict=True)
        if value is not None
    }
