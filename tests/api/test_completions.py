"""`/api/v1/completions`: who completed or passed what, and the statements that say so."""

import json
import uuid
from typing import Any

import pytest

from lrs.clock import iso, now
from tests.api.learners import PASSED, Learner
from tests.product import Client
from tests.statements import completed


@pytest.fixture
def learner(client: Client) -> Learner:
    return Learner(client)


def test_first_best_and_latest_name_their_statements(learner: Learner) -> None:
    made = [
        learner.posts(timestamp=f"2026-0{month}-01T00:00:00Z", result={"score": {"scaled": score}})
        for month, score in ((2, 0.9), (3, 0.4), (1, 0.5))
    ]
    row = learner.row()
    assert row["first"] == {
        "statement": made[2]["id"], "timestamp": "2026-01-01T00:00:00.000000Z", "score": 0.5,
    }  # fmt: skip
    assert row["best"]["statement"] == made[0]["id"]
    assert row["latest"]["statement"] == made[1]["id"]
    assert row["statements"] == [one["id"] for one in made]
    assert (row["agent"], row["activity"]) == (learner.agent, learner.activity)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "completed"),
        ({"verb": PASSED, "result": {"success": True}}, "passed"),
        ({"verb": PASSED, "result": {"success": False}}, "failed"),
        ({"result": {"completion": False}}, None),
        ({"verb": {"id": "urn:x:read"}, "result": {"completion": True}}, "completed"),
        ({"verb": {"id": "urn:x:read"}, "result": {"success": True}}, None),
    ],
)
def test_what_counts_is_said_by_verb_and_result(
    learner: Learner, changes: dict[str, Any], status: str | None
) -> None:
    learner.posts(**changes)
    assert [row["status"] for row in learner.asks()["completions"]] == ([status] if status else [])


@pytest.mark.parametrize("voided_first", [False, True])
def test_a_voided_statement_counts_no_more_whichever_came_first(
    learner: Learner, voided_first: bool
) -> None:
    kept, target = learner.posts()["id"], str(uuid.uuid4())
    if voided_first:
        learner.voids(target)
        learner.posts(id=target)
    else:
        learner.posts(id=target)
        learner.voids(target)
    assert learner.row()["statements"] == [kept]


def test_a_completion_whose_statements_are_all_voided_is_told_as_retracted(
    learner: Learner,
) -> None:
    learner.voids(learner.posts()["id"])
    row = learner.row()
    assert (row["status"], row["statements"], row["first"]) == ("retracted", [], None)


def test_every_member_of_a_group_completes(learner: Learner, client: Client) -> None:
    other = Learner(client)
    learner.posts(actor={"objectType": "Group", "member": [learner.agent, other.agent]})
    assert other.row()["statements"] == learner.row()["statements"]


def test_as_of_a_position_or_a_time_tells_what_was_known_then(learner: Learner) -> None:
    first = learner.posts()["id"]
    known = learner.asks()
    position = known["position"]
    learner.voids(first)
    assert learner.row()["status"] == "retracted"
    assert learner.row(as_of=position)["statements"] == [first]
    stored = learner.client.get("/xapi/statements", params={"voidedStatementId": first}).json()
    assert learner.row(as_of=stored["stored"])["statements"] == [first]
    assert learner.asks(as_of="2020-01-01T00:00:00Z")["completions"] == []


@pytest.mark.parametrize("written", ["2026-02-30", "2026-1-1", "0000-01-01", "2026-01", "today"])
def test_as_of_what_is_no_day_is_refused(client: Client, written: str) -> None:
    refused = client.get("/api/v1/completions", params={"as_of": written})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["parameter"] == "as_of"


@pytest.mark.parametrize("query", ["cursor=abc", "limit=1&limit=2", "nothing=1", "agent=%FF"])
def test_a_wrong_parameter_is_no_fault_against_the_standard(client: Client, query: str) -> None:
    refused = client.get(f"/api/v1/completions?{query}")
    assert refused.status_code == 400
    text = refused.text.lower()
    assert "statements" not in text
    assert "xapi" not in text


def test_changed_since_tells_only_what_later_records_concern(learner: Learner) -> None:
    first = learner.posts()["id"]
    position = learner.asks()["position"]
    assert learner.asks(changed_since=position)["completions"] == []
    learner.voids(first)
    assert learner.row(changed_since=position)["status"] == "retracted"


def test_pages_together_hold_every_row_once(learner: Learner, client: Client) -> None:
    activities = sorted(f"https://learn.example.org/{n}/{uuid.uuid4()}" for n in range(5))
    for activity in activities:
        learner.posts(object={"id": activity})
    page = learner.asks(limit=2)
    seen = [row["activity"] for row in page["completions"]]
    while page["more"]:
        page = client.get(page["more"]).json()
        seen += [row["activity"] for row in page["completions"]]
    assert seen == activities


