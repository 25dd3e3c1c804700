"""Each platform speaks its own vocabulary, by the rules of its profile."""

from collections import defaultdict
from datetime import datetime
from itertools import pairwise

import pytest

from lrs.demo.story import JSON
from lrs.demo.verbs import ADL, CMI5, VIDEO

Told = tuple[str, JSON]
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/"
PLAYER = "https://w3id.org/xapi/video/extensions/"


def by(year: list[Told], platform: str) -> list[JSON]:
    return [statement for name, statement in year if name == platform]


def verb_of(statement: JSON) -> str:
    return str(statement["verb"]["id"])


def categories(statement: JSON) -> set[str]:
    given = statement["context"].get("contextActivities", {}).get("category", [])
    return {each["id"] for each in given}


def sessions(told: list[JSON], extension: str) -> list[list[JSON]]:
    found: defaultdict[str, list[JSON]] = defaultdict(list)
    for each in told:
        found[each["context"]["extensions"][extension]].append(each)
    return list(found.values())


@pytest.fixture
def defined(year: list[Told]) -> list[JSON]:
    return [told for told in by(year, "cmi5") if CATEGORY + "cmi5" in categories(told)]


def test_a_cmi5_session_is_launched_first_and_ended_once(defined: list[JSON]) -> None:
    whole = [told for told in sessions(defined, SESSION) if told[0]["timestamp"] < "2025-12"]
    assert whole
    for told in whole:
        verbs = [verb_of(each) for each in told if verb_of(each) != CMI5 + "satisfied"]
        assert verbs[:2] == [ADL + "launched", ADL + "initialized"]
        assert verbs[-1] in {ADL + "terminated", CMI5 + "abandoned"}
        assert len(verbs) == len(set(verbs))


def test_cmi5_statements_carry_account_registration_and_utc(defined: list[JSON]) -> None:
    for each in defined:
        assert set(each["actor"]["account"]) == {"homePage", "name"}
        assert each["context"]["registration"]
        assert each["timestamp"].endswith("Z")


def test_cmi5_judgements_carry_the_move_on_category_and_agree_with_the_mastery_score(
    defined: list[JSON],
) -> None:
    judged = [told for told in defined if verb_of(told) in {ADL + "passed", ADL + "failed"}]
    assert {verb_of(told) for told in judged} == {ADL + "passed", ADL + "failed"}
    for told in judged:
        mastery = told["context"]["extensions"][SESSION.replace("sessionid", "masteryscore")]
        assert CATEGORY + "moveon" in categories(told)
        passed = told["result"]["score"]["scaled"] >= mastery
        assert told["result"]["success"] is passed is (verb_of(told) == ADL + "passed")


def test_a_cmi5_course_is_satisfied_once_per_registration(defined: list[JSON]) -> None:
    registrations = [
        told["context"]["registration"] for told in defined if verb_of(told) == CMI5 + "satisfied"
    ]
    assert registrations
    assert len(registrations) == len(set(registrations))


def test_a_video_is_completed_only_when_almost_all_was_played(year: list[Told]) -> None:
    completed = [told for told in by(year, "video") if verb_of(told) == ADL + "completed"]
    assert completed
    assert all(told["result"]["extensions"][PLAYER + "progress"] >= 0.95 for told in completed)
    assert len(completed) < len(sessions(by(year, "video"), PLAYER + "session-id"))


def test_a_video_session_plays_before_it_pauses(year: list[Told]) -> None:
    for told in sessions(by(year, "video"), PLAYER + "session-id"):
        verbs = [verb_of(each) for each in told]
        assert verbs[0] == ADL + "initialized"
        for before, after in pairwise(verbs):
            assert (after == VIDEO + "paused") == (before == VIDEO + "played")


def test_seeking_starts_at_the_time_of_the_pause(year: list[Told]) -> None:
    seeks = 0
    for told in sessions(by(year, "video"), PLAYER + "session-id"):
        for before, after in pairwise(told):
            if verb_of(after) == VIDEO + "seeked":
                seeks += 1
                paused = before["result"]["extensions"][PLAYER + "time"]
                assert after["result"]["extensions"][PLAYER + "time-from"] == paused
    assert seeks


