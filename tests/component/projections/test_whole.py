"""A read model is read once it is whole, and while it stands still until it is upgraded."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from lrs.errors import NotBuiltError
from lrs.log.memory import MemoryLog
from lrs.storage.database import Pool, connect
from projections.folding.freshness import Freshness, building
from projections.folding.position import START, Built, enrol
from projections.folding.progress import Progress
from projections.folding.registry import discover, named
from projections.folding.snapshot import Select
from tests.history import fill
from tests.upgrades import Consumer, age, await_folded, contents
from tests.waiting import until

KINDS = list(discover().values())


@pytest.fixture
def log() -> MemoryLog:
    filled = MemoryLog()
    fill(filled, 1)
    return filled


@pytest.fixture
def folded(database: str, log: MemoryLog) -> str:
    """A database into which all of the log has been folded."""
    with Consumer(database, log, KINDS):
        await_folded(database, log, KINDS)
    return database


@contextmanager
def asking(url: str, log: MemoryLog) -> Iterator[Freshness]:
    """Read as a front door does that is patient, so that a wait in vain would be seen."""
    source: Pool = Pool(url, 2)
    freshness = Freshness(log, Progress(url, source), source, 60.0)
    yield freshness
    freshness.close()
    source.close()


def test_rows_that_stand_still_answer_at_once_and_tell_how_far_behind_they_are(
    folded: str, log: MemoryLog
) -> None:
    age(folded, *(kind for kind in KINDS if kind.keeps_history))
    before = log.horizon().end
    fill(log, 2)
    with asking(folded, log) as asked:
        until(lambda: asked.latest("completions").next, before.__eq__)
        started = time.monotonic()
        view = asked.view(["completions"])
        assert time.monotonic() - started < 30
    assert (view.position, view.lag) == (before - 1, log.horizon().end - before)


def test_a_read_model_is_not_read_before_it_has_come_to_where_the_log_ended_when_it_began(
    database: str, log: MemoryLog
) -> None:
    end = 10_000
    rows = Select("SELECT 1", ())
    with (
        connect(database) as connection,
        asking(database, log) as asked,
        closing(Pool(database, 1)) as source,
    ):
        enrol(connection, named(("completions",))[0], end)
        for ask in (
            lambda: asked.view(["completions"]),
            lambda: asked.catch_up("completions"),
            lambda: asked.snapshot(source, "completions", rows),
        ):
            with pytest.raises(NotBuiltError, match=f"being built: 0 %, position 0 of {end}"):
                ask()
        assert building(asked.standings(), end)["completions"] == Built(0, end)
        connection.execute("UPDATE progress SET next = goal")
        assert asked.wait("completions", end, 20.0)
        assert "completions" not in building(asked.standings(), end)


def test_a_read_model_that_a_migration_has_emptied_is_not_read_until_it_is_whole_again(
    folded: str, log: MemoryLog
) -> None:
    expected = contents(folded, KINDS)
    with asking(folded, log) as asked:
        until(lambda: asked.latest("completions").next, log.horizon().end.__eq__)
        with connect(folded) as connection:
            connection.execute("TRUNCATE completion, completion_voiding")
            connection.execute("DELETE FROM progress WHERE name = 'completions'")
        until(lambda: asked.latest("completions"), START.__eq__)
        with Consumer(folded, log, KINDS):
            assert asked.view(["completions"]).position == log.horizon().end - 1
    assert contents(folded, KINDS) == expected
