"""What auditors are told: deeds and reads of named data, over an application with its consumer."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consumers.follow import Follower
from lrs.events.administration import Kind
from lrs.events.credentials import (
    CredentialAdded,
    CredentialRevoked,
    CredentialRotated,
    Terms,
)
from lrs.events.envelope import encode
from lrs.events.principal import SHELL
from lrs.http.app import TABLES
from lrs.http.wire.app_parts import AppParts
from lrs.intake.administration import administered
from lrs.log.port import Message
from lrs.settings import Settings
from lrs.storage.database import Pool
from projections.folding.registry import named
from tests import credentials
from tests.component.http.conftest import Compose, composing
from tests.databases import PostgresqlServer
from tests.issuer import AUDIENCE, LocalIssuer

SECRET = "a-secret-of-many-characters"
COMPLETIONS = "/api/v1/completions"
AGENT = {"agent": json.dumps({"mbox": "mailto:amal@example.org"})}


@pytest.fixture
def compose() -> Iterator[Compose]:
    """Close applications with the test: each holds connections of the one server."""
    with composing() as made:
        yield made


@pytest.fixture
def settings(
    postgresql: PostgresqlServer, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    data = tmp_path_factory.mktemp("data")
    plain = Settings(database=postgresql.fresh(), data=str(data))
    database = Pool(plain.database, 1)
    for key, scope in (
        ("hr", "statements/read"),
        ("audit", "audit/read"),
        ("lms", "state"),
        ("steward", "all"),
    ):
        credentials.add(database, key, SECRET, (scope,))
    database.close()
    return replace(plain, oidc_issuer=issuer.url, oidc_audience=AUDIENCE)


@pytest.fixture
def app(settings: Settings, compose: Compose) -> Iterator[Flask]:
    app = compose(settings)
    stop = threading.Event()
    kinds = named(("administration", "completions", "moments", "registers"))
    follower = Follower(settings.database, front(app).log, kinds)
    thread = threading.Thread(target=follower.run, args=(stop,))
    thread.start()
    yield app
    stop.set()
    thread.join()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def front(app: Flask) -> AppParts:
    parts = app.extensions["app_parts"]
    assert isinstance(parts, AppParts)
    return parts


def told(client: FlaskClient, **asked: Any) -> dict[str, Any]:
    """Return what the auditor is told."""
    answer = client.get("/api/v1/administration", query_string=asked, auth=("audit", SECRET))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = json.loads(answer.text)
    return body


def rows(client: FlaskClient, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(client, **asked)["administration"]
    return found


def read(client: FlaskClient, key: str = "hr", **headers: str) -> int:
    answer = client.get(COMPLETIONS, query_string=AGENT, auth=(key, SECRET), headers=headers)
    return answer.status_code


def test_deeds_are_told_newest_first_with_who_and_what(app: Flask, client: FlaskClient) -> None:
    log = front(app).log
    first = administered(log, Kind.READ_MODEL_REBUILT, SHELL, {"projection": "completions"})
    second = administered(log, Kind.QUARANTINE_RETRIED, SHELL, {"folded": ["completions 7"]})
    found = rows(client)
    assert [(one["kind"], one["position"]) for one in found] == [
        ("quarantine-retried", second),
        ("read-model-rebuilt", first),
    ]
    assert found[1]["principal"] == {"kind": "shell"}
    assert found[1]["detail"] == {"projection": "completions"}


def test_deeds_are_filtered_by_kind_principal_and_time(app: Flask, client: FlaskClient) -> None:
    log = front(app).log
    administered(log, Kind.READ_MODEL_REBUILT, SHELL, {})
    assert read(client) == 200
    administered(log, Kind.READ_MODEL_REBUILT, SHELL, {})
    last, asked, first = rows(client)
    assert rows(client, kind="read-model-rebuilt") == [last, first]
    assert rows(client, kind="named-data-read") == [asked]
    assert rows(client, principal="credential:hr") == [asked]
    assert rows(client, principal="shell", since=first["stored"]) == [last]
    assert rows(client, until=asked["stored"]) == [asked, first]
    assert rows(client, since=first["stored"], until=asked["stored"]) == [asked]
    assert rows(client, changed_since=asked["position"]) == [last]
    assert rows(client, as_of=asked["position"]) == [asked, first]


@pytest.mark.parametrize(
    "principal", ["hr", "credential:", "credentials:hr", "subject:user-1", "shell:hr", ""]
)
def test_a_principal_that_nobody_can_be_is_refused(client: FlaskClient, principal: str) -> None:
    asked = {"principal": principal}
    refused = client.get("/api/v1/administration", query_string=asked, auth=("audit", SECRET))
    assert refused.status_code == 400
    assert refused.get_json()["errors"][0]["parameter"] == "principal"


def test_pages_lead_to_all_deeds_at_one_position(app: Flask, client: FlaskClient) -> None:
    log = front(app).log
    made = [administered(log, Kind.READ_MODEL_REBUILT, SHELL, {"n": n}) for n in range(5)]
    page = told(client, limit=2, kind="read-model-rebuilt")
    seen, position = page["administration"], page["position"]
    administered(log, Kind.READ_MODEL_REBUILT, SHELL, {"n": 5})
    while page["more"]:
        page = json.loads(client.get(page["more"], auth=("audit", SECRET)).text)
        assert page["position"] == position
        seen += page["administration"]
    assert [one["position"] for one in seen] == made[::-1]


def test_changes_of_credentials_are_told_without_what_could_be_tried_against_a_secret(
    app: Flask, client: FlaskClient
) -> None:
    terms = Terms(("audit/read",), ("officer:DOS",), "p1", ("DOS",), "the desk", 7)
    digest = "ab" * 32
    for event in (
        CredentialAdded("desk", terms, digest, SHELL),
        CredentialRotated("desk", None, None, SHELL),
        CredentialRevoked("desk", SHELL),
    ):
        front(app).log.append(Message(*encode(event)))
    revoked, rotated, added = rows(client)
    assert [one["kind"] for one in (added, rotated, revoked)] == [
        "credential-added",
        "credential-rotated",
        "credential-revoked",
    ]
    assert added["detail"]["terms"]["roles"] == ["officer:DOS"]
    assert (added["detail"]["drawn"], rotated["detail"]["drawn"]) == (True, False)
    assert rows(client, kind="credential-revoked") == [revoked]
    assert digest not in json.dumps(told(client))


def test_an_unknown_kind_is_refused(client: FlaskClient) -> None:
    asked = {"kind": "coffee"}
    answer = client.get("/api/v1/administration", query_string=asked, auth=("audit", SECRET))
    assert answer.status_code == 400


def test_a_platform_that_polls_is_one_row_an_hour_also_from_several_processes(
    client: FlaskClient, settings: Settings, compose: Compose, app: Flask
) -> None:
    before = front(app).log.horizon().end
    other = compose(settings).test_client()
    assert [read(one) for one in (client, other, client, other)] == [200] * 4
    hours = {one["detail"]["hour"] for one in rows(client)}
    assert len(rows(client)) == len(hours)
    assert front(app).log.horizon().end - before == 2 * len(hours)


def test_a_read_on_behalf_of_a_person_is_found_by_who_knows_the_person(
    app: Flask, client: FlaskClient
) -> None:
    said = {"X-Ledger-On-Behalf-Of": "p1", "X-Ledger-Reason": "annual review"}
    assert [read(client, **said), read(client, **said)] == [200, 200]
    found = rows(client, on_behalf_of="p1")
    assert len(found) == 2
    assert rows(client, on_behalf_of="p2") == []
    detail = found[0]["detail"]
    assert "amal" not in json.dumps(found).lower()
    assert (detail["resource"], detail["rows"], detail["reason"]) == (
        COMPLETIONS,
        0,
        "annual review",
    )
    agent = front(app).named_reads.hashed("mbox:mailto:amal@example.org")
    assert detail["filters"] == {"agent": agent, "questions": "false"}


@pytest.mark.parametrize("quoted", ["@", "%40", "%2540"])
def test_an_address_in_any_filter_is_kept_as_a_hash(
    app: Flask, client: FlaskClient, quoted: str
) -> None:
    asked = {"activity": f"https://learn.example.org/of?mbox=amal{quoted}example.org"}
    said = {"X-Ledger-On-Behalf-Of": "p1"}
    answer = client.get(COMPLETIONS, query_string=asked, auth=("hr", SECRET), headers=said)
    assert answer.status_code == 200
    (found,) = rows(client)
    hashed = front(app).named_reads.hashed(asked["activity"])
    assert found["detail"]["filters"] == {"activity": hashed, "questions": "false"}


def test_a_person_with_a_token_is_recorded_each_time(
    client: FlaskClient, issuer: LocalIssuer
) -> None:
    bearer = {"Authorization": f"Bearer {issuer.token(scope='records/read')}"}
    for _ in range(2):
        assert client.get(COMPLETIONS, headers=bearer).status_code == 200
    found = rows(client, principal=f"subject:{issuer.url} user-1")
    assert len(found) == 2
    assert found[0]["principal"]["application"] == "app-1"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Ledger-Reason": "asked by amal@example.org"},
        {"X-Ledger-Reason": "see /people?mbox=mailto:amal%40example.org"},
        {"X-Ledger-On-Behalf-Of": ""},
        {"X-Ledger-On-Behalf-Of": " "},
        {"X-Ledger-Reason": "x" * 501},
        {"X-Ledger-On-Behalf-Of": "p1\x07"},
    ],
)
def test_a_header_that_cannot_be_kept_is_refused_and_nothing_is_recorded(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    assert read(client, **headers) == 400
    assert rows(client) == []


def test_who_may_not_read_is_not_recorded_as_having_read(client: FlaskClient) -> None:
    assert read(client, "lms") == 403
    assert rows(client) == []


def test_every_named_resource_records_who_is_answered(app: Flask, client: FlaskClient) -> None:
    """Whoever marks a route as named and forgets to record fails here."""
    ruled = [pair for table in TABLES for pair in table.items()]
    marked = [path for path, rules in ruled if any(rule.named for rule in rules.values())]
    # Whoever is in no register is told of nowhere: tests/api/test_registers.py asks for somebody.
    marked = [path for path in marked if not path.endswith(("/<key>", "/history"))]
    assert marked
    for path in marked:
        before = front(app).log.horizon().end
        headers = {"X-Ledger-On-Behalf-Of": "p1"}
        assert client.get(path, auth=("steward", SECRET), headers=headers).status_code == 200
        assert front(app).log.horizon().end == before + 1
        assert rows(client)[0]["detail"]["resource"] == path


def test_an_answer_is_as_fresh_as_before_its_own_record(app: Flask, client: FlaskClient) -> None:
    end = front(app).log.horizon().end
    assert front(app).freshness.wait("completions", end, 30.0)
    said = {"X-Ledger-On-Behalf-Of": "p1"}
    answer = client.get(COMPLETIONS, auth=("hr", SECRET), headers=said)
    assert answer.json is not None
    assert (answer.json["position"], answer.json["lag"]) == (end - 1, 0)
    changed = front(app).freshness.view(["completions"]).changed
    assert front(app).log.horizon().end == end + 1
    assert changed == -1


def test_with_the_log_down_named_data_is_not_told(
    settings: Settings, compose: Compose, client: FlaskClient
) -> None:
    app = compose(replace(settings, append_timeout=0.5))
    front(app).log.close()
    answer = app.test_client().get(COMPLETIONS, auth=("hr", SECRET))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "completions" not in answer.text
