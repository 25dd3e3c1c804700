"""The law of `as of`: what was answered at a position is what `as of` this position answers later.

It holds for every read model that promises to keep its history; `tests/readings.py` tells how each
of them is read.
"""

from collections.abc import Iterator, Sequence

import pytest

from consumers.fold import Folder
from consumers.rebuild import rebuild
from lrs.log.memory import MemoryLog
from lrs.log.port import Record
from lrs.storage.database import Pool, connect
from projections.folding.copies import repeated
from projections.folding.freshness import AsOf, AtPosition, AtTime, Freshness
from projections.folding.moment import Moments
from projections.folding.position import START, enrol
from projections.folding.progress import Progress
from projections.folding.projection import Projection
from projections.folding.registry import discover
from tests.history import fill
from tests.readings import READINGS

KEPT = [kind for kind in discover().values() if kind.keeps_history]

Reading = tuple[int, int | None, object]


class Reader:
    """Asks a read model over the log that it follows."""

    def __init__(self, kind: Projection, source: Pool, freshness: Freshness) -> None:
        self._kind = kind
        self._source = source
        self._freshness = freshness

    def answer(self, as_of: AsOf | None = None) -> Reading:
        """Return position and time of what is shown, and all that is shown."""
        view = self._freshness.view([self._kind.name], as_of)
        return view.position, view.until, READINGS[self._kind.name](self._source, view.position + 1)


@pytest.fixture(params=KEPT, ids=[kind.name for kind in KEPT])
def kind(request: pytest.FixtureRequest) -> Projection:
    found: Projection = request.param
    return found


@pytest.fixture(params=[1, 2])
def log(request: pytest.FixtureRequest) -> MemoryLog:
    filled = MemoryLog()
    fill(filled, request.param)
    return filled


@pytest.fixture
def records(log: MemoryLog) -> Sequence[Record]:
    return log.reader(0).read(log.horizon().end, 0.0)


@pytest.fixture
def reader(kind: Projection, log: MemoryLog, database: str) -> Iterator[Reader]:
    source = Pool(database, 2)
    freshness = Freshness(log, Progress(database, source), source, 0.0)
    yield Reader(kind, source, freshness)
    freshness.close()
    source.close()


def folding(url: str, kind: Projection, records: Sequence[Record]) -> Iterator[None]:
    """Fold records one by one, together with the moments."""
    kinds = list({one.name: one for one in (discover()[Moments.name], kind)}.values())
    with connect(url) as connection:
        for one in kinds:
            enrol(connection, one)
        place, folder = START, Folder(connection)
        for record in records:
            place = folder.fold(kinds, [record], place)
            yield


def test_every_read_model_that_keeps_its_history_tells_how_it_is_read() -> None:
    assert READINGS.keys() == {kind.name for kind in KEPT}


def test_what_was_answered_at_a_position_is_answered_later_as_of_it(
    kind: Projection, records: Sequence[Record], database: str, log: MemoryLog, reader: Reader
) -> None:
    told = [reader.answer() for _ in folding(database, kind, records)]
    assert [position for position, _, _ in told] == list(range(len(records)))
    assert told[0][2] != told[-1][2]
    copied, timed = repeated(records), told[0]
    for answered in told:
        position, until, _ = answered
        assert reader.answer(AtPosition(position)) == answered
        assert until is not None
        if position not in copied:  # a copy has no time of its own
            timed = answered
        assert reader.answer(AtTime(until)) == timed
    rebuild(database, log, kind, lambda _at, _end: None)
    assert [reader.answer(AtPosition(position)) for position, _, _ in told] == told
