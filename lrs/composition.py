"""Puts the parts together from settings: the log, the application, the consumer."""

import os
from importlib import resources
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from flask import Flask

from lrs import structured_logs
from lrs.admission import admission
from lrs.credentials import Keyring
from lrs.database import connect, engine
from lrs.embedded import EmbeddedServer
from lrs.errors import HaltError
from lrs.http.app import create
from lrs.http.front import Front
from lrs.intake import Intake
from lrs.log import topic
from lrs.log.kafka import KafkaLog, open_kafka, parse
from lrs.log.port import EventLog
from lrs.log.postgresql import PostgresqlLog
from lrs.settings import Settings, read
from lrs.store import adopt, secret
from lrs.supervisor import die_with_parent
from projections.progress import Progress


def database_url(settings: Settings) -> str:
    """Return the URL of the database: the one set, or that of the private server."""
    return settings.database or EmbeddedServer(Path(settings.data)).url


def open_log(settings: Settings) -> EventLog:
    """Open the log that the settings name; a wrong Kafka topic stops here, setting by setting."""
    if settings.log == "postgresql":
        return PostgresqlLog(database_url(settings), settings.append_timeout)
    check_topic(settings)
    log: KafkaLog = open_kafka(settings.log)
    return log


def check_topic(settings: Settings) -> None:
    """Raise `HaltError` naming every wrong setting of the Kafka topic."""
    bootstrap, name = parse(settings.log)
    wrong = topic.check(bootstrap, name)
    if wrong:
        raise HaltError(f"the topic {name} cannot hold a store: " + "; ".join(wrong))


def create_topic(settings: Settings) -> bool:
    """Create the Kafka topic unless it is there; tell whether it was created."""
    bootstrap, name = parse(settings.log)
    return topic.create(bootstrap, name)


def migrate(url: str) -> None:
    """Bring the database to the newest schema; migrations of several processes wait in turn."""
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
        command.upgrade(config, "head")
    database.dispose()


def compose(settings: Settings) -> Flask:
    """Return the application of the API: it only checks the log and the schema, never makes them."""
    url = database_url(settings)
    log = open_log(settings)
    adopt(url, log)
    database = engine(url, settings.threads)
    return create(
        Front(
            settings=settings,
            database=database,
            log=log,
            intake=Intake(admission(database, log), settings.max_in_flight),
            progress=Progress(url, database),
            keyring=Keyring(database),
            secret=secret(url),
        )
    )


def application() -> Flask:
    """Return the application of one server process; it ends with the server that started it."""
    die_with_parent()
    structured_logs.install(os.environ.get("LOGLEVEL", "INFO"))
    return compose(read())
