"""A record that is on the log twice folds to nothing the second time, whatever it holds.

The history of the tests has events of every type, some of them twice at once. Here the whole of it
comes again, as a log of its own, as one batch, and in parts.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from consumers.fold import Folder, stamp
from consumers.rebuild import rebuild
from lrs.events.envelope import Event
from lrs.log.memory import MemoryLog
from lrs.log.port import EventLog, Message, Record
from lrs.storage.database import connect
from projections.folding import copies, quarantine
from projections.folding.changes import Change
from projections.folding.position import START, enrol
from projections.folding.projection import Entry, Projection
from projections.folding.registry import discover
from tests.backends import Member
from tests.databases import PostgresqlServer, rows
from tests.history import fill
from tests.records import kept

KINDS = list(discover().values())
LOGS = ("memory_log", "postgresql_log", "kafka_log")


@pytest.fixture
def once() -> Sequence[Record]:
    """The whole history."""
    log = MemoryLog()
    return log.reader(0).read(fill(log), 0.0)


def twice(records: Sequence[Record]) -> Sequence[Record]:
    """Return the records, and after them all of them again."""
    end, last = len(records), records[-1].time
    again = [replace(one, position=one.position + end, time=last) for one in records]
    return [*records, *again]


def fold(url: str, pieces: Sequence[Sequence[Record]], kinds: Sequence[Projection] = KINDS) -> int:
    """Fold pieces of a log into fresh projections; return where these stand."""
    with connect(url) as connection:
        for kind in kinds:
            enrol(connection, kind)
        place = START
        for piece in pieces:
            place = Folder(connection).fold(kinds, piece, place)
        assert quarantine.listed(connection) == []
    return place.next


def contents(url: str) -> dict[str, object]:
    names = [table.name for kind in KINDS for table in kind.tables]
    return {name: rows(url, name) for name in [*names, copies.event.name]}


@pytest.fixture
def expected(once: Sequence[Record], postgresql: PostgresqlServer) -> dict[str, object]:
    """The rows after folding the history once."""
    url = postgresql.fresh()
    fold(url, [once])
    found = contents(url)
    assert all(found.values())
    return found


@pytest.mark.parametrize("name", LOGS)
def test_a_second_copy_on_any_log_folds_to_nothing(
    once: Sequence[Record], database: str, name: str, request: pytest.FixtureRequest
) -> None:
    member: Member = request.getfixturevalue(name)
    log: EventLog = member.open()
    try:
        for record in [*once, *once]:
            log.append(Message(record.headers, record.value))
        records = kept(log, 2 * len(once))
    finally:
        log.close()
    first = records[: len(once)]
    fold(database, [first])
    before = contents(database)
    with connect(database) as connection:
        _, place = stamp(first, START)
        after = Folder(connection).fold(KINDS, records[len(once) :], place)
    assert after.next == 2 * len(once)
    assert contents(database) == before


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_however_the_log_is_cut_a_second_copy_folds_to_nothing(
    once: Sequence[Record], database: str, expected: dict[str, object], size: int
) -> None:
    records = twice(once)
    pieces = [records[at : at + size] for at in range(0, len(records), size)]
    assert fold(database, pieces) == len(records)
    assert contents(database) == expected


def test_copies_take_their_stamps_so_later_times_are_those_of_the_log(
    once: Sequence[Record], database: str
) -> None:
    records = twice(once)
    with connect(database) as connection:
        for kind in KINDS:
            enrol(connection, kind)
        assert Folder(connection).fold(KINDS, records, START) == stamp(records, START)[1]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_projection_that_comes_later_and_a_rebuild_see_the_same_copies(
    once: Sequence[Record], database: str, expected: dict[str, object], kind: Projection
) -> None:
    records = twice(once)
    fold(database, [records], [other for other in KINDS if other is not kind])
    fold(database, [records[:50], records[50:]], [kind])
    assert contents(database) == expected
    log = MemoryLog()
    log.extend(records)
    rebuild(database, log, kind, lambda _at, _end: None)
    assert contents(database) == expected


def test_a_batch_that_is_folded_record_by_record_leaves_its_copies_out(
    once: Sequence[Record],
    database: str,
    expected: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (kind,) = (kind for kind in KINDS if kind.name == "moments")
    folded = kind.fold

    def stumble(entry: Entry[Event]) -> Sequence[Change]:
        if entry.position == len(once):
            raise ValueError("nonsense")
        return list(folded(entry))

    spoilt = Record(len(once), once[-1].time, {**once[0].headers, "ce_id": "other"}, once[0].value)
    copied = [replace(one, position=one.position + 1) for one in twice(once)[len(once) :]]
    monkeypatch.setattr(kind, "fold", stumble)
    fold_others = [one for one in KINDS if one.name in {"moments", "documents"}]
    with connect(database) as connection:
        for one in fold_others:
            enrol(connection, one)
        place = Folder(connection).fold(fold_others, once, START)
        Folder(connection).fold(fold_others, [spoilt, *copied], place)
        assert [held.position for held in quarantine.listed(connection)] == [len(once)]
    assert rows(database, "moment") == expected["moment"]
    assert rows(database, "document") == expected["document"]


def test_a_copy_that_was_set_aside_is_released_and_folds_to_nothing(
    once: Sequence[Record], database: str, expected: dict[str, object]
) -> None:
    fold(database, [once])
    (copy, *_), _ = stamp([replace(once[0], position=len(once))], stamp(once, START)[1])
    with connect(database) as connection:
        for kind in KINDS:
            row = quarantine.Quarantined(kind.name, len(once), copy.stored, "as an older version")
            quarantine.put(connection, row)
            Folder(connection).retry(kind, copy)
        assert quarantine.listed(connection) == []
    assert contents(database) == expected


def test_a_record_from_before_ids_were_noted_takes_the_place_of_its_copy(
    once: Sequence[Record], database: str, expected: dict[str, object]
) -> None:
    fold(database, [once])
    records = twice(once)
    with connect(database) as connection:
        connection.execute("TRUNCATE event")
        Folder(connection).fold(KINDS, records[len(once) :], stamp(once, START)[1])
    log = MemoryLog()
    log.extend(records)
    for kind in KINDS:
        if not kind.in_place:
            rebuild(database, log, kind, lambda _at, _end: None)
    assert contents(database) == expected


def test_two_consumers_may_note_the_same_records_at_once(
    once: Sequence[Record], database: str, expected: dict[str, object]
) -> None:
    pieces = [once[at : at + 3] for at in range(0, len(once), 3)]
    halves = KINDS[::2], KINDS[1::2]
    threads = [threading.Thread(target=fold, args=(database, pieces, half)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contents(database) == expected


FOREIGN = ["", "é" * 400, "{00000000-0000-4000-8000-000000000001}", "A" * 32, "\x00", "a,b"]


@pytest.mark.parametrize("identifier", FOREIGN)
@pytest.mark.parametrize("source", [None, "/xapi", "urn:another"])
def test_ids_of_any_form_are_told_apart(
    once: Sequence[Record], database: str, identifier: str, source: str | None
) -> None:
    headers = {name: value for name, value in once[0].headers.items() if name != "ce_source"}
    named = {**headers, "ce_id": identifier} | ({"ce_source": source} if source else {})
    records = [
        Record(0, 0, once[0].headers, once[0].value),
        Record(1, 0, named, once[1].value),
        Record(2, 0, named, once[1].value),
        Record(3, 0, {**named, "ce_source": "urn:third"}, once[2].value),
    ]
    assert fold(database, [records[:1], records[1:2], records[2:]]) == 4
    with connect(database) as connection:
        found = connection.execute("SELECT position FROM moment ORDER BY position").fetchall()
    assert [at for (at,) in found] == ([0, 1, 3] if identifier else [0, 1, 2, 3])
