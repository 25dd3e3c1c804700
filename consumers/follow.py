"""Follows the log and folds it into projections, for as long as the process lives.

Projections that stand at the same place are folded together: one read, one decoding, one
transaction. One that is behind (new, or just rebuilt) catches up alone and then joins. Only one
process is active for a projection: it holds an advisory lock on its database connection, so the
lock goes with the process, and another that wants it folds what else it may and takes over. One
that overflows its quarantine is left where it stands, and the others go on. One whose rows are of
an earlier version of its fold is upgraded meanwhile: see `consumers/upgrade.py`.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Final

import psycopg

from consumers.fold import BATCH, Folder, OverflowingError
from consumers.pace import Pace
from consumers.upgrade import Rebuilt, Upgrades
from lrs.errors import UnavailableError
from lrs.log.port import EventLog, Reader
from lrs.storage.database import BY_KEY, connect
from projections.folding import position
from projections.folding.position import MovedError, Place
from projections.folding.projection import Projection

GATHER: Final = 0.004
"""Seconds between two transactions at least: under load, fewer and larger ones cost less.

With 2 ms the lag is a millisecond less, and a statement takes an eighth more of the processor at 8
connections, a third more at one.
"""

WAIT: Final = 0.5
"""Seconds to wait for a record before looking whether to stop, and between two looks at what else
may have changed."""

logger = logging.getLogger(__name__)


class Follower:
    """Keeps a set of projections up to date with one log."""

    def __init__(
        self,
        url: str,
        log: EventLog,
        kinds: Sequence[Projection],
        rebuilt: Rebuilt = lambda _kind, _folded: None,
    ) -> None:
        """Tell `rebuilt` of every read model that has been brought to the version of the code."""
        self._url = url
        self._log = log
        self._kinds = list(kinds)
        self._rebuilt = rebuilt

    def run(self, stop: threading.Event) -> None:
        """Follow until told to stop; raises `HaltError` when an operator must act."""
        pause = 0.2
        with Upgrades(self._url, self._log, self._rebuilt) as upgrades:
            while not stop.is_set():
                try:
                    self._follow(upgrades, stop)
                except MovedError:
                    continue
                except (UnavailableError, psycopg.OperationalError) as error:
                    logger.warning("waiting for the log and the database: %s", error)
                    stop.wait(pause)
                    pause = min(pause * 2, 2.0)
                else:
                    pause = 0.2

    def _follow(self, upgrades: Upgrades, stop: threading.Event) -> None:
        with (
            connect(self._url, options=BY_KEY) as connection,
            closing(self._log.reader(0)) as reader,
        ):
            # A crash may take the last rows, but only together with the position that tells of
            # them: they are folded again. The log alone must wait for the disk.
            connection.execute("SET synchronous_commit = off")
            held = _Held(connection, self._log, self._kinds, upgrades)
            folding = _Folding(Folder(connection), reader, held.places, held.goals)
            looked = 0.0
            while not stop.is_set():
                if time.monotonic() - looked >= WAIT:
                    held.look()
                    looked = time.monotonic()
                if not held.places:
                    stop.wait(WAIT)
                elif rest := folding.step(alone=not (held.wanted or held.upgraded)):
                    stop.wait(rest)


class _Held:
    """The projections that this process folds, and those that it does not fold for now.

    Another process folds those in `wanted`; those in `upgraded` stand still until they are rebuilt.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        log: EventLog,
        kinds: Sequence[Projection],
        upgrades: Upgrades,
    ) -> None:
        self._connection = connection
        self._log = log
        self._upgrades = upgrades
        self._told = False
        self._kinds = kinds
        self.wanted = list(kinds)
        self.upgraded: list[Projection] = []
        self.places: dict[Projection, Place] = {}
        self.goals: dict[Projection, int] = {}

    def look(self) -> None:
        """Take over what nobody folds any more, and what has been upgraded.

        Raises `MovedError` when the places are not those of the database: it may have crashed, and
        where the log is elsewhere and silent nothing but this look tells. Raises `HaltError` when a
        newer release has made rows, also those that another process folds.
        """
        self._upgrades.check()
        found = position.standings(self._connection)
        position.require_no_later(found, self._kinds)
        if not {(kind.name, place) for kind, place in self.places.items()} <= {
            (name, standing.place) for name, standing in found.items()
        }:
            raise MovedError
        for kind in tuple(self.wanted):
            if position.lock(self._connection, "projection", kind.name):
                self._take(kind)
                self.wanted.remove(kind)
        for kind in tuple(self.upgraded):
            if found[kind.name].version == kind.version:
                self._fold(kind)
                self.upgraded.remove(kind)
        if self.wanted and not self._told:
            names = [kind.name for kind in self.wanted]
            logger.info("another process folds %s: waiting to take over", ", ".join(names))
            self._told = True

    def _take(self, kind: Projection) -> None:
        position.enrol(self._connection, kind, self._log.horizon().end)
        if position.outdated(self._connection, kind):
            self._upgrades.begin(kind)
            if kind.keeps_history:
                self.upgraded.append(kind)
                return
        self._fold(kind)

    def _fold(self, kind: Projection) -> None:
        logger.info("folding %s", kind.name)
        standing = position.standings(self._connection)[kind.name]
        self.places[kind], self.goals[kind] = standing.place, standing.goal


class _Folding:
    """Reads the log where the projections stand, and moves them."""

    def __init__(
        self,
        folder: Folder,
        reader: Reader,
        places: dict[Projection, Place],
        goals: Mapping[Projection, int],
    ) -> None:
        self._folder = folder
        self._reader = reader
        self._places = places
        self._goals = goals
        self._paces: dict[Projection, Pace] = {}
        self._at = 0

    def step(self, *, alone: bool) -> float:
        """Fold the next records into those that are furthest behind; return the seconds to rest.

        `alone`: nothing else will be there to fold when these are left behind.
        """
        places = self._places
        lowest = min(places.values())
        together = [kind for kind, place in places.items() if place == lowest]
        ahead = [place.next for place in places.values() if place.next > lowest.next]
        limit = min([BATCH, *(following - lowest.next for following in ahead)])
        if self._at != lowest.next:
            self._reader.seek(lowest.next)
            self._at = lowest.next
        records = self._reader.read(limit, WAIT)
        if not records:
            return 0.0
        self._at = records[-1].position + 1
        began = time.monotonic()
        try:
            after = self._folder.fold(together, records, lowest)
        except OverflowingError as error:
            if alone and len(places) == 1:
                raise
            logger.critical("%s is left behind: %s", error.kind.name, error)
            del places[error.kind]
            return 0.0
        places.update(dict.fromkeys(together, after))
        for kind in together:
            if lowest.next < self._goals[kind]:
                self._tell(kind, after.next)
        return max(0.0, began + GATHER - time.monotonic()) if len(records) < limit else 0.0

    def _tell(self, kind: Projection, at: int) -> None:
        """Log how far a projection is that is built for the first time and not read until then."""
        pace = self._paces.setdefault(kind, Pace(f"building {kind.name}"))
        pace.tell(at, max(at, self._goals[kind]))
