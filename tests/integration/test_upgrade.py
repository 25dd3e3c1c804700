"""Upgrades of the product itself, with nobody giving a command: `lrs up` on a folder that exists.

`recorded/c27775d.sql` are the rows that the product of this commit left in its database, those of
its credentials and its secret apart.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from lrs.opening import database_url
from lrs.settings import Settings
from lrs.storage.database import connect
from migrations.migrate import migrate
from projections.folding.registry import discover
from tests.databases import PostgresqlServer
from tests.product import Client, Product
from tests.statements import completed
from tests.upgrades import contents, held, standings
from tests.waiting import until

ROWS = Path(__file__).parent / "recorded" / "c27775d.sql"
KINDS = list(discover().values())
UPGRADED = [discover()["completions"]]
STATEMENT = "3f372617-f0ba-4f3a-86f0-ce2ea6ec39c1"
STATE = {
    "activityId": "https://learn.example.org/course/0",
    "agent": json.dumps({"mbox": "mailto:learner0@example.org"}),
    "stateId": "bookmark0",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder as commit c27775d left it."""
    server = PostgresqlServer(tmp_path / "data")
    server.start()
    try:
        migrate(server.url(), "0003")
        with connect(server.url()) as connection:
            connection.execute("DELETE FROM log_head")
            connection.execute(ROWS.read_bytes())
    finally:
        server.kill()
    return tmp_path / "data"


@pytest.fixture
def product(folder: Path) -> Iterator[Product]:
    made = Product(folder, {"LRS_READ_WAIT": "0.5"})
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


@pytest.fixture
def client(product: Product) -> Iterator[Client]:
    with product.client() as session:
        yield session


def url(product: Product) -> str:
    return database_url(Settings(data=str(product.data)))


def building(product: Product) -> Mapping[str, Any]:
    told: Mapping[str, Any] = requests.get(f"{product.root}/health/ready", timeout=10).json()
    return told["building"]  # type: ignore[no-any-return]


def await_upgraded(product: Product) -> None:
    wanted = {kind.name: kind.version for kind in KINDS}
    until(
        lambda: {name: one.version for name, one in standings(url(product)).items()},
        wanted.__eq__,
        60.0,
    )
    until(lambda: building(product), {}.__eq__, 60.0)


def consumer_restarted(product: Product) -> None:
    """Let the supervisor start a consumer in the place of one that is killed."""
    (member,) = product.members("consume")
    member.kill()
    until(lambda: [one.pid for one in product.members("consume")],
          lambda found: bool(found) and found != [member.pid], 30.0)  # fmt: skip


@contextmanager
def locked(product: Product, table: str, mode: str) -> Iterator[None]:
    """Hold a lock on a table."""
    with connect(url(product)) as connection, connection.transaction():
        connection.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield


def read(client: Client) -> tuple[int, int]:
    """Return the status of a statement and of a document that c27775d stored."""
    statement = client.get("/xapi/statements", params={"statementId": STATEMENT})
    return statement.status_code, client.get("/xapi/activities/state", params=STATE).status_code


def test_a_folder_of_an_earlier_release_opens_and_is_brought_up_to_date_by_itself(
    product: Product, client: Client
) -> None:
    assert read(client) == (200, 200)
    await_upgraded(product)
    listed = client.get("/xapi/statements").json()["statements"]
    assert len(listed) == 18
    assert client.get("/xapi/activities/state", params=STATE).content == b"page 0"
    told = client.get("/api/v1/completions").json()
    assert (told["lag"], len(told["completions"])) == (0, 18)
    assert client.post("/xapi/statements", json=completed()).status_code == 200


def test_statements_and_documents_are_read_and_written_while_they_are_upgraded(
    product: Product, client: Client
) -> None:
    await_upgraded(product)
    before = contents(url(product), KINDS)
    with ExitStack() as stack:
        for kind in KINDS:
            stack.enter_context(held(url(product), kind))
        with connect(url(product)) as connection:
            connection.execute("UPDATE progress SET version = version - 1")
        consumer_restarted(product)
        assert read(client) == (200, 200)
        key = client.post("/xapi/statements", json=completed()).json()[0]
        until(lambda: client.get("/xapi/statements", params={"statementId": key}).status_code,
              (200).__eq__)  # fmt: skip
        other = STATE | {"stateId": "other"}
        stored = client.put("/xapi/activities/state", params=other, data=b"1",
                            headers={"Content-Type": "text/plain"})  # fmt: skip
        assert stored.status_code == 204
    await_upgraded(product)
    after = contents(url(product), KINDS)
    for name, rows in before.items():
        assert set(rows) <= set(after[name])


@contextmanager
def running(product: Product) -> Iterator[str]:
    """Run the database of a product that is stopped."""
    server = PostgresqlServer(product.data)
    server.start()
    try:
        yield server.url()
    finally:
        server.kill()


def test_a_consumer_killed_while_it_upgrades_is_replaced_by_one_that_ends_the_work(
    product: Product, client: Client
) -> None:
    await_upgraded(product)
    database = url(product)
    before = contents(database, UPGRADED)
    with locked(product, "completion", "ACCESS SHARE"):
        with connect(database) as connection:
            connection.execute("UPDATE progress SET version = 1 WHERE name = 'completions'")
        consumer_restarted(product)
        until(lambda: building(product), lambda found: "completions" in found, 30.0)
        assert client.get("/api/v1/completions").status_code == 200
        consumer_restarted(product)
    await_upgraded(product)
    assert contents(database, UPGRADED) == before


def test_a_read_model_whose_tables_a_migration_has_emptied_is_unavailable_until_it_is_whole(
    product: Product, client: Client
) -> None:
    await_upgraded(product)
    with connect(url(product)) as connection:
        connection.execute("TRUNCATE completion, completion_voiding")
        connection.execute("DELETE FROM progress WHERE name = 'completions'")
    with locked(product, "completion", "SHARE"):
        consumer_restarted(product)
        until(lambda: client.get("/api/v1/completions").status_code, (503).__eq__)
        refused = client.get("/api/v1/completions")
        assert refused.headers["Retry-After"] == "5"
        told = building(product)["completions"]
        assert (told["position"], told["percent"]) == (0, 0)
        progress = f"completions is being built: 0 %, position 0 of {told['end']};"
        assert progress in refused.json()["detail"]
        assert read(client) == (200, 200)
    until(lambda: client.get("/api/v1/completions").status_code, (200).__eq__)
    assert len(client.get("/api/v1/completions").json()["completions"]) == 18


def test_a_consumer_of_an_earlier_release_leaves_what_a_later_one_has_upgraded(
    product: Product,
) -> None:
    await_upgraded(product)
    assert product.stop() == 0
    with running(product) as database:
        with connect(database) as connection:
            connection.execute("UPDATE progress SET version = version + 1 WHERE name = 'agents'")
        outcome = product.command("consume", "agents")
    assert outcome.returncode == 1
    assert "newer release" in outcome.stderr