def test_tests_after_a_course_are_better_than_before(year: list[Told]) -> None:
    phase = "http://id.tincanapi.com/extension/assessment-type"
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for told in by(year, "assessment"):
        if "score" in told.get("result", {}):
            scores[told["context"]["extensions"][phase]].append(told["result"]["score"]["scaled"])
    assert mean(scores["pretest"]) + 0.1 < mean(scores["posttest"])


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def test_answers_right_in_the_assessment_tool_match_the_pattern(year: list[Told]) -> None:
    answered = [told for told in by(year, "assessment") if verb_of(told) == ADL + "answered"]
    assert {told["object"]["definition"]["interactionType"] for told in answered} >= {
        "choice",
        "matching",
        "numeric",
        "sequencing",
        "likert",
    }
    for told in answered:
        (pattern,) = told["object"]["definition"]["correctResponsesPattern"]
        assert told["result"]["success"] is (told["result"]["response"] == pattern)


def test_attendance_names_the_instructor_and_teams_come_as_groups(year: list[Told]) -> None:
    attended = [told for told in by(year, "classroom") if verb_of(told) == ADL + "attended"]
    agents = [told for told in attended if told["actor"]["objectType"] == "Agent"]
    groups = [told for told in attended if told["actor"]["objectType"] == "Group"]
    assert all(told["context"]["instructor"]["mbox"].startswith("mailto:") for told in agents)
    assert groups
    assert all(len(told["actor"]["member"]) > 2 for told in groups)


def test_voidings_refer_to_an_earlier_statement_that_is_no_voiding(year: list[Told]) -> None:
    earlier: dict[str, JSON] = {}
    voidings = []
    for _, told in year:
        if verb_of(told) == ADL + "voided":
            voidings.append(told)
            assert verb_of(earlier[told["object"]["id"]]) != ADL + "voided"
        earlier[told["id"]] = told
    assert len(voidings) > 3


def test_references_lead_to_earlier_statements(year: list[Told]) -> None:
    seen: set[str] = set()
    followed = 0
    for _, told in year:
        reference = told.get("context", {}).get("statement")
        if told["object"].get("objectType") == "StatementRef":
            reference = told["object"]
        if reference is not None:
            assert reference["id"] in seen
            followed += 1
        seen.add(told["id"])
    assert followed > 10


@pytest.mark.parametrize(
    "category",
    [
        "survey/reaction",
        "template/application-report",
        "template/observation",
        "template/result-evidence",
        "template/goal",
        "template/assignment",
        "modality/coaching",
    ],
)
def test_the_framework_finds_its_categories(year: list[Told], category: str) -> None:
    iri = f"https://lef.example/xapi/{category}"
    assert any(iri in categories(told) for _, told in year if "context" in told)


def test_a_renewed_certificate_names_the_one_before_and_runs_longer(year: list[Told]) -> None:
    expires = "https://w3id.org/xapi/comp/contextextensions/expires"
    told = {each["id"]: each for each in by(year, "talent")}
    certified = [each for each in told.values() if expires in extensions(each)]
    renewed = [each for each in certified if "statement" in each["context"]]
    assert 0 < len(renewed) < len(certified)
    for each in renewed:
        before = told[each["context"]["statement"]["id"]]
        assert before["actor"] == each["actor"]
        assert extensions(before)[expires] < extensions(each)[expires]


def extensions(statement: JSON) -> JSON:
    found: JSON = statement.get("context", {}).get("extensions", {})
    return found


def test_application_is_reported_two_to_six_months_after_completion_and_not_always_yes(
    year: list[Told],
) -> None:
    times = {told["id"]: datetime.fromisoformat(told["timestamp"]) for _, told in year}
    answers = set()
    for _, told in year:
        if "https://lef.example/xapi/template/application-report" in categories_of(told):
            wait = times[told["id"]] - times[told["context"]["statement"]["id"]]
            assert 55 <= wait.days <= 185
            answers.add(told["result"]["success"])
    assert answers == {True, False}


def categories_of(statement: JSON) -> set[str]:
    return categories(statement) if "context" in statement else set()
