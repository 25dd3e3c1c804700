"""The year as a whole: reproducible, ordered, complete, and no better than life."""

import unicodedata
from collections import Counter
from datetime import UTC, datetime
from itertools import islice, pairwise
from operator import length_hint
from typing import Any

import pytest

from lrs.demo.catalogue import CLASSROOM, ELECTIVE, MANDATORY
from lrs.demo.story import JSON
from lrs.demo.verbs import ADL, CMI5
from lrs.demo.year import PLATFORMS, Year, estimate, statements

Told = tuple[str, JSON]


def verb_of(statement: JSON) -> str:
    return str(statement["verb"]["id"])


def instant(statement: JSON) -> datetime:
    return datetime.fromisoformat(statement["timestamp"])


def person_in(statement: JSON) -> tuple[Any, Any]:
    return statement["actor"]["account"]["name"], statement["object"]["id"]


def test_same_numbers_tell_the_same_year_to_the_last_character(year: list[Told]) -> None:
    assert list(statements(people=120, seed=20, year=2025)) == year


@pytest.mark.parametrize(
    ("people", "seed", "when"), [(120, 21, 2025), (121, 20, 2025), (120, 20, 2024)]
)
def test_another_seed_size_or_year_shares_no_statement_id(
    year: list[Told], people: int, seed: int, when: int
) -> None:
    ids = {statement["id"] for _, statement in year}
    assert ids.isdisjoint(statement["id"] for _, statement in statements(people, seed, when))


def test_every_platform_reports(year: list[Told]) -> None:
    assert {platform for platform, _ in year} == set(PLATFORMS)


def test_statement_ids_are_unique(year: list[Told]) -> None:
    assert len({statement["id"] for _, statement in year}) == len(year)


@pytest.mark.parametrize("seed", [2, 3, 20])
def test_statements_come_in_the_order_of_time(seed: int) -> None:
    times = [instant(statement) for _, statement in statements(150, seed, 2025)]
    assert all(earlier <= later for earlier, later in pairwise(times))


def test_times_lie_within_the_year(year: list[Told]) -> None:
    first, last = instant(year[0][1]), instant(year[-1][1])
    assert datetime(2025, 1, 1, tzinfo=UTC) <= first
    assert last < datetime(2026, 1, 1, tzinfo=UTC)
    assert {instant(statement).month for _, statement in year} == set(range(1, 13))


def test_summer_and_december_are_quieter_than_spring(year: list[Told]) -> None:
    months = Counter(instant(statement).month for _, statement in year)
    assert months[7] + months[12] < months[3] + months[4]


def test_moodle_is_used_on_workdays_in_local_hours(year: list[Told]) -> None:
    enrolled = [
        instant(told) for platform, told in year if platform == "moodle" and registered(told)
    ]
    assert all(7 <= moment.hour <= 22 for moment in enrolled)
    assert len({moment.utcoffset() for moment in enrolled}) > 5
    weekend_in_most_places = [moment for moment in enrolled if moment.weekday() >= 5]
    assert len(weekend_in_most_places) < len(enrolled) / 7


def registered(statement: JSON) -> bool:
    return verb_of(statement) == ADL + "registered"


def test_statements_grow_with_people(year: list[Told]) -> None:
    double = sum(1 for _ in statements(people=240, seed=20, year=2025))
    assert 1.6 * len(year) < double < 2.4 * len(year)


@pytest.mark.parametrize("seed", [1, 20])
def test_the_estimate_is_close(seed: int) -> None:
    told = sum(1 for _ in statements(people=300, seed=seed, year=2025))
    assert estimate(300) == pytest.approx(told, rel=0.15)


def test_a_year_gives_the_progress_bar_a_hint() -> None:
    assert length_hint(Year(people=40, seed=1, year=2025)) == estimate(40)


def test_a_large_year_begins_at_once() -> None:
    assert len(list(islice(statements(people=2_000, seed=1, year=2025), 50))) == 50


@pytest.mark.parametrize("people", [1, 2, 9])
def test_even_the_smallest_organization_has_a_year(people: int) -> None:
    assert sum(1 for _ in statements(people, seed=3, year=2025)) > 10


def test_some_who_enrol_do_not_complete(year: list[Told]) -> None:
    courses = {course.iri for course in (*MANDATORY, *ELECTIVE, *CLASSROOM)}
    done = {ADL + "completed", CMI5 + "satisfied"}
    told = [each for _, each in year if each["object"].get("id") in courses]
    began = {person_in(each) for each in told if registered(each)}
    completed = {person_in(each) for each in told if verb_of(each) in done}
    assert completed
    assert 0.4 < len(began & completed) / len(began) < 0.9


def test_mandatory_courses_are_met_late_or_not_at_all_by_some(year: list[Told]) -> None:
    due = {course.iri: course.due_in(2025) for course in MANDATORY}
    days = [
        (instant(told).date(), due[told["object"]["id"]])
        for _, told in year
        if verb_of(told) == CMI5 + "satisfied" and due.get(told["object"]["id"])
    ]
    late = [day for day, deadline in days if deadline is not None and day > deadline]
    assert 0 < len(late) < len(days) / 4


def test_people_write_their_names_in_many_scripts(year: list[Told]) -> None:
    names = "".join({told["actor"].get("name", "") for _, told in year})
    scripts = {unicodedata.name(letter).split()[0] for letter in names if letter.isalpha()}
    assert scripts >= {"LATIN", "CYRILLIC", "ARABIC", "CJK", "DEVANAGARI", "ETHIOPIC", "HANGUL"}


def test_activities_are_named_in_all_official_languages(year: list[Told]) -> None:
    tags: set[str] = set()
    for _, told in year:
        tags.update(told["object"].get("definition", {}).get("name", {}))
    assert tags >= {"ar", "en", "es", "fr", "ru", "zh"}
