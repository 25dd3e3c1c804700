"""What completions tell beside a pass: failures, denials, waivers, questions, names and types."""

from typing import Any

import pytest

from tests.api.learners import PASSED, Learner
from tests.product import Client

VERBS = "http://adlnet.gov/expapi/verbs"
FAILED = {"id": f"{VERBS}/failed"}
COURSE = "http://adlnet.gov/expapi/activities/course"
QUESTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
UNCOMPLETED = {"id": "http://activitystrea.ms/unsatisfy"}


@pytest.fixture
def learner(client: Client) -> Learner:
    return Learner(client)


def day(number: int) -> str:
    return f"2026-03-{number:02}T09:00:00Z"


def of_type(learner: Learner, kind: str, **more: Any) -> dict[str, Any]:
    return {"object": {"id": learner.activity, "definition": {"type": kind, **more}}}


@pytest.mark.parametrize(
    "result", [{"success": False}, {"success": False, "completion": True, "score": {"scaled": 1}}]
)
@pytest.mark.parametrize("verb", [PASSED, FAILED, {"id": f"{VERBS}/completed"}])
def test_what_failed_is_neither_completed_nor_passed(
    learner: Learner, verb: dict[str, str], result: dict[str, Any]
) -> None:
    key = learner.posts(verb=verb, result=result)["id"]
    row = learner.row()
    assert (row["status"], row["statements"], row["denied_after"]) == ("failed", [key], None)
    assert row["first"]["statement"] == row["latest"]["statement"] == key


def test_failed_and_passed_later_is_passed(learner: Learner) -> None:
    learner.posts(verb=FAILED, timestamp=day(1))
    key = learner.posts(verb=PASSED, timestamp=day(2))["id"]
    row = learner.row()
    assert (row["status"], row["statements"], row["denied_after"]) == ("passed", [key], None)


@pytest.mark.parametrize(
    "denial",
    [
        {"verb": FAILED, "result": None},
        {"verb": UNCOMPLETED, "result": None},
        {"result": {"completion": False}},
    ],
)
def test_a_later_denial_is_told_and_takes_nothing_away(
    learner: Learner, denial: dict[str, Any]
) -> None:
    key = learner.posts(verb=PASSED, timestamp=day(2))["id"]
    learner.posts(timestamp=day(1), **denial)
    later = learner.posts(timestamp=day(3), **denial)["id"]
    row = learner.row()
    assert (row["status"], row["statements"]) == ("passed", [key])
    assert row["denied_after"] == {"statement": later, "timestamp": "2026-03-03T09:00:00.000000Z"}
    learner.posts(verb=PASSED, timestamp=day(4))
    assert learner.row()["denied_after"] is None


def test_a_denial_that_was_voided_is_not_told(learner: Learner) -> None:
    learner.posts(timestamp=day(1))
    learner.voids(learner.posts(verb=FAILED, timestamp=day(2))["id"])
    assert learner.row()["denied_after"] is None


def test_a_pass_that_was_voided_leaves_the_failure(learner: Learner) -> None:
    key = learner.posts(verb=FAILED, timestamp=day(2))["id"]
    learner.voids(learner.posts(verb=PASSED, timestamp=day(1))["id"])
    row = learner.row()
    assert (row["status"], row["statements"], row["denied_after"]) == ("failed", [key], None)


def test_of_denials_alone_and_of_attendance_nothing_is_told(learner: Learner) -> None:
    learner.posts(result={"completion": False})
    learner.posts(verb={"id": f"{VERBS}/attended"}, result=None)
    assert learner.asks()["completions"] == []


def test_what_was_waived_is_told_as_waived(learner: Learner) -> None:
    learner.posts(verb={"id": "https://w3id.org/xapi/adl/verbs/waived"}, result=None)
    assert learner.row()["status"] == "waived"


def test_a_raw_score_counts_by_its_range(learner: Learner) -> None:
    learner.posts(result={"completion": True, "score": {"raw": 40, "min": 0, "max": 50}})
    assert learner.row()["best"]["score"] == 0.8


def test_names_and_type_are_the_last_that_the_statements_gave(learner: Learner) -> None:
    who = learner.agent
    given = of_type(learner, COURSE, name={"en": "Fraud", "fr": "Fraude"})
    learner.posts(timestamp=day(1), actor={**who, "name": "A. Amal"}, **given)
    learner.posts(timestamp=day(3))
    renamed = of_type(learner, COURSE, name={"en": "Fraud prevention"})
    learner.posts(timestamp=day(2), actor={**who, "name": "Amal"}, **renamed)
    row = learner.row()
    assert row["agent"] == {**who, "name": "Amal"}
    assert (row["name"], row["type"]) == ({"en": "Fraud prevention"}, COURSE)


def test_nothing_is_told_of_names_that_nobody_gave(learner: Learner) -> None:
    learner.posts()
    row = learner.row()
    assert (row["agent"], row["name"], row["type"]) == (learner.agent, None, None)


def test_single_questions_are_told_on_request_only(learner: Learner) -> None:
    learner.posts(verb=PASSED, **of_type(learner, QUESTION))
    assert learner.asks()["completions"] == []
    assert learner.row(questions="true")["type"] == QUESTION


def test_rows_are_chosen_by_status_and_by_type(learner: Learner) -> None:
    passed = learner.activity
    learner.posts(verb=PASSED, **of_type(learner, COURSE))
    learner.activity += "/other"
    learner.posts(verb=FAILED)
    rows = {row["activity"]: row["status"] for row in learner.asks()["completions"]}
    assert rows == {passed: "passed", learner.activity: "failed"}
    assert learner.row(status="passed,completed")["activity"] == passed
    assert learner.row(status="failed")["activity"] == learner.activity
    assert learner.row(type=COURSE)["activity"] == passed
    first = learner.asks(status="passed, failed", limit=1)
    rest = learner.client.get(first["more"]).json()
    assert [row["status"] for row in first["completions"] + rest["completions"]] == [
        "passed",
        "failed",
    ]


@pytest.mark.parametrize("wrong", ["status=done", "status=", "type=course", "questions=maybe"])
def test_a_wrong_choice_is_named(client: Client, wrong: str) -> None:
    refused = client.get(f"/api/v1/completions?{wrong}")
    assert refused.status_code == 400
