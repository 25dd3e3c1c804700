"""How far the projections are, as one process hears of it, and a way to wait for more.

Folds announce each move; a process that reads keeps one connection that listens. What is not
announced, that a projection has been enrolled or is built anew, it asks every second.
"""

import threading
import time
from collections.abc import Mapping
from typing import Final

import psycopg

from lrs.errors import UnavailableError
from lrs.storage.database import Pool, connect
from projections.folding import position
from projections.folding.position import CHANNEL, START, Place, Standing
from projections.folding.registry import discover

REFRESH: Final = 1.0
"""Seconds after which what is not announced is asked again."""


class Progress:
    """The progress of all projections as the front door sees it.

    One thread listens; readers see its latest notice without asking the database.
    """

    def __init__(self, url: str, source: Pool) -> None:
        self._url = url
        self._engine = source
        self._reached: dict[str, Place] = {}
        self._standings: Mapping[str, Standing] = {}
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="progress", daemon=True)
        self._thread.start()

    def now(self) -> Mapping[str, Standing]:
        """Ask the database how every projection stands."""
        return position.standings_now(self._engine)

    def whole(self, name: str) -> bool:
        """Tell whether the rows of a projection may be read, as far as is known; asks nobody."""
        known = self._standings.get(name)
        return known is not None and self.latest(name).next >= known.goal

    def standing(self, name: str) -> Standing | None:
        """Ask the database how one projection stands; None if nobody has folded it yet."""
        return self.now().get(name)

    def latest(self, name: str) -> Place:
        """Tell how far a projection is at least, from the latest notice; asks nobody."""
        return self._reached.get(name, START)

    def reached(self, name: str) -> Place:
        """Ask the database how far one projection is."""
        return position.of_one(self._engine, name)

    def wait(self, name: str, end: int, seconds: float) -> bool:
        """Wait until the projection has folded everything before `end`; tell whether it has.

        Falls back to asking the database when the listening connection is down. Does not wait for
        one that stands still until it is upgraded.
        """
        if self._still(name):
            seconds = 0.0
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            with self._changed:
                if self.latest(name).next >= end:
                    return True
                self._changed.wait(min(left, 0.5))
            if not self._listening.is_set() and self.reached(name).next >= end:
                return True
        return self.reached(name).next >= end

    def _still(self, name: str) -> bool:
        """Tell whether a projection is not folded until it is upgraded: `consumers/upgrade.py`."""
        known, kind = self._standings.get(name), discover().get(name)
        return bool(known and kind and kind.keeps_history and known.version < kind.version)

    def close(self) -> None:
        """Stop listening."""
        self._stopping.set()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except (psycopg.OperationalError, UnavailableError):
                self._listening.clear()
                self._forget()
                self._stopping.wait(0.5)

    def _follow(self) -> None:
        with connect(self._url) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._refresh(connection)
            self._listening.set()
            refreshed = time.monotonic()
            while not self._stopping.is_set():
                for notice in connection.notifies(timeout=REFRESH, stop_after=1):
                    self._note(position.noticed(notice.payload))
                if time.monotonic() - refreshed >= REFRESH:
                    self._refresh(connection)
                    refreshed = time.monotonic()

    def _refresh(self, connection: psycopg.Connection) -> None:
        standings = position.standings(connection)
        with self._changed:
            self._standings = standings
            self._reached = {name: standing.place for name, standing in standings.items()}
            self._changed.notify_all()

    def _forget(self) -> None:
        """Claim nothing: folds do not wait for the disk, so a crash may have set them back."""
        with self._changed:
            self._reached.clear()
            self._standings = {}

    def _note(self, reached: Mapping[str, Place]) -> None:
        with self._changed:
            self._reached.update(reached)
            self._changed.notify_all()
