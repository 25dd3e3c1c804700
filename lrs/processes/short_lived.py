"""A process for work that is done once, so that what the work imports ends with it.

`lrs up` watches other processes for months; what brings the tables up to date is needed for
seconds, and would hold 60 MB for as long as `lrs up` runs.
"""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from lrs.processes.tuning import die_with_parent

Call = Callable[..., Any]
"""Calls a function by its name, with arguments that a process can hand to another."""


@contextmanager
def short_lived(module: str) -> Iterator[Call]:
    """Lend what calls the functions of a module in a process that ends with the block.

    The process begins at once and imports the module; what a function raises, the call raises. Use
    it before there are threads: a fork copies the locks that they hold, and not the threads.
    """
    # A fork, for it needs no second start of Python.
    with ProcessPoolExecutor(
        1, get_context("fork"), initializer=_begin, initargs=(module,)
    ) as pool:
        pool.submit(os.getpid)  # the first call is what starts the process
        yield lambda name, *given: pool.submit(_call, module, name, *given).result()


def _begin(module: str) -> None:
    # The handlers of signals are copies of the parent's too: a SIGTERM might not end this process.
    die_with_parent(signal.SIGKILL)
    import_module(module)


def _call(module: str, name: str, *given: Any) -> Any:
    return getattr(import_module(module), name)(*given)