def test_what_changes_while_pages_are_read_is_told_to_who_asks_since_their_position(
    learner: Learner, client: Client
) -> None:
    activities = sorted(f"https://learn.example.org/{n}/{uuid.uuid4()}" for n in range(4))
    for activity in activities:
        learner.posts(object={"id": activity})
    first = learner.asks(limit=2)
    changed = learner.posts(object={"id": activities[0]})
    late = learner.posts(object={"id": f"{activities[3]}/late"})
    learner.asks()
    second = client.get(first["more"]).json()
    assert second["position"] == first["position"]
    assert [row["activity"] for row in second["completions"]] == activities[2:]
    since = learner.asks(changed_since=second["position"])["completions"]
    assert [row["latest"]["statement"] for row in since] == [changed["id"], late["id"]]


def test_what_was_answered_at_a_position_is_answered_as_of_it_or_of_its_time(
    learner: Learner,
) -> None:
    learner.posts()
    then = learner.asks()
    learner.voids(learner.posts()["id"])
    assert learner.asks() != then
    assert learner.asks(as_of=then["position"]) == then
    assert learner.asks(as_of=then["until"]) == then


def test_an_answer_tells_the_time_of_the_last_record_that_it_reflects(learner: Learner) -> None:
    posted = learner.posts()["id"]
    stored = learner.client.get("/xapi/statements", params={"statementId": posted}).json()
    assert learner.asks()["until"] == stored["stored"]


def test_an_answer_waits_for_what_is_on_the_log(learner: Learner) -> None:
    for _ in range(5):
        posted = learner.posts()["id"]
        asked = {"agent": json.dumps(learner.agent)}
        answer = learner.client.get("/api/v1/completions", params=asked).json()
        assert answer["lag"] == 0
        assert posted in answer["completions"][0]["statements"]


def test_as_of_a_day_is_as_of_its_end(learner: Learner) -> None:
    learner.posts()
    assert learner.asks(as_of="2020-02-29")["completions"] == []


def test_as_of_a_position_that_is_not_there_yet_is_to_be_asked_again(learner: Learner) -> None:
    answer = learner.client.get("/api/v1/completions", params={"as_of": 10**9})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_as_of_a_time_that_has_just_come_is_answered(learner: Learner) -> None:
    posted = learner.posts()["id"]
    assert learner.row(as_of=iso(now() + 1_000_000))["statements"] == [posted]


@pytest.mark.parametrize("ahead", ["2999-12-31", "2999-12-31T00:00:00Z"])
def test_as_of_a_time_far_ahead_is_not_to_be_asked_again(learner: Learner, ahead: str) -> None:
    answer = learner.client.get("/api/v1/completions", params={"as_of": ahead})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["parameter"] == "as_of"
    assert "has not come" in error["detail"]


def test_any_text_can_name_an_agent_and_an_activity(client: Client) -> None:
    learner = Learner(client, f"\x00é{uuid.uuid4()}")
    learner.posts()
    assert learner.row()["agent"] == learner.agent


@pytest.mark.parametrize(
    "wrong",
    [
        "agent={}",
        "activity=x",
        "as_of=soon",
        "as_of=2026-02-30",
        "changed_since=-1",
        "limit=x",
        "cursor=x",
        "colour=1",
    ],
)
def test_a_bad_parameter_is_named(client: Client, wrong: str) -> None:
    got = client.get(f"/api/v1/completions?{wrong}")
    assert got.status_code == 400
    assert got.json()["errors"][0]["parameter"] == wrong.partition("=")[0]


def test_an_identified_group_is_told_as_a_group_and_its_members_as_agents(
    client: Client, learner: Learner
) -> None:
    group = Learner(client)
    account = group.agent["account"]
    actor = {"objectType": "Group", "account": account, "member": [learner.agent]}
    learner.posts(actor=actor)
    assert group.row()["agent"] == {"objectType": "Group", "account": account}
    assert learner.row()["agent"] == learner.agent


def test_scores_written_with_and_without_a_fraction_go_together(learner: Learner) -> None:
    made = [
        completed(actor=learner.agent, object={"id": learner.activity}, result=result)
        for score in (1, 0.5, None)
        for result in [{"completion": True} | ({"score": {"scaled": score}} if score else {})]
    ]
    assert learner.client.post("/xapi/statements", json=made).status_code == 200
    row = learner.row()
    assert (row["best"]["score"], len(row["statements"])) == (1.0, 3)


def test_a_voided_group_makes_no_group_of_an_agent(client: Client) -> None:
    mbox = f"mailto:{uuid.uuid4()}@example.org"
    agent = Learner(client)
    agent.agent = {"objectType": "Agent", "mbox": mbox}
    wrong = agent.posts(actor={"objectType": "Group", "mbox": mbox})
    agent.voids(wrong["id"])
    agent.posts()
    assert agent.row()["agent"] == agent.agent
