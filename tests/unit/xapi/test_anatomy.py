"""What a statement names is found once, and every other walk over statements finds the same."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import given

from lrs.xapi.agent import identity
from lrs.xapi.anatomy import Named, Role, activities, agents, references
from lrs.xapi.equality import equal
from lrs.xapi.presentation import canonical, ids
from lrs.xapi.terms import Filter, identifiers
from projections.activities.fold import Activities
from projections.folding.projection import Entry
from tests.history import stored
from tests.statements import completed
from tests.unit.xapi.strategies import STATEMENTS, at, broken, places

Json = Mapping[str, Any]


def mbox(name: str) -> dict[str, Any]:
    return {"mbox": f"mailto:{name}@example.org"}


def group(name: str, *names: str) -> dict[str, Any]:
    return {"objectType": "Group", **mbox(name), "member": [mbox(one) for one in names]}


def context(prefix: str) -> dict[str, Any]:
    return {
        "instructor": mbox(f"{prefix}instructor"),
        "team": group(f"{prefix}team", f"{prefix}mate"),
        "statement": {"objectType": "StatementRef", "id": f"{prefix}other"},
        "contextAgents": [{"objectType": "contextAgent", "agent": mbox(f"{prefix}advisor")}],
        "contextGroups": [{"objectType": "contextGroup", "group": group(f"{prefix}board")}],
        "contextActivities": {
            "parent": {"id": f"{prefix}parent"},
            "grouping": [{"id": f"{prefix}grouping"}],
            "category": [{"id": f"{prefix}one"}, {"id": f"{prefix}two"}],
            "other": [],
        },
    }


SUBSTATEMENT = completed(
    objectType="SubStatement", actor=mbox("inneractor"), context=context("inner")
)
STATEMENT = completed(
    actor=group("actor", "a", "b"),
    authority=mbox("lms"),
    object={**SUBSTATEMENT, "object": {"objectType": "StatementRef", "id": "target"}},
    context=context(""),
)


def described(found: Iterable[Named]) -> list[tuple[str, str]]:
    """Return the path and the role of each, as text; members and SubStatement show in the path."""
    for named in found:
        assert at(STATEMENT, named.path) == named.value
        assert named.member == ("member" in named.path)
        assert named.inner == (named.path[0] == "object" and len(named.path) > 1)
    return [("/".join(map(str, named.path)), named.role.value) for named in found]


def in_context(root: str) -> list[tuple[str, str]]:
    return [
        (f"{root}context/instructor", "instructor"),
        (f"{root}context/team", "team"),
        (f"{root}context/team/member/0", "team"),
        (f"{root}context/contextAgents/0/agent", "contextAgents"),
        (f"{root}context/contextGroups/0/group", "contextGroups"),
    ]


def test_every_place_that_names_an_agent_is_found_with_path_and_role() -> None:
    assert described(list(agents(STATEMENT))) == [
        ("actor", "actor"),
        ("actor/member/0", "actor"),
        ("actor/member/1", "actor"),
        ("authority", "authority"),
        *in_context(""),
        ("object/actor", "actor"),
        *in_context("object/"),
    ]


def test_every_place_that_names_an_activity_is_found_with_path_and_role() -> None:
    kinds = ["parent", "grouping/0", "category/0", "category/1"]
    assert described(list(activities(STATEMENT))) == [
        (f"{root}context/contextActivities/{kind}", kind.partition("/")[0])
        for root in ("", "object/")
        for kind in kinds
    ]


def test_every_statement_that_is_referred_to_is_found_with_path_and_role() -> None:
    assert described(list(references(STATEMENT))) == [
        ("context/statement", "statement"),
        ("object/object", "object"),
        ("object/context/statement", "statement"),
    ]


def test_objects_are_found_as_what_they_are() -> None:
    assert [one.role for one in activities(completed())] == [Role.OBJECT]
    about = completed(object={"objectType": "Agent", **mbox("b")})
    assert [one.role for one in agents(about)] == [Role.ACTOR, Role.OBJECT]
    assert list(activities(about)) == []


def test_what_is_not_there_is_not_named() -> None:
    assert [*agents({}), *activities({}), *references({})] == []


@given(STATEMENTS)
def test_nothing_that_looks_like_an_agent_or_a_reference_is_missed(statement: Json) -> None:
    outside = ("extensions", "attachments", "result", "definition", "verb", "account")
    seen = {named.path for find in (agents, references) for named in find(statement)}
    looks = ("mbox", "mbox_sha1sum", "openid", "account", "member")
    for path in places(statement):
        value = at(statement, path)
        if isinstance(value, dict) and not set(path) & set(outside):
            refers = value.get("objectType") == "StatementRef"
            assert (path in seen) == (refers or any(name in value for name in looks))


@given(STATEMENTS)
def test_filters_find_a_statement_by_what_it_names(statement: Json) -> None:
    found = {(Filter.VERB, statement["verb"]["id"])}
    for agent in agents(statement):
        if (key := identity(agent.value)) is not None:
            found.add((Filter.RELATED_AGENT, key))
            if not agent.inner and agent.role in {Role.ACTOR, Role.OBJECT}:
                found.add((Filter.AGENT, key))
    for activity in activities(statement):
        found.add((Filter.RELATED_ACTIVITY, activity.value["id"]))
        if not activity.inner and activity.role is Role.OBJECT:
            found.add((Filter.ACTIVITY, activity.value["id"]))
    expected = {one for one in identifiers(statement) if one[0] is not Filter.REGISTRATION}
    assert found == expected


@given(STATEMENTS)
def test_the_store_learns_the_definition_of_every_activity_that_is_named(statement: Json) -> None:
    changes = Activities().fold(Entry(0, 0, stored(dict(statement))))
    learned = {(change.row.activity, change.row.definition) for change in changes}  # type: ignore[attr-defined]
    named = {
        (one.value["id"], json.dumps(one.value["definition"]))
        for one in activities(statement)
        if "definition" in one.value
    }
    assert learned == named


@given(STATEMENTS)
def test_canonical_statements_have_the_definition_of_every_activity_that_is_named(
    statement: Json,
) -> None:
    made = {"name": {"en": "ours"}}
    shown = canonical(statement, [], lambda _activity: made)
    for one in activities(statement):
        assert at(shown, one.path)["definition"] == made


@given(STATEMENTS)
def test_statements_with_ids_alone_keep_nothing_else_of_what_is_named(statement: Json) -> None:
    shown = ids(statement)
    for activity in activities(statement):
        assert set(at(shown, activity.path)) == {"id"}
    for agent in agents(statement):
        if not agent.member:
            assert "name" not in at(shown, agent.path)


@given(STATEMENTS)
def test_definitions_do_not_tell_statements_apart_wherever_they_stand(statement: Json) -> None:
    for activity in activities(statement):
        other = broken(statement, (*activity.path, "definition"), {"name": {"en": "another"}})
        assert equal(statement, other)
