"""Who runs on a data folder: one `lrs up` at a time, which leaves its address there.

The file `lock` is locked for as long as the product runs, however it ends, so the address in the
file counts only while somebody holds the lock: there is nothing to clean up after a crash.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import TextIO

from lrs.errors import HaltError


def hold(folder: Path) -> TextIO:
    """Make a data folder and return its lock file, locked for as long as the file is open.

    Raises `HaltError` where the folder cannot be made, or another process holds the lock.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+")
    except OSError as error:
        raise HaltError(f"LRS_DATA: {folder} cannot be used: {error.strerror}") from None
    if not _locked(lock):
        lock.close()
        raise HaltError(f"LRS_DATA: another `lrs up` uses {folder}")
    lock.truncate(0)
    return lock


def leave_address(lock: TextIO, url: str) -> None:
    """Write into a lock file that is held where the product answers."""
    json.dump({"url": url, "process": os.getpid()}, lock)
    lock.flush()


def address(folder: Path) -> str | None:
    """Return the URL at which the product of a data folder answers; None if none runs there."""
    try:
        lock = (folder / "lock").open()
    except OSError:
        return None
    with lock:
        if _locked(lock, fcntl.LOCK_SH):
            return None
        text = lock.read()
    return str(json.loads(text)["url"]) if text else None


def _locked(lock: TextIO, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
