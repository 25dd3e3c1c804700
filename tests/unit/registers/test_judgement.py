"""What a file changes: only what differs, all or nothing, and every fault."""

import pytest

from lrs.registers.form.days import EVER
from lrs.registers.form.entry import Slot, end, retraction, state
from tests.unit.registers.known import DAY, Store, organization, person, places


@pytest.fixture
def store() -> Store:
    return organization()


STATE = {"kind": "staff", "entity": "DOS", "duty_station": "NBO"}


def test_the_same_entries_again_record_nothing(store: Store) -> None:
    entries = [
        person("p2", "2025-03-01", gender="female"),
        person("p3"),
        {"key": "p2", "end": "2025-12-31"},
    ]
    first = store.post("people", *entries)
    assert (first.recorded, first.unchanged) == (3, 0)
    assert first.entries == (
        state("p2", DAY("2025-03-01"), {**STATE, "gender": "female"}),
        end("p2", DAY("2025-12-31")),
        state("p3", EVER, STATE),
    )
    again = store.post("people", *entries)
    assert (again.recorded, again.unchanged, again.entries) == (0, 3, ())


def test_what_is_known_of_a_day_need_not_be_recorded_for_it(store: Store) -> None:
    found = store.post("people", person("p1", "2025-06-01"))
    assert (found.recorded, found.unchanged) == (0, 1)


def test_an_entry_is_the_whole_state_although_the_row_is_a_part(store: Store) -> None:
    store.post("people", person("p1", "2021-01-01", gender="male", grade_group="P"))
    found = store.post(
        "people",
        {"key": "p1", "from": "2025-01-01", "attributes": {"entity": "DPO", "gender": None}},
    )
    assert found.entries == (
        state("p1", DAY("2025-01-01"), {**STATE, "entity": "DPO", "grade_group": "P"}),
    )


def test_a_row_keeps_what_an_earlier_day_of_the_same_file_says(store: Store) -> None:
    found = store.load(
        "people",
        "key,from,entity,grade_group\np1,2025-06-01,DPO,P\np1,2025-01-01,DESA,G\n",
    )
    assert found.recorded == 2
    store.load("people", "key,from,gender\np1,2025-06-02,male\n")
    assert store.on("people", "p1", "2025-07-01") == {
        **STATE,
        "entity": "DPO",
        "grade_group": "P",
        "gender": "male",
    }


def test_a_correction_replaces_the_state_of_its_day_only(store: Store) -> None:
    store.post("people", person("p1", "2025-06-01", entity="DPO"))
    found = store.post("people", person("p1", "2020-01-01", entity="DESA"))
    assert found.entries == (state("p1", DAY("2020-01-01"), {**STATE, "entity": "DESA"}),)
    assert store.on("people", "p1", "2025-07-01") == {**STATE, "entity": "DPO"}


def test_what_is_taken_back_is_gone_and_taking_it_back_again_changes_nothing(store: Store) -> None:
    store.post("people", person("p1", "2025-06-01", entity="DPO"))
    back = {"key": "p1", "from": "2025-06-01", "retract": True}
    assert store.post("people", back).entries == (retraction(Slot("p1", DAY("2025-06-01"))),)
    assert store.on("people", "p1", "2025-07-01") == STATE
    again = store.post("people", back, {"key": "nobody", "from": "2025-06-01", "retract": True})
    assert (again.recorded, again.unchanged) == (0, 2)


def test_an_end_is_the_last_day_and_can_be_taken_back(store: Store) -> None:
    store.post("people", {"key": "p1", "end": "2025-12-31"})
    assert store.on("people", "p1", "2025-12-31") == STATE
    assert store.on("people", "p1", "2026-01-01") is None
    found = store.post("people", {"key": "p1", "end": "2025-12-31", "retract": True})
    assert found.entries == (retraction(Slot("p1", DAY("2025-12-31"), end=True)),)
    assert store.on("people", "p1", "2026-01-01") == STATE


@pytest.mark.parametrize("corrected", ["2025-11-30", "2026-01-31"])
def test_another_end_replaces_the_one_that_is_known(store: Store, corrected: str) -> None:
    store.post("people", {"key": "p1", "end": "2025-12-31"})
    found = store.post("people", {"key": "p1", "end": corrected})
    assert found.entries == (
        retraction(Slot("p1", DAY("2025-12-31"), end=True)),
        end("p1", DAY(corrected)),
    )
    assert store.on("people", "p1", corrected) == STATE


def test_an_end_goes_with_the_state_that_it_ended(store: Store) -> None:
    store.post("people", {"key": "p1", "end": "2024-12-31"})
    store.post("people", {**person("p1", "2025-06-01"), "end": "2025-12-31"})
    found = store.post("people", {"key": "p1", "from": "2025-06-01", "retract": True})
    assert found.entries == (
        retraction(Slot("p1", DAY("2025-06-01"))),
        retraction(Slot("p1", DAY("2025-12-31"), end=True)),
    )


def test_who_comes_back_after_an_end_starts_with_nothing_known(store: Store) -> None:
    store.post("people", {"key": "p1", "end": "2024-12-31"})
    part = {"key": "p1", "from": "2025-06-01", "attributes": {"gender": "male"}}
    assert places(store.post("people", part)) == [
        (1, "duty_station", "required"),
        (1, "entity", "required"),
        (1, "kind", "required"),
    ]
    store.post("people", person("p1", "2025-06-01"))
    assert store.on("people", "p1", "2025-05-31") is None
    assert store.on("people", "p1", "2025-06-01") == STATE


