"""Wait for a condition instead of sleeping."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from lrs.errors import UnavailableError

Result = TypeVar("Result")


def until_available(attempt: Callable[[], Result], within: float) -> Result:
    """Return the result of the first attempt that does not raise `UnavailableError`."""
    deadline = time.monotonic() + within
    while True:
        try:
            return attempt()
        except UnavailableError:
            if time.monotonic() > deadline:
                raise
            threading.Event().wait(0.05)


def until(
    ask: Callable[[], Result], holds: Callable[[Result], bool], within: float = 20.0
) -> Result:
    """Return the first result that holds; in the end, fail with the last result."""
    deadline = time.monotonic() + within
    while not holds(answer := ask()):
        assert time.monotonic() < deadline, f"still {answer}"
        threading.Event().wait(0.02)
    return answer
