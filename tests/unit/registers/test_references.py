"""What a row names: known already or in the same file, of its own list, in no circle."""

import pytest

from tests.unit.registers.known import Store, organization, person, places


@pytest.fixture
def store() -> Store:
    return organization()


def test_references_resolve_in_the_file_or_in_what_is_known(store: Store) -> None:
    found = store.post("people", person("p2", reporting_officer="p3"), person("p3"))
    assert found.recorded == 2
    found = store.post(
        "people",
        person("p4", entity="D0S", category="chief", reporting_officer="p9"),
        person("p5", duty_station="GVA"),
    )
    assert places(found) == [
        (1, "category", "reference"),
        (1, "entity", "reference"),
        (1, "reporting_officer", "reference"),
    ]
    assert "list categories" in found.faults[0].right
    assert found.entries == ()


def test_a_row_that_is_wrong_itself_does_not_make_others_wrong(store: Store) -> None:
    found = store.post("people", person("p2", reporting_officer="p3"), person("p3", kind="boss"))
    assert places(found) == [(2, "kind", "value")]


def test_a_row_with_a_wrong_value_is_told_of_its_references_too(store: Store) -> None:
    found = store.post("people", person("p2", kind="intern", entity="HR", active=True))
    assert places(found) == [
        (1, "active", "unknown-field"),
        (1, "entity", "reference"),
        (1, "kind", "value"),
    ]
    table = "key,from,kind,entity,duty_station\np2,1/2/2025,intern,HR,NBO\n,,,HR,NBO\n"
    assert (2, "entity", "reference") in places(store.load("people", table))


def test_a_code_refers_to_its_own_list(store: Store) -> None:
    title = {"title": {"en": "x"}}
    store.post("lists", {"key": {"list": "needs", "code": "it"}, "attributes": title})
    under = {"key": {"list": "needs", "code": "ai"}, "attributes": {**title, "parent": "it"}}
    assert store.post("lists", under).recorded == 1
    strange = {**under, "key": {"list": "pillars", "code": "ai"}}
    assert places(store.post("lists", strange)) == [(1, "parent", "reference")]
    priority = {"key": "DOS", "attributes": {"leads_on": ["it"]}}
    assert places(store.post("entities", priority)) == [(1, "leads_on", "reference")]


def test_a_circle_of_officers_is_refused_although_part_of_it_was_known(store: Store) -> None:
    store.post("people", person("p2", reporting_officer="p1"))
    store.post("people", person("p3", reporting_officer="p2"))
    found = store.post("people", person("p1", "2025-01-01", reporting_officer="p3"))
    assert places(found) == [(1, "reporting_officer", "circle")]
    assert found.faults[0].right.endswith("on 2025-01-01: p1 - p3 - p2 - p1")
    found = store.post("people", person("p4", reporting_officer="p4"))
    assert places(found) == [(1, "reporting_officer", "circle")]


def test_officers_who_change_places_make_no_circle(store: Store) -> None:
    found = store.post(
        "people",
        person("p2"),
        person("p3", reporting_officer="p2"),
        person("p3", "2025-01-01", reporting_officer=None),
        person("p2", "2025-01-01", reporting_officer="p3"),
    )
    assert (found.recorded, found.faults) == (4, ())


@pytest.mark.parametrize(
    ("register", "field", "more"),
    [("entities", "parent", {"title": {"en": "x"}}), ("merges", "person", {})],
)
def test_circles_of_parents_and_of_merges_are_refused(
    store: Store, register: str, field: str, more: dict[str, object]
) -> None:
    store.post("people", person("a"), person("b"))
    found = store.post(
        register,
        {"key": "a", "attributes": {**more, field: "b"}},
        {"key": "b", "attributes": {**more, field: "a"}},
    )
    assert places(found) == [(1, field, "circle"), (2, field, "circle")]
