"""A change of credentials while a consumer folds their history for the first time."""

from lrs.intake.credentials import Credentials
from lrs.log.memory import MemoryLog
from lrs.storage.database import Pool, connect
from projections.folding.freshness import Freshness
from projections.folding.position import enrol
from projections.folding.progress import Progress
from projections.folding.registry import discover


def test_a_change_is_not_in_force_yet_while_the_history_is_first_folded(database: str) -> None:
    log, source = MemoryLog(), Pool(database, 2)
    freshness = Freshness(log, Progress(database, source), source, 0.0)
    held = Credentials(database, source, log, freshness)
    with connect(database) as connection:
        enrol(connection, discover()["credentials"], 1)
    try:
        assert held.wait(0, 0.0) is False
    finally:
        freshness.close()
        source.close()
