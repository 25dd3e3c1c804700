"""What starts servers of its own is slow; and handles on a topic of a broker that may be killed."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from broker import Broker
from kafka import KafkaAdminClient

from lrs.log.kafka.client import ClientSettings, Cluster
from lrs.log.kafka.log import KafkaLog
from tests.backends import QUICK, fresh_topic
from tests.product import Product

Opener = Callable[..., KafkaLog]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark every test of this folder as slow."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def name(broker: Broker) -> str:
    return fresh_topic(broker.bootstrap)


@pytest.fixture
def open_log(broker: Broker, name: str) -> Iterator[Opener]:
    """Open handles, with options for the producer, on a topic of a broker that may be killed."""
    opened: list[KafkaLog] = []

    def opening(options: ClientSettings = QUICK) -> KafkaLog:
        opened.append(KafkaLog(Cluster(broker.bootstrap), name, options=options))
        return opened[-1]

    yield opening
    for log in opened:
        log.close()


@pytest.fixture
def admin(broker: Broker) -> Iterator[KafkaAdminClient]:
    with KafkaAdminClient(bootstrap_servers=broker.bootstrap) as client:
        yield client


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """A product of the test's own, in an empty folder."""
    made = Product(tmp_path / "data")
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()
