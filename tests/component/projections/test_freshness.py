"""What a view shows while projections follow a log: position, time, how far it is behind."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import pytest

from consumers.fold import Folder, Stamped
from consumers.follow import Follower
from lrs.clock import iso
from lrs.errors import NotBuiltError, UnavailableError
from lrs.events.envelope import encode
from lrs.log.memory import MemoryLog
from lrs.log.port import Message, Record
from lrs.storage.database import Pool, connect
from projections.folding.freshness import AtPosition, AtTime, Freshness, View, end_of
from projections.folding.position import START, Place, enrol
from projections.folding.progress import Progress
from projections.folding.registry import discover, named
from projections.folding.snapshot import Select
from tests.history import stored
from tests.statements import completed

BOTH = ("completions", "statements")
HOUR = 3_600_000_000


class Store:
    """A log, a database that follows the log as far as a test says, and a `Freshness` of both."""

    def __init__(self, url: str, source: Pool) -> None:
        self.url = url
        self.log = MemoryLog()
        self.source = source
        progress = Progress(url, source)
        self.freshness = Freshness(self.log, progress, source, 0.0)
        self.patient = Freshness(self.log, progress, source, 20.0)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Let a consumer fold all of the log into all projections meanwhile."""
        stop = threading.Event()
        follower = Follower(self.url, self.log, named(()))
        thread = threading.Thread(target=follower.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def appends(self, *sizes: int) -> None:
        """Append a record for each size, with so many statements."""
        for size in sizes:
            self.log.append(Message(*encode(stored(*(completed() for _ in range(size))))))

    def folds(self, *names: str, upto: int) -> None:
        """Fold what is on the log before `upto`, each projection from where it stands."""
        with connect(self.url) as connection:
            for kind in named(names):
                place = enrol(connection, kind)
                records = self.records[place.next : upto]
                if records:
                    Folder(connection).fold([kind], records, place)

    def consistent(self) -> int:
        """Return the time up to which all statements are seen."""
        nothing = Select("SELECT seq FROM statement", ())
        return self.freshness.snapshot(self.source, "statements", nothing).consistent

    @property
    def records(self) -> Sequence[Record]:
        return self.log.reader(0).read(self.log.horizon().end, 0.0)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    source = Pool(database, 2)
    made = Store(database, source)
    yield made
    made.freshness.close()
    source.close()


def time_of(store: Store, position: int) -> int:
    """Return the time of a record that shares its microsecond with no other."""
    return store.records[position].time


def test_a_store_without_records_shows_none(store: Store) -> None:
    assert store.freshness.view(BOTH) == View(-1, None, 0, -1, 0)
    assert store.freshness.view(BOTH, AtTime(0)).position == -1


def test_a_view_of_several_read_models_is_that_of_the_lowest(store: Store) -> None:
    store.appends(1, 1, 1)
    store.folds("moments", "statements", upto=3)
    store.folds("completions", upto=2)
    assert store.freshness.view(["statements"])[:3] == (2, time_of(store, 2), 0)
    assert store.freshness.view(BOTH)[:3] == (1, time_of(store, 1), 1)


def test_a_read_model_that_nobody_has_folded_is_not_shown(store: Store) -> None:
    store.appends(1)
    store.folds("moments", "statements", upto=1)
    with pytest.raises(NotBuiltError, match="completions is being built: 0 %, position 0 of 1"):
        store.freshness.view(BOTH)


def test_a_view_waits_for_the_end_of_the_log_as_of_the_question(store: Store) -> None:
    store.appends(1, 1, 1)
    with store.followed():
        assert store.patient.view(BOTH)[:3] == (2, time_of(store, 2), 0)


def test_as_of_a_position_that_is_not_folded_is_not_answered(store: Store) -> None:
    store.appends(1, 1)
    store.folds("moments", "completions", upto=1)
    assert store.freshness.view(["completions"], AtPosition(0)).position == 0
    for beyond in (1, 2):
        with pytest.raises(UnavailableError, match=f"position {beyond}"):
            store.freshness.view(["completions"], AtPosition(beyond))


def test_as_of_a_time_is_as_of_the_last_record_stored_by_then(store: Store) -> None:
    store.appends(1, 1, 1)
    store.folds("moments", "completions", upto=3)
    first, second, _ = (time_of(store, position) for position in range(3))

    def position(moment: int) -> int:
        return store.freshness.view(["completions"], AtTime(moment)).position

    assert [position(first - 1), position(first), position(second - 1)] == [-1, 0, 0]
    assert [position(second), position(store.log.horizon().time)] == [1, 2]


def test_the_statements_of_a_record_are_shown_together(store: Store) -> None:
    store.appends(3, 1)
    store.folds("moments", "completions", upto=2)
    first = time_of(store, 0)
    shown = [store.freshness.view(["completions"], AtTime(first + place)) for place in range(3)]
    assert {(view.position, view.until) for view in shown} == {(0, first)}


def test_as_of_a_time_to_come_is_not_answered(store: Store) -> None:
    store.appends(1)
    store.folds("moments", "completions", upto=1)
    beyond = store.log.horizon().time + HOUR
    with pytest.raises(UnavailableError, match=iso(beyond)):
        store.freshness.view(["completions"], AtTime(beyond))


def test_as_of_a_time_whose_records_are_not_all_known_is_not_answered(store: Store) -> None:
    store.appends(1, 1)
    store.folds("completions", upto=2)
    store.folds("moments", upto=1)
    last = time_of(store, 1)
    with pytest.raises(UnavailableError, match="still being read"):
        store.freshness.view(["completions"], AtTime(last))


def test_a_time_that_is_not_known_yet_is_not_told(store: Store) -> None:
    store.appends(1, 1)
    store.folds("completions", upto=2)
    store.folds("moments", upto=1)
    assert store.freshness.view(["completions"])[:3] == (1, None, 0)


def test_a_record_that_is_set_aside_has_the_time_of_the_one_before(store: Store) -> None:
    store.appends(1)
    store.log.append(Message({"ce_type": "ledger.statements.stored"}, b"nonsense"))
    store.folds("moments", "completions", upto=2)
    assert store.freshness.view(["completions"])[:3] == (1, time_of(store, 0), 0)


def test_what_is_kept_of_an_answer_is_void_once_a_record_is_folded_after_all(store: Store) -> None:
    store.appends(1, 1)
    store.folds("moments", "completions", upto=2)
    before = store.freshness.view(["completions"])
    with connect(store.url) as connection:
        (kind,) = named(("completions",))
        Folder(connection).retry(kind, Stamped(store.records[0], time_of(store, 0)))
    after = store.freshness.view(["completions"])
    assert (before.changed, after.changed) == (1, 1)
    assert before.edition < after.edition
    assert store.freshness.view(["completions"], AtPosition(0)).changed == 0


def test_moments_of_an_older_store_come_by_themselves(store: Store) -> None:
    store.appends(1, 2, 1)
    others = [name for name in discover() if name != "moments"]
    store.folds(*others, upto=3)
    with store.followed():
        now = AtTime(store.log.horizon().time)
        assert store.patient.view(BOTH, now)[:3] == (2, time_of(store, 2), 0)


def test_the_present_is_consistent_once_all_is_folded_and_else_the_last_time_folded(
    store: Store,
) -> None:
    store.folds("statements", upto=0)
    store.appends(1, 3)
    assert store.freshness.latest("statements") == START
    assert store.consistent() == 0
    store.folds("statements", upto=2)
    assert store.freshness.wait("statements", 2, 20.0)
    assert store.freshness.standings()["statements"].place == Place(2, time_of(store, 1) + 2)
    assert store.consistent() > time_of(store, 1) + 2
    store.appends(1)
    assert store.consistent() == time_of(store, 1) + 2


def test_a_day_ends_at_its_last_microsecond() -> None:
    assert iso(end_of(date(2024, 2, 29)).time) == "2024-02-29T23:59:59.999999Z"
