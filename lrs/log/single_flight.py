"""Let threads that ask the same question at once share one answer."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SingleFlight(Generic[Answer]):
    """One question; a caller gets an answer that was asked for after it called, never an older one.

    While one question is on its way, all who come wait for the next: the log is asked as often
    as it can answer, not as often as there are requests.
    """

    def __init__(self, ask: Callable[[], Answer]) -> None:
        """Keep the question; `ask` is never run by two threads at once."""
        self._ask = ask
        self._joining = threading.Lock()
        self._asking = threading.Lock()
        self._next: Future[Answer] | None = None

    def __call__(self) -> Answer:
        """Return the answer, or raise what asking raised."""
        with self._joining:
            answer = self._next
            first = answer is None
            if answer is None:
                answer = self._next = Future()
        if first:
            self._lead(answer)
        return answer.result()

    def _lead(self, answer: "Future[Answer]") -> None:
        with self._asking:
            with self._joining:
                self._next = None  # whoever comes from here on needs a later answer
            try:
                answer.set_result(self._ask())
            except BaseException as error:
                answer.set_exception(error)
                raise
