"""Laws over random histories: convergence, exports that import again, rectangles of two times."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lrs.events.principal import SHELL
from lrs.events.registers import EntriesRecorded
from lrs.registers.files.export import template, write_csv, write_lines
from lrs.registers.files.json_files import read_document, read_lines
from lrs.registers.files.read import read_csv_file
from lrs.registers.form.days import EVER, FOR_GOOD, write_day
from lrs.registers.form.discovery import discover, register
from lrs.registers.form.entry import Entry, write_entry
from lrs.registers.judgement.rectangles import (
    STILL,
    Recorded,
    at,
    held,
    recorded,
    rectangles,
)
from tests.unit.registers.known import Store

PEOPLE = register("people")
DAYS = range(20_000, 20_012)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8
).filter(lambda text: text == text.strip())
LANGUAGES = st.lists(st.sampled_from(["fr", "en", "pt-BR"]), unique=True)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["staff", "external"]),
        "entity": TEXTS,
        "duty_station": TEXTS,
        "gender": st.none() | TEXTS,
        "functions": st.none() | st.lists(TEXTS, unique=True, max_size=3),
        "languages": st.none() | LANGUAGES,
        "entered_on_duty": st.none() | st.sampled_from(DAYS).map(write_day),
    },
)
WHOLE = st.fixed_dictionaries({"kind": st.just("staff"), "entity": TEXTS, "duty_station": TEXTS})
KEYS = st.sampled_from(["p1", "p;2", '"3'])
SINCE = st.none() | st.sampled_from(DAYS).map(write_day)
LAST = st.sampled_from(DAYS).map(write_day)
ENTRIES = st.one_of(
    st.builds(
        lambda key, since, whole, part: {"key": key, "from": since, "attributes": whole | part},
        KEYS, SINCE, WHOLE, PARTS,
    ),
    st.builds(
        lambda key, since, part: {"key": key, "from": since, "attributes": part},
        KEYS, SINCE, PARTS,
    ),
    st.builds(lambda key, last: {"key": key, "end": last}, KEYS, LAST),
    st.builds(
        lambda key, since, last, whole: {
            "key": key, "from": since, "end": last, "attributes": whole,
        },
        KEYS, SINCE, LAST, WHOLE,
    ),
    st.builds(lambda key, since: {"key": key, "from": since, "retract": True}, KEYS, SINCE),
    st.builds(lambda key, last: {"key": key, "end": last, "retract": True}, KEYS, LAST),
)  # fmt: skip
IMPORT = st.tuples(st.lists(ENTRIES, min_size=1, max_size=4), st.none() | st.sampled_from(DAYS))
HISTORIES = st.lists(IMPORT, max_size=6)


def run(history: Sequence[tuple[list[dict[str, Any]], int | None]]) -> tuple[Store, list[Recorded]]:
    """Run imports one after the other, each at a position; what is refused changes nothing."""
    store, log = people_store(), []
    for position, (entries, complete) in enumerate(history):
        found = store.post("people", *entries, complete=write_day(complete) if complete else "")
        log += [Recorded(entry, position) for entry in found.entries]
    return store, log


def people_store() -> Store:
    store = Store()
    store.anything = True
    return store


def entries(store: Store) -> list[Entry]:
    return list(store.entries("people", None))


@given(HISTORIES, IMPORT)
def test_the_same_import_again_records_nothing(
    history: list[tuple[list[dict[str, Any]], int | None]],
    again: tuple[list[dict[str, Any]], int | None],
) -> None:
    store, _ = run([*history, again])
    complete = write_day(again[1]) if again[1] else ""
    found = store.post("people", *again[0], complete=complete)
    assert found.entries == ()
    assert found.recorded == 0


@given(HISTORIES)
def test_an_export_imports_again_without_a_change(
    history: list[tuple[list[dict[str, Any]], int | None]],
) -> None:
    store, _ = run(history)
    text = "".join(write_csv(PEOPLE, entries(store)))
    lines = b"".join(write_lines(PEOPLE, entries(store)))
    for reading in (read_csv_file(PEOPLE, text.encode()), read_lines(PEOPLE, lines)):
        found = store.judge(reading)
        assert (found.entries, found.faults) == ((), ())


@given(HISTORIES)
def test_an_export_into_an_empty_store_says_the_same_of_every_day(
    history: list[tuple[list[dict[str, Any]], int | None]],
) -> None:
    store, _ = run(history)
    other = people_store()
    text = "".join(write_csv(PEOPLE, entries(store)))
    found = other.judge(read_csv_file(PEOPLE, text.encode()))
    assert found.faults == ()
    other.record("people", found.entries)
    for key, timeline in store.timelines["people"].items():
        for day in (EVER, *DAYS, DAYS.stop, FOR_GOOD - 1):
            copy = other.timelines["people"].get(key)
            assert (copy.holding(day) if copy else None) == timeline.holding(day)


@given(HISTORIES)
def test_a_rectangle_says_what_held_on_a_day_as_known_at_a_position(
    history: list[tuple[list[dict[str, Any]], int | None]],
) -> None:
    _, log = run(history)
    for key in {one.entry.key for one in log}:
        own = [one for one in log if one.entry.key == key]
        found = rectangles(own)
        for position in (-1, *range(len(history)), STILL - 1):
            for day in (EVER, *DAYS, FOR_GOOD - 1):
                over = [
                    one
                    for one in found
                    if one.valid_from <= day < one.valid_until
                    and one.known_from <= position < one.known_until
                ]
                assert len(over) <= 1
                assert at(found, day, position) == held(log, key, day, position)


@given(HISTORIES)
def test_an_answer_of_the_past_stays_what_it_was(
    history: list[tuple[list[dict[str, Any]], int | None]],
) -> None:
    store, log = people_store(), []
    answers: dict[tuple[int, str, int], Any] = {}
    for position, (written, complete) in enumerate(history):
        found = store.post("people", *written, complete=write_day(complete) if complete else "")
        log += [Recorded(entry, position) for entry in found.entries]
        for key, timeline in store.timelines["people"].items():
            answers |= {(position, key, day): timeline.holding(day) for day in DAYS}
    for (position, key, day), answer in answers.items():
        assert held(log, key, day, position) == answer


def test_the_parts_of_an_import_are_known_from_the_last_one_on() -> None:
    rows = [
        {"key": f"p{place}", "attributes": {"kind": "staff", "entity": "D", "duty_station": "N"}}
        for place in range(3)
    ]
    store = people_store()
    found = store.judge(read_document(PEOPLE, rows))
    parts = [
        EntriesRecorded(
            register="people",
            entries=(write_entry(PEOPLE, entry),),
            recorded_by=SHELL,
            import_id="i1",
            part=place + 1,
            of=3,
        )
        for place, entry in enumerate(found.entries)
    ]
    log = [(4, parts[0]), (9, parts[2]), (9, parts[2])]
    assert list(recorded(PEOPLE, log)) == []
    whole = [*log, (11, parts[1])]
    assert {one.position for one in recorded(PEOPLE, whole)} == {11}
    assert [one.entry.key for one in recorded(PEOPLE, whole)] == ["p0", "p1", "p2"]
    assert list(recorded(register("merges"), whole)) == []


def test_a_rectangle_ends_where_it_is_corrected() -> None:
    store = people_store()
    whole = {"kind": "staff", "entity": "D", "duty_station": "N"}
    log: list[Recorded] = []
    history: list[dict[str, Any]] = [
        {"key": "p", "attributes": whole},
        {"key": "p", "from": "2025-06-01", "attributes": {"entity": "E"}},
        {"key": "p", "from": "2025-06-01", "retract": True},
    ]
    for position, entry in enumerate(history):
        found = store.post("people", entry)
        log += [Recorded(one, position) for one in found.entries]
    june = 20_240
    assert [
        (one.valid_from, one.valid_until, one.known_from, one.known_until, one.position)
        for one in rectangles(log)
    ] == [
        (EVER, FOR_GOOD, 0, 1, 0),
        (EVER, june, 1, 2, 0),
        (june, FOR_GOOD, 1, 2, 1),
        (EVER, FOR_GOOD, 2, STILL, 0),
    ]


def test_the_template_of_a_register_is_a_header_that_can_be_read() -> None:
    for known in discover().values():
        reading = read_csv_file(known, template(known, ["en", "fr"]).encode())
        assert reading.faults == []
