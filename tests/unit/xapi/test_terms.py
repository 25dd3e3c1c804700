from typing import Any

import pytest

from lrs.xapi.agent import identity
from lrs.xapi.terms import Filter, matches, term, terms

REGISTRATION = "7b1f5b9e-29f0-4c63-9d5b-0ab2a6d9a111"
INNER_REGISTRATION = "7b1f5b9e-29f0-4c63-9d5b-0ab2a6d9a222"


def _mbox(name: str) -> dict[str, Any]:
    return {"mbox": f"mailto:{name}@example.org"}


def _group(name: str, *listed: str) -> dict[str, Any]:
    return {"objectType": "Group", **_mbox(name), "member": [_mbox(one) for one in listed]}


def _agent(name: str) -> str:
    key = identity(_mbox(name))
    assert key is not None
    return key


def _context(prefix: str, registration: str) -> dict[str, Any]:
    return {
        "registration": registration,
        "instructor": _mbox(f"{prefix}instructor"),
        "team": _group(f"{prefix}team", f"{prefix}teammate"),
        "contextAgents": [{"objectType": "contextAgent", "agent": _mbox(f"{prefix}advisor")}],
        "contextGroups": [
            {"objectType": "contextGroup", "group": _group(f"{prefix}board", f"{prefix}chair")}
        ],
        "contextActivities": {
            "parent": [{"id": f"http://example.org/{prefix}parent"}],
            "grouping": [{"id": f"http://example.org/{prefix}grouping"}],
            "category": {"id": f"http://example.org/{prefix}category"},
            "other": [{"id": f"http://example.org/{prefix}other"}],
        },
    }


def _statement(**changes: Any) -> dict[str, Any]:
    return {
        "actor": _group("actor", "member"),
        "verb": {"id": "http://example.org/verb"},
        "object": {"id": "http://example.org/object"},
        "authority": {"objectType": "Group", "member": [_mbox("oauth"), _mbox("user")]},
        "context": _context("", REGISTRATION),
        **changes,
    }


SUBSTATEMENT = {
    "objectType": "SubStatement",
    "actor": _group("inneractor", "innermember"),
    "verb": {"id": "http://example.org/innerverb"},
    "object": {"objectType": "Activity", "id": "http://example.org/innerobject"},
    "context": _context("inner", INNER_REGISTRATION),
}
CONTEXT_AGENTS = ("instructor", "team", "teammate", "advisor", "board", "chair")
CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")


def _finds(statement: dict[str, Any], kind: Filter, identifier: str) -> bool:
    """Match by hashes and by identifiers, which must agree."""
    found = term(kind, identifier) in terms(statement)
    assert matches(statement, [(kind, identifier)]) is found
    return found


@pytest.mark.parametrize("name", ["actor", "member"])
def test_actor_and_members_answer_both_agent_filters(name: str) -> None:
    assert _finds(_statement(), Filter.AGENT, _agent(name))
    assert _finds(_statement(), Filter.RELATED_AGENT, _agent(name))


@pytest.mark.parametrize("name", ["target", "targeted"])
def test_an_object_that_is_a_group_answers_the_agent_filter(name: str) -> None:
    statement = _statement(object=_group("target", "targeted"))
    assert _finds(statement, Filter.AGENT, _agent(name))
    assert _finds(statement, Filter.RELATED_AGENT, _agent(name))


@pytest.mark.parametrize("name", [*CONTEXT_AGENTS, "oauth", "user"])
def test_other_roles_answer_only_the_related_agent_filter(name: str) -> None:
    assert _finds(_statement(), Filter.RELATED_AGENT, _agent(name))
    assert not _finds(_statement(), Filter.AGENT, _agent(name))


@pytest.mark.parametrize(
    "name", ["inneractor", "innermember", *(f"inner{role}" for role in CONTEXT_AGENTS)]
)
def test_agents_inside_a_substatement_are_only_related(name: str) -> None:
    statement = _statement(object=SUBSTATEMENT)
    assert _finds(statement, Filter.RELATED_AGENT, _agent(name))
    assert not _finds(statement, Filter.AGENT, _agent(name))


def test_an_agent_that_is_the_object_of_a_substatement_is_related() -> None:
    inner = {**SUBSTATEMENT, "object": {"objectType": "Agent", **_mbox("inside")}}
    assert _finds(_statement(object=inner), Filter.RELATED_AGENT, _agent("inside"))


def test_the_object_answers_both_activity_filters() -> None:
    for kind in (Filter.ACTIVITY, Filter.RELATED_ACTIVITY):
        assert _finds(_statement(), kind, "http://example.org/object")


@pytest.mark.parametrize("role", CONTEXT_ACTIVITIES)
def test_context_activities_are_only_related(role: str) -> None:
    assert _finds(_statement(), Filter.RELATED_ACTIVITY, f"http://example.org/{role}")
    assert not _finds(_statement(), Filter.ACTIVITY, f"http://example.org/{role}")


@pytest.mark.parametrize("role", ["object", *CONTEXT_ACTIVITIES])
def test_activities_inside_a_substatement_are_only_related(role: str) -> None:
    statement = _statement(object=SUBSTATEMENT)
    assert _finds(statement, Filter.RELATED_ACTIVITY, f"http://example.org/inner{role}")
    assert not _finds(statement, Filter.ACTIVITY, f"http://example.org/inner{role}")


def test_the_verb_of_a_substatement_does_not_count() -> None:
    statement = _statement(object=SUBSTATEMENT)
    assert _finds(statement, Filter.VERB, "http://example.org/verb")
    assert not _finds(statement, Filter.VERB, "http://example.org/innerverb")


def test_registration_is_found_in_either_case_and_not_inside_a_substatement() -> None:
    statement = _statement(object=SUBSTATEMENT, context={"registration": REGISTRATION.upper()})
    assert _finds(statement, Filter.REGISTRATION, REGISTRATION)
    assert _finds(statement, Filter.REGISTRATION, REGISTRATION.upper())
    assert not _finds(statement, Filter.REGISTRATION, INNER_REGISTRATION)


@pytest.mark.parametrize("nested", [False, True])
def test_a_statement_reference_brings_no_identifier_of_its_own(nested: bool) -> None:
    reference: dict[str, Any] = {"objectType": "StatementRef", "id": REGISTRATION}
    target = {**SUBSTATEMENT, "object": reference} if nested else reference
    assert not _finds(_statement(object=target), Filter.RELATED_ACTIVITY, REGISTRATION)


def test_every_wanted_identifier_must_be_there() -> None:
    wanted = [(Filter.VERB, "http://example.org/verb"), (Filter.AGENT, _agent("actor"))]
    assert matches(_statement(), wanted)
    assert not matches(_statement(), [*wanted, (Filter.AGENT, _agent("nobody"))])
    assert matches(_statement(), [])


def test_the_same_identifier_has_another_term_under_every_filter() -> None:
    assert len({term(kind, "http://example.org/x") for kind in Filter}) == len(Filter)


def test_terms_are_the_ones_that_indexes_already_hold() -> None:
    assert term(Filter.VERB, "http://example.org/verb") == -2310838412094565752
    assert all(-(2**63) <= one < 2**63 for one in terms(_statement(object=SUBSTATEMENT)))
