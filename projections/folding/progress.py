"""How far each projection has followed the log, and a way to wait until it is further.

A row per projection, written in the transaction that writes the rows of the projection: position
and rows cannot disagree. Folds notify; the front door keeps one listening connection.
"""

import threading
import time
from collections.abc import Mapping
from typing import Final, NamedTuple

import psycopg
from sqlalchemy import BigInteger, Column, Integer, Table, Text
from sqlalchemy.engine import Engine

from lrs.errors import UnavailableError
from lrs.storage.database import connect, metadata, reading

CHANNEL: Final = "lrs_progress"

progress = Table(
    "progress",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
)
"""`next`: position of the first record not folded; `stored`: last time given, microseconds UTC."""


class Reached(NamedTuple):
    """How far a projection is: next position, and the last `stored` time it gave."""

    next: int
    stored: int


_START: Final = Reached(0, 0)


class Progress:
    """The progress of all projections as the front door sees it.

    One thread listens; readers see its latest notice without asking the database.
    """

    def __init__(self, url: str, source: Engine) -> None:
        self._url = url
        self._engine = source
        self._reached: dict[str, Reached] = {}
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="progress", daemon=True)
        self._thread.start()

    def now(self) -> Mapping[str, Reached]:
        """Ask the database how far every projection is."""
        with reading(self._engine) as connection:
            rows = connection.exec_driver_sql("SELECT name, next, stored FROM progress").all()
        return {name: Reached(following, stored) for name, following, stored in rows}

    def latest(self, name: str) -> Reached:
        """Tell how far a projection is at least, from the latest notice; asks nobody."""
        return self._reached.get(name, _START)

    def reached(self, name: str) -> Reached:
        """Ask the database how far one projection is."""
        with reading(self._engine) as connection:
            row = connection.exec_driver_sql(
                "SELECT next, stored FROM progress WHERE name = %s", (name,)
            ).one_or_none()
        return Reached(*row) if row else _START

    def wait(self, name: str, position: int, seconds: float) -> bool:
        """Wait until the projection has folded everything before `position`; tell whether it has.

        Falls back to asking the database when the listening connection is down.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            with self._changed:
                if self.latest(name).next >= position:
                    return True
                self._changed.wait(min(left, 0.5))
            if not self._listening.is_set() and self.reached(name).next >= position:
                return True
        return self.reached(name).next >= position

    def quarantined(self) -> Mapping[str, int]:
        """Ask how many records each projection has set aside."""
        with reading(self._engine) as connection:
            rows = connection.exec_driver_sql(
                "SELECT p.name, count(q.position) FROM progress p "
                "LEFT JOIN quarantine q ON q.projection = p.name GROUP BY p.name"
            ).all()
        return {row[0]: row[1] for row in rows}

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
            rows = connection.execute("SELECT name, next, stored FROM progress").fetchall()
            self._note({row[0]: Reached(*row[1:]) for row in rows})
            self._listening.set()
            while not self._stopping.is_set():
                for notice in connection.notifies(timeout=1.0, stop_after=1):
                    following, stored, *names = notice.payload.split(" ")
                    self._note(dict.fromkeys(names, Reached(int(following), int(stored))))

    def _forget(self) -> None:
        """Claim nothing: folds do not wait for the disk, so a crash may have set them back."""
        with self._changed:
            self._reached.clear()

    def _note(self, reached: Mapping[str, Reached]) -> None:
        with self._changed:
            self._reached.update(reached)
            self._changed.notify_all()
