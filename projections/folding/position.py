"""The place of a projection in the log: the type, the table, and every SQL statement on it.

A row per projection, written in the transaction that writes the rows of the projection: place and
rows cannot disagree. A rebuild has a table `progress` of its own in a schema that precedes `public`
in the search path; what it does to the live row names `public`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import BigInteger, Column, Integer, Table, Text

from lrs.errors import HaltError
from lrs.storage.database import Pool, fetch, metadata
from projections.folding.projection import Projection

CHANNEL: Final = "lrs_progress"
"""Where a move is announced: the new place and the names of the projections."""

progress = Table(
    "progress",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("edition", BigInteger, nullable=False),
    Column("goal", BigInteger, nullable=False),
    Column("building", BigInteger),
)
"""Place, version and what else readers must know of the rows of a projection.

`next`: position of the first record not folded; `stored`: last time given, microseconds UTC.

`changed`: the last position whose record yielded rows, `UNCHANGED` if none did; `edition` is raised
when rows change otherwise than by the next record: by a retry or a rebuild. What is kept of an
answer is good for as long as neither moves.

`version`: of the fold that made the rows. While that is an earlier one than the program's, rows of
the program's version are built beside these (`consumers/upgrade.py`), and `building` is the next
position there. `goal`: where the log ended when the projection was enrolled. Before `next` has come
there the rows are a part of the truth, and nobody is shown them.
"""

UNCHANGED: Final = -1
"""Before every position."""


class Place(NamedTuple):
    """Where a projection stands: the next position, and the last `stored` time given (us UTC)."""

    next: int
    stored: int


START: Final = Place(0, 0)
"""Where a projection stands that has folded nothing."""


class Standing(NamedTuple):
    """A row of `progress` as readers and consumers need it: see the columns of the same names."""

    place: Place
    version: int
    goal: int
    building: int | None

    @property
    def whole(self) -> bool:
        """Whether the rows hold all that was on the log when the projection was enrolled."""
        return self.place.next >= self.goal


class Built(NamedTuple):
    """How far the rows of a projection are built: the next position, and where it must come to."""

    next: int
    goal: int

    @property
    def percent(self) -> int:
        """How much is done, rounded down: 100 is all."""
        return 100 * self.next // self.goal if self.goal else 100


_ALL: Final = "SELECT name, next, stored FROM progress"
_SOME: Final = f"{_ALL} WHERE name = ANY(%s)"
_HELD: Final = f"{_SOME} FOR UPDATE"
_STANDINGS: Final = "SELECT name, next, stored, version, goal, building FROM progress"

_ENROLLED: Final = """
INSERT INTO progress (name, version, next, stored, changed, edition, goal)
VALUES (%s, %s, 0, 0, -1, 0, %s) ON CONFLICT DO NOTHING
"""
_VERSION: Final = "SELECT version, next, stored FROM progress WHERE name = %s"

_LOCKED: Final = "SELECT pg_try_advisory_lock(hashtextextended('lrs.' || %s || '.' || %s, 0))"

# Moves the projections that stand where they are thought to stand, unless a later version of the
# fold has made their rows meanwhile, and tells how many these are.
_MOVED: Final = """
WITH moved AS (
    UPDATE progress SET next = %(next)s, stored = %(stored)s,
        changed = greatest(changed, (%(changed)s::bigint[])[array_position(%(names)s, name)])
    WHERE name = ANY(%(names)s) AND next = %(left)s AND progress.stored = %(last)s
        AND version <= (%(versions)s::int[])[array_position(%(names)s, name)] RETURNING name
) SELECT count(*), CASE WHEN %(announce)s THEN pg_notify(%(channel)s, %(notice)s) END FROM moved
"""

_RAISED: Final = "UPDATE progress SET edition = edition + 1 WHERE name = %s"

_ENROLLED_LIVE: Final = _ENROLLED.replace("progress", "public.progress")
_VERSION_LIVE: Final = _VERSION.replace("progress", "public.progress")
_BUILT_LIVE: Final = "UPDATE public.progress SET building = %s WHERE name = %s"
_HELD_LIVE: Final = "SELECT next, stored FROM public.progress WHERE name = %s FOR UPDATE"
# Puts the row of a rebuild in the place of the live one.
_REPLACED: Final = """
UPDATE public.progress live SET version = built.version, next = built.next, stored = built.stored,
    changed = built.changed, edition = live.edition + 1, goal = built.goal, building = NULL
