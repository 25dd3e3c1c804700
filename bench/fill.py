"""Fills a store through its own log: records of many statements, folded by the real consumer.

Appending to the log, in the place of posting over HTTP, makes a million statements a matter of
minutes; the consumer cannot tell the difference. The appender stays close ahead of the fold.
"""

import threading
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from rich.progress import Progress

from bench.scenarios import message
from bench.stage import Stage
from bench.visibility import folded, until_folded
from bench.workload import Workload
from lrs.errors import HaltError
from lrs.storage.database import connect

SIZE: Final = 50
"""Statements of one record: what a platform that sends in batches sends."""

AHEAD: Final = 600
"""Records that may be appended and not folded: more than the consumer takes at once."""


@dataclass(frozen=True)
class Filled:
    """How many statements were folded in this run, and in how many seconds."""

    statements: int
    seconds: float


def fill(stage: Stage, workload: Workload, progress: Progress) -> Filled:
    """Bring the store to the size of the workload, going on where an earlier run ended."""
    records = -(-workload.total // SIZE)
    with closing(stage.log()) as log:
        until_folded(stage.product)
        end = _filled(stage)
        others = log.horizon().end - end  # the product notes its own starts and credentials, too
        if end > records:
            raise HaltError(f"the store holds {end} records, more than the {records} asked for")
        task = progress.add_task("folding statements", total=records * SIZE, completed=end * SIZE)
        began = time.monotonic()
        for number in range(end, records):
            log.append(message(workload.record(number, SIZE)))
            if number % 50 == 0:
                progress.update(task, completed=_keep_close(stage, number, others) * SIZE)
        until_folded(stage.product)
    progress.update(task, completed=records * SIZE)
    return Filled((records - end) * SIZE, time.monotonic() - began)


def _filled(stage: Stage) -> int:
    """Return how many records of the workload the store holds."""
    with connect(stage.url) as connection:
        row = connection.execute("SELECT count(*) FROM statement").fetchone()
    assert row is not None
    return int(row[0]) // SIZE


def _keep_close(stage: Stage, appended: int, others: int) -> int:
    """Wait until the fold is at most `AHEAD` records behind; return how many are folded.

    Before the records of the workload, the log holds so many others.
    """
    while appended - (reached := folded(stage.product) - others) > AHEAD:
        threading.Event().wait(0.05)
    return reached
