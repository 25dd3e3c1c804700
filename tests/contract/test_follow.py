"""Who folds what, and what becomes of it when the database crashes."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import pytest

from consumers.follow import Follower
from lrs.log.memory import MemoryLog
from lrs.storage.database import connect
from projections.folding.projection import Projection
from projections.folding.registry import discover, named
from tests.databases import rows
from tests.history import fill
from tests.waiting import until


@pytest.fixture
def log() -> MemoryLog:
    filled = MemoryLog()
    fill(filled, 1)
    return filled


@contextmanager
def following(url: str, log: MemoryLog, kinds: Sequence[Projection]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=Follower(url, log, kinds).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def reached(url: str) -> dict[str, int]:
    with connect(url) as connection:
        return dict(connection.execute("SELECT name, next FROM progress").fetchall())


def await_folded(url: str, log: MemoryLog, kinds: Sequence[Projection]) -> None:
    end = dict.fromkeys((kind.name for kind in kinds), log.horizon().end)
    until(lambda: reached(url), lambda places: end.items() <= places.items())


@pytest.mark.parametrize(
    "wanted",
    [[()], [("completions", "statements"), ("statements", "completions")]],
    ids=["all", "in another order"],
)
def test_who_wants_what_another_folds_folds_the_rest_and_takes_over(
    database: str, log: MemoryLog, wanted: Sequence[tuple[str, ...]]
) -> None:
    mine, kinds = named(("statements",)), named(wanted[0])
    with ExitStack() as first, ExitStack() as others:
        first.enter_context(following(database, log, mine))
        await_folded(database, log, mine)
        for names in wanted:
            others.enter_context(following(database, log, named(names)))
        await_folded(database, log, kinds)
        first.close()
        fill(log, 2)
        await_folded(database, log, kinds)


def test_what_a_crash_took_is_folded_again_though_the_log_is_silent(
    database: str, log: MemoryLog
) -> None:
    tables = [table.name for kind in discover().values() for table in kind.tables]
    with following(database, log, named(())):
        await_folded(database, log, named(()))
        before = {table: rows(database, table) for table in tables}
        with connect(database, autocommit=False) as connection:
            connection.execute("UPDATE progress SET next = 0, stored = 0")
            connection.execute(f"TRUNCATE {', '.join(tables)}")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.commit()
        await_folded(database, log, named(()))
    assert {table: rows(database, table) for table in tables} == before
