"""Memory and processor time of the product's processes, and the machine and settings used."""

import os
import platform
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from bench.sheet import Sheet
from lrs.settings import Settings
from lrs.storage.database import connect
from tests.product import Product

INTERVAL: Final = 2.0
"""Seconds between two looks at the memory; a look takes 35 ms of a core that is measured."""

MB: Final = 2**20

DURABILITY: Final = (
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_sync_method",
    "commit_delay",
    "shared_buffers",
    "max_wal_size",
)


def members(product: Product) -> Mapping[str, list[psutil.Process]]:
    """Return the processes of the supervisor and its members: api, consumer, postgresql."""
    assert product.process is not None
    supervisor = psutil.Process(product.process.pid)
    found = {"supervisor": [supervisor]}
    for member in supervisor.children():
        words = member.cmdline()
        name = "api" if "serve" in words else "consumer" if "consume" in words else "postgresql"
        found[name] = [member, *member.children(recursive=True)]
    return found


def processor(product: Product) -> Mapping[str, float]:
    """Return the processor time in seconds that each member has used."""
    return {
        name: sum(_seconds(process) for process in processes)
        for name, processes in members(product).items()
    }


def memory(product: Product) -> Mapping[str, int]:
    """Return the memory of each member in bytes: its own share (PSS), summed."""
    return {
        name: sum(_memory(process)[0] for process in processes)
        for name, processes in members(product).items()
    }


class Memory:
    """The peak memory of each member: its own share (PSS) summed, and its largest process (RSS)."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self.pss: dict[str, int] = defaultdict(int)
        self.rss: dict[str, int] = defaultdict(int)
        self.together = 0
        """The peak of all members at one time, in bytes of PSS."""

    @contextmanager
    def watched(self) -> Iterator["Memory"]:
        """Watch as long as the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self._watch, args=(stop,))
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join()

    def sheet(self) -> Sheet:
        """Return the peaks as a table."""
        sheet = Sheet("Peak memory, MB", ("process", "PSS, all of it", "RSS, its largest process"))
        for name in self.pss:
            sheet.add(name, f"{self.pss[name] / MB:.0f}", f"{self.rss[name] / MB:.0f}")
        return sheet

    def _watch(self, stop: threading.Event) -> None:
        last = False
        while True:
            together = 0
            for name, processes in members(self._product).items():
                sizes = [_memory(process) for process in processes]
                share = sum(pss for pss, _ in sizes)
                together += share
                self.pss[name] = max(self.pss[name], share)
                self.rss[name] = max(self.rss[name], *(rss for _, rss in sizes))
            self.together = max(self.together, together)
            if last:
                return
            last = stop.wait(INTERVAL)


def conditions(settings: Settings, url: str) -> Sheet:
    """Return hardware, what else runs on it, and durability settings, as a table."""
    sheet = Sheet("Hardware and durability", ("what", "value"))
    sheet.add("processor", f"{os.cpu_count()} cores, {_model()}")
    sheet.add("memory", f"{psutil.virtual_memory().total / 2**30:.1f} GiB")
    sheet.add("system", f"{platform.system()} {platform.release()}, Python {_python()}")
    sheet.add("load before (1 min)", f"{os.getloadavg()[0]:.2f}")
    kind = settings.log.partition(":")[0]
    told = "acks=all: in the broker's memory, not synced to disk" if kind == "kafka" else "a table"
    sheet.add("log", f"{kind} ({told})")
    sheet.add("API", f"{settings.workers} worker(s) of {settings.threads} threads")
    with connect(url) as connection:
        for name in ("server_version", *DURABILITY):
            row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            assert row is not None
            sheet.add(f"PostgreSQL {name}", row[0])
    return sheet


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    # With what its ended children used: the server starts a process for each connection.
    return float(times.user + times.system + times.children_user + times.children_system)


def _memory(process: psutil.Process) -> tuple[int, int]:
    """Return PSS and RSS; a process that has just ended has neither."""
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0, 0
    return int(full.pss), int(full.rss)


def _python() -> str:
    return platform.python_version()


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
