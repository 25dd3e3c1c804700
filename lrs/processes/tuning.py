"""What a process asks of the kernel and of the interpreter: signals, cores, garbage collection."""

import ctypes
import gc
import multiprocessing
import os
import random
import signal
from contextlib import suppress
from typing import Final

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG: Final = 1


def die_with_parent(sign: int = signal.SIGTERM, parent: int | None = None) -> None:
    """Ask the kernel to send this process a signal when its parent ends (Linux).

    `parent` is the id of that process; none need be given where `multiprocessing` knows its own.
    """
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_PDEATHSIG, sign, 0, 0, 0)
    if parent is None and (started := multiprocessing.parent_process()) is not None:
        parent = started.pid
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)  # the parent ended before `prctl`; no work has begun


def spare_collector() -> None:
    """Let the garbage collector of a busy process look at less, and less often.

    What is loaded by now stays for good, and a request or a batch leaves hardly any cycles: with
    Python's defaults a consumer spends a third of its time looking for them.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def spare_switches() -> None:
    """Let no thread of this process pre-empt another one because it has just woken (Linux).

    Threads of one interpreter wake each other to hand over its lock (GIL): a thread that is
    pre-empted while it holds the lock must run once more before the woken thread can take it.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):  # where that is forbidden, the process only spends more time
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def keep_to_one_core() -> None:
    """Run this process, and what it starts, on one core drawn from those it may use (Linux).

    For a process whose threads take turns at the lock of one interpreter: to hand the lock to a
    thread on another core costs more than a second core gives. With `spare_switches`, 32
    connections store a sixth more and read a quarter more, their slowest answers (p99) come a third
    sooner; one connection alone is up to a tenth slower.

    Not the first core if there is another: the system's own work begins there, and on the virtual
    machine with two cores where this was measured, one connection alone then stored 576 to 835
    statements a second in place of 946 to 1,120; with more connections there is no difference.
    """
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            first, *others = sorted(os.sched_getaffinity(0))
            core = random.choice(others or [first])  # noqa: S311  # no secret
            os.sched_setaffinity(0, {core})
