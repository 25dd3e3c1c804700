"""What every projection must do: the same log ends in the same rows, however it is folded."""

import threading
import uuid
from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

import pytest

from consumers.fold import BATCH, Folder, stamp
from consumers.follow import Follower
from consumers.rebuild import rebuild
from lrs.errors import HaltError
from lrs.events.envelope import Event, decode
from lrs.log.memory import MemoryLog
from lrs.log.port import Record
from lrs.storage.database import connect
from projections.completions.tables import completion_voiding
from projections.folding import quarantine
from projections.folding.changes import Change
from projections.folding.copies import note, repeated
from projections.folding.position import START, enrol
from projections.folding.projection import Entry, Projection
from projections.folding.registry import discover
from projections.statements.tables import term
from tests.databases import PostgresqlServer, rows
from tests.history import fill
from tests.waiting import until

KINDS = list(discover().values())


@pytest.fixture(scope="module", params=KINDS, ids=[kind.name for kind in KINDS])
def kind(request: pytest.FixtureRequest) -> Projection:
    found: Projection = request.param
    return found


@pytest.fixture(scope="module", params=[1, 2])
def records(request: pytest.FixtureRequest) -> Sequence[Record]:
    log = MemoryLog()
    end = fill(log, request.param)
    return log.reader(0).read(end, 0.0)


@pytest.fixture(scope="module")
def expected(
    kind: Projection, records: Sequence[Record], postgresql: PostgresqlServer
) -> list[object]:
    """The rows after folding the whole history at once."""
    url = postgresql.fresh()
    fold(url, kind, [records])
    return contents(url, kind)


def fold(url: str, kind: Projection, pieces: Sequence[Sequence[Record]]) -> None:
    with connect(url) as connection:
        place, folder = enrol(connection, kind), Folder(connection)
        for piece in pieces:
            place = folder.fold([kind], piece, place)


def contents(url: str, kind: Projection) -> list[object]:
    return [rows(url, table.name) for table in kind.tables]


def test_the_history_concerns_the_projection(kind: Projection, expected: list[object]) -> None:
    assert any(expected), f"nothing in the history concerns {kind.name}: extend tests/history.py"


def test_folding_one_by_one_leaves_the_same_rows(
    kind: Projection, records: Sequence[Record], database: str, expected: list[object]
) -> None:
    fold(database, kind, [[record] for record in records])
    assert contents(database, kind) == expected


@pytest.mark.parametrize("seed", range(3))
def test_folding_cut_anywhere_leaves_the_same_rows(
    kind: Projection, records: Sequence[Record], database: str, expected: list[object], seed: int
) -> None:
    cuts = sorted(Random(seed).sample(range(1, len(records)), 3))
    bounds = [0, *cuts, len(records)]
    fold(database, kind, [records[a:b] for a, b in pairwise(bounds)])
    assert contents(database, kind) == expected


@pytest.mark.parametrize("seed", range(4))
def test_folding_ranges_in_any_order_twice_leaves_the_same_rows(
    kind: Projection, records: Sequence[Record], database: str, expected: list[object], seed: int
) -> None:
    stamped, _ = stamp(records, START)
    ranges = [stamped[start : start + 3] for start in range(0, len(stamped), 3)] * 2
    Random(seed).shuffle(ranges)
    with connect(database) as connection:
        folder = Folder(connection)
        note(connection, [one for one in records if one.position not in repeated(records)])
        for piece in ranges:
            for one in piece:
                folder.retry(kind, one)
    assert contents(database, kind) == expected


def test_the_last_position_that_changes_rows_is_kept_beside_the_place(
    kind: Projection, records: Sequence[Record], database: str
) -> None:
    copied = repeated(records)
    changing = [
        record.position
        for record, stored in stamp(records, START)[0]
        if record.position not in copied and any(kind.fold(entry_of(record, stored)))
    ]
    silent = next((at for at in range(len(records)) if at not in changing), len(records))
    fold(database, kind, [records[:silent], records[silent : silent + 1]])
    assert standing(database, kind) == (max((at for at in changing if at < silent), default=-1), 0)
    fold(database, kind, [records[silent + 1 :]])
    assert standing(database, kind) == (changing[-1], 0)
    log = MemoryLog()
    log.extend(records)
    rebuild(database, log, kind, lambda _at, _end: None)
    assert standing(database, kind) == (changing[-1], 1)


def test_a_rebuilt_projection_equals_the_live_one(
    kind: Projection, records: Sequence[Record], database: str, expected: list[object]
) -> None:
    log = MemoryLog()
    log.extend(records)
    fold(database, kind, [records[:5]])
    steps: list[tuple[int, int]] = []
    folded = rebuild(database, log, kind, lambda at, end: steps.append((at, end)))
    assert folded == len(records)
    assert steps[-1] == (len(records), len(records))
    assert contents(database, kind) == expected
    with connect(database) as connection:
        assert enrol(connection, kind).next == len(records)
        fold(database, kind, [])
        left = connection.execute(
            "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'rebuild%'"
        ).fetchone()
    assert left == (0,)


