import json
import re
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.xapi.achievement import ACHIEVING, DENYING, VERBS, Achievement, Meaning, Outcome
from lrs.xapi.achievement import achievement as achieved
from lrs.xapi.json import parse
from tests.unit.xapi.strategies import SCORES, STATEMENTS

PAGE = (Path(__file__).parents[3] / "docs" / "completions.md").read_text(encoding="utf-8")

COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
PASSED = "http://adlnet.gov/expapi/verbs/passed"
FAILED = "http://adlnet.gov/expapi/verbs/failed"
WAIVED = "https://w3id.org/xapi/adl/verbs/waived"
ATTENDED = "http://adlnet.gov/expapi/verbs/attended"
OTHER = "https://platform.example.org/verbs/did"

OBJECTS_THAT_NOBODY_COMPLETES: list[dict[str, Any]] = [
    {"objectType": "Agent", "mbox": "mailto:a@example.org"},
    {"objectType": "Group", "member": [{"mbox": "mailto:a@example.org"}]},
    {"objectType": "StatementRef", "id": "6a1d9c1e-6b1d-4c58-9a55-0f1f0c6f7a01"},
    {
        "objectType": "SubStatement",
        "actor": {"mbox": "mailto:a@example.org"},
        "verb": {"id": COMPLETED},
        "object": {"id": "https://learn.example.org/course"},
        "result": {"completion": True},
    },
]


def _statement(verb: str, result: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "actor": {"mbox": "mailto:a@example.org"},
        "verb": {"id": verb},
        "object": {"id": "https://learn.example.org/course"},
        **({} if result is None else {"result": result}),
        **changes,
    }


def _outcome(verb: str, result: dict[str, Any] | None = None, **changes: Any) -> Outcome | None:
    found = achieved(_statement(verb, result, **changes))
    return None if found is None else found.outcome


def _score(score: dict[str, Any]) -> float | None:
    found = achieved(_statement(PASSED, {"score": score}))
    assert found is not None
    return found.score


def _examples() -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    return [(block["statement"], block["achieves"]) for block in blocks]


