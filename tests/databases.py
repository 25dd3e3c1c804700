"""Real PostgreSQL databases for tests: private servers, a fresh migrated database each."""

import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lrs.processes.embedded import EmbeddedServer
from lrs.storage.database import connect
from migrations.migrate import migrate
from projections.folding.position import enrol
from projections.folding.registry import discover
from tests.waiting import until_available


class PostgresqlServer:
    """A private server that a test may kill and start again."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedServer(folder)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers.

        The children of a killed server may outlive it, and no new server starts before they have
        ended: a server that gave up for this reason is started again, as `lrs up` does.
        """
        self._server.initialize()
        until_available(self._attempt, 120.0)

    def kill(self) -> None:
        """Kill it with -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def _attempt(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._server.command(), stderr=subprocess.DEVNULL, **self._server.owner()
            )
        connect(self._server.url).close()

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return self._server.url.replace("/postgres?", f"/{database}?")

    def fresh(self) -> str:
        """Return the URL of a new database with the schema and a log of its own."""
        name = f"test_{uuid.uuid4().hex}"
        with connect(self.url()) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        with connect(self.url(name)) as connection:
            connection.execute("UPDATE log_head SET identity = gen_random_uuid()")
        return self.url(name)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Kill the server and start it again on the same data."""
        self.kill()
        try:
            yield
        finally:
            self.start()


@contextmanager
def running(folder: Path) -> Iterator[PostgresqlServer]:
    """Run a server that can make fresh databases."""
    server = PostgresqlServer(folder)
    server.start()
    try:
        with connect(server.url()) as connection:
            connection.execute("CREATE DATABASE migrated")
        migrate(server.url("migrated"))
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    """A private PostgreSQL server."""
    with running(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


@pytest.fixture(scope="session")
def mortal_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    """The server that tests may kill: it has to recover only what these tests wrote."""
    with running(tmp_path_factory.mktemp("mortal-postgresql")) as server:
        yield server


@pytest.fixture
def database(postgresql: PostgresqlServer) -> str:
    """URL of a fresh database with the newest schema."""
    return postgresql.fresh()


def enrolled(url: str) -> str:
    """Return the URL of a fresh database that a consumer has followed while the log was empty."""
    with connect(url) as connection:
        for kind in discover().values():
            enrol(connection, kind)
    return url


def rows(url: str, table: str) -> list[tuple[object, ...]]:
    """Return all rows of a table, in a stable order."""
    with connect(url) as connection:
        found = connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
        return [tuple(row) for row in found]