def test_a_rebuilt_projection_keeps_names_and_definitions_of_its_indexes(
    kind: Projection, records: Sequence[Record], database: str
) -> None:
    log = MemoryLog()
    log.extend(records)
    before = indexes(database)
    rebuild(database, log, kind, lambda _at, _end: None)
    assert indexes(database) == before


def test_readers_see_rows_all_through_a_rebuild(
    kind: Projection, records: Sequence[Record], database: str
) -> None:
    log = MemoryLog()
    log.extend(records)
    fold(database, kind, [records])
    seen: list[int] = []
    rebuild(database, log, kind, lambda _at, _end: seen.append(len(rows(database, first(kind)))))
    assert seen
    assert min(seen) == len(rows(database, first(kind)))


def test_what_makes_sense_is_never_folded_one_by_one(
    kind: Projection,
    records: Sequence[Record],
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folded: list[Record] = []
    monkeypatch.setattr(Folder, "_one", lambda _folder, _kind, one: folded.append(one.record))
    fold(database, kind, [records])
    assert folded == []


def test_nonsense_is_set_aside_and_the_rest_is_folded(
    kind: Projection, records: Sequence[Record], database: str, expected: list[object]
) -> None:
    headers = {**records[0].headers, "ce_id": "another"}
    spoilt = Record(0, records[0].time, headers, b'{"schema":1,"data":{"statements":7}}')
    moved = [Record(one.position + 1, one.time, one.headers, one.value) for one in records[:BATCH]]
    fold(database, kind, [[spoilt, *moved]])
    with connect(database) as connection:
        held = quarantine.listed(connection)
    assert [(one.projection, one.position) for one in held] == [(kind.name, 0)]
    assert "DecodeError" in held[0].reason or "not the event" in held[0].reason
    assert [len(one) for one in contents(database, kind)] == [len(one) for one in expected]  # type: ignore[arg-type]


TWO_IDS = f"{uuid.UUID(int=1)},{uuid.UUID(int=2)}"


@pytest.mark.parametrize(
    "refused",
    [
        Change(term, ("no number", 1)),
        Change(term, ("\x00", 1)),
        Change(completion_voiding, (TWO_IDS, 1, 1)),
        Change(completion_voiding, ("x" * 36, 1, 1)),
    ],
    ids=["no number", "null character", "two ids", "no id"],
)
def test_what_the_database_refuses_is_set_aside_and_the_rest_is_folded(
    kind: Projection,
    records: Sequence[Record],
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    refused: Change,
) -> None:
    folded = kind.fold

    def fold_wrongly(entry: Entry[Event]) -> Iterator[Change]:
        yield from folded(entry)
        if entry.position == 8:
            yield refused

    monkeypatch.setattr(kind, "fold", fold_wrongly)
    fold(database, kind, [records])
    with connect(database) as connection:
        held = quarantine.listed(connection)
        assert enrol(connection, kind).next == len(records)
    assert [(one.projection, one.position) for one in held] == [(kind.name, 8)]
    assert any(contents(database, kind))
    assert standing(database, kind)[0] not in {-1, 8}


def test_a_projection_that_overflows_is_left_behind_and_the_others_go_on(
    records: Sequence[Record], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_entry: Entry[Event]) -> Iterator[Change]:
        raise ValueError("nonsense")

    broken, *others = KINDS
    monkeypatch.setattr(broken, "fold", fail)
    monkeypatch.setattr(quarantine, "LIMIT", 3)
    log, stop = MemoryLog(), threading.Event()
    log.extend(records)
    follower = threading.Thread(target=Follower(database, log, KINDS).run, args=(stop,))
    follower.start()

    def reached() -> dict[str, int]:
        with connect(database) as connection:
            return dict(connection.execute("SELECT name, next FROM progress").fetchall())

    try:
        end = {kind.name: len(records) for kind in others}
        assert until(reached, lambda places: end.items() <= places.items())[broken.name] == 0
    finally:
        stop.set()
        follower.join()
    with pytest.raises(HaltError, match=broken.name):
        Follower(database, log, [broken]).run(threading.Event())


def entry_of(record: Record, stored: int) -> Entry[Event]:
    event = decode(record.headers, record.value, record.position)
    return Entry(record.position, stored, event)


def standing(url: str, kind: Projection) -> tuple[int, int]:
    """Return the last position that changed rows, and how often rows changed without one."""
    with connect(url) as connection:
        sql = "SELECT changed, edition FROM progress WHERE name = %s"
        row = connection.execute(sql, (kind.name,)).fetchone()
    assert row is not None
    return row[0], row[1]


def first(kind: Projection) -> str:
    return str(kind.tables[0].name)


def indexes(url: str) -> list[tuple[object, ...]]:
    with connect(url) as connection:
        found = connection.execute(
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
            "UNION SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        )
        return [tuple(row) for row in found]
