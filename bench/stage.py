"""What a benchmark runs on: the product as a user starts it, on either log, in a folder of its own.

The broker is that of `make kafka`. With Java's second compiler (KAFKA.md has it for benchmarks) the
broker spends half of its time on compiling for the first minutes: the whole time of a benchmark.
"""

import random
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from psycopg.conninfo import make_conninfo

from lrs import opening
from lrs.log.kafka import topic
from lrs.log.kafka.client import Cluster
from lrs.log.kafka.log import KafkaLog, parse
from lrs.log.port import EventLog
from lrs.log.postgresql import PostgresqlLog
from lrs.settings import Settings, read
from lrs.storage.database import connect
from migrations.migrate import migrate
from tests.product import Product

BROKER: Final = Path(__file__).parents[1] / "docker" / "kafka" / "broker.py"
LONGEST: Final = 60.0
"""Seconds that a raw append may wait."""


@dataclass(frozen=True)
class Stage:
    """A running product, its settings and the URL of its database."""

    product: Product
    settings: Settings
    url: str

    def log(self) -> EventLog:
        """Open the log of the product itself."""
        return opening.open_log(self.settings)


@contextmanager
def staged(folder: Path | None, *, kafka: bool = False) -> Iterator[Stage]:
    """Run the product; without a folder, in one that is deleted afterwards."""
    with ExitStack() as stack:
        own = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ledger-bench-")))
        log = {}
        if kafka:
            bootstrap = stack.enter_context(_broker(own / "kafka"))
            log = {"LRS_LOG": f"kafka://{bootstrap}/bench"}
        product = Product(folder or own / "data", log)
        product.start()
        stack.callback(product.stop)
        yield _stage(product)


def _stage(product: Product) -> Stage:
    known = {name: value for name, value in product.environment.items() if name.startswith("LRS_")}
    settings = read(known)
    return Stage(product, settings, opening.database_url(settings))


@contextmanager
def raw_log(stage: Stage) -> Iterator[Callable[[], EventLog]]:
    """Make a log of the same kind on the same server or broker, which nobody follows."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    if stage.settings.log != "postgresql":
        brokers, _ = parse(stage.settings.log)
        topic.create(Cluster(brokers), name)
        yield partial(KafkaLog, Cluster(brokers), name)
        return
    with connect(stage.url) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        beside = make_conninfo(stage.url, dbname=name)
        migrate(beside)
        try:
            yield partial(PostgresqlLog, beside, LONGEST)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _broker(folder: Path) -> Iterator[str]:
    port = random.randrange(20_000, 32_000, 2)  # two ports that the kernel gives to nobody
    command = [sys.executable, str(BROKER)]
    data = ["--data", str(folder)]
    subprocess.run([*command, "start", "--port", str(port), *data], check=True)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        subprocess.run([*command, "stop", *data], check=True)
