"""Brings read models to the version of the code by itself, while the earlier rows are read.

A read model whose version rose is rebuilt beside the live tables, by a thread of the consumer that
folds it. The rows of the earlier version answer meanwhile. Those of a read model that keeps its
history stand where they are: with records folded by another version in between they would give
figures that neither version gives. All others are kept up to date by the fold of the code, since a
row of theirs tells of one record, and writers of documents and readers of statements wait for it.

Versions only rise. A consumer of an earlier release that comes upon the rows of a later one stops
(`position.enrol`, `position.move`), so two releases never rebuild each other's rows in turns.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

import psycopg

from consumers.fold import OverflowingError
from consumers.pace import Pace
from consumers.rebuild import Advance, BusyError, rebuild
from lrs.errors import UnavailableError
from lrs.log.port import EventLog
from lrs.storage.database import connect
from projections.folding import position
from projections.folding.projection import Projection

Rebuilt = Callable[[Projection, int], object]
"""Called with a read model that has been rebuilt, and how many records were folded for it."""

PAUSE: Final = 1.0
"""Seconds until a build is tried again that could not go on."""

logger = logging.getLogger(__name__)


class _StoppedError(Exception):
    """The process is about to end: what is built so far stays for the next one."""


class Upgrades:
    """Upgrades read models one after the other, beside what its process does otherwise."""

    def __init__(self, url: str, log: EventLog, rebuilt: Rebuilt) -> None:
        """Tell `rebuilt` of every upgrade, again until it takes it: the log may be away then."""
        self._url = url
        self._log = log
        self._rebuilt = rebuilt
        self._untold: dict[Projection, int] = {}
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="upgrade")
        self._said = ""
        self._begun: dict[Projection, Future[None]] = {}

    def __enter__(self) -> Self:
        """Begin nothing yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop after the batch that is being folded."""
        self._stopping.set()
        self._pool.shutdown(cancel_futures=True)

    def begin(self, kind: Projection) -> None:
        """Upgrade a read model as soon as those before it are done, once."""
        if kind not in self._begun:
            self._begun[kind] = self._pool.submit(self._upgrade, kind)

    def check(self) -> None:
        """Raise what has ended an upgrade, if anything has."""
        for begun in self._begun.values():
            if begun.done():
                begun.result()

    def _upgrade(self, kind: Projection) -> None:
        pace = Pace(f"building version {kind.version} of {kind.name}")

        def advance(at: int, end: int) -> None:
            if self._stopping.is_set():
                raise _StoppedError
            pace.tell(at, end)

        while not self._stopping.is_set():
            try:
                self._attempt(kind, advance)
            except _StoppedError:
                return
            except OverflowingError as error:
                logger.critical("%s stays at its earlier version: %s", kind.name, error)
                return
            except (BusyError, UnavailableError, psycopg.OperationalError) as error:
                self._wait(f"the upgrade of {kind.name} waits: {error}")
            else:
                return

    def _attempt(self, kind: Projection, advance: Advance) -> None:
        """Build the version of the code, unless another process has done so meanwhile."""
        with connect(self._url) as connection:
            outdated = position.outdated(connection, kind)
        if outdated:
            logger.info("%s: version %d is being built", kind.name, kind.version)
            folded = rebuild(self._url, self._log, kind, advance, resume=True)
            logger.info("%s: version %d is in place", kind.name, kind.version)
            self._untold[kind] = folded
        if kind in self._untold:
            self._rebuilt(kind, self._untold[kind])
            del self._untold[kind]

    def _wait(self, reason: str) -> None:
        """Wait before another attempt; say why, unless that has just been said."""
        if reason != self._said:
            logger.warning("%s", reason)
        self._said = reason
        self._stopping.wait(PAUSE)
