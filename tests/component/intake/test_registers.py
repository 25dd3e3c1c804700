"""Imports into registers over a real database and log: who waits, what stands on the log."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import msgspec
import pytest

from consumers.fold import Folder
from lrs.errors import UnavailableError
from lrs.events.administration import Administered, Kind
from lrs.events.envelope import encode
from lrs.events.principal import SHELL, credential
from lrs.events.registers import EntriesRecorded, RegisterEntry
from lrs.intake import registers as intake
from lrs.intake.registers import Origin, Outcome, Registers
from lrs.log.port import Message
from lrs.registers.files.export import write_csv
from lrs.registers.files.read import read_csv_file
from lrs.registers.form.days import read_day
from lrs.registers.form.discovery import register
from lrs.storage.database import connect
from projections.folding.position import enrol
from projections.folding.registry import named
from projections.registers.reads import KnownEntries
from tests.component.intake.store import Store

HR = Origin(credential("hr"), "the export of 2 March")
ENTITIES = "key,from,title.en,parent\nDOS,,Support,\nDPO,,Peace,DOS\n"


@dataclass
class Fold:
    """Folds the registers when somebody waits for that, one after the other."""

    store: Store
    waiting: threading.Lock = field(default_factory=threading.Lock)

    def require(self, name: str) -> None:
        """Hold the whole truth, always."""

    def wait(self, name: str, end: int, seconds: float) -> bool:  # noqa: ARG002  # of the protocol
        (kind,) = named((name,))
        with (
            self.waiting,
            connect(self.store.url) as connection,
            closing(self.store.log.reader(0)) as reader,
        ):
            place = enrol(connection, kind)
            reader.seek(place.next)
            while place.next < self.store.log.horizon().end:
                place = Folder(connection).fold([kind], reader.read(100, 5.0), place)
        return place.next >= end


def recording(store: Store) -> Registers:
    return Registers(store.url, store.log, Fold(store), partial(KnownEntries, store.engine))


@pytest.fixture
def registers(store: Store) -> Registers:
    return recording(store)


def load(registers: Registers, name: str, text: str, complete: str = "") -> Outcome:
    reading = read_csv_file(register(name), text.encode(), None)
    return registers.record(reading, HR, read_day(complete) if complete else None)


def events(store: Store) -> list[EntriesRecorded]:
    return [one for one in store.events() if isinstance(one, EntriesRecorded)]


def test_what_differs_is_recorded_once_with_who_says_so_and_why(
    store: Store, registers: Registers
) -> None:
    assert load(registers, "entities", ENTITIES) == Outcome(2, 0, 0, 0)
    assert load(registers, "entities", ENTITIES) == Outcome(0, 2, 0, 0)
    changed = load(registers, "entities", ENTITIES.replace("Peace", "Peace and security"))
    assert changed == Outcome(1, 1, 0, 1)
    first, second = events(store)
    assert (first.register, first.recorded_by, first.basis) == (
        "entities",
        HR.recorded_by,
        HR.basis,
    )
    assert [entry.key for entry in second.entries] == ["DPO"]


def test_nothing_is_recorded_where_anything_is_wrong(store: Store, registers: Registers) -> None:
    outcome = load(registers, "entities", ENTITIES + "DESA,01/02/2025,,\nOICT,,Technology,OSG\n")
    places = [(fault.line, fault.field, fault.rule) for fault in outcome.faults]
    assert places == [(4, "from", "value"), (5, "parent", "reference")]
    assert store.events() == []


def test_a_dry_run_tells_what_would_be_and_appends_nothing(
    store: Store, registers: Registers
) -> None:
    reading = read_csv_file(register("entities"), ENTITIES.encode(), None)
    assert registers.try_out(reading) == Outcome(2, 0, 0, -1)
    assert store.events() == []


def test_who_is_missing_in_a_complete_file_is_ended_the_day_before(
    store: Store, registers: Registers
) -> None:
    load(registers, "entities", ENTITIES)
    outcome = load(registers, "entities", "key,from,title.en\nDOS,,Support\n", "2025-03-01")
    assert (outcome.recorded, outcome.unchanged, outcome.missing) == (1, 1, 1)
    (ended,) = events(store)[1].entries
    assert (ended.key, ended.end) == ("DPO", "2025-02-28")


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PART_BYTES", 60)


@pytest.mark.usefixtures("small_parts")
def test_an_import_larger_than_a_record_is_appended_in_parts_that_count_as_one(
    each_store: Store,
) -> None:
    registers = recording(each_store)
    heard: list[tuple[int, int | None]] = []
    reading = read_csv_file(register("entities"), ENTITIES.encode(), None)
    outcome = registers.record(reading, HR, advance=lambda *one: heard.append(one))
    parts = events(each_store)
    assert [(one.part, one.of) for one in parts] == [(1, 2), (2, 2)]
    assert len({one.import_id for one in parts}) == 1
    assert outcome == Outcome(2, 0, 0, 1)
    assert heard == [(0, 2), (1, 2), (2, 2)]
    assert load(registers, "entities", ENTITIES) == Outcome(0, 2, 0, 1)


@pytest.mark.usefixtures("small_parts")
def test_half_of_an_import_is_never_seen_and_keeps_nobody_from_the_next(
    store: Store, registers: Registers
) -> None:
    load(registers, "entities", ENTITIES)
    half = msgspec.structs.replace(events(store)[0], import_id="killed")
    half = msgspec.structs.replace(half, entries=tuple(_retitled(half)))
    store.log.append(Message(*encode(half)))
    assert load(registers, "entities", ENTITIES) == Outcome(0, 2, 0, 2)
    changed = load(registers, "entities", ENTITIES.replace("Support", "Operational support"))
    assert (changed.recorded, changed.position) == (1, 3)


def _retitled(event: EntriesRecorded) -> Iterator[RegisterEntry]:
    for entry in event.entries:
        attributes = {**(entry.attributes or {}), "title": {"en": "Half"}}
        yield msgspec.structs.replace(entry, attributes=attributes)


def test_of_two_imports_at_a_time_the_second_is_judged_on_what_the_first_recorded(
    store: Store, registers: Registers
) -> None:
    outcomes: list[Outcome] = []
    together = threading.Barrier(2)

    def run() -> None:
        other = Registers(store.url, store.log, fold, partial(KnownEntries, store.engine))
        together.wait(10)
        outcomes.append(load(other, "entities", ENTITIES))

    fold = Fold(store)
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted((one.recorded, one.unchanged) for one in outcomes) == [(0, 2), (2, 0)]
    assert len(events(store)) == 1


def test_where_nobody_folds_the_caller_is_told_and_nothing_is_appended(
    store: Store, registers: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.log.append(Message(*encode(Administered(Kind.SETTINGS_CHANGED, SHELL, {}))))
    unfolded = Registers(store.url, store.log, store.freshness, partial(KnownEntries, store.engine))
    monkeypatch.setattr(intake, "PATIENCE", 1.0)
    with pytest.raises(UnavailableError):
        load(unfolded, "entities", ENTITIES)
    assert store.log.horizon().end == 1


def test_an_export_imports_again_without_a_change_and_is_on_record(
    store: Store, registers: Registers
) -> None:
    load(registers, "entities", ENTITIES)
    load(registers, "entities", "key,end\nDPO,2025-06-30\n")
    exported = registers.export(register("entities"), None, SHELL)
    text = "".join(write_csv(register("entities"), exported))
    assert load(registers, "entities", text).recorded == 0
    deed = store.events()[-1]
    assert isinstance(deed, Administered)
    assert (deed.kind, deed.detail["register"], deed.detail["entries"]) == (
        Kind.EXPORTED,
        "entities",
        3,
    )


def test_an_export_of_a_day_has_the_states_of_that_day(registers: Registers) -> None:
    load(registers, "entities", ENTITIES)
    load(registers, "entities", "key,end\nDPO,2025-06-30\n")
    for day, keys in (("2025-06-30", ["DOS", "DPO"]), ("2025-07-01", ["DOS"])):
        exported = registers.export(register("entities"), read_day(day), SHELL)
        assert [entry.key for entry in exported] == keys
