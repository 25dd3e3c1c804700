"""The Agents resource over HTTP."""

import json
import uuid
from typing import Any

import pytest

from tests.product import Client
from tests.statements import completed


def person(client: Client, agent: dict[str, Any]) -> Any:
    got = client.get("/xapi/agents", params={"agent": json.dumps(agent)})
    assert got.status_code == 200, got.text
    return got.json()


def identifiers() -> list[dict[str, Any]]:
    drawn = uuid.uuid4().hex
    return [
        {"mbox": f"mailto:{drawn}@example.org"},
        {"mbox_sha1sum": drawn + drawn[:8]},
        {"openid": f"https://id.example.org/{drawn}"},
        {"account": {"homePage": "https://hr.example.org", "name": drawn}},
    ]


@pytest.mark.parametrize("kind", range(4))
@pytest.mark.requirement(
    "XAPI-00236",
    "XAPI-00237",
    "XAPI-00238",
    "XAPI-00239",
    "XAPI-00240",
    "XAPI-00241",
    "XAPI-00242",
    "XAPI-00244",
    "XAPI-00245",
    "XAPI-00248",
)
def test_a_person_has_every_name_that_statements_gave_the_agent(client: Client, kind: int) -> None:
    agent = identifiers()[kind]
    actors = [{**agent, "name": name} for name in ("Amal", "A. Haddad", "Amal")]
    client.post("/xapi/statements", json=[completed(actor=actor) for actor in actors])
    arrays = {name: [value] for name, value in agent.items()}
    expected = {"objectType": "Person", "name": ["Amal", "A. Haddad"], **arrays}
    assert person(client, agent) == expected


def test_an_agent_never_heard_of_is_the_person_that_the_request_describes(client: Client) -> None:
    agent = {"objectType": "Agent", "name": "Nobody", **identifiers()[0]}
    expected = {"objectType": "Person", "name": ["Nobody"], "mbox": [agent["mbox"]]}
    assert person(client, agent) == expected


def test_a_person_joins_no_identifiers(client: Client) -> None:
    mail, _, openid, _ = identifiers()
    for one in (mail, openid):
        client.post("/xapi/statements", json=completed(actor={**one, "name": "Amal"}))
    assert set(person(client, mail)) == {"objectType", "name", "mbox"}


@pytest.mark.parametrize(
    "agent",
    [
        None,
        "",
        "{}",
        "[]",
        '{"name":"only"}',
        '{"mbox":"mailto:a@example.org","openid":"https://example.org"}',
        '{"objectType":"Group","mbox":"mailto:a@example.org"}',
        '{"mbox":["mailto:a@example.org"]}',
    ],
)
@pytest.mark.requirement("XAPI-00243", "XAPI-00249")
def test_what_is_not_one_agent_is_refused(client: Client, agent: str | None) -> None:
    refused = client.get("/xapi/agents", params=None if agent is None else {"agent": agent})
    assert refused.status_code == 400
    assert refused.json()["violations"][0]["path"] == "?agent"


@pytest.mark.requirement("XAPI-00125", "XAPI-00126")
def test_head_answers_as_get_without_a_body(client: Client) -> None:
    agent = json.dumps(identifiers()[0])
    got = client.head("/xapi/agents", params={"agent": agent})
    assert (got.status_code, got.content) == (200, b"")
    assert int(got.headers["Content-Length"]) > 0
