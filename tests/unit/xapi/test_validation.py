"""Violations of statements, actors and batches."""

from typing import Any

import pytest

from lrs.errors import Violation
from lrs.xapi.validation import agent_violations, batch_violations, violations
from lrs.xapi.version import Version
from tests.contract.statements import ACCOUNT, AGENT, GROUP, ID, statement


@pytest.mark.parametrize("value", [None, 1, "text", [], [statement()], True])
def test_what_is_no_object_is_no_statement(value: Any) -> None:
    (found,) = violations(value, Version.V1_0_3)
    assert (found.path, found.message[:7]) == ("$", "must no" if value is None else "must be")


def test_paths_begin_where_the_caller_says() -> None:
    (found,) = violations(statement(id=1), Version.V2_0_0, root="$[3]")
    assert found == Violation("$[3].id", "XAPI-00028", "must be a string")


def test_a_broken_rule_in_a_sub_statement_is_told_from_the_root() -> None:
    inner = {**statement(timestamp="2023-02-30T00:00:00Z"), "objectType": "SubStatement"}
    (found,) = violations(statement(object=inner), Version.V1_0_3, root="$[0]")
    assert found.path == "$[0].object.timestamp"


def test_rules_still_speak_when_the_shape_is_wrong_beside_them() -> None:
    sent = statement(result={"score": {"raw": "x", "min": 2, "max": 1}}, context=[])
    found = {violation.path for violation in violations(sent, Version.V1_0_3)}
    assert found == {"$.result.score.raw", "$.context", "$.result.score.min"}


def test_a_long_key_is_cut_in_the_path() -> None:
    (found,) = violations(statement(**{"k" * 5000: 1}), Version.V1_0_3)
    assert len(found.path) < 200


@pytest.mark.parametrize("agent", [AGENT, ACCOUNT, GROUP, {"objectType": "Agent", **AGENT}])
def test_an_agent_or_a_group_is_an_actor(agent: dict[str, Any]) -> None:
    assert not any(agent_violations(agent, version) for version in Version)


@pytest.mark.parametrize(
    ("agent", "path"),
    [
        ({**AGENT, **ACCOUNT}, "$"),
        ({"account": {"name": "a"}}, "$.account.homePage"),
        ({"objectType": "Group"}, "$.member"),
        ("mailto:a@example.org", "$"),
        (None, "$"),
    ],
)
def test_what_is_no_actor_is_told_with_its_place(agent: object, path: str) -> None:
    assert {found.path for found in agent_violations(agent, Version.V2_0_0)} == {path}


def test_an_id_stands_once_in_a_batch_in_either_case() -> None:
    batch = [statement(id=ID), statement(), statement(), statement(id=ID.upper())]
    (found,) = batch_violations(batch)
    assert found.path == "$[3].id"


@pytest.mark.parametrize("batch", [[], [statement()], [None, 1, {"id": 1}, {"id": 1}]])
def test_what_has_no_ids_has_none_twice(batch: list[Any]) -> None:
    assert batch_violations(batch) == []
