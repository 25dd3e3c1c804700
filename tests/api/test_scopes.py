"""What credentials of each scope see and change, over HTTP."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from tests.issuer import AUDIENCE, LocalIssuer
from tests.product import Client, Product
from tests.statements import completed

OWN = ("statements/write", "statements/read/mine")
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}
Statement = dict[str, Any]
Platform = Callable[..., Client]


@pytest.fixture(scope="module")
def platform(server: Product) -> Iterator[Platform]:
    """Make clients that have only these scopes."""
    made: list[Client] = []

    def make(*scopes: str) -> Client:
        key = f"platform-{len(made)}-{uuid.uuid4().hex[:6]}"
        options = [option for scope in scopes for option in ("--scope", scope)]
        added = server.command("credential", "add", key, *options)
        assert added.returncode == 0, added.stderr
        client = server.client()
        client.auth = (key, added.stdout.strip().partition(":")[2])
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="module")
def lms(platform: Platform) -> Client:
    return platform(*OWN)


@pytest.fixture(scope="module")
def quiz(platform: Platform) -> Client:
    return platform(*OWN)


@pytest.fixture(scope="module")
def tokens() -> Iterator[LocalIssuer]:
    issuer = LocalIssuer()
    yield issuer
    issuer.stop()


@pytest.fixture(scope="module")
def trusting(tokens: LocalIssuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with an issuer of tokens beside its credentials."""
    settings = {"LRS_OIDC_ISSUER": tokens.url, "LRS_OIDC_AUDIENCE": AUDIENCE}
    product = Product(tmp_path_factory.mktemp("trusting"), settings)
    product.start()
    yield product
    assert product.stop() == 0


def store(client: Client, statement: Statement) -> str:
    answer = client.post("/xapi/statements", json=statement)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0])


def by_id(client: Client, key: str, name: str = "statementId") -> requests.Response:
    return client.get("/xapi/statements", params={name: key})


def ids(client: Client, **filters: Any) -> list[str]:
    answer = client.get("/xapi/statements", params=filters)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["statements"]]


def reference(target: str, **changes: Any) -> Statement:
    return completed(object={"objectType": "StatementRef", "id": target}, **changes)


def caught_up(client: Client) -> None:
    """A read by an unknown id waits for the projection to reach the end of the log."""
    assert by_id(client, str(uuid.uuid4())).status_code == 404


def test_who_may_read_its_own_statements_alone_sees_no_others(
    client: Client, lms: Client, quiz: Client
) -> None:
    registration = str(uuid.uuid4())
    context = {"registration": registration}
    first = store(lms, completed(context=context))
    second = store(quiz, completed(context=context))
    caught_up(client)
    assert ids(client, registration=registration) == [second, first]
    assert ids(lms, registration=registration) == [first]
    assert ids(quiz, registration=registration) == [second]
    assert set(ids(lms)).isdisjoint(ids(quiz))
    assert (by_id(lms, first).status_code, by_id(lms, second).status_code) == (200, 404)


def test_pages_of_own_statements_are_full_and_lead_to_all_of_them(
    lms: Client, quiz: Client
) -> None:
    agent = {"mbox": f"mailto:{uuid.uuid4()}@example.org"}
    own = []
    for _ in range(3):
        own.append(store(lms, completed(actor=agent)))
        store(quiz, completed(actor=agent))
    caught_up(lms)
    found, path = [], f"/xapi/statements?{urlencode({'limit': 2, 'ascending': 'true'})}"
    while path:
        page = lms.get(path).json()
        found += [one["id"] for one in page["statements"]]
        path = page["more"]
        assert len(page["statements"]) == 2 or not path
    assert [key for key in found if key in own] == own


def test_a_reference_does_not_lend_the_authority_of_its_target(lms: Client, quiz: Client) -> None:
    target = store(lms, completed())
    pointing = store(quiz, reference(target))
    caught_up(lms)
    assert pointing not in ids(lms)
    assert target not in ids(quiz)
    assert by_id(lms, pointing).status_code == 404


def test_own_statements_are_found_by_what_they_refer_to(lms: Client, quiz: Client) -> None:
    verb = f"https://example.org/verbs/{uuid.uuid4()}"
    target = store(quiz, completed(verb={"id": verb}))
    pointing = store(lms, reference(target))
    caught_up(lms)
    assert ids(lms, verb=verb) == [pointing]


def test_own_statements_that_are_voided_are_found_as_such_by_their_owner_alone(
    lms: Client, quiz: Client
) -> None:
    key = store(lms, completed())
    store(lms, reference(key, verb=VOIDED))
    caught_up(lms)
    assert by_id(lms, key, "voidedStatementId").status_code == 200
    assert by_id(quiz, key, "voidedStatementId").status_code == 404
    assert by_id(lms, key).status_code == 404


def test_a_claimed_authority_changes_nothing(client: Client, lms: Client, quiz: Client) -> None:
    given = by_id(lms, store(lms, completed())).json()["authority"]
    forged = store(quiz, completed(authority=given))
    caught_up(client)
    assert by_id(lms, forged).status_code == 404
    assert by_id(quiz, forged).json()["authority"] != given


