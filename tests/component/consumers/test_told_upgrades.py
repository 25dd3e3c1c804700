"""A read model that a consumer has brought to its own version is told of."""

import threading

import pytest

from consumers.follow import Follower
from lrs.errors import UnavailableError
from lrs.log.memory import MemoryLog
from lrs.storage.database import connect
from projections.folding import position
from projections.folding.projection import Projection
from projections.folding.registry import named
from tests.history import fill
from tests.waiting import until


@pytest.mark.parametrize("away", [0, 1], ids=["at once", "again once the log is back"])
def test_an_upgrade_is_told_once(database: str, away: int) -> None:
    (kind,) = named(("completions",))
    log, stop = MemoryLog(), threading.Event()
    fill(log, 1)
    told: list[tuple[str, int]] = []
    refused: list[str] = []

    def rebuilt(model: Projection, records: int) -> None:
        if len(refused) < away:
            refused.append(model.name)
            raise UnavailableError("the log is away")
        told.append((model.name, records))

    with connect(database) as connection:
        position.enrol(connection, kind, 0)
        connection.execute("UPDATE progress SET version = version - 1")
    follower = threading.Thread(target=Follower(database, log, [kind], rebuilt).run, args=(stop,))
    follower.start()
    try:
        until(lambda: told, bool)
    finally:
        stop.set()
        follower.join()
    assert told == [("completions", log.horizon().end)]
    assert len(refused) == away
