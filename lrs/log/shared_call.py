"""Let threads share a call: all items that wait while a call is under way go in the next one.

One of the waiting threads, the leader, makes the call for all of them, so a thread that comes alone
needs no switch to another thread. The writer of `group_writer.py` is a thread of its own all the
same: a call to the database has no deadline that would hold while the server is frozen, so there a
request must be able to give up although the call has not returned.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from lrs.errors import UnavailableError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Waiting(Generic[Item, Result]):
    """An item, and the thread that waits for what becomes of it.

    The thread sleeps on a bare lock: the condition in a `Future` takes several more.
    """

    __slots__ = ("_failure", "_result", "_woken", "deadline", "item", "leads")

    def __init__(self, item: Item, seconds: float) -> None:
        """Wait for so many seconds from now."""
        self.item = item
        self.deadline = time.monotonic() + seconds
        self.leads = False
        self._result: Result | None = None
        self._failure: BaseException | None = None
        self._woken = threading.Lock()
        self._woken.acquire()

    def settle(self, result: Result) -> None:
        """Wake the thread with a result; once, as `fail`."""
        self._result = result
        self._woken.release()

    def fail(self, error: BaseException) -> None:
        """Wake the thread with an error."""
        self._failure = error
        self._woken.release()

    def lead(self) -> None:
        """Wake the thread without result or error: it is the leader and makes the next call."""
        self.leads = True
        self._woken.release()

    def sleep(self) -> bool:
        """Sleep until woken, or until the deadline; tell whether woken."""
        return self._woken.acquire(timeout=max(0.0, self.deadline - time.monotonic()))

    def result(self) -> Result:
        """Return the result or raise the error; raise `UnavailableError` while there is neither."""
        if self._failure is not None:
            raise self._failure
        if self._result is None:
            raise UnavailableError("the log did not answer in time")
        return self._result


class SharedCall(Generic[Item, Result]):
    """A call that takes the items of many threads; belongs to one process.

    An item goes in a call that begins after its thread came, never in one that is under way: the
    result that a thread gets is no older than its question.
    """

    def __init__(
        self, call: Callable[[Sequence[Item], float], Sequence[Result]], patience: float
    ) -> None:
        """Share `call`, which is never run by two threads at once.

        `call` is given the items of a group and the moment (`time.monotonic`) at which all of the
        group have given up; it returns a result for each. A thread gives up after `patience`
        seconds.
        """
        self._call = call
        self._patience = patience
        self._lock = threading.Lock()
        self._waiting: list[Waiting[Item, Result]] = []
        self._led = False

    def __call__(self, item: Item) -> Result:
        """Return the result for an item, or raise what the call raised.

        Raises `UnavailableError` if neither is known in time: the call may have been made.
        """
        own: Waiting[Item, Result] = Waiting(item, self._patience)
        with self._lock:
            self._waiting.append(own)
            first, self._led = not self._led, True
        if first or self._wakes_to_lead(own):
            self._lead()
        return own.result()

    def _wakes_to_lead(self, own: Waiting[Item, Result]) -> bool:
        woken = False
        try:
            woken = own.sleep()
        finally:
            if not woken:
                self._leave(own)
        return woken and own.leads

    def _leave(self, own: Waiting[Item, Result]) -> None:
        """Give up waiting; if this thread was made the leader just now, appoint another one."""
        with self._lock:
            if own in self._waiting:
                self._waiting.remove(own)
        if own.leads:
            self._appoint()

    def _lead(self) -> None:
        """Make the call for all waiting threads, then appoint a leader of those come meanwhile."""
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            results = self._call([waiting.item for waiting in group], group[-1].deadline)
        except BaseException as error:
            self._appoint()
            for waiting in group:
                waiting.fail(error)
            raise
        self._appoint()
        for waiting, result in zip(group, results, strict=True):
            waiting.settle(result)

    def _appoint(self) -> None:
        """Make a waiting thread the leader: the last, whose deadline is that of the whole call."""
        with self._lock:
            self._led = bool(self._waiting)
            if self._led:
                self._waiting[-1].lead()
