"""Puts the parts together from settings: the log, the application, the consumer."""

import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy.engine import Engine

from lrs.access.credentials import Keyring
from lrs.access.oidc import Issuer
from lrs.errors import HaltError, UnavailableError
from lrs.http.app import create
from lrs.http.wire.front import Front
from lrs.intake.admission import admission
from lrs.intake.documents import Documents
from lrs.intake.statements import Intake, Recall
from lrs.log.kafka import topic
from lrs.log.kafka.client import Cluster, read_security
from lrs.log.kafka.log import KafkaLog, parse
from lrs.log.port import EventLog
from lrs.log.postgresql import PostgresqlLog
from lrs.processes import structured_logs
from lrs.processes.embedded import EmbeddedServer
from lrs.processes.tuning import die_with_parent, spare_collector, spare_switches
from lrs.settings import Settings, read
from lrs.storage.blobs import Blobs
from lrs.storage.database import connect, engine
from lrs.storage.store import followed, secret
from lrs.xapi import json
from projections.documents.reads import Shelf
from projections.folding import position
from projections.folding.progress import Progress
from projections.statements import reads as statement_reads
from projections.statements.reads import Found


def database_url(settings: Settings) -> str:
    """Return the URL of the database: the one set, or that of the private server."""
    return settings.database or EmbeddedServer(Path(settings.data)).url


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


def migrate(url: str, version: str = "head") -> None:
    """Bring the database to a version of the schema; migrations of several processes take turns."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("migrations")))
    database = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: connect(url, autocommit=False)
    )
    with database.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtextextended('lrs.migrate', 0))"
        )
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    database.dispose()


def adopt(url: str, log: EventLog) -> None:
    """Bind the database to the log at first use; refuse another log, or one that ends too early.

    Views of one log continued on another would be wrong without a sign of it.
    """
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


def compose(settings: Settings) -> Flask:
    """Return the application of the API: it checks log and schema and never makes them."""
    url = database_url(settings)
    log = open_log(settings)
    adopt(url, log)
    database = engine(url, settings.threads)
    progress = Progress(url, database)
    shelf = Shelf(database, progress)
    recall = _recall(database, progress, log, settings.read_wait)
    followed = _Followed(progress, log, settings.read_wait)
    admitting = admission(url, log, settings.append_timeout, followed)
    return create(
        Front(
            settings=settings,
            database=database,
            log=log,
            blobs=open_blobs(settings),
            intake=Intake(admitting, recall, settings.max_in_flight),
            documents=Documents(log, shelf, settings.append_timeout),
            shelf=shelf,
            progress=progress,
            keyring=Keyring(database),
            secret=secret(url),
            issuer=_issuer(settings),
        )
    )


class _Followed:
    """How far the claims of a database have followed its log; see `admission.Followed`."""

    def __init__(self, progress: Progress, log: EventLog, wait: float) -> None:
        self._progress = progress
        self._log = log
        self._wait = wait
        self._start = log.horizon().end

    def informed(self) -> bool:
        return self._progress.latest("claims").next >= self._start

    def catch_up(self) -> bool:
        return self._progress.wait("claims", self._log.horizon().end, self._wait)


def _issuer(settings: Settings) -> Issuer | None:
    if not settings.oidc_issuer:
        return None
    return Issuer(settings.oidc_issuer, settings.oidc_audience)


def open_blobs(settings: Settings) -> Blobs:
    """Open the store of attachments; a folder holds what still arrives inside itself."""
    data = Path(settings.data).absolute()
    if "://" in settings.blobs or "::" in settings.blobs:
        return Blobs(settings.blobs, data / "incoming")
    folder = Path(settings.blobs or data / "blobs").absolute()
    return Blobs(str(folder), folder / "incoming")


def _recall(database: Engine, progress: Progress, log: EventLog, wait: float) -> Recall:
    """Return the look at stored statements that decides whether another digest is a conflict."""

    def look(key: str) -> Found | None:
        by_id = statement_reads.by_id
        return by_id(database, key, voided=False) or by_id(database, key, voided=True)

    def recall(key: str) -> Mapping[str, Any] | None:
        found = look(key)
        if found is None:
            reached = progress.wait("statements", log.horizon().end, wait)
            found = look(key)
            if found is None and not reached:
                raise UnavailableError("the statement under this id cannot be read yet")
        return json.parse(found.payload.encode()) if found else None

    return recall


def application() -> Flask:
    """Return the application of one server process; it ends with the server that started it."""
    die_with_parent()
    structured_logs.install(os.environ.get("LOGLEVEL", "INFO"))
    spare_switches()
    composed = compose(read())
    spare_collector()
    return composed
