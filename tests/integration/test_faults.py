"""Faults shown, not claimed: kill what can be killed, under load, on real Kafka and PostgreSQL.

After each fault every acknowledged statement is there exactly once, nothing was invented, and the
rebuilt projections equal the live ones row for row.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import psutil
import pytest
from broker import Broker

from projections.folding.registry import discover
from tests.backends import fresh_topic, killed
from tests.databases import PostgresqlServer, rows
from tests.integration.load import Load, posting, wait_for
from tests.product import Client, Product

AWAY = 10.0
"""Seconds that a server stays dead."""


@dataclass
class Stage:
    """A running product, on servers that the test may take away."""

    product: Product
    database: str
    server: PostgresqlServer
    broker: Broker | None


@pytest.fixture(params=["postgresql", "kafka"])
def stage(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    mortal_postgresql: PostgresqlServer,
) -> Iterator[Stage]:
    broker = None
    settings = {"LRS_DATABASE": mortal_postgresql.fresh()}
    if request.param == "kafka":
        broker = request.getfixturevalue("broker")
        topic = fresh_topic(broker.bootstrap)
        settings["LRS_LOG"] = f"kafka://{broker.bootstrap}/{topic}"
    product = Product(tmp_path_factory.mktemp("stage"), settings)
    product.start()
    yield Stage(product, settings["LRS_DATABASE"], mortal_postgresql, broker)
    assert product.stop() == 0


def test_the_consumer_is_killed_in_the_middle_of_a_batch(stage: Stage) -> None:
    with posting(stage.product) as load:
        for _ in range(3):
            folding_goes_on(stage.product)
            kill(stage.product, "consume")
    check(stage, load)


def test_the_api_is_killed_under_load(stage: Stage) -> None:
    with posting(stage.product) as load:
        for _ in range(2):
            kill(stage.product, "serve")
            answering(stage.product)
    assert 0 in load.answers, "no request was lost: the fault was not seen"
    check(stage, load)


def test_postgresql_is_away(stage: Stage) -> None:
    with posting(stage.product) as load, stage.server.away():
        threading.Event().wait(AWAY)
    assert 503 in load.answers
    check(stage, load)


@pytest.mark.parametrize("stage", ["kafka"], indirect=True)
def test_the_broker_is_away(stage: Stage) -> None:
    assert stage.broker is not None
    with posting(stage.product) as load, killed(stage.broker):
        threading.Event().wait(AWAY)
    assert 503 in load.answers
    check(stage, load)


def kill(product: Product, word: str) -> None:
    """Kill all processes of a member with -9 and wait for their successor."""
    before = {process.pid for process in product.members(word)}
    assert before
    for process in product.members(word):
        with suppress(psutil.NoSuchProcess):  # it died together with the process before it
            process.kill()
    wait_for(lambda: any(one.pid not in before for one in product.members(word)), 30)


def folding_goes_on(product: Product) -> None:
    """Wait until something is folded."""
    with product.client() as client:

        def reached() -> int:
            positions: dict[str, int] = client.get("/health/ready").json()["database"]
            return positions.get("statements", 0)

        before = reached()
        wait_for(lambda: reached() > before, 30)


def answering(product: Product) -> None:
    def answers() -> bool:
        with product.client() as client:
            try:
                return client.get("/health/ready", timeout=5).status_code == 200
            except OSError:
                return False

    wait_for(answers, 60)


TELLING = {"deed", "moment"}
"""Tables that tell of the records of rebuilds themselves."""


def check(stage: Stage, load: Load) -> None:
    with stage.product.client() as client:
        wait_for(partial(folded, client), 60)
        stored = Counter(read_all(client, load.registration))
    assert set(load.acknowledged) <= set(stored), "an acknowledged statement is lost"
    assert set(stored) <= load.attempted, "a statement was invented"
    assert max(stored.values()) == 1, "a statement stands twice"
    kinds = discover().values()
    live = {table.name: rows(stage.database, table.name) for k in kinds for table in k.tables}
    assert live["statement"]
    for kind in kinds:
        outcome = stage.product.command("rebuild", kind.name)
        assert outcome.returncode == 0, outcome.stderr
    rebuilt = {name: rows(stage.database, name) for name in live}
    assert [name for name in live if not set(live[name]) <= set(rebuilt[name])] == []
    grown = [name for name in live if len(rebuilt[name]) > len(live[name])]
    assert set(grown) <= TELLING, "a rebuild made rows that the live tables did not have"
    assert rows(stage.database, "quarantine") == []


def folded(client: Client) -> bool:
    ready = client.get("/health/ready").json()
    if ready["status"] != "ready" or ready["database"].keys() != discover().keys():
        return False
    return all(position == ready["log"]["end"] for position in ready["database"].values())


def read_all(client: Client, registration: str) -> Iterator[str]:
    page = client.get("/xapi/statements", params={"registration": registration}).json()
    while True:
        yield from (one["id"] for one in page["statements"])
        if not page["more"]:
            return
        page = client.get(page["more"]).json()
