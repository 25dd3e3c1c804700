"""Every rule and every part of the schemas, held to the corpus; both schema engines agree."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lrs.xapi import structure
from lrs.xapi.rules.rule import Rule, discovered
from lrs.xapi.validation import ENOUGH, violations
from lrs.xapi.version import Version
from tests.contract.invalid_contexts import INVALID_CONTEXTS
from tests.contract.invalid_statements import INVALID
from tests.contract.invalid_values import INVALID_VALUES
from tests.contract.statements import SUB_STATEMENT, Invalid, Valid, context, statement
from tests.contract.valid_statements import VALID

RULES = [pytest.param(rule, id=rule.name) for rule in discovered()]
HOLDING_RULES = [
    pytest.param(rule, id=rule.name, marks=pytest.mark.requirement(*rule.requirements))
    for rule in discovered()
]


def cases(examples: Mapping[str, Valid | Invalid], marked: bool = True) -> list[Any]:
    """Return each example in each of its versions, marked with the requirements it holds."""
    return [
        pytest.param(
            example,
            version,
            id=f"{version} {name}",
            marks=pytest.mark.requirement(*example.requirements) if marked else (),
        )
        for name, example in examples.items()
        for version in example.versions
    ]


def within(examples: Mapping[str, Valid | Invalid]) -> Mapping[str, Valid | Invalid]:
    """Return those that say something of a SubStatement too."""
    return {
        name: example
        for name, example in examples.items()
        if not example.properties.keys() & {"id", "authority", "version", "stored"}
        and None not in example.properties.values()
        and example.properties.get("object", {}).get("objectType") != "SubStatement"
    }


def inside(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement whose SubStatement has these properties."""
    return statement(object={**SUB_STATEMENT, **properties})


def found(sent: dict[str, Any], version: Version) -> set[tuple[str, str]]:
    """Return where a statement is wrong, and by which requirements."""
    return {(violation.path, violation.requirement) for violation in violations(sent, version)}


EVERY_INVALID = {**INVALID, **INVALID_CONTEXTS, **INVALID_VALUES}
INVALID_ACTORS = {
    name: example
    for name, example in EVERY_INVALID.items()
    if set(example.properties) == {"actor"} and example.properties["actor"]
}


@pytest.mark.parametrize(("example", "version"), cases(VALID))
def test_a_valid_statement_has_no_violation(example: Valid, version: Version) -> None:
    assert violations(statement(**example.properties), version) == []


@pytest.mark.parametrize(("example", "version"), cases(within(VALID)))
def test_what_is_valid_is_valid_in_a_sub_statement(example: Valid, version: Version) -> None:
    assert violations(inside(example.properties), version) == []


@pytest.mark.parametrize(("example", "version"), cases(EVERY_INVALID))
def test_an_invalid_statement_is_rejected_there_and_for_that(
    example: Invalid, version: Version
) -> None:
    assert (example.path, example.requirement) in found(statement(**example.properties), version)


@pytest.mark.parametrize(("example", "version"), cases(within(EVERY_INVALID)))
def test_what_is_invalid_is_invalid_in_a_sub_statement(example: Invalid, version: Version) -> None:
    path = example.path.replace("$", "$.object", 1)
    assert (path, example.requirement) in found(inside(example.properties), version)


@pytest.mark.parametrize(("example", "version"), cases(INVALID_ACTORS))
def test_an_invalid_actor_is_invalid_wherever_an_actor_stands(
    example: Invalid, version: Version
) -> None:
    actor = example.properties["actor"]
    for path, properties in {
        "$.authority": {"authority": actor},
        "$.context.instructor": context(instructor=actor),
        "$.object.context.instructor": {"object": {**SUB_STATEMENT, **context(instructor=actor)}},
    }.items():
        place = example.path.replace("$.actor", path)
        assert (place, example.requirement) in found(statement(**properties), version)


@pytest.mark.parametrize(("example", "version"), cases(EVERY_INVALID, marked=False))
def test_a_violation_repeats_nothing_of_the_statement(example: Invalid, version: Version) -> None:
    sent = statement(**example.properties)
    personal = {text for text in _texts(sent) if "@" in text or "example" in text or text == "1"}
    for violation in violations(sent, version):
        assert not [text for text in personal if text in violation.message.split()]


@pytest.mark.parametrize("rule", HOLDING_RULES)
def test_a_rule_accepts_its_accepted_example(rule: Rule) -> None:
    assert not list(rule.check(statement(**rule.accepted)))
    assert not any(violations(statement(**rule.accepted), version) for version in Version)


@pytest.mark.parametrize("rule", HOLDING_RULES)
@pytest.mark.parametrize("version", Version)
def test_a_rule_alone_rejects_its_rejected_example(rule: Rule, version: Version) -> None:
    rejected = statement(**rule.rejected)
    assert structure.STATEMENT[version].holds(rejected), "the schema says this already"
    assert {v.requirement for v in violations(rejected, version)} == {rule.requirements[0]}


@pytest.mark.parametrize("rule", HOLDING_RULES)
def test_a_rule_holds_in_a_sub_statement(rule: Rule) -> None:
    broken = violations(inside(rule.rejected), Version.V1_0_3)
    assert {v.path.startswith("$.object.") for v in broken} == {True}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_bears_with_absent_properties(rule: Rule) -> None:
    assert not list(rule.check({}))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_a_sentence_with_requirements(rule: Rule) -> None:
    assert len(rule.name.split()) > 3
    assert all(re.fullmatch(r"XAPI-[0-9]{5}|Data [0-9.]+", name) for name in rule.requirements)


@pytest.mark.parametrize(("example", "version"), cases(VALID, marked=False))
def test_both_engines_accept_what_is_valid(example: Valid, version: Version) -> None:
    shape = structure.STATEMENT[version]
    sent = statement(**example.properties)
    assert shape.holds(sent)
    assert not shape.errors(sent, ENOUGH)


@pytest.mark.parametrize(("example", "version"), cases(EVERY_INVALID, marked=False))
def test_both_engines_agree_on_what_is_invalid(example: Invalid, version: Version) -> None:
    shape = structure.STATEMENT[version]
    sent = statement(**example.properties)
    assert shape.holds(sent) == (not shape.errors(sent, ENOUGH))


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
