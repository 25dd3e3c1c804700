"""One thread per process that carries waiting requests to the database in groups.

Many waiting requests share one call, one commit and one fsync. No id is in a group twice: the
second request must see the claim of the first. (`shared_call.py` does without the thread, and says
why this module does not.)
"""

import os
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import psycopg

from lrs.errors import LedgerError, UnavailableError
from lrs.log.claims import Claim, Verdict
from lrs.log.port import Message
from lrs.log.shared_call import Waiting
from lrs.storage.database import BY_KEY, connect, ended, unavailable

GROUP: Final = 128
GROUP_BYTES: Final = 32 * 2**20


class Request(NamedTuple):
    """A message to append if the ids that it claims are free."""

    message: Message
    claims: Sequence[Claim]


Judged = Verdict | LedgerError
"""The verdict on a request, or why there is none."""

Write = Callable[[psycopg.Connection, Sequence[Request]], Sequence[Judged]]
"""Admits a group of requests; returns what became of each, in order."""

_Waiting = Waiting[Request, Verdict]


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
        waiting = _Waiting(Request(message, claims), self._timeout)
        self._started().put(waiting)
        waiting.sleep()
        return waiting.result()

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
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._held: _Waiting | None = None
        self._thread = threading.Thread(target=self._run, name="group-writer", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Tell whether the thread has ended: a request put here would never be written."""
        return not self._thread.is_alive()

    def put(self, waiting: _Waiting) -> None:
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

    def _group(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Take the waiting requests that may share a call; tell whether to stop after them."""
        group, ids = [first], {claim.id for claim in first.item.claims}
        size = _size(first)
        while len(group) < GROUP and size < GROUP_BYTES:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True
            claimed = {claim.id for claim in following.item.claims}
            if not ids.isdisjoint(claimed):
                self._held = following
                break
            ids |= claimed
            group.append(following)
            size += _size(following)
        return group, False

    def _settle(self, group: Sequence[_Waiting]) -> None:
        try:
            judged = self._write(self._connected(), [waiting.item for waiting in group])
        except (psycopg.Error, UnavailableError) as error:
            self._drop_connection()
            failure = UnavailableError(unavailable(error))
            failure.__cause__ = error
            for waiting in group:
                waiting.fail(failure)
            return
        for waiting, one in zip(group, judged, strict=True):
            if isinstance(one, LedgerError):
                waiting.fail(one)
            else:
                waiting.settle(one)

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or ended(self._connection):
            self._drop_connection()
            self._connection = connect(self._url, options=f"{BY_KEY} -c statement_timeout=7s")
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _size(waiting: _Waiting) -> int:
    return len(waiting.item.message.value)
