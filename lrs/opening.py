"""Opens what the settings name: the database, the log, attachments, credentials, registers.

Apart from `composition.py`, which imports Flask: a consumer needs none of that, 30 MB.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from lrs.errors import HaltError, UnavailableError
from lrs.intake.credentials import Credentials, carry_over
from lrs.intake.registers import Registers
from lrs.log.kafka import topic
from lrs.log.kafka.client import Cluster, read_security
from lrs.log.kafka.log import KafkaLog, parse
from lrs.log.port import EventLog
from lrs.log.postgresql import PostgresqlLog
from lrs.processes.embedded import EmbeddedServer
from lrs.settings import Settings
from lrs.storage.blobs import Blobs
from lrs.storage.database import Pool, connect
from lrs.storage.schema import require_schema
from lrs.storage.store import followed
from projections.folding import position
from projections.folding.freshness import Freshness
from projections.folding.progress import Progress
from projections.registers.reads import KnownEntries


def database_url(settings: Settings) -> str:
    """Return the URL of the database: the one set, or that of the private server.

    Raises `HaltError` where the data folder holds no server, `UnavailableError` where the one that
    it holds does not run.
    """
    if settings.database:
        return settings.database
    server = EmbeddedServer(Path(settings.data))
    folder = server.folder.absolute()
    if not server.exists():
        raise HaltError(
            f"there is no database in {folder}: LRS_DATA names another data folder, LRS_DATABASE "
            "a server, and `lrs up` makes one here"
        )
    if not server.runs():
        raise UnavailableError(
            f"the database in {folder} does not run: `lrs up` starts it, and LRS_DATA names "
            "another data folder"
        )
    return server.url


def open_log(settings: Settings) -> PostgresqlLog | KafkaLog:
    """Open the log that the settings name; a wrong Kafka topic stops here, setting by setting."""
    if settings.log == "postgresql":
        return PostgresqlLog(database_url(settings), settings.append_timeout)
    check_topic(settings)
    return KafkaLog(*_cluster_and_topic(settings))


def check_topic(settings: Settings) -> None:
    """Raise `HaltError` naming every wrong setting of the Kafka topic."""
    cluster, name = _cluster_and_topic(settings)
    wrong = topic.check(cluster, name)
    if wrong:
        raise HaltError(f"the topic {name} cannot hold a store: " + "; ".join(wrong))


def create_topic(settings: Settings) -> bool:
    """Create the Kafka topic unless it is there; tell whether it was created."""
    return topic.create(*_cluster_and_topic(settings))


def _cluster_and_topic(settings: Settings) -> tuple[Cluster, str]:
    """Return the cluster and the topic that the settings name."""
    brokers, name = parse(settings.log)
    file = settings.kafka_security
    return Cluster(brokers, read_security(Path(file)) if file else {}), name


def adopt(url: str, log: EventLog) -> None:
    """Bind the database to the log at first use; refuse another log, or one that ends too early.

    Views of one log continued on another would be wrong without a sign of it. Raises `HaltError`
    also where the database has not the tables of this version.
    """
    require_schema(url)
    known = followed(url, log.identity)
    with connect(url) as connection:
        reached = position.furthest(position.places(connection))
    if known != log.identity:
        raise HaltError(f"the database follows the log {known}, not {log.identity}")
    end = log.horizon().end
    if end < reached:
        raise HaltError(
            f"the log {log.identity} ends at position {end}, but the database has followed it "
            f"to position {reached}: records are missing, or this is another log"
        )


@contextmanager
def open_followed(settings: Settings) -> Iterator[tuple[str, PostgresqlLog | KafkaLog]]:
    """Lend the URL of the database and the log that it follows; both must be there, and fit."""
    url = database_url(settings)
    with closing(open_log(settings)) as log:
        adopt(url, log)
        yield url, log


@contextmanager
def open_credentials(settings: Settings) -> Iterator[Credentials]:
    """Lend what writes the history of credentials; log and schema must be there."""
    with open_followed(settings) as (url, log):
        database = Pool(url, 2)
        freshness = Freshness(log, Progress(url, database), database, settings.read_wait)
        try:
            yield Credentials(url, database, log, freshness)
        finally:
            freshness.close()
            database.close()


@contextmanager
def open_registers(settings: Settings) -> Iterator[Registers]:
    """Lend what records entries of registers; log and schema must be there."""
    with open_followed(settings) as (url, log):
        database = Pool(url, 2)
        freshness = Freshness(log, Progress(url, database), database, settings.read_wait)
        try:
            yield registers(url, log, freshness, database)
        finally:
            freshness.close()
            database.close()


def registers(url: str, log: EventLog, freshness: Freshness, database: Pool) -> Registers:
    """Return what records entries of registers, judged on what this database holds."""
    return Registers(url, log, freshness, partial(KnownEntries, database))


def carry_credentials(url: str, log: EventLog) -> None:
    """Make history of credentials from before they were: what an older version has left."""
    database = Pool(url, 1)
    carry_over(database, log)
    database.close()


def open_blobs(settings: Settings) -> Blobs:
    """Open the store of attachments; a folder holds what still arrives inside itself."""
    data = Path(settings.data).absolute()
    if "://" in settings.blobs or "::" in settings.blobs:
        return Blobs(settings.blobs, data / "incoming")
    folder = Path(settings.blobs or data / "blobs").absolute()
    return Blobs(str(folder), folder / "incoming")
