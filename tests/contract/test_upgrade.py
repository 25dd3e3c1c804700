"""What becomes of a read model whose rows an earlier, or a later, version of its fold has made."""

import threading
from collections.abc import Iterator

import pytest

from consumers import rebuild as rebuilding
from consumers.follow import Follower
from consumers.rebuild import BusyError, rebuild
from lrs.errors import HaltError
from lrs.events.envelope import Event
from lrs.log.memory import MemoryLog
from lrs.storage.database import connect
from projections.folding import position, quarantine
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection
from projections.folding.registry import discover, named
from tests.history import fill
from tests.upgrades import Consumer, age, await_folded, contents, edition, held, standings
from tests.waiting import until

KINDS = list(discover().values())


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


def test_rows_of_a_later_version_halt_a_consumer_that_waits(database: str, log: MemoryLog) -> None:
    with connect(database) as other, Consumer(database, log, KINDS) as consumer:
        assert position.lock(other, "projection", "completions")
        await_folded(database, log, [kind for kind in KINDS if kind.name != "completions"])
        position.enrol(other, named(("completions",))[0])
        raise_version(database, "completions")
        until(lambda: consumer.halted, bool)
    assert "newer release" in str(consumer.halted[0])


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


def test_a_long_read_holds_up_the_swap_and_no_other_reader(folded: str, log: MemoryLog) -> None:
    (kind,) = named(("completions",))
    expected = contents(folded, [kind])
    steps: list[tuple[int, int]] = []
    with connect(folded) as reading, reading.transaction():
        reading.execute("SELECT FROM completion LIMIT 1")
        builder = threading.Thread(
            target=rebuild, args=(folded, log, kind, lambda *step: steps.append(step))
        )
        builder.start()
        until(lambda: [at for at, end in steps if at == end], lambda ends: len(ends) > 2)
        assert contents(folded, [kind]) == expected
        assert edition(folded, kind) == 0
    builder.join()
    assert contents(folded, [kind]) == expected
    assert edition(folded, kind) == 1
