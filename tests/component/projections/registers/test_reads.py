"""What is read of registers: on a day, over time, as known at a position."""

import pytest
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateTable

from lrs.errors import UnfoldableError
from lrs.events.principal import SHELL
from lrs.events.registers import EntriesRecorded, RegisterEntry
from lrs.registers.form.days import EVER, FOR_GOOD, read_day
from lrs.registers.form.discovery import discover, register
from lrs.registers.form.entry import end, state
from lrs.storage.database import BY_KEY, Pool, connect, fetch
from lrs.xapi.agent import identity
from projections.registers import learners, reads
from projections.registers.learners import Subject
from projections.registers.reads import Held, KnownEntries, Point
from projections.registers.tables import rectangles_table
from tests.component.projections.registers.store import Store

DIALECT = PGDialect()  # type: ignore[no-untyped-call]  # untyped upstream
ENTITIES = register("entities")
MARCH, JUNE = read_day("2025-03-01"), read_day("2025-06-01")
AMAL = {"mbox": "mailto:amal@example.org"}
AMAL_KEY = str(identity(AMAL))
COURSE = "https://lms.example.org/course/17"


def titles(found: list[Held]) -> list[tuple[int, int, int, str]]:
    return [(one.valid_from, one.valid_until, one.position, one.attributes["title"]["en"])
            for one in found]  # fmt: skip


def test_an_entry_is_read_as_it_held_on_a_day_as_known_at_a_position(
    store: Store, source: Pool
) -> None:
    store.state("entities", "DOS", "2025-03-01", title={"en": "Field"}, leads_on=["safety"])
    corrected = store.state("entities", "DOS", "2025-03-01", title={"en": "Support"})
    first = reads.held(source, ENTITIES, "DOS", Point(MARCH, 0))
    attributes = {"title": {"en": "Field"}, "leads_on": ("safety",)}
    assert first == Held("DOS", MARCH, FOR_GOOD, 0, attributes)
    now = reads.held(source, ENTITIES, "DOS", Point(MARCH, corrected))
    assert now == Held("DOS", MARCH, FOR_GOOD, 1, {"title": {"en": "Support"}})
    assert reads.held(source, ENTITIES, "DOS", Point(MARCH - 1, corrected)) is None
    assert reads.held(source, ENTITIES, "DOS", Point(MARCH, -1)) is None
    assert reads.held(source, ENTITIES, "DPO", Point(MARCH, corrected)) is None


def test_a_history_has_the_states_of_a_subject_by_days_as_known_at_a_position(
    store: Store, source: Pool
) -> None:
    store.state("entities", "DOS", None, title={"en": "A"})
    store.state("entities", "DOS", "2025-06-01", title={"en": "B"})
    ended = store.record("entities", RegisterEntry("DOS", end="2025-06-30"))
    taken_back = store.record("entities", RegisterEntry("DOS", "2025-06-01", retract=True))
    assert titles(reads.history(source, ENTITIES, "DOS", 1)) == [
        (EVER, JUNE, 0, "A"),
        (JUNE, FOR_GOOD, 1, "B"),
    ]
    assert titles(reads.history(source, ENTITIES, "DOS", ended)) == [
        (EVER, JUNE, 0, "A"),
        (JUNE, JUNE + 30, 1, "B"),
    ]
    assert titles(reads.history(source, ENTITIES, "DOS", taken_back)) == [(EVER, JUNE + 30, 0, "A")]


def test_an_import_of_parts_is_seen_once_all_of_them_are_there(store: Store, source: Pool) -> None:
    parts = [
        EntriesRecorded("entities", (RegisterEntry(key, None, {"title": {"en": key}}),), SHELL,
                        "i1", part=place + 1, of=3)
        for place, key in enumerate("ABC")
    ]  # fmt: skip
    for position, part in ((4, parts[2]), (5, parts[0]), (6, parts[0])):
        store.fold(position, part)
        assert list(reads.subjects(source, ENTITIES, Point(MARCH, 100))) == []
    store.fold(9, parts[1])
    assert list(reads.subjects(source, ENTITIES, Point(MARCH, 8))) == []
    found = reads.subjects(source, ENTITIES, Point(MARCH, 9))
    assert [(one.key, one.position) for one in found] == [("A", 9), ("B", 9), ("C", 9)]