FROM progress built WHERE built.name = live.name AND live.name = %s
"""


class MovedError(Exception):
    """Someone else moved a projection: read its place again."""


def now(source: Pool) -> Mapping[str, Place]:
    """Ask where every projection stands."""
    return _places(fetch(source, _ALL))


def of_one(source: Pool, name: str) -> Place:
    """Ask where one projection stands: at the start, if nobody has folded it yet."""
    return _places(fetch(source, _SOME, ([name],))).get(name, START)


def places(connection: psycopg.Connection, names: Sequence[str] | None = None) -> dict[str, Place]:
    """Return where the named projections stand, or all of them; none for those not enrolled."""
    asked = connection.execute(_ALL) if names is None else connection.execute(_SOME, (names,))
    return _places(asked.fetchall())


def furthest(known: Mapping[str, Place]) -> int:
    """Return the position that the log of these projections must at least end at."""
    return max((place.next for place in known.values()), default=0)


def standings(connection: psycopg.Connection) -> Mapping[str, Standing]:
    """Return how all projections stand; none for those not enrolled."""
    return _standings(connection.execute(_STANDINGS).fetchall())


def standings_now(source: Pool) -> Mapping[str, Standing]:
    """Ask how all projections stand; none for those not enrolled."""
    return _standings(fetch(source, _STANDINGS))


def enrol(connection: psycopg.Connection, kind: Projection, end: int = 0) -> Place:
    """Return where a projection stands, at the start of a log that ends at `end` if it is new.

    Raises `HaltError` when a later version of the fold has made its rows.
    """
    connection.execute(_ENROLLED, (kind.name, kind.version, end))
    version, *place = connection.execute(_VERSION, (kind.name,)).fetchall()[0]
    _require_no_later(kind, version)
    return Place(*place)


def outdated(connection: psycopg.Connection, kind: Projection) -> bool:
    """Tell whether an earlier version of the fold has made the live rows of a projection.

    Raises `HaltError` when it was a later version.
    """
    found = connection.execute(_VERSION_LIVE, (kind.name,)).fetchone()
    version = found[0] if found else kind.version
    _require_no_later(kind, version)
    return bool(version < kind.version)


def require_no_later(found: Mapping[str, Standing], kinds: Iterable[Projection]) -> None:
    """Raise `HaltError` when a later version of its fold has made the rows of a projection."""
    for kind in kinds:
        if kind.name in found:
            _require_no_later(kind, found[kind.name].version)


def _require_no_later(kind: Projection, version: int) -> None:
    if version > kind.version:
        raise HaltError(
            f"the rows of {kind.name} were made by version {version}, this program knows version "
            f"{kind.version}: a newer release has upgraded this database, so use that one"
        )


def lock(connection: psycopg.Connection, purpose: str, name: str) -> bool:
    """Claim a projection for a purpose until the connection ends; tell whether it was free."""
    row = connection.execute(_LOCKED, (purpose, name)).fetchone()
    return bool(row and row[0])


def hold(connection: psycopg.Connection, names: Sequence[str]) -> Mapping[str, Place]:
    """Hold projections still until the end of the transaction; return where they stand."""
    return _places(connection.execute(_HELD, (names,)).fetchall())


def move(
    connection: psycopg.Connection,
    changed: Mapping[Projection, int],
    step: tuple[Place, Place],
    *,
    announce: bool,
) -> psycopg.Cursor:
    """Move projections from one place to another, which holds them still, too.

    `changed` has for each the last position on the way that yields rows, or `UNCHANGED`. Waits for
    no answer: hand the cursor to `require_moved` in the same transaction. `announce` notifies those
    who wait for the new place.
    """
    before, after = step
    names = [kind.name for kind in changed]
    values = {
        "names": names,
        "versions": [kind.version for kind in changed],
        "changed": list(changed.values()),
        **after._asdict(),
        "left": before.next,
        "last": before.stored,
        "announce": announce,
        "channel": CHANNEL,
        "notice": notice(names, after),
    }
    return connection.execute(_MOVED, values)


def require_moved(moved: psycopg.Cursor, count: int) -> None:
    """Raise `MovedError` unless `move` has moved so many projections."""
    row = moved.fetchone()
    if row is None or row[0] != count:
        raise MovedError


def raise_edition(connection: psycopg.Connection, name: str) -> None:
    """Note that rows change which earlier records made: what was kept of answers is void."""
    connection.execute(_RAISED, (name,))


def notice(names: Sequence[str], place: Place) -> str:
    """Return what is announced of a move; `noticed` reads it."""
    return f"{place.next} {place.stored} {' '.join(names)}"


def noticed(text: str) -> Mapping[str, Place]:
    """Return the places that a notice tells of."""
    following, stored, *names = text.split(" ")
    return dict.fromkeys(names, Place(int(following), int(stored)))


def hold_live(connection: psycopg.Connection, kind: Projection) -> Place:
    """Hold the live row of a projection that is being rebuilt; return where that stands."""
    connection.execute(_ENROLLED_LIVE, (kind.name, kind.version, 0))
    row = connection.execute(_HELD_LIVE, (kind.name,)).fetchone()
    return Place(*row) if row else START


def note_building(connection: psycopg.Connection, name: str, following: int) -> None:
    """Note beside the live place how far the rows are that are built beside the live ones."""
    connection.execute(_BUILT_LIVE, (following, name))


def replace_live(connection: psycopg.Connection, kind: Projection) -> None:
    """Let the live row tell of the rows that a rebuild has made."""
    connection.execute(_REPLACED, (kind.name,))


def _places(rows: Iterable[Sequence[Any]]) -> dict[str, Place]:
    return {name: Place(following, stored) for name, following, stored in rows}


def _standings(rows: Iterable[Sequence[Any]]) -> dict[str, Standing]:
    return {
        name: Standing(Place(following, stored), *rest) for name, following, stored, *rest in rows
    }
