"""What becomes of a read model whose rows an earlier, or a later, version of its fold has made."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from sqlalchemy.engine import Engine

from consumers import rebuild as rebuilding
from consumers.follow import Follower
from consumers.rebuild import BusyError, rebuild
from lrs.errors import HaltError, NotBuiltError
from lrs.events.envelope import Event
from lrs.log.memory import MemoryLog
from lrs.storage.database import connect, engine
from projections.folding import position, quarantine
from projections.folding.changes import Change
from projections.folding.freshness import Freshness, building
from projections.folding.position import START, Built, Standing, enrol
from projections.folding.progress import Progress
from projections.folding.projection import Entry, Projection
from projections.folding.registry import discover, named
from tests.databases import rows
from tests.history import fill
from tests.waiting import until

KINDS = list(discover().values())
STILL = [kind for kind in KINDS if kind.keeps_history]


class Consumer:
    """A consumer in a thread, and what has ended it."""

    def __init__(self, url: str, log: MemoryLog, kinds: list[Projection]) -> None:
        self._follower = Follower(url, log, kinds)
        self._thread = threading.Thread(target=self._run)
        self.stopping = threading.Event()
        self.halted: list[HaltError] = []

    def __enter__(self) -> "Consumer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._follower.run(self.stopping)
        except HaltError as error:
            self.halted.append(error)


@pytest.fixture(params=KINDS, ids=[kind.name for kind in KINDS])
def kind(request: pytest.FixtureRequest) -> Projection:
    found: Projection = request.param
    return found


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
    source: Engine = engine(url, 2)
    freshness = Freshness(log, Progress(url, source), source, 60.0)
    yield freshness
    freshness.close()
    source.dispose()


def standings(url: str) -> Mapping[str, Standing]:
    with connect(url) as connection:
        return position.standings(connection)


def await_folded(url: str, log: MemoryLog, kinds: list[Projection]) -> None:
    end = log.horizon().end
    until(
        lambda: standings(url),
        lambda found: all(kind.name in found and found[kind.name].place.next == end
                          and found[kind.name].version == kind.version for kind in kinds),
    )  # fmt: skip


def contents(url: str, kinds: list[Projection]) -> dict[str, object]:
    return {table.name: rows(url, table.name) for kind in kinds for table in kind.tables}


def age(url: str, *kinds: Projection) -> None:
    """Let the rows be those of an earlier version, which knew less."""
    with connect(url) as connection:
        for kind in kinds:
            connection.execute(
                "UPDATE progress SET version = version - 1 WHERE name = %s", (kind.name,)
            )
            first = kind.tables[0].name
            if not kind.in_place:
                key = kind.tables[0].primary_key.columns.keys()[0]
                connection.execute(
                    f"DELETE FROM {first} WHERE {key} = (SELECT max({key}) FROM {first})"
                )


@contextmanager
def held(url: str, kind: Projection) -> Iterator[None]:
    """Keep everybody from rebuilding a projection meanwhile."""
    with connect(url) as connection:
        assert position.lock(connection, "rebuild", kind.name)
        yield


def edition(url: str, kind: Projection) -> int:
    with connect(url) as connection:
        sql = "SELECT edition FROM progress WHERE name = %s"
        (found,) = connection.execute(sql, (kind.name,)).fetchall()
    return int(found[0])


def left(url: str) -> object:
    """Return what is left of rebuilds: schemas, and notes beside the places."""
    with connect(url) as connection:
        schemas = connection.execute("SELECT FROM pg_namespace WHERE nspname LIKE 'rebuild%'")
        return schemas.fetchall(), [one.building for one in position.standings(connection).values()]


def test_a_read_model_of_an_earlier_version_is_rebuilt_by_whoever_follows(
    kind: Projection, folded: str, log: MemoryLog
) -> None:
    expected = contents(folded, KINDS)
    age(folded, kind)
    with Consumer(folded, log, KINDS):
        await_folded(folded, log, KINDS)
    assert contents(folded, KINDS) == expected
    assert edition(folded, kind) == 1
    assert left(folded) == ([], [None] * len(KINDS))


def test_the_earlier_rows_are_there_until_the_later_ones_are(
    kind: Projection, folded: str, log: MemoryLog
) -> None:
    age(folded, kind)
    earlier, others = contents(folded, [kind]), [one for one in KINDS if one is not kind]
    place = standings(folded)[kind.name].place
    with Consumer(folded, log, KINDS):
        with held(folded, kind):
            fill(log, 2)
            await_folded(folded, log, others)
            if kind.keeps_history:
                assert standings(folded)[kind.name].place == place
                assert contents(folded, [kind]) == earlier
            else:
                until(lambda: standings(folded)[kind.name].place.next, log.horizon().end.__eq__)
            assert standings(folded)[kind.name].version == kind.version - 1
        await_folded(folded, log, KINDS)
    upgraded = contents(folded, [kind])
    rebuild(folded, log, kind, lambda _at, _end: None)
    assert contents(folded, [kind]) == upgraded


def test_rows_that_stand_still_answer_at_once_and_tell_how_far_behind_they_are(
    folded: str, log: MemoryLog
) -> None:
    age(folded, *STILL)
    before = log.horizon().end
    fill(log, 2)
    with asking(folded, log) as asked:
        until(lambda: asked.latest("completions").next, before.__eq__)
        started = time.monotonic()
        view = asked.view(["completions"])
        assert time.monotonic() - started < 30
    assert (view.position, view.lag) == (before - 1, log.horizon().end - before)


def test_a_build_that_was_broken_off_goes_on_where_it_stands(
    kind: Projection, folded: str, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 8)
    expected = contents(folded, KINDS)
    age(folded, kind)
    break_off(folded, log, kind, 40)
    steps: list[int] = []
    rebuild(folded, log, kind, lambda at, _end: steps.append(at), resume=True)
    assert steps[0] == 48
    assert contents(folded, KINDS) == expected
    assert left(folded) == ([], [None] * len(KINDS))


@pytest.mark.parametrize("change", ["version", "tables"])
def test_a_build_of_another_version_or_shape_is_not_gone_on_with(
    folded: str, log: MemoryLog, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    (kind,) = named(("completions",))
    monkeypatch.setattr(rebuilding, "BATCH", 8)
    break_off(folded, log, kind, 40)
    if change == "version":
        monkeypatch.setattr(type(kind), "version", kind.version + 1)
    else:
        monkeypatch.setattr(type(kind), "tables", kind.tables[:1])
    steps: list[int] = []
    monkeypatch.setattr(type(kind), "fold", lambda _kind, _entry: ())
    rebuild(folded, log, kind, lambda at, _end: steps.append(at), resume=True)
    assert steps[0] == 8


def break_off(url: str, log: MemoryLog, kind: Projection, where: int) -> None:
    """Begin to rebuild a projection and stop at a position, as a crash would."""

    def advance(at: int, _end: int) -> None:
        if at == where:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(url, log, kind, advance)


def test_of_two_consumers_one_upgrades_and_the_other_takes_over(
    folded: str, log: MemoryLog
) -> None:
    expected = contents(folded, KINDS)
    age(folded, *KINDS)
    with Consumer(folded, log, KINDS) as first:
        until(lambda: locks(folded), lambda count: count >= len(KINDS))
        with Consumer(folded, log, KINDS):
            await_folded(folded, log, KINDS)
            first.stopping.set()
            fill(log, 2)
            await_folded(folded, log, KINDS)
    assert {kind.name: edition(folded, kind) for kind in KINDS} == {kind.name: 1 for kind in KINDS}
    assert contents(folded, KINDS).keys() == expected.keys()


def test_one_who_finds_another_rebuilding_says_so(folded: str, log: MemoryLog) -> None:
    (kind,) = named(("completions",))
    with held(folded, kind), pytest.raises(BusyError, match="completions"):
        rebuild(folded, log, kind, lambda _at, _end: None)


def locks(url: str) -> int:
    with connect(url) as connection:
        (found,) = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        ).fetchall()
    return int(found[0])


def test_rows_of_a_later_version_halt_a_consumer_that_starts(folded: str, log: MemoryLog) -> None:
    raise_version(folded, "completions")
    with pytest.raises(HaltError, match=r"completions were made by version .* newer release"):
        Follower(folded, log, KINDS).run(threading.Event())


def test_rows_of_a_later_version_are_not_rebuilt_by_hand(folded: str, log: MemoryLog) -> None:
    raise_version(folded, "completions")
    (kind,) = named(("completions",))
    with pytest.raises(HaltError, match="newer release"):
        rebuild(folded, log, kind, lambda _at, _end: None)


def test_rows_of_a_later_version_halt_a_consumer_that_runs_and_are_left_as_they_are(
    database: str, log: MemoryLog
) -> None:
    with Consumer(database, log, KINDS) as consumer:
        await_folded(database, log, KINDS)
        expected = contents(database, named(("completions",)))
        raise_version(database, "completions")
        fill(log, 2)
        until(lambda: consumer.halted, bool)
    assert "newer release" in str(consumer.halted[0])
    assert contents(database, named(("completions",))) == expected


def raise_version(url: str, name: str) -> None:
    with connect(url) as connection:
        connection.execute("UPDATE progress SET version = version + 1 WHERE name = %s", (name,))


def test_a_version_that_cannot_fold_the_log_leaves_the_earlier_rows(
    folded: str, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_entry: Entry[Event]) -> Iterator[Change]:
        raise ValueError("nonsense")

    broken, others = (
        named(("completions",))[0],
        [kind for kind in KINDS if kind.name != "completions"],
    )
    monkeypatch.setattr(broken, "fold", fail)
    monkeypatch.setattr(quarantine, "LIMIT", 3)
    age(folded, *KINDS)
    expected = contents(folded, [broken])
    with Consumer(folded, log, KINDS):
        fill(log, 2)
        await_folded(folded, log, others)
    assert contents(folded, [broken]) == expected


def test_an_upgrade_waits_for_a_database_that_is_away(
    folded: str, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 8)
    expected = contents(folded, KINDS)
    age(folded, *KINDS)
    with Consumer(folded, log, KINDS):
        until(lambda: locks(folded), lambda count: count > len(KINDS))
        with connect(folded) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await_folded(folded, log, KINDS)
    assert contents(folded, KINDS) == expected


def test_a_read_model_is_not_read_before_it_has_come_to_where_the_log_ended_when_it_began(
    database: str, log: MemoryLog
) -> None:
    end = 10_000
    with connect(database) as connection, asking(database, log) as asked:
        enrol(connection, named(("completions",))[0], end)
        for ask in (
            lambda: asked.view(["completions"]),
            lambda: asked.wait("completions", 0, 0.0),
            lambda: asked.catch_up("completions"),
            lambda: asked.consistent("completions"),
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
