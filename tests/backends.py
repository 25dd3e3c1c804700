"""Where the tests get a real Kafka from, and each log with what it needs: a pytest plugin.

A backend that is missing skips with the reason on a laptop and fails where `CI` is set.
"""

import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import pytest
from broker import Broker, BrokerError, lacking  # docker/kafka, on the path by pyproject.toml
from testcontainers.community.kafka import KafkaContainer

from lrs.log.kafka import topic
from lrs.log.kafka.client import ClientSettings, Cluster
from lrs.log.kafka.log import KafkaLog
from lrs.log.memory import MemoryLog
from lrs.log.port import EventLog
from lrs.log.postgresql import PostgresqlLog

if TYPE_CHECKING:  # `tests.databases` is a plugin, which pytest wants to import first
    from tests.databases import PostgresqlServer

QUICK: ClientSettings = {
    "message.timeout.ms": 2000,
    "request.timeout.ms": 1000,
    "socket.timeout.ms": 1000,
}
"""A producer that gives up soon, so that tests of an outage are short."""


@dataclass(frozen=True)
class Member:
    """One implementation of the log: how to open it, and how to make it unreachable for a while.

    Every `open` is a new handle on the same log; for a durable member it can be pickled, so that
    another process can open it too.
    """

    open: Callable[[], EventLog]
    outage: Callable[[], AbstractContextManager[None]] | None = None


def missing(reason: str) -> NoReturn:
    """Skip on a laptop, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"missing backend: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker of our own from the published jars; a test that kills it starts it again."""
    reason = lacking()
    if reason is not None:
        missing(f"no Kafka from jars: {reason}")
    own = Broker(tmp_path_factory.mktemp("kafka"))
    try:
        own.start()
    except BrokerError as error:
        missing(f"no Kafka from jars: {error}")
    yield own
    own.kill()


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a real Kafka: a given one, one in Docker, or one from its jars."""
    given = os.environ.get("LRS_TEST_KAFKA")
    if given:
        yield given
    elif docker_answers():
        with KafkaContainer().with_kraft() as container:
            yield container.get_bootstrap_server()
    else:
        own: Broker = request.getfixturevalue("broker")
        yield own.bootstrap


def docker_answers() -> bool:
    """Tell whether a Docker engine, not only its client, is on this machine."""
    if shutil.which("docker") is None:
        return False
    try:
        asked = subprocess.run(("docker", "info"), capture_output=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0


def fresh_topic(bootstrap: str) -> str:
    """Create the topic of a new store and return its name."""
    name = f"test-{uuid.uuid4()}"
    topic.create(Cluster(bootstrap), name)
    return name


@contextmanager
def killed(own: Broker) -> Iterator[None]:
    """Kill the broker with -9 and start it again on the same data and ports."""
    own.kill()
    try:
        yield
    finally:
        own.start()


@pytest.fixture
def memory_log() -> Member:
    """A log in memory: its only handle."""
    log = MemoryLog()
    return Member(open=lambda: log)


@pytest.fixture
def kafka_log(kafka: str) -> Member:
    """A store's topic on a real Kafka."""
    return Member(open=partial(KafkaLog, Cluster(kafka), fresh_topic(kafka)))


@pytest.fixture
def kafka_log_with_outage(broker: Broker) -> Member:
    """The topic of a store on a broker that the test may kill."""
    log = partial(KafkaLog, Cluster(broker.bootstrap), fresh_topic(broker.bootstrap), options=QUICK)
    return Member(open=log, outage=partial(killed, broker))


@pytest.fixture
def postgresql_log(database: str) -> Member:
    """The log of a fresh database."""
    return Member(open=partial(PostgresqlLog, database))


@pytest.fixture
def postgresql_log_with_outage(mortal_postgresql: "PostgresqlServer") -> Member:
    """The log of a fresh database on a server that is stopped for a while."""
    log = partial(PostgresqlLog, mortal_postgresql.fresh(), 3.0)
    return Member(open=log, outage=mortal_postgresql.away)