def test_an_export_of_history_has_an_end_for_each_stretch(store: Store) -> None:
    text = (
        "key,from,end,kind,entity,duty_station\n"
        "p2,2020-01-01,2020-12-31,staff,DOS,NBO\n"
        "p2,2021-01-01,2022-12-31,staff,DPO,NBO\n"
        "p2,2024-01-01,,staff,DOS,GVA\n"
    )
    assert store.load("people", text).recorded == 3
    assert store.load("people", text).recorded == 0
    days = ["2019-12-31", "2020-12-31", "2021-01-01", "2022-12-31", "2023-01-01", "2030-01-01"]
    entities = [(store.on("people", "p2", day) or {}).get("entity") for day in days]
    assert entities == [None, "DOS", "DPO", "DPO", None, "DOS"]


def test_whom_a_complete_file_does_not_name_ended_the_day_before(store: Store) -> None:
    for entry in (
        person("gone", "2020-01-01"),
        person("left", "2020-01-01"),
        person("later", "2025-09-01"),
        person("mistaken", "2025-06-01"),
    ):
        store.post("people", entry)
    store.post("people", {"key": "left", "end": "2024-12-31"})
    file = "key,kind,entity,duty_station\np1,staff,DOS,NBO\n"
    found = store.load("people", file, since="2025-06-01", complete="2025-06-01")
    assert set(found.entries) == {
        end("gone", DAY("2025-05-31")),
        retraction(Slot("mistaken", DAY("2025-06-01"))),
    }
    assert (found.recorded, found.unchanged, found.missing) == (2, 1, 2)
    again = store.load("people", file, since="2025-06-01", complete="2025-06-01")
    assert (again.recorded, again.missing) == (0, 0)


def test_one_language_of_a_title_leaves_the_others(store: Store) -> None:
    store.load("entities", "key,from,title.fr\nDOS,,Appui\n")
    assert store.on("entities", "DOS", "2025-01-01") == {"title": {"en": "DOS", "fr": "Appui"}}
    store.load("entities", "key,from,title.en,title.fr\nDOS,,,Appui\n")
    assert store.on("entities", "DOS", "2025-01-01") == {"title": {"fr": "Appui"}}
    assert places(store.load("entities", "key,from,title.fr\nDOS,,\n")) == [
        (2, "title", "required")
    ]


def test_two_rows_for_one_key_and_day_are_refused(store: Store) -> None:
    text = (
        "key,from,end,entity\np1,2025-01-01,,DPO\np1,2025-02-01,,DPO\n"
        "p1,2025-01-01,,DESA\np1,,2025-12-31,\np1,,2025-12-31,\n"
    )
    found = store.load("people", text)
    assert places(found) == [(4, "from", "twice"), (6, "end", "twice")]
    assert "line 2" in found.faults[0].right
    assert found.entries == ()


def test_a_file_that_takes_back_what_it_says_is_refused(store: Store) -> None:
    back = {"key": "p2", "end": "2025-12-31", "retract": True}
    found = store.post("people", {**person("p2"), "end": "2025-12-31"}, back)
    assert places(found) == [(2, "end", "twice")]
    back = {"key": "p2", "from": None, "retract": True}
    assert places(store.post("people", person("p2"), back)) == [(2, "from", "twice")]


def test_states_of_several_days_may_name_the_same_end(store: Store) -> None:
    rows = [person("p2", "2021-01-01"), person("p2", "2022-01-01", entity="DPO")]
    found = store.post("people", *({**row, "end": "2025-12-31"} for row in rows))
    assert (found.recorded, found.faults) == (2, ())
    assert store.on("people", "p2", "2026-01-01") is None


@pytest.mark.parametrize(
    "row",
    [
        {**person("p2", "2025-06-01"), "end": "2025-05-31"},
        {"key": "p1", "end": "2019-12-31"},
        {"key": "nobody", "end": "2025-12-31"},
    ],
)
def test_an_end_before_a_start_is_refused(store: Store, row: dict[str, object]) -> None:
    assert places(store.post("people", row)) == [(1, "end", "end-before-start")]


def test_ends_of_one_stretch_must_agree(store: Store) -> None:
    found = store.post(
        "people", {"key": "p1", "end": "2025-06-30"}, {"key": "p1", "end": "2025-12-31"}
    )
    assert places(found) == [(2, "end", "ends-disagree")]


def test_a_file_is_refused_whole_with_the_faults_of_every_stage(store: Store) -> None:
    found = store.load(
        "people",
        "key,from,kind,entity,duty_station,end\n"
        "p2,2025-01-01,staff,DOS,NBO,\n"
        "p3,01/02/2025,staff,DOS,NBO,\n"
        "p4,2025-01-01,staff,NIL,NBO,\n"
        "p5,2025-01-01,staff,DOS,NBO,2024-01-01\n"
        "p2,2025-01-01,staff,DOS,GVA,\n",
    )
    assert places(found) == [
        (3, "from", "value"),
        (4, "entity", "reference"),
        (5, "end", "end-before-start"),
        (6, "from", "twice"),
    ]
    assert (found.entries, found.recorded) == ((), 0)
