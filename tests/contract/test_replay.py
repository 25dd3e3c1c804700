"""A fold gives the same rows in every process: nothing depends on the process that runs it."""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence

from consumers.fold import stamp
from lrs.events.envelope import decode
from lrs.log.memory import MemoryLog
from lrs.log.port import Record
from projections.folding.position import START
from projections.folding.projection import Entry
from projections.folding.registry import discover
from tests.history import fill


def changes(records: Sequence[Record]) -> list[str]:
    """Return every row that any projection makes of the records, as text."""
    stamped, _ = stamp(records, START)
    entries = [
        Entry(record.position, stored, decode(record.headers, record.value, record.position))
        for record, stored in stamped
    ]
    return [
        f"{kind.name} {change.table.name} {change.row!r}"
        for kind in discover().values()
        for entry in entries
        for change in kind.fold(entry)
    ]


def test_another_process_makes_the_same_rows() -> None:
    log = MemoryLog()
    records = log.reader(0).read(fill(log), 0.0)
    answers = [
        subprocess.run(
            [sys.executable, "-m", "tests.contract.test_replay"],
            input=pickle.dumps(records),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0]
    assert answers[0] == answers[1]


if __name__ == "__main__":
    print("\n".join(changes(pickle.load(sys.stdin.buffer))))  # noqa: T201  # what the test compares
