"""The benchmark of memory: what the embedded stack holds after batches were posted to it."""

from typing import Final

from rich.console import Console
from rich.progress import Progress

from bench.generator import Load, drive
from bench.observe import MB, Memory, conditions, memory
from bench.scenarios import posting
from bench.sheet import Sheet, publish
from bench.stage import Stage, staged
from bench.visibility import until_folded
from bench.workload import Workload
from lrs.errors import HaltError

BATCH: Final = 50
"""Statements of one request."""

CONNECTIONS: Final = 8
AT_ONCE: Final = 100
"""Requests that are built ahead, each with statements of its own, as a year of a platform has."""


def run(total: int, console: Console, progress: Progress) -> None:
    """Post statements to a new store and publish what its processes hold."""
    with staged(None) as stage:
        before = conditions(stage.settings, stage.url)
        started = memory(stage.product)
        with Memory(stage.product).watched() as peak:
            _post(stage, total, progress)
        ended = memory(stage.product)
    sheet = Sheet("Memory (PSS), MB", ("process", "at rest", f"after {total:,} statements", "peak"))
    for name, share in ended.items():
        sheet.add(name, *(f"{one / MB:.0f}" for one in (started[name], share, peak.pss[name])))
    sums = (sum(started.values()), sum(ended.values()), peak.together)
    sheet.add("all", *(f"{one / MB:.0f}" for one in sums))
    sheet.notes.append(f"Posted in batches of {BATCH} over {CONNECTIONS} connections, and folded.")
    publish([before, sheet], console)


def _post(stage: Stage, total: int, progress: Progress) -> None:
    workload = Workload(total)
    task = progress.add_task("posting statements", total=total)
    for first in range(0, total // BATCH, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, total // BATCH))
        requests = posting(stage.product, [workload.record(one, BATCH) for one in numbers])
        done = drive(Load(stage.product.port, requests, CONNECTIONS, most=len(numbers)))
        if done.failed:
            raise HaltError(f"{done.failed} requests failed with {done.failure}")
        progress.advance(task, len(numbers) * BATCH)
    until_folded(stage.product)
