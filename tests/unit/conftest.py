"""Holds unit tests to their name: they open no socket, start no process and write no file.

Python tells an audit hook of each of these. The database driver and the Kafka client open sockets
in C, unseen by it: which modules may reach them, `tests/architecture/test_rooms.py` says.
"""

import os
import sys
import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest

REFUSED: Final = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "socket.sendto",
        "subprocess.Popen",
        "os.fork",
        "os.posix_spawn",
        "os.system",
        "os.mkdir",
        "sqlite3.connect",
    }
)
BACKENDS: Final = frozenset({"postgresql", "kafka", "broker", "server", "s3", "tmp_path_factory"})
"""The fixtures that do I/O; every other fixture that does I/O requests one of these."""

KEPT: Final = (".hypothesis", "__pycache__")
"""Folders that hypothesis and Python write, whichever test comes first."""

WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT

guarded: set[int] = set()
"""The thread of the test that runs now, if that is a unit test."""


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail the test whose thread does what a unit test must not."""
    if threading.get_ident() not in guarded:
        return
    if any(folder in str(arguments[:1]) for folder in KEPT):
        return
    if event == "open" and isinstance(arguments[0], int):
        return  # a descriptor: what it stands for was seen when that was opened
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    if writes or event in REFUSED:
        pytest.fail(f"{event} {arguments[:1]}: I/O belongs into tests/component", pytrace=False)


sys.addaudithook(refuse)


@pytest.fixture(autouse=True)
def without_io(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refuse I/O while the test runs, and the fixtures that do it."""
    asked = sorted(BACKENDS.intersection(request.fixturenames))
    assert not asked, f"{asked}: I/O belongs into tests/component"
    guarded.add(threading.get_ident())
    yield
    guarded.clear()
