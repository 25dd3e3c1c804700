"""When statements become visible: the lag between acknowledgement and projection.

The consumer notifies at each commit; acknowledgements come with the id of a statement, whose
position is read afterwards. Both clocks are the machine's monotonic one.
"""

import threading
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import requests

from bench.generator import Run
from lrs.storage.database import connect
from projections.folding.position import CHANNEL
from projections.folding.projection import STATEMENTS_PER_POSITION
from tests.product import Product


class Visibility:
    """The times at which the projection of statements reached its positions."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._reached: list[int] = []
        self._times: list[int] = []
        self._listening = threading.Event()

    @contextmanager
    def watched(self) -> Iterator["Visibility"]:
        """Listen as long as the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self._listen, args=(stop,))
        thread.start()
        self._listening.wait(10)
        try:
            yield self
        finally:
            stop.set()
            thread.join()

    def lags(self, run: Run) -> list[float]:
        """Return the lags of a run's acknowledgements in ms; all must be folded by now."""
        ids = [key for key, _ in run.acknowledged]
        with connect(self._url) as connection:
            rows = connection.execute(
                "SELECT id::text, min(seq) FROM statement WHERE id = ANY(%s) GROUP BY id", (ids,)
            ).fetchall()
        positions = {key: seq // STATEMENTS_PER_POSITION for key, seq in rows}
        lags = []
        for key, known in run.acknowledged:
            at = bisect_right(self._reached, positions[key])
            if at < len(self._times):
                lags.append(max(0.0, (self._times[at] - known) / 1e6))
        return lags

    def _listen(self, stop: threading.Event) -> None:
        with connect(self._url) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._listening.set()
            while not stop.is_set():
                for notice in connection.notifies(timeout=0.2, stop_after=1):
                    self._note(notice.payload.split(" "))

    def _note(self, words: Sequence[str]) -> None:
        if "statements" in words[2:]:
            self._times.append(time.monotonic_ns())
            self._reached.append(int(words[0]))


def folded(product: Product) -> int:
    """Return how far the statements are folded, in positions."""
    answer = requests.get(f"{product.root}/health/ready", timeout=30).json()
    return int(answer["database"].get("statements", 0))


def until_folded(product: Product, within: float = 600.0) -> None:
    """Wait until every projection has reached the end of the log."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        answer = requests.get(f"{product.root}/health/ready", timeout=30).json()
        if answer["database"] and min(answer["database"].values()) >= answer["log"]["end"]:
            return
        threading.Event().wait(0.02)
    raise TimeoutError("the projections do not reach the end of the log")
