"""What operators do with `lrs`: credentials, quarantine, rebuilds, the topic."""

from pathlib import Path
from typing import Any

import pytest

from lrs.log.port import Message
from lrs.log.postgresql import PostgresqlLog
from lrs.opening import database_url
from lrs.settings import Settings
from lrs.storage.database import connect
from projections.folding.registry import discover
from tests.backends import fresh_topic
from tests.databases import PostgresqlServer
from tests.product import Client, Product
from tests.statements import completed
from tests.waiting import until

NONSENSE = b'{"schema":1,"data":{"statements":7}}'
CONCERNED = discover()
"""Every projection decodes a record before it knows whether the record concerns it."""

HEADERS = {"ce_type": "ledger.statements.stored", "ce_stamps": "1"}


def url(product: Product) -> str:
    return database_url(Settings(data=str(product.data)))


def with_credential(product: Product, key: str, secret: str) -> Client:
    client = product.client()
    client.auth = (key, secret)
    return client


def deeds(client: Client, kind: str) -> list[dict[str, Any]]:
    """Return what auditors are told of one kind of deed, the newest first."""
    answer = client.get("/api/v1/administration", params={"kind": kind})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["administration"]
    return found


def test_the_settings_of_a_start_are_recorded_unless_they_are_the_last_recorded(
    tmp_path: Path,
) -> None:
    product = Product(tmp_path / "data")
    for settings, count in (({}, 1), ({}, 1), ({"LRS_PAGE_LIMIT": "7"}, 2), ({}, 3)):
        product.settings = settings
        product.start()
        with product.client() as client:
            found = deeds(client, "settings-changed")
        assert product.stop() == 0
        assert [one["principal"] for one in found] == [{"kind": "shell"}] * count
        assert found[0]["detail"]["page_limit"] == int(settings.get("LRS_PAGE_LIMIT", 500))


def test_a_credential_is_added_used_listed_and_revoked(server: Product) -> None:
    added = server.command("credential", "add", "lms", "--scope", "statements/write")
    key, _, secret = added.stdout.strip().partition(":")
    with with_credential(server, key, secret) as client:
        assert client.post("/xapi/statements", json=completed()).status_code == 200
        assert client.get("/xapi/statements").status_code == 403
        assert "lms\tstatements/write" in server.command("credential", "list").stdout
        assert server.command("credential", "revoke", "lms").returncode == 0
        until(
            lambda: client.post("/xapi/statements", json=completed()).status_code,
            lambda status: status == 401,
        )
    assert "revoked" in server.command("credential", "list").stdout
    assert server.command("credential", "revoke", "lms").returncode == 1


def test_an_unknown_scope_is_refused_and_named(server: Product) -> None:
    refused = server.command("credential", "add", "lms2", "--scope", "everything")
    assert refused.returncode == 1
    assert "everything" in refused.stderr


def test_a_record_set_aside_is_listed_and_tried_again(server: Product, client: Client) -> None:
    log = PostgresqlLog(url(server))
    position = log.append(Message(HEADERS, NONSENSE))
    log.close()
    after = client.post("/xapi/statements", json=completed()).json()[0]
    assert client.get("/xapi/statements", params={"statementId": after}).status_code == 200
    listed = until(
        lambda: server.command("quarantine", "list").stdout,
        lambda text: text.count(f"\t{position}\t") == len(CONCERNED),
    )
    assert "not the event" in listed
    retried = server.command("quarantine", "retry")
    assert retried.returncode == 1
    assert retried.stdout.count("still:") == len(CONCERNED)
    recorded = deeds(client, "quarantine-retried")[0]
    assert recorded["principal"] == {"kind": "shell"}
    assert f"statements {position}" in recorded["detail"]["failed"]
    assert recorded["detail"]["folded"] == []
    with connect(url(server)) as connection:
        connection.execute("DELETE FROM quarantine WHERE position = %s", (position,))


def test_every_projection_is_rebuilt_beside_a_running_store(
    server: Product, client: Client
) -> None:
    key = client.post("/xapi/statements", json=completed()).json()[0]
    for name in discover():
        rebuilt = server.command("rebuild", name)
        assert rebuilt.returncode == 0, rebuilt.stderr
        assert "swapped in" in rebuilt.stdout
    recorded = [one["detail"]["projection"] for one in deeds(client, "read-model-rebuilt")]
    assert recorded[: len(CONCERNED)] == list(CONCERNED)[::-1]
    assert client.get("/xapi/statements", params={"statementId": key}).status_code == 200
    assert client.post("/xapi/statements", json=completed()).status_code == 200


def test_an_unknown_projection_is_refused_and_the_known_ones_are_named(server: Product) -> None:
    refused = server.command("rebuild", "certificates")
    assert refused.returncode == 1
    assert "completions" in refused.stderr


def test_the_schema_is_migrated_once(server: Product) -> None:
    assert server.command("migrate").returncode == 0


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_name_is_refused(
    server: Product, postgresql: PostgresqlServer, encoding: str
) -> None:
    name = f"test_{encoding.lower()}"
    with connect(postgresql.url()) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
    elsewhere = Product(server.data, {"LRS_DATABASE": postgresql.url(name)})
    refused = elsewhere.command("migrate")
    assert refused.returncode == 1
    assert refused.stderr == (
        f"lrs: the encoding of the database {name} is {encoding}, must be UTF8\n"
    )


@pytest.mark.parametrize("command", ["create", "check"])
def test_the_log_commands_need_a_topic(server: Product, command: str) -> None:
    refused = server.command("log", command)
    assert refused.returncode == 1
    assert "LRS_LOG" in refused.stderr


def test_a_topic_is_created_and_checked(server: Product, request: pytest.FixtureRequest) -> None:
    broker = request.getfixturevalue("broker")
    name = fresh_topic(broker.bootstrap)
    on_kafka = Product(server.data, {"LRS_LOG": f"kafka://{broker.bootstrap}/{name}-other"})
    assert on_kafka.command("log", "check").returncode == 1
    assert on_kafka.command("log", "create").stdout == "created\n"
    assert on_kafka.command("log", "check").returncode == 0


def test_a_credential_that_no_request_could_bear_is_refused(server: Product) -> None:
    for key, secret in (("a\tb", "long-enough-to-be-good"), ("ab", "long\u00a0enough-to-be-good")):
        outcome = server.command("credential", "add", key, "--secret", secret)
        assert outcome.returncode == 1
        assert "printable" in outcome.stderr
