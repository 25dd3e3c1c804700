"""Tells in the log how far work of minutes has come: percent, positions, and the mean rate."""

import logging
import time
from typing import Final

from projections.folding.position import Built

INTERVAL: Final = 5.0
"""Seconds between two lines."""

logger = logging.getLogger(__name__)


class Pace:
    """The pace of one work on the log, from the first time that it is told of."""

    def __init__(self, work: str) -> None:
        """`work` says what is being done: the beginning of each line."""
        self._work = work
        self._began: tuple[float, int] | None = None
        self._told = 0.0

    def tell(self, at: int, end: int) -> None:
        """Note that the work has come to a position on its way to another; log it now and then."""
        present = time.monotonic()
        if self._began is None:
            self._began, self._told = (present, at), present
        if present - self._told < INTERVAL and at < end:
            return
        began, first = self._began
        rate = (at - first) / max(present - began, 0.001)
        told = (self._work, Built(at, end).percent, at, end, rate)
        logger.info("%s: %d %%, position %d of %d, %.0f records/s", *told)
        self._told = present
