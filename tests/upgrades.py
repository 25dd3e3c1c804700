"""Consumers in threads, and read models as an earlier version of their folds left them."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

from consumers.follow import Follower
from lrs.errors import HaltError
from lrs.log.memory import MemoryLog
from lrs.storage.database import connect
from projections.folding import position
from projections.folding.position import Standing
from projections.folding.projection import Projection
from tests.databases import rows
from tests.waiting import until


class Consumer:
    """A consumer in a thread, and what has ended it."""

    def __init__(self, url: str, log: MemoryLog, kinds: Sequence[Projection]) -> None:
        self._follower = Follower(url, log, kinds)
        self._thread = threading.Thread(target=self._run)
        self.stopping = threading.Event()
        self.halted: list[HaltError] = []

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and wait for the end."""
        self.stopping.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._follower.run(self.stopping)
        except HaltError as error:
            self.halted.append(error)


def standings(url: str) -> Mapping[str, Standing]:
    """Return how all projections stand."""
    with connect(url) as connection:
        return position.standings(connection)


def await_folded(url: str, log: MemoryLog, kinds: Sequence[Projection]) -> None:
    """Wait until projections are of the version of the code and stand at the end of the log."""
    end = log.horizon().end
    until(
        lambda: standings(url),
        lambda found: all(kind.name in found and found[kind.name].place.next == end
                          and found[kind.name].version == kind.version for kind in kinds),
    )  # fmt: skip


def contents(url: str, kinds: Sequence[Projection]) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of each table of some projections."""
    return {table.name: rows(url, table.name) for kind in kinds for table in kind.tables}


def age(url: str, *kinds: Projection) -> None:
    """Let the rows be those of an earlier version, which knew less."""
    with connect(url) as connection:
        for kind in kinds:
            connection.execute(
                "UPDATE progress SET version = version - 1 WHERE name = %s", (kind.name,)
            )
            first = kind.tables[0].name
            if not kind.in_place:
                key = kind.tables[0].primary_key.columns.keys()[0]
                connection.execute(
                    f"DELETE FROM {first} WHERE {key} = (SELECT max({key}) FROM {first})"
                )


@contextmanager
def held(url: str, kind: Projection) -> Iterator[None]:
    """Keep everybody from rebuilding a projection meanwhile."""
    with connect(url) as connection:
        assert position.lock(connection, "rebuild", kind.name)
        yield


def edition(url: str, kind: Projection) -> int:
    """Return how often rows have changed otherwise than by the next record."""
    with connect(url) as connection:
        sql = "SELECT edition FROM progress WHERE name = %s"
        (found,) = connection.execute(sql, (kind.name,)).fetchall()
    return int(found[0])