def test_related_agents_finds_the_authority_that_was_assigned(client: Client, lms: Client) -> None:
    claimed = {"mbox": f"mailto:{uuid.uuid4()}@example.org"}
    key = store(lms, completed(authority=claimed))
    assigned = json.dumps(by_id(lms, key).json()["authority"])
    caught_up(client)
    assert key in ids(client, agent=assigned, related_agents="true")
    assert key not in ids(client, agent=assigned)
    assert ids(client, agent=json.dumps(claimed), related_agents="true") == []


def test_voiding_needs_the_right_to_write(platform: Platform, lms: Client) -> None:
    key = store(lms, completed())
    refused = platform("all/read", "define").post(
        "/xapi/statements", json=reference(key, verb=VOIDED)
    )
    assert refused.status_code == 403
    caught_up(lms)
    assert by_id(lms, key).status_code == 200


def test_definitions_and_names_count_only_from_who_may_define(
    client: Client, platform: Platform, lms: Client
) -> None:
    activity = {"id": f"https://example.org/{uuid.uuid4()}"}
    agent = {"mbox": f"mailto:{uuid.uuid4()}@example.org"}
    told = {"name": {"en": "told"}}
    statement = completed(actor=agent | {"name": "Told"}, object=activity | {"definition": told})
    key = store(lms, statement)
    assert by_id(client, key).json()["object"]["definition"] == told
    assert known(client, activity, agent) == (None, None)
    store(platform("statements/write", "define"), statement)
    assert known(client, activity, agent) == (told, ["Told"])


def known(client: Client, activity: dict[str, str], agent: dict[str, str]) -> tuple[Any, Any]:
    defined = client.get("/xapi/activities", params={"activityId": activity["id"]}).json()
    person = client.get("/xapi/agents", params={"agent": json.dumps(agent)}).json()
    return defined.get("definition"), person.get("name")


def test_a_credential_cannot_be_given_a_scope_that_there_is_not(server: Product) -> None:
    refused = server.command("credential", "add", "typo", "--scope", "statement/write")
    assert refused.returncode == 1
    assert "statement/write" in refused.stderr
    assert "statements/read/mine" in refused.stderr
    assert "typo" not in server.command("credential", "list").stdout


def test_secrets_are_not_logged(server: Product, lms: Client) -> None:
    assert isinstance(lms.auth, tuple)
    key, secret = lms.auth
    wrong = "a-wrong-secret-of-many-characters"
    with server.client() as guest:
        guest.auth = (key, wrong)
        assert guest.get("/xapi/statements").status_code == 401
        guest.auth = None
        for one in (secret, wrong):
            basic = requests.Request(auth=(key, one), method="GET", url=server.root).prepare()
            form = {"Authorization": basic.headers["Authorization"], "limit": "1"}
            guest.post("/xapi/statements?method=GET", data=form)
            guest.post("/xapi/statements?method=NO", data=form)
    logged = (server.data / "log").read_text()
    assert secret not in logged
    assert wrong not in logged
    assert basic.headers["Authorization"].split()[1] not in logged


def test_what_a_user_writes_by_an_application_bears_both(
    trusting: Product, tokens: LocalIssuer
) -> None:
    with bearing(trusting, tokens, scope=" ".join(OWN)) as writer:
        key = store(writer, completed())
        assert by_id(writer, key).json()["authority"] == {
            "objectType": "Group",
            "member": [account(f"{tokens.url}/token", "app-1"), account(tokens.url, "user-1")],
        }


def test_what_an_application_writes_by_itself_bears_it_alone(
    trusting: Product, tokens: LocalIssuer
) -> None:
    with bearing(trusting, tokens, scope=" ".join(OWN), sub="app-1") as writer:
        key = store(writer, completed())
        authority = by_id(writer, key).json()["authority"]
    assert authority == account(f"{tokens.url}/token", "app-1")


def test_mine_is_of_the_same_user_by_the_same_application(
    trusting: Product, tokens: LocalIssuer
) -> None:
    key = str(uuid.uuid4())
    seen = {}
    for changes in ({}, {"sub": "user-2"}, {"client_id": "app-2"}, {"sub": "app-1"}):
        with bearing(trusting, tokens, scope=" ".join(OWN), **changes) as client:
            if not changes:
                store(client, completed(id=key))
            found = by_id(client, key).status_code
            seen[str(changes)] = (found, key in ids(client))
    assert list(seen.values()) == [(200, True), (404, False), (404, False), (404, False)]


def test_members_of_an_authority_are_related_agents(trusting: Product, tokens: LocalIssuer) -> None:
    with bearing(trusting, tokens, scope="all", sub="user-3") as client:
        key = store(client, completed())
        caught_up(client)
        user = json.dumps(account(tokens.url, "user-3"))
        assert ids(client, agent=user, related_agents="true") == [key]


def test_tokens_are_not_logged(trusting: Product, tokens: LocalIssuer) -> None:
    sent = [tokens.token(), tokens.token(exp=1), tokens.token(aud="else")]
    for token in sent:
        headers = {"Authorization": f"Bearer {token}"}
        requests.get(f"{trusting.endpoint}/statements", headers=headers, timeout=10)
    logged = (trusting.data / "log").read_text()
    assert not [part for token in sent for part in token.split(".") if part in logged]


def account(home: str, name: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": home, "name": name}}


def bearing(product: Product, tokens: LocalIssuer, **claims: str) -> Client:
    client = product.client()
    client.auth = None
    client.headers["Authorization"] = f"Bearer {tokens.token(**claims)}"
    return client