def test_all_subjects_are_read_page_by_page(
    store: Store, source: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PAGE", 2)
    store.record("entities", *(RegisterEntry(key, None, {"title": {"en": key}}) for key in "EDCBA"))
    point = Point(MARCH, 0)
    assert [one.key for one in reads.subjects(source, ENTITIES, point)] == [*"ABCDE"]
    assert [one.key for one in reads.page(source, ENTITIES, point, "B", 2)] == ["C", "D"]
    assert [one.key for one in reads.entries(source, ENTITIES, None, 0)] == [*"ABCDE"]


def test_a_judgement_is_given_the_entries_that_hold(store: Store, source: Pool) -> None:
    people = {"kind": "staff", "entity": "DOS", "duty_station": "NBO"}
    store.state("people", "p1", "2025-03-01", **people, functions=["fro", "sro"])
    store.record("people", RegisterEntry("p1", end="2025-05-31"))
    store.state("people", "p2", None, **people)
    known = KnownEntries(source, store.position)
    held = [
        state("p1", MARCH, {**people, "functions": ("fro", "sro")}),
        end("p1", JUNE - 1),
        state("p2", EVER, people),
    ]
    assert list(known.entries("people", None)) == held
    assert list(known.entries("people", ["p2", "p9"])) == held[2:]
    assert known.present("people", ["p1", "p9"]) == {"p1"}
    store.record("people", RegisterEntry("p1", "2025-03-01", retract=True),
                 RegisterEntry("p1", end="2025-05-31", retract=True))  # fmt: skip
    later = KnownEntries(source, store.position)
    assert list(later.entries("people", ["p1"])) == []
    assert later.present("people", ["p1"]) == set()
    assert list(known.entries("people", None)) == held


def test_whose_an_identity_is_follows_links_and_merges_at_once(store: Store, source: Pool) -> None:
    store.state("identities", AMAL, None, person="p2")
    store.state("merges", "p2", None, person="p1")
    store.record("merges", RegisterEntry("p2", None, retract=True))
    store.state("identities", AMAL, "2025-06-01", person="p3")
    store.record("identities", RegisterEntry(AMAL, end="2025-12-31"))
    told = [learners.person_of(source, AMAL_KEY, Point(JUNE, known)) for known in range(-1, 5)]
    assert told == [None, "p2", "p1", "p2", "p3", "p3"]
    assert learners.person_of(source, AMAL_KEY, Point(JUNE - 1, 4)) == "p2"
    assert learners.person_of(source, AMAL_KEY, Point(JUNE + 365, 4)) is None
    assert learners.identities_of(source, "p1", Point(JUNE, 1)) == [AMAL_KEY]
    assert learners.identities_of(source, "p1", Point(JUNE, 2)) == []


def test_a_merge_counts_for_those_who_were_merged_into_the_person_before(
    store: Store, source: Pool
) -> None:
    store.state("identities", AMAL, None, person="p3")
    store.state("merges", "p3", None, person="p2")
    store.state("merges", "p2", "2025-06-01", person="p1")
    assert learners.person_of(source, AMAL_KEY, Point(JUNE - 1, 2)) == "p2"
    assert learners.person_of(source, AMAL_KEY, Point(JUNE, 2)) == "p1"


def test_merges_in_a_circle_end_somewhere(store: Store, source: Pool) -> None:
    store.state("identities", AMAL, None, person="p1")
    store.state("merges", "p1", None, person="p2")
    store.state("merges", "p2", None, person="p1")
    assert learners.person_of(source, AMAL_KEY, Point(JUNE, 2)) in {"p1", "p2"}


def test_maps_are_joined_by_the_rows_of_others(store: Store, source: Pool) -> None:
    store.state("identities", AMAL, None, person="p1")
    store.state("activities", "fraud", "2025-03-01", title={"en": "Fraud"}, ids=[COURSE])
    rows = fetch(
        source,
        "SELECT seen.day, person.person, meant.catalogue_id FROM ("
        "  SELECT t.k AS agent_k, t.text AS agent, a.k, a.text, day FROM register_term t"
        "  CROSS JOIN register_term a CROSS JOIN unnest(%(days)s::int[]) AS day"
        "  WHERE t.register = 'identities' AND a.register = 'activities') seen"
        + learners.join_person("person", Subject("agent_k", "agent", "day", "%(known)s"))
        + learners.join_catalogue("meant", Subject("k", "seen.text", "day", "%(known)s"))
        + " ORDER BY seen.day",
        {"days": [MARCH - 1, MARCH], "known": 1},
    )
    assert rows == [(MARCH - 1, "p1", None), (MARCH, "p1", "fraud")]


def test_a_register_is_added_by_its_file_alone(database: str, source: Pool) -> None:
    added = discover("tests.unit.registers.added")
    vehicles = added["vehicles"]
    table = rectangles_table(vehicles, MetaData())
    with connect(database, options=BY_KEY) as connection:
        connection.execute(str(CreateTable(table).compile(dialect=DIALECT)).encode())
        store = Store(connection, added)
        store.state("vehicles", "UN 17", "2025-03-01", entity="DOS", bought_on="2024-02-29")
    held = reads.held(source, vehicles, "UN 17", Point(MARCH, 0))
    bought = read_day("2024-02-29")
    assert held == Held("UN 17", MARCH, FOR_GOOD, 0, {"entity": "DOS", "bought_on": bought})


def test_entries_of_a_register_that_is_not_known_are_set_aside(store: Store) -> None:
    with pytest.raises(UnfoldableError, match="vehicles"):
        store.state("vehicles", "UN 17", entity="DOS")
