"""The reference for the log: appends from a thread for each connection, without HTTP."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from bench.generator import Run
from lrs.log.port import EventLog, Message


@dataclass(frozen=True, slots=True)
class Appends:
    """Which log to append to, from how many threads, for how long."""

    open: Callable[[], EventLog]
    messages: tuple[Message, ...]
    threads: int
    seconds: float


def append(load: Appends) -> Run:
    """Append and measure, each thread waiting for its own append."""
    run = Run()
    with closing(load.open()) as log, ThreadPoolExecutor(load.threads) as pool:
        log.append(load.messages[0])  # opens connections
        start = threading.Barrier(load.threads + 1)
        under_way = [pool.submit(_append, log, load, start) for _ in range(load.threads)]
        start.wait()
        began = time.monotonic_ns()
        for thread in under_way:
            run.latencies += thread.result()
        run.seconds = (time.monotonic_ns() - began) / 1e9
    return run


def _append(log: EventLog, load: Appends, start: threading.Barrier) -> list[float]:
    start.wait()
    latencies: list[float] = []
    deadline = time.monotonic_ns() + int(load.seconds * 1e9)
    sent = 0
    while sent < deadline:
        sent = time.monotonic_ns()
        log.append(load.messages[len(latencies) % len(load.messages)])
        latencies.append((time.monotonic_ns() - sent) / 1e6)
    return latencies
