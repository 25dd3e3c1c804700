"""Valid statements are drawn, one thing of each is broken, and the answer names that place."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.xapi.path import render
from lrs.xapi.structure import STATEMENT
from lrs.xapi.validation import ENOUGH, violations
from lrs.xapi.version import Version
from tests.unit.xapi.strategies import STATEMENTS, at, broken, places

brief = settings(max_examples=60, deadline=None)
VERSIONS = st.sampled_from(Version)
DATA = st.data()

LANGUAGE_MAPS = {"display", "name", "description"}


def _draw_place(data: st.DataObject, statement: Any, *kinds: type) -> tuple[str | int, ...]:
    found = [path for path in places(statement) if isinstance(at(statement, path), kinds)]
    return data.draw(st.sampled_from(found))


def _paths(statement: Any, version: Version) -> set[str]:
    return {violation.path for violation in violations(statement, version)}


@brief
@given(STATEMENTS, VERSIONS)
def test_what_is_valid_has_no_violation(statement: Any, version: Version) -> None:
    assert violations(statement, version) == []


@brief
@given(STATEMENTS, VERSIONS, DATA)
def test_null_is_refused_everywhere_but_inside_extensions(
    statement: Any, version: Version, data: st.DataObject
) -> None:
    place = _draw_place(data, statement, object)
    found = violations(broken(statement, place, None), version)
    assert (render(place), "XAPI-00001") in {(v.path, v.requirement) for v in found}


@brief
@given(STATEMENTS, VERSIONS, DATA)
def test_text_is_not_replaced_by_a_number(
    statement: Any, version: Version, data: st.DataObject
) -> None:
    place = _draw_place(data, statement, str)
    assert render(place) in _paths(broken(statement, place, 7), version)


@brief
@given(STATEMENTS, VERSIONS, DATA)
def test_an_object_or_a_list_is_not_replaced_by_text(
    statement: Any, version: Version, data: st.DataObject
) -> None:
    place = _draw_place(data, statement, dict, list)
    assert render(place) in _paths(broken(statement, place, "text"), version)


@brief
@given(STATEMENTS, VERSIONS, DATA)
def test_a_key_that_the_standard_does_not_know_is_refused(
    statement: Any, version: Version, data: st.DataObject
) -> None:
    objects = [
        path
        for path in places(statement)
        if isinstance(at(statement, path), dict) and path[-1] != "extensions"
    ]
    place = (*data.draw(st.sampled_from(objects)), "unknown to all")
    assert render(place) in _paths(broken(statement, place, {}), version)


@brief
@given(STATEMENTS, VERSIONS, st.sampled_from(["actor", "verb", "object"]))
def test_nothing_required_may_be_absent(statement: Any, version: Version, name: str) -> None:
    del statement[name]
    assert f"$.{name}" in _paths(statement, version)


@brief
@given(STATEMENTS, VERSIONS, DATA)
def test_both_engines_agree_on_what_is_broken(
    statement: Any, version: Version, data: st.DataObject
) -> None:
    place = _draw_place(data, statement, object)
    value: Any = data.draw(st.sampled_from([None, 0, 1.5, "", "a:b\n", [], {}, True]))
    sent = broken(statement, place, value)
    shape = STATEMENT[version]
    assert shape.holds(sent) == (not shape.errors(sent, ENOUGH))


@brief
@given(STATEMENTS, DATA)
def test_every_violation_is_told_at_once(statement: Any, data: st.DataObject) -> None:
    statement["result"] = {"score": {"min": 2, "max": 1}}
    sent = broken(statement, ("verb", "id"), "no scheme")
    sent["timestamp"] = "2023-02-30T00:00:00Z"
    expected = {"$.verb.id", "$.timestamp", "$.result.score.min"}
    assert expected <= _paths(sent, data.draw(VERSIONS))
