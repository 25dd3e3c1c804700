"""Builds a projection anew beside the live one and swaps: readers never see it blank.

The new tables stand in a schema of their own that precedes `public` in the search path, together
with a progress row, so the same fold writes them. For the swap the live progress row is locked,
the last records are folded, and the tables change places, in one transaction. Nothing is built
beside where others write too (`in_place`): all records are folded again into the live tables, with
a place of their own beside the live one.

The schema is marked with what it was made for. A build that was broken off goes on where it stands
if the mark is still that of the code; otherwise it begins again.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from consumers.fold import BATCH, Folder
from lrs.errors import HaltError
from lrs.log.port import EventLog, Reader
from lrs.storage.database import BY_KEY, connect, metadata
from projections.folding import position, quarantine
from projections.folding.position import Place
from projections.folding.projection import Projection

Advance = Callable[[int, int], None]
"""Called with the position reached and the position of the end."""

NOTED: Final = 1.0
"""Seconds between two notes, for readers, of how far a build is."""

HELD: Final = 1.0
"""Seconds that the swap waits for a long read of the live tables, and holds up all other readers;
then it lets go of them for as long, and tries again."""

_OWN: Final = (position.progress, quarantine.quarantine)
"""The tables in which a rebuild keeps its own place and what it sets aside."""

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # untyped upstream

_MARK: Final = "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')"


class BusyError(HaltError):
    """Another process rebuilds the same projection."""


def rebuild(
    url: str, log: EventLog, kind: Projection, advance: Advance, *, resume: bool = False
) -> int:
    """Build a projection from the whole log and put it in the place of the live one.

    `resume` goes on with a build that was broken off. Returns the position up to which records are
    folded. Stopped at any moment, also by what `advance` raises, it leaves the live tables as they
    are. Raises `BusyError` while another process does the same.
    """
    with connect(url, options=BY_KEY) as connection:
        if not position.lock(connection, "rebuild", kind.name):
            raise BusyError(f"another process rebuilds {kind.name} already")
        position.outdated(connection, kind)
        # As in the follower: a crash takes rows only together with the place that tells of them.
        connection.execute("SET synchronous_commit = off")
        place = _prepare(connection, kind, resume=resume)
        reader = log.reader(place.next)
        building = _Building(kind, Folder(connection, announce=False), reader, connection, advance)
        try:
            place = building.catch_up(place, lambda: log.horizon().end)
            _analyze(connection, kind)
            while (swapped := _swapped(building, place)) is None:
                advance(place.next, place.next)
                time.sleep(HELD)
                place = building.catch_up(place, lambda: log.horizon().end)
        finally:
            reader.close()
    return swapped.next


def _prepare(connection: psycopg.Connection, kind: Projection, *, resume: bool) -> Place:
    """Make the schema, or find it where a build may go on; return where the build stands."""
    schema = _schema(kind)
    statements = list(_definitions(kind))
    mark = sha256(b"\n".join([b"%d" % kind.version, *statements])).hexdigest()
    found = connection.execute(_MARK, (_name(kind),)).fetchone()
    if not (resume and found == (mark,)):
        with connection.transaction():
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
            connection.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(schema, mark))
            connection.execute(sql.SQL("SET LOCAL search_path = {}").format(schema))
            for statement in statements:
                connection.execute(statement)
    connection.execute(sql.SQL("SET search_path = {}, public").format(schema))
    return position.enrol(connection, kind)


def _name(kind: Projection) -> str:
    return f"rebuild_{kind.name}"


def _schema(kind: Projection) -> sql.Identifier:
    return sql.Identifier(_name(kind))


def _built_beside(kind: Projection) -> tuple[Table, ...]:
    """Return the tables that a rebuild makes and swaps."""
    return () if kind.in_place else tuple(kind.tables)


def _definitions(kind: Projection) -> Iterator[bytes]:
    """Yield the statements that create all tables of a rebuild, and indexes by their very names."""
    apart = MetaData(naming_convention=metadata.naming_convention)
    for table in (*_OWN, *_built_beside(kind)):
        copy = table.to_metadata(apart)
        yield str(CreateTable(copy).compile(dialect=_DIALECT)).encode()
        for index in sorted(copy.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=_DIALECT)).encode()


@dataclass(slots=True)
class _Building:
    """A projection being built: where from, where to, and who is told."""

    kind: Projection
    folder: Folder
    reader: Reader
    connection: psycopg.Connection
    advance: Advance
    noted: float = field(default=0.0)

    def catch_up(self, place: Place, end: Callable[[], int]) -> Place:
        """Fold from `place` to the end, as it moves; return where that is."""
        goal = end()
        while place.next < goal:
            records = self.reader.read(min(BATCH, goal - place.next), 1.0)
            if records:
                place = self.folder.fold([self.kind], records, place)
            self._note(place)
            self.advance(place.next, goal)
            goal = max(goal, end())
        return place

    def _note(self, place: Place) -> None:
        if time.monotonic() - self.noted >= NOTED:
            position.note_building(self.connection, self.kind.name, place.next)
            self.noted = time.monotonic()


def _analyze(connection: psycopg.Connection, kind: Projection) -> None:
    """Let the first read after the swap be planned for the rows that it finds."""
    for table in _built_beside(kind):
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))


def _swapped(building: _Building, place: Place) -> Place | None:
    """Fold the last records and swap; return where that is, None if a long read is in the way."""
    connection, kind = building.connection, building.kind
    try:
        with connection.transaction():
            live = position.hold_live(connection, kind)
            reached = building.catch_up(place, lambda: live.next)
            connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(f"{HELD:g}s"))
            _swap(connection, kind)
    except psycopg.errors.LockNotAvailable:
        building.reader.seek(place.next)
        return None
    return reached


def _swap(connection: psycopg.Connection, kind: Projection) -> None:
    schema = _schema(kind)
    for table in _built_beside(kind):
        name = sql.Identifier(table.name)
        connection.execute(sql.SQL("DROP TABLE public.{}").format(name))
        connection.execute(sql.SQL("ALTER TABLE {}.{} SET SCHEMA public").format(schema, name))
    position.replace_live(connection, kind)
    quarantine.replace_live(connection, kind.name)
    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
    connection.execute("SET search_path = public")
