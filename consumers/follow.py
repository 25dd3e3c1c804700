"""Follows the log and folds it into projections, for as long as the process lives.

Projections that stand at the same place are folded together: one read, one decoding, one
transaction. One that is behind (new, or just rebuilt) catches up alone and then joins. Only one
process is active for a projection: it holds an advisory lock on its database connection, so the
lock goes with the process, and a second one waits and takes over. One that overflows its quarantine
is left where it stands, and the others go on.
"""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Final

import psycopg

from consumers.fold import Folder, MovedError, OverflowingError, Place
from lrs.database import BY_KEY, connect
from lrs.errors import HaltError, UnavailableError
from lrs.log.port import EventLog, Reader
from projections.projection import Projection

GATHER: Final = 0.004
"""Seconds between two transactions at least: under load, fewer and larger ones cost less.

With 2 ms the lag is a millisecond less, and a statement takes an eighth more of the processor at 8
connections, a third more at one.
"""

BATCH: Final = 256
"""Records of one transaction at most."""

WAIT: Final = 1.0
"""Seconds to wait for a record before looking whether to stop."""

_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('lrs.projection.' || %s, 0))"

logger = logging.getLogger(__name__)


class Follower:
    """Keeps a set of projections up to date with one log."""

    def __init__(self, url: str, log: EventLog, kinds: Sequence[Projection]) -> None:
        self._url = url
        self._log = log
        self._kinds = list(kinds)

    def run(self, stop: threading.Event) -> None:
        """Follow until told to stop; raises `HaltError` when an operator must act."""
        pause = 0.2
        while not stop.is_set():
            try:
                self._follow(stop)
            except MovedError:
                continue
            except (UnavailableError, psycopg.OperationalError) as error:
                logger.warning("waiting for the log and the database: %s", error)
                stop.wait(pause)
                pause = min(pause * 2, 2.0)
            else:
                pause = 0.2

    def _follow(self, stop: threading.Event) -> None:
        with connect(self._url, options=BY_KEY) as connection:
            # A crash may take the last rows, but only together with the position that tells of
            # them: they are folded again. The log alone must wait for the disk.
            connection.execute("SET synchronous_commit = off")
            for kind in self._kinds:
                if not _lock(connection, kind, stop):
                    return
            places = {kind: enrol(connection, kind) for kind in self._kinds}
            reader = self._log.reader(min(places.values()).next)
            try:
                self._fold(Folder(connection), reader, places, stop)
            finally:
                reader.close()

    def _fold(
        self,
        folder: Folder,
        reader: Reader,
        places: dict[Projection, Place],
        stop: threading.Event,
    ) -> None:
        while not stop.is_set():
            lowest = min(places.values())
            together = [kind for kind, place in places.items() if place == lowest]
            ahead = [place.next for place in places.values() if place.next > lowest.next]
            limit = min([BATCH, *(following - lowest.next for following in ahead)])
            if ahead:
                reader.seek(lowest.next)
            records = reader.read(limit, WAIT)
            if not records:
                continue
            began = time.monotonic()
            try:
                after = folder.fold(together, records, lowest)
            except OverflowingError as error:
                if len(places) == 1:
                    raise
                logger.critical("%s is left behind: %s", error.kind.name, error)
                del places[error.kind]
                reader.seek(lowest.next)
                continue
            places.update(dict.fromkeys(together, after))
            if len(records) < limit:
                stop.wait(began + GATHER - time.monotonic())


def _lock(connection: psycopg.Connection, kind: Projection, stop: threading.Event) -> bool:
    """Become the one that folds a projection; wait while another process is."""
    waiting = False
    while not stop.is_set():
        row = connection.execute(_LOCK, (kind.name,)).fetchone()
        if row and row[0]:
            logger.info("folding %s", kind.name)
            return True
        if not waiting:
            logger.info("another process folds %s: waiting to take over", kind.name)
            waiting = True
        stop.wait(0.5)
    return False


def enrol(connection: psycopg.Connection, kind: Projection) -> Place:
    """Return where a projection stands, at the start of the log if it is new.

    Raises `HaltError` when its rows were made by another version of the fold.
    """
    connection.execute(
        "INSERT INTO progress (name, version, next, stored) VALUES (%s, %s, 0, 0) "
        "ON CONFLICT DO NOTHING",
        (kind.name, kind.version),
    )
    row = connection.execute(
        "SELECT version, next, stored FROM progress WHERE name = %s", (kind.name,)
    ).fetchone()
    if row is None or row[0] != kind.version:
        made = row[0] if row else None
        raise HaltError(
            f"the rows of {kind.name} were made by version {made}, this is version "
            f"{kind.version}: run `lrs rebuild {kind.name}`"
        )
    return Place(row[1], row[2])
