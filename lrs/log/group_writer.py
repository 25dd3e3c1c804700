"""One thread per process that carries waiting requests to the database in groups.

Many waiting requests share one call, one commit and one fsync. Never is one id in a group twice:
the second must see the first's claim.
"""

import os
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Final

import psycopg

from lrs.errors import LedgerError, UnavailableError
from lrs.log.port import Claim, Message, Verdict
from lrs.storage.database import BY_KEY, connect, ended, unavailable

GROUP: Final = 128
GROUP_BYTES: Final = 32 * 2**20


class Waiting:
    """A request on its way.

    Its thread sleeps on a bare lock: the condition in a `Future` takes several more.
    """

    __slots__ = ("_answer", "_settled", "claims", "message")

    def __init__(self, message: Message, claims: Sequence[Claim]) -> None:
        """Begin to wait."""
        self.message = message
        self.claims = claims
        self._answer: Answer | None = None
        self._settled = threading.Lock()
        self._settled.acquire()

    def settle(self, answer: "Answer") -> None:
        """Wake the request with its answer; once."""
        self._answer = answer
        self._settled.release()

    def verdict(self, timeout: float) -> Verdict:
        """Wait for the verdict; raises `UnavailableError` if it is not known in time."""
        self._settled.acquire(timeout=timeout)
        if self._answer is None:
            raise UnavailableError("the log and the database did not confirm in time")
        if isinstance(self._answer, LedgerError):
            raise self._answer
        return self._answer


Answer = Verdict | LedgerError
"""A verdict, or why there is none."""

Write = Callable[[psycopg.Connection, Sequence[Waiting]], Sequence[Answer]]
"""Admits a group and returns an answer for each, in order."""


class GroupWriter:
    """Admits requests, many at a time."""

    def __init__(self, url: str, timeout: float, write: Write) -> None:
        """Write to the database at `url`; give a request up after `timeout` seconds."""
        self._url = url
        self._timeout = timeout
        self._write = write
        self._thread: _Thread | None = None
        self._starting = threading.Lock()
        self._closed = False

    def admit(self, message: Message, claims: Sequence[Claim]) -> Verdict:
        """Return the verdict on a request; raises `UnavailableError` if it is not known."""
        waiting = Waiting(message, claims)
        self._started().put(waiting)
        return waiting.verdict(self._timeout)

    def close(self) -> None:
        """Stop after what is queued; further requests fail at once."""
        with self._starting:
            self._closed = True
        if self._thread is not None:
            self._thread.stop()

    def _started(self) -> "_Thread":
        """Return this process's thread: none survives a fork, nor a fault in writing."""
        with self._starting:
            if self._closed:
                raise UnavailableError("the log is closed")
            if self._thread is None or self._thread.pid != os.getpid() or self._thread.ended:
                self._thread = _Thread(self._url, self._write)
            return self._thread


class _Thread:
    """The thread, with the connection that belongs to it."""

    def __init__(self, url: str, write: Write) -> None:
        self.pid = os.getpid()
        self._url = url
        self._write = write
        self._connection: psycopg.Connection | None = None
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._held: Waiting | None = None
        self._thread = threading.Thread(target=self._run, name="group-writer", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Tell whether nothing that is put here will be written any more."""
        return not self._thread.is_alive()

    def put(self, waiting: Waiting) -> None:
        """Hand a request over."""
        self._queue.put(waiting)

    def stop(self) -> None:
        """End the thread after what is queued."""
        self._queue.put(None)
        self._thread.join(timeout=2)

    def _run(self) -> None:
        stopping = False
        try:
            while not stopping:
                first = self._held or self._queue.get()
                self._held = None
                if first is None:
                    break
                group, stopping = self._group(first)
                self._settle(group)
        finally:
            self._drop_connection()

    def _group(self, first: Waiting) -> tuple[list[Waiting], bool]:
        """Take all that waits, as far as it may go together; tell whether to stop then."""
        group, ids = [first], {claim.id for claim in first.claims}
        size = _size(first)
        while len(group) < GROUP and size < GROUP_BYTES:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True
            claimed = {claim.id for claim in following.claims}
            if not ids.isdisjoint(claimed):
                self._held = following
                break
            ids |= claimed
            group.append(following)
            size += _size(following)
        return group, False

    def _settle(self, group: Sequence[Waiting]) -> None:
        try:
            answers = self._write(self._connected(), group)
        except (psycopg.Error, UnavailableError) as error:
            self._drop_connection()
            failure = UnavailableError(unavailable(error))
            failure.__cause__ = error
            for waiting in group:
                waiting.settle(failure)
            return
        for waiting, answer in zip(group, answers, strict=True):
            waiting.settle(answer)

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or ended(self._connection):
            self._drop_connection()
            self._connection = connect(self._url, options=f"{BY_KEY} -c statement_timeout=7s")
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _size(waiting: Waiting) -> int:
    return len(waiting.message.value)


def owned(group: Sequence[Waiting]) -> tuple[list[int], list[str], list[bytes]]:
    """Return the claims of a group in columns: number of the request from 1, id, digest."""
    claims = [(n, claim) for n, waiting in enumerate(group, 1) for claim in waiting.claims]
    return [n for n, _ in claims], [one.id for _, one in claims], [one.digest for _, one in claims]
