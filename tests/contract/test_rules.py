"""Every rule and every part of the schemas, held to the corpus; both schema engines agree."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from lrs.xapi import structure
from lrs.xapi.rules.rule import Rule, discovered
from lrs.xapi.validation import violations
from lrs.xapi.version import Version
from tests.contract.invalid_statements import INVALID
from tests.contract.statements import SUB_STATEMENT, VALID, Invalid, statement

RULES = [
    pytest.param(rule, id=rule.name, marks=pytest.mark.requirement(*rule.requirements))
    for rule in discovered()
]
EACH_VALID = [
    pytest.param(statement(**properties), version, id=f"{version} {name}")
    for name, (properties, versions) in VALID.items()
    for version in versions
]
EACH_INVALID = [
    pytest.param(
        example,
        version,
        id=f"{version} {name}",
        marks=pytest.mark.requirement(example.requirement),
    )
    for name, example in INVALID.items()
    for version in example.versions
]


def inside(properties: dict[str, Any]) -> dict[str, Any]:
    """Return a statement whose SubStatement has these properties."""
    return statement(object={**SUB_STATEMENT, **properties})


@pytest.mark.parametrize(("valid", "version"), EACH_VALID)
def test_a_valid_statement_has_no_violation(valid: dict[str, Any], version: Version) -> None:
    assert violations(valid, version) == []


@pytest.mark.parametrize(("example", "version"), EACH_INVALID)
def test_an_invalid_statement_is_rejected_there_and_for_that(
    example: Invalid, version: Version
) -> None:
    found = violations(statement(**example.properties), version)
    assert (example.path, example.requirement) in {(v.path, v.requirement) for v in found}


@pytest.mark.parametrize(("example", "version"), EACH_INVALID)
def test_a_violation_repeats_nothing_of_the_statement(example: Invalid, version: Version) -> None:
    sent = statement(**example.properties)
    personal = {text for text in _texts(sent) if "@" in text or "example" in text or text == "1"}
    for violation in violations(sent, version):
        assert not [text for text in personal if text in violation.message.split()]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_accepts_its_accepted_example(rule: Rule) -> None:
    assert not list(rule.check(statement(**rule.accepted)))
    assert not any(violations(statement(**rule.accepted), version) for version in Version)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("version", Version)
def test_a_rule_alone_rejects_its_rejected_example(rule: Rule, version: Version) -> None:
    rejected = statement(**rule.rejected)
    assert structure.STATEMENT[version].holds(rejected), "the schema says this already"
    assert {v.requirement for v in violations(rejected, version)} == {rule.requirements[0]}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_holds_in_a_sub_statement(rule: Rule) -> None:
    found = violations(inside(dict(rule.rejected)), Version.V1_0_3)
    assert {v.path.startswith("$.object.") for v in found} == {True}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_bears_with_absent_properties(rule: Rule) -> None:
    assert not list(rule.check({}))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_a_sentence_with_requirements(rule: Rule) -> None:
    assert len(rule.name.split()) > 3
    assert all(re.fullmatch(r"XAPI-[0-9]{5}|Data [0-9.]+", name) for name in rule.requirements)


@pytest.mark.parametrize(("valid", "version"), EACH_VALID)
def test_both_engines_accept_what_is_valid(valid: dict[str, Any], version: Version) -> None:
    shape = structure.STATEMENT[version]
    assert shape.holds(valid)
    assert not shape.errors(valid)


@pytest.mark.parametrize(("example", "version"), EACH_INVALID)
def test_both_engines_agree_on_what_is_invalid(example: Invalid, version: Version) -> None:
    shape = structure.STATEMENT[version]
    sent = statement(**example.properties)
    assert shape.holds(sent) == (not shape.errors(sent))


@pytest.mark.parametrize("version", Version)
def test_patterns_are_anchored_and_read_alike_by_every_engine(version: Version) -> None:
    raw = (structure.FOLDER / f"{version}.json").read_text("utf-8")
    for pattern in _patterns(json.loads(raw)["$defs"]):
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert not re.search(r"\\[dwsDWSbB]", pattern)


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword == "pattern":
                yield value
            elif keyword != "x-requirement":
                yield from _patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _patterns(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
