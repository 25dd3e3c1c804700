"""Builds a projection anew beside the live one and swaps: readers never see it blank.

The new tables stand in a schema of their own that precedes `public` in the search path, together
with a progress row, so the same fold writes them. For the swap the live progress row is locked,
the last records are folded, and the tables change places, in one transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from consumers.fold import Folder
from consumers.follow import BATCH
from lrs.errors import HaltError
from lrs.log.port import EventLog, Reader
from lrs.storage.database import BY_KEY, connect, metadata
from projections.folding import position, quarantine
from projections.folding.position import START, Place
from projections.folding.projection import Projection

Advance = Callable[[int, int], None]
"""Called with the position reached and the position of the end."""

_OWN: Final = (position.progress.name, quarantine.quarantine.name)
"""The tables in which a rebuild keeps its own place and what it sets aside."""


def rebuild(url: str, log: EventLog, kind: Projection, advance: Advance) -> int:
    """Build a projection from the whole log and put it in the place of the live one.

    Returns the number of records folded. Stopped at any moment, it leaves the live tables as they
    are; a later rebuild starts again.
    """
    schema = sql.Identifier(f"rebuild_{kind.name}")
    with connect(url, options=BY_KEY) as connection:
        if not position.lock(connection, "rebuild", kind.name):
            raise HaltError(f"another process rebuilds {kind.name} already")
        _prepare(connection, kind, schema)
        folder = Folder(connection, announce=False)
        reader = log.reader(0)
        building = _Building(kind, folder, reader, advance)
        try:
            place = building.catch_up(START, lambda: log.horizon().end)
            with connection.transaction():
                live = position.hold_live(connection, kind)
                place = building.catch_up(place, lambda: live.next)
                _swap(connection, kind, schema)
        finally:
            reader.close()
    return place.next


def _prepare(connection: psycopg.Connection, kind: Projection, schema: sql.Identifier) -> None:
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    connection.execute(sql.SQL("SET search_path = {}, public").format(schema))
    for name in _OWN:
        form = "CREATE TABLE {} (LIKE {} INCLUDING ALL)"
        here, live = sql.Identifier(*schema._obj, name), sql.Identifier("public", name)
        connection.execute(sql.SQL(form).format(here, live))
    if not kind.in_place:
        _create_tables(connection, kind)
    position.enrol(connection, kind)


def _create_tables(connection: psycopg.Connection, kind: Projection) -> None:
    """Create the tables with the very names of their indexes, in the first schema of the path."""
    apart = MetaData(naming_convention=metadata.naming_convention)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # upstream
    for table in kind.tables:
        copy = table.to_metadata(apart)
        connection.execute(str(CreateTable(copy).compile(dialect=dialect)).encode())
        for index in copy.indexes:
            connection.execute(str(CreateIndex(index).compile(dialect=dialect)).encode())


@dataclass(frozen=True, slots=True)
class _Building:
    """A projection being built: where from, where to, and who is told."""

    kind: Projection
    folder: Folder
    reader: Reader
    advance: Advance

    def catch_up(self, place: Place, end: Callable[[], int]) -> Place:
        """Fold from `place` to the end, as it moves; return where that is."""
        goal = end()
        while place.next < goal:
            records = self.reader.read(min(BATCH, goal - place.next), 1.0)
            if records:
                place = self.folder.fold([self.kind], records, place)
            self.advance(place.next, goal)
            goal = max(goal, end())
        return place


def _swap(connection: psycopg.Connection, kind: Projection, schema: sql.Identifier) -> None:
    for table in () if kind.in_place else kind.tables:
        name = sql.Identifier(table.name)
        connection.execute(sql.SQL("DROP TABLE public.{}").format(name))
        connection.execute(sql.SQL("ALTER TABLE {}.{} SET SCHEMA public").format(schema, name))
    position.replace_live(connection, kind)
    quarantine.replace_live(connection, kind.name)
    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
    connection.execute("SET search_path = public")