def _rows(columns: int) -> list[list[str]]:
    """Return the cells of every table of the page that has so many columns, without its head."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    wide = [row for row in cells if len(row) == columns and not row[0].startswith("---")]
    return wide[1:]


@pytest.mark.parametrize(("statement", "expected"), _examples())
def test_the_examples_of_the_page_achieve_what_the_page_says(
    statement: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    wanted = expected and Achievement(**{**expected, "outcome": Outcome(expected["outcome"])})
    assert achieved(statement) == wanted


def test_the_page_has_an_example_of_every_outcome() -> None:
    shown = {expected["outcome"] if expected else None for _, expected in _examples()}
    assert shown == {*Outcome, None}


def test_the_page_lists_the_verbs_as_they_are() -> None:
    listed = [(iri, meaning, source) for iri, meaning, source in _rows(3)]
    assert listed == [(iri, verb.meaning.name.lower(), verb.source) for iri, verb in VERBS.items()]


def test_the_page_tells_of_every_meaning_of_a_verb() -> None:
    assert [row[0] for row in _rows(4)] == [
        *(meaning.name.lower() for meaning in Meaning),
        "any other verb",
    ]


@pytest.mark.parametrize("row", _rows(4), ids=lambda row: row[0])
def test_verb_and_completion_achieve_what_the_table_of_the_page_says(row: list[str]) -> None:
    says, *outcomes = row
    verbs = [iri for iri, verb in VERBS.items() if verb.meaning.name.lower() == says] or [OTHER]
    results: list[dict[str, Any]] = [{}, {"completion": True}, {"completion": False}]
    for verb, (result, wanted) in product(verbs, zip(results, outcomes, strict=True)):
        assert (_outcome(verb, result) or "nothing") == wanted


@pytest.mark.parametrize("completion", [{}, {"completion": True}, {"completion": False}])
@pytest.mark.parametrize("verb", [*VERBS, OTHER])
def test_what_was_no_success_is_failed_whatever_else_is_said(
    verb: str, completion: dict[str, Any]
) -> None:
    reports = verb in VERBS and VERBS[verb].meaning is Meaning.REPORTS
    wanted = None if reports else Outcome.FAILED
    assert _outcome(verb, {"success": False, **completion}) == wanted


def test_failed_is_failed_though_the_result_says_otherwise() -> None:
    assert _outcome(FAILED, {"success": True, "completion": True}) is Outcome.FAILED


@pytest.mark.parametrize("verb", [COMPLETED, ATTENDED, OTHER])
def test_a_completion_that_was_a_success_is_passed(verb: str) -> None:
    assert _outcome(verb, {"success": True, "completion": True}) is Outcome.PASSED


def test_success_is_no_completion() -> None:
    assert _outcome(OTHER, {"success": True}) is None
    assert _outcome(ATTENDED, {"success": True}) is Outcome.CONDITIONAL
    assert _outcome(COMPLETED, {"success": True, "completion": False}) is Outcome.DENIED


@pytest.mark.parametrize("result", [{}, {"success": True}, {"completion": False}])
@pytest.mark.parametrize("verb", [PASSED, WAIVED])
def test_what_achieves_never_denies(verb: str, result: dict[str, Any]) -> None:
    assert _outcome(verb, result) in ACHIEVING


def test_every_outcome_but_a_conditional_one_achieves_or_denies() -> None:
    assert set(Outcome) - {Outcome.CONDITIONAL} == ACHIEVING | DENYING
    assert not ACHIEVING & DENYING


@pytest.mark.parametrize("target", OBJECTS_THAT_NOBODY_COMPLETES)
@pytest.mark.parametrize("verb", [COMPLETED, PASSED, FAILED, WAIVED, ATTENDED, OTHER])
def test_only_an_activity_can_be_achieved(verb: str, target: dict[str, Any]) -> None:
    assert _outcome(verb, {"completion": True}, object=target) is None


def test_an_activity_may_be_called_one() -> None:
    target = {"objectType": "Activity", "id": "https://learn.example.org/course"}
    assert _outcome(COMPLETED, object=target) is Outcome.COMPLETED


def test_a_statement_without_a_result_and_with_a_verb_of_its_own_achieves_nothing() -> None:
    assert achieved(_statement(OTHER)) is None


@pytest.mark.parametrize(
    ("definition", "question"),
    [
        ({}, False),
        ({"type": "http://adlnet.gov/expapi/activities/assessment"}, False),
        ({"type": "http://adlnet.gov/expapi/activities/cmi.interaction"}, True),
        ({"type": "http://adlnet.gov/expapi/activities/interaction"}, True),
        ({"type": "http://adlnet.gov/expapi/activities/question"}, True),
        ({"interactionType": "choice"}, True),
        ({"type": "https://platform.example.org/drill", "interactionType": "other"}, True),
    ],
)
def test_a_single_question_is_marked(definition: dict[str, Any], question: bool) -> None:
    target = {"id": "https://learn.example.org/thing", "definition": definition}
    found = achieved(_statement(COMPLETED, object=target))
    assert found is not None
    assert (found.question, found.activity_type) == (question, definition.get("type"))


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ('{"scaled": 0.81}', 0.81),
        ('{"scaled": 0.810}', 0.81),
        ('{"scaled": 1}', 1.0),
        ('{"scaled": -1}', -1.0),
        ('{"scaled": -0.5, "raw": 9, "min": 0, "max": 10}', -0.5),
        ('{"raw": 7, "min": 0, "max": 10}', 0.7),
        ('{"raw": -5, "min": -10, "max": 10}', 0.25),
        ('{"raw": 0.4, "min": 0.1, "max": 0.7}', 0.5),
        ('{"raw":0.7,"min":0,"max":7}', 0.1),
        ('{"raw": 10000000000000000000001, "min": 10000000000000000000000, '
         '"max": 10000000000000000000004}', 0.25),
        ('{"raw": 1e300, "min": 0, "max": 2e300}', 0.5),
        ('{"raw": 0, "min": 0, "max": 10}', 0.0),
        ('{"raw": 10, "min": 0, "max": 10}', 1.0),
        ("{}", None),
        ('{"raw": 7}', None),
        ('{"raw": 7, "max": 10}', None),
        ('{"min": 0, "max": 10}', None),
    ],
)  # fmt: skip
def test_the_score_is_the_scaled_one_or_the_place_of_raw_in_its_range(
    score: str, expected: float | None
) -> None:
    assert _score(parse(score.encode())) == expected


@pytest.mark.parametrize(
    "score",
    [
        {"scaled": 1.5},
        {"scaled": -1.01},
        {"scaled": float("nan")},
        {"scaled": float("inf")},
        {"scaled": 2, "raw": 1, "min": 0, "max": 2},
        {"raw": 5, "min": 5, "max": 5},
        {"raw": 5, "min": 10, "max": 0},
        {"raw": 11, "min": 0, "max": 10},
        {"raw": -1, "min": 0, "max": 10},
    ],
)
def test_a_score_outside_its_range_is_none(score: dict[str, Any]) -> None:
    assert _score(score) is None


def test_minus_zero_is_zero() -> None:
    assert str(_score({"scaled": -0.0})) == "0.0"


@given(SCORES)
def test_a_score_without_scaled_is_the_nearest_double_of_the_exact_one(
    score: dict[str, Any],
) -> None:
    raw, low, high = (Fraction(score[name]) for name in ("raw", "min", "max"))
    ranged = {name: score[name] for name in ("raw", "min", "max")}
    assert _score(ranged) == float((raw - low) / (high - low))


@given(STATEMENTS, st.sampled_from([*VERBS, OTHER]))
def test_every_valid_statement_can_be_judged(statement: dict[str, Any], verb: str) -> None:
    found = achieved({**statement, "verb": {"id": verb}})
    if found is not None:
        assert statement["object"].get("objectType", "Activity") == "Activity"
        assert found.score is None or -1 <= found.score <= 1
