"""Score (Data 2.4.5.1): numbers that limit one another."""

from collections.abc import Iterator

from lrs.xapi.rules.rule import Finding, Statement, rule


@rule(
    "XAPI-00082",
    accepted={"result": {"score": {"min": 0, "raw": 0, "max": 1}}},
    rejected={"result": {"score": {"raw": 101, "max": 100}}},
)
def a_raw_score_lies_between_min_and_max(statement: Statement) -> Iterator[Finding]:
    """Hold raw within min and max, both inclusive, when they are given."""
    score = statement.get("result", {}).get("score", {})
    raw = score.get("raw")
    if raw is None:
        return
    if raw < score.get("min", raw):
        yield ("result", "score", "raw"), "must not be less than min"
    if raw > score.get("max", raw):
        yield ("result", "score", "raw"), "must not be greater than max"


@rule(
    "XAPI-00081",
    "XAPI-00080",
    accepted={"result": {"score": {"min": -1, "max": 1}}},
    rejected={"result": {"score": {"min": 1, "max": 1}}},
)
def a_lowest_score_is_less_than_the_highest(statement: Statement) -> Iterator[Finding]:
    """Hold min strictly below max when both are given."""
    score = statement.get("result", {}).get("score", {})
    if "min" in score and "max" in score and score["min"] >= score["max"]:
        yield ("result", "score", "min"), "must be less than max"
