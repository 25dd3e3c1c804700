"""Every parameter of GET on the Statement resource: taken, refused, and what it finds."""

import json
import uuid
from typing import Any

import pytest

from tests.api.statements import post, wait_for_all
from tests.parts import answered
from tests.product import Client
from tests.statements import completed

CONSISTENT = "X-Experience-API-Consistent-Through"
AGENT = {"mbox": "mailto:amal@example.org"}
FILTERS = {
    "agent": json.dumps(AGENT),
    "verb": "https://example.org/verbs/did",
    "activity": "https://example.org/a",
    "registration": str(uuid.uuid4()),
    "related_activities": "true",
    "related_agents": "true",
    "since": "2020-01-01T00:00:00Z",
    "until": "2020-01-01T00:00:00Z",
    "limit": "1",
    "ascending": "true",
}
FORMATS = ["exact", "ids", "canonical"]
LISTED = [
    ("agent", FILTERS["agent"], "XAPI-00181"),
    ("verb", FILTERS["verb"], "XAPI-00180"),
    ("activity", FILTERS["activity"], "XAPI-00179"),
    ("registration", FILTERS["registration"], "XAPI-00178"),
    ("related_activities", "true", "XAPI-00164"),
    ("related_agents", "true", "XAPI-00176"),
    ("since", FILTERS["since"], "XAPI-00175"),
    ("until", FILTERS["until"], "XAPI-00174"),
    ("limit", "1", "XAPI-00173"),
    ("format", "ids", "XAPI-00171"),
    ("format", "exact", "XAPI-00170"),
    ("format", "canonical", "XAPI-00169"),
    ("attachments", "false", "XAPI-00167"),
    ("ascending", "true", "XAPI-00166"),
]
SINGLE = [
    pytest.param("statementId", marks=pytest.mark.requirement("XAPI-00151")),
    pytest.param("voidedStatementId", marks=pytest.mark.requirement("XAPI-00150")),
]


def ask(client: Client, **asked: Any) -> Any:
    return client.get("/xapi/statements", params=asked)


@pytest.mark.requirement("XAPI-00110", "XAPI-00113", "XAPI-00153", "XAPI-00154", "XAPI-00165")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=f"{name} {value}", marks=pytest.mark.requirement(requirement))
        for name, value, requirement in LISTED
    ],
)
def test_a_list_is_an_object_of_statements_and_more(
    each_client: Client, name: str, value: str
) -> None:
    post(each_client, completed())
    got = ask(each_client, **{name: value})
    assert (got.status_code, got.headers["Content-Type"]) == (200, "application/json")
    assert got.json().keys() == {"statements", "more"}
    assert isinstance(got.json()["statements"], list)
    assert got.headers[CONSISTENT]


@pytest.mark.requirement("XAPI-00153", "XAPI-00154", "XAPI-00167")
def test_a_list_with_attachments_is_multipart(each_client: Client) -> None:
    got = ask(each_client, attachments="true", limit="1")
    listed, _ = answered(got)
    assert listed.keys() == {"statements", "more"}
    assert got.headers[CONSISTENT]


@pytest.mark.requirement("XAPI-00109", "XAPI-00110", "XAPI-00149")
def test_a_list_of_nothing_is_empty(each_client: Client) -> None:
    got = ask(each_client, registration=str(uuid.uuid4()))
    assert (got.status_code, got.json()) == (200, {"statements": [], "more": ""})


@pytest.mark.parametrize("single", SINGLE)
@pytest.mark.parametrize("name", FILTERS)
def test_no_filter_goes_with_the_id_of_a_statement(
    each_client: Client, single: str, name: str
) -> None:
    key = post(each_client, completed()).json()[0]
    refused = ask(each_client, **{single: key, name: FILTERS[name]})
    assert refused.status_code == 400
    assert [one["path"] for one in refused.json()["violations"]] == [f"?{name}"]
    assert refused.headers[CONSISTENT]


@pytest.mark.parametrize("single", SINGLE)
@pytest.mark.parametrize(
    "asked", [{"attachments": "false"}, {"attachments": "true"}, *({"format": f} for f in FORMATS)]
)
def test_format_and_attachments_go_with_the_id_of_a_statement(
    each_client: Client, single: str, asked: dict[str, str]
) -> None:
    key = post(each_client, completed()).json()[0]
    if single == "voidedStatementId":
        voided = {"id": "http://adlnet.gov/expapi/verbs/voided"}
        target = {"objectType": "StatementRef", "id": key}
        post(each_client, completed(verb=voided, object=target))
        wait_for_all(each_client)
    got = ask(each_client, **{single: key, **asked})
    assert got.status_code == 200
    text = answered(got)[0] if asked.get("attachments") == "true" else got.json()
    assert text["id"] == key


@pytest.mark.requirement("XAPI-00153", "XAPI-00325")
@pytest.mark.parametrize(
    "name", [*FILTERS, "format", "attachments", "statementId", "voidedStatementId"]
)
def test_a_parameter_in_another_case_is_unknown(each_client: Client, name: str) -> None:
    key = post(each_client, completed()).json()[0]
    other = name[0].upper() + name[1:]
    value = FILTERS.get(name, key if name.endswith("Id") else "true")
    refused = ask(each_client, **{other: value})
    assert refused.status_code == 400
    assert [one["path"] for one in refused.json()["violations"]] == [f"?{other}"]
    assert refused.headers[CONSISTENT]


