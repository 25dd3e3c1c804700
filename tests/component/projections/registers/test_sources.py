"""Registers as predicates read them, with fields that follow from other registers."""

from typing import Any

import pytest
from sqlalchemy import select

from lrs.predicates.compiler import condition
from lrs.predicates.fields import Vocabulary, check
from lrs.predicates.reader import read
from lrs.predicates.values import Kind
from lrs.registers.form.days import read_day
from lrs.registers.form.discovery import discover, register
from lrs.storage.database import Pool
from projections.registers.reads import Point
from projections.registers.sources import groups, register_source, selected
from tests.component.projections.registers.store import Store

MARCH, JUNE = read_day("2025-03-01"), read_day("2025-06-01")


@pytest.fixture
def organization(store: Store) -> Store:
    """Two stations, an entity, a member of staff who moves in June, a consultant, two groups."""
    for code, kind in (("NBO", "office-away"), ("GVA", "headquarters"), ("BEY", "mission")):
        store.state("duty-stations", code, title={"en": code}, location_type=kind, region=code[0])
    store.state("entities", "DOS", title={"en": "DOS"}, group="secretariat")
    general = {"entity": "DOS", "duty_station": "NBO"}
    store.state("people", "p1", **general, kind="staff", functions=["fro"])
    store.state("people", "p1", "2025-06-01", **{**general, "duty_station": "GVA"}, kind="staff")
    store.state("people", "p2", **{**general, "entity": "?"}, kind="external")
    rule = {"active": {"eq": True}, "functions": {"has": "fro"}}
    store.state("target-groups", "officers", title="Officers", rule=rule)
    rule = {"location_type": {"in": ["headquarters", "office-away"]}}
    store.state("target-groups", "no-mission", title="Away", rule=rule)
    return store


def told(source: Pool, name: str, point: Point, *fields: str) -> list[tuple[Any, ...]]:
    """Return some fields of every subject, by keys."""
    rows = register_source(name, point, groups(source, point))
    columns = [rows.fields[field].column for field in ("key", *fields)]
    return sorted(selected(source, select(*columns).select_from(rows.from_clause)))


def test_every_register_is_a_source_of_all_its_fields(source: Pool) -> None:
    for name, one in discover().items():
        assert register_source(name, Point(MARCH, 0)).kinds == {"key": Kind.TEXT, **one.kinds}
        assert told(source, name, Point(MARCH, 0), *one.kinds) == []


def test_what_follows_from_other_registers_is_as_of_the_same_day(
    organization: Store, source: Pool
) -> None:
    fields = ("active", "entity_group", "location_type", "region", "target_groups")
    known = organization.position
    assert told(source, "people", Point(MARCH, known), *fields) == [
        ("p1", True, "secretariat", "office-away", "N", ["no-mission", "officers"]),
        ("p2", False, None, "office-away", "N", ["no-mission"]),
    ]
    assert told(source, "people", Point(JUNE, known), *fields) == [
        ("p1", True, "secretariat", "headquarters", "G", ["no-mission"]),
        ("p2", False, None, "office-away", "N", ["no-mission"]),
    ]


def test_what_follows_from_other_registers_is_as_known_at_the_same_position(
    organization: Store, source: Pool
) -> None:
    before = organization.position
    organization.state("entities", "DOS", title={"en": "DOS"}, group="department")
    after = organization.position
    assert [told(source, "people", Point(MARCH, known), "entity_group")[0][1]
            for known in (before, after)] == ["secretariat", "department"]  # fmt: skip


def test_the_headcount_of_a_station_is_its_active_people_of_the_day(
    organization: Store, source: Pool
) -> None:
    known, one = organization.position, 10**9
    assert told(source, "duty-stations", Point(MARCH, known), "headcount") == [
        ("BEY", 0), ("GVA", 0), ("NBO", one),
    ]  # fmt: skip
    assert told(source, "duty-stations", Point(JUNE, known), "headcount") == [
        ("BEY", 0), ("GVA", one), ("NBO", 0),
    ]  # fmt: skip


def test_predicates_choose_among_the_subjects_of_a_source(
    organization: Store, source: Pool
) -> None:
    point = Point(MARCH, organization.position)
    people = register_source("people", point, groups(source, point))
    asked = read({"target_groups": {"has": "officers"}, "region": {"eq": "N"}})
    checked = check(asked, Vocabulary(register("people").kinds))
    chosen = select(people.fields["key"].column).select_from(people.from_clause)
    assert selected(source, chosen.where(condition(checked, people))) == [("p1",)]