@pytest.mark.requirement("XAPI-00168", "XAPI-00170", "XAPI-00171", "XAPI-00169")
def test_each_format_shows_the_statements_in_its_own_way(each_client: Client) -> None:
    registration = str(uuid.uuid4())
    activity = {"id": f"https://example.org/{uuid.uuid4()}"}
    definition = {"name": {"en": "A", "de": "B"}}
    sent = completed(
        object={**activity, "definition": definition}, context={"registration": registration}
    )
    post(each_client, sent)
    wait_for_all(each_client)
    each_client.get("/xapi/activities", params={"activityId": activity["id"]})

    def shown(**asked: str) -> Any:
        [statement] = ask(each_client, registration=registration, **asked).json()["statements"]
        return statement["object"]

    assert shown() == shown(format="exact") == sent["object"]
    assert shown(format="ids") == activity
    assert shown(format="canonical") == {**activity, "definition": {"name": {"en": "A"}}}


@pytest.mark.parametrize(
    "name", ["ascending", "attachments", "related_activities", "related_agents"]
)
@pytest.mark.parametrize(
    ("value", "status"), [("True", 200), ("FALSE", 200), ("yes", 400), ("1", 400)]
)
def test_a_boolean_is_one_in_any_case(
    each_client: Client, name: str, value: str, status: int
) -> None:
    assert ask(each_client, limit="1", **{name: value}).status_code == status


def test_a_boolean_in_another_case_means_the_same(each_client: Client) -> None:
    keys = post(each_client, [completed(), completed()]).json()
    wait_for_all(each_client)
    newest = ask(each_client, limit="1", ascending="False").json()["statements"][0]["id"]
    oldest = ask(each_client, limit="1", ascending="True").json()["statements"][0]["id"]
    assert (newest, oldest != newest) == (keys[-1], True)


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("xapi/statements", "since=2026-01-01T00:00:00+02:00"),
        ("xapi/statements", "until=2026-01-01T00:00:00.5+02:00"),
        (
            "xapi/agents/profile",
            'agent={"mbox":"mailto:a@b.example"}&since=2026-01-01T00:00:00+02:00',
        ),
        ("xapi/statements", "activity=https://example.org/a+b"),
        ("xapi/statements", 'agent={"mbox":"mailto:a+b@example.org"}'),
        ("api/v1/completions", "as_of=2026-01-01T00:00:00+02:00"),
    ],
)
def test_a_plus_that_arrived_as_a_blank_is_told(
    each_client: Client, resource: str, query: str
) -> None:
    refused = each_client.get(f"/{resource}?{query}")
    assert refused.status_code == 400
    told = refused.json()
    [text] = [one["detail"] for one in told.get("errors", ())] or [
        one["message"] for one in told["violations"]
    ]
    assert "%2B" in text
    taken = each_client.get(f"/{resource}?{query.replace('+', '%2B')}")
    assert taken.status_code == 200, taken.text


def test_no_plus_is_spoken_of_where_there_is_no_blank(each_client: Client) -> None:
    assert "%2B" not in ask(each_client, since="yesterday").text


FINDING = [
    ({}, "plain actor verb object instructor parent", ["XAPI-00178"]),
    ({"agent": True}, "actor", ["XAPI-00181"]),
    ({"agent": True, "related_agents": "true"}, "actor instructor", ["XAPI-00176"]),
    ({"verb": True}, "verb", ["XAPI-00180"]),
    ({"activity": True}, "object", ["XAPI-00179"]),
    ({"activity": True, "related_activities": "true"}, "object parent", ["XAPI-00164"]),
    ({"agent": True, "verb": True}, "", ["XAPI-00180", "XAPI-00181"]),
    ({"limit": "2"}, "instructor parent", ["XAPI-00173"]),
    ({"limit": "2", "ascending": "true"}, "plain actor", ["XAPI-00166", "XAPI-00173"]),
]


@pytest.mark.requirement("XAPI-00164")
@pytest.mark.parametrize(
    ("asked", "names"),
    [
        pytest.param(asked, names, marks=pytest.mark.requirement(*requirements))
        for asked, names, requirements in FINDING
    ],
)
def test_a_list_holds_what_fits_and_nothing_else(
    each_client: Client, asked: dict[str, Any], names: str
) -> None:
    drawn, registration = uuid.uuid4(), str(uuid.uuid4())
    agent = {"mbox": f"mailto:{drawn}@example.org"}
    verb = {"id": f"https://example.org/verbs/{drawn}"}
    activity = {"id": f"https://example.org/{drawn}"}
    context = {"registration": registration}
    parent = {"contextActivities": {"parent": [activity]}}
    statements = {
        "plain": completed(context=context),
        "actor": completed(context=context, actor=agent),
        "verb": completed(context=context, verb=verb),
        "object": completed(context=context, object=activity),
        "instructor": completed(context={**context, "instructor": agent}),
        "parent": completed(context={**context, **parent}),
        "elsewhere": completed(actor=agent, verb=verb, object=activity),
    }
    ids = dict(zip(statements, post(each_client, [*statements.values()]).json(), strict=True))
    wait_for_all(each_client)
    drawn_values = {"agent": json.dumps(agent), "verb": verb["id"], "activity": activity["id"]}
    values = {name: drawn_values.get(name, value) for name, value in asked.items()}
    found = ask(each_client, registration=registration, **values).json()["statements"]
    expected = [ids[name] for name in names.split()]
    ordered = expected if "ascending" in asked else expected[::-1]
    assert [one["id"] for one in found] == ordered
