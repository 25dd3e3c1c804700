"""Commands on a database without tables, with those of an earlier version, or of another log."""

import signal

import pytest
from click.testing import CliRunner, Result

from lrs.cli.main import main
from lrs.cli.start_record import begin
from lrs.errors import HaltError
from lrs.settings import Settings
from lrs.storage.database import connect
from migrations.migrate import migrate
from tests.databases import PostgresqlServer

COMMANDS = [
    ("credential", "list"),
    ("credential", "add", "lms"),
    ("consume",),
    ("rebuild", "documents"),
    ("quarantine", "list"),
    ("quarantine", "retry"),
]
OF_THE_LOG = [one for one in COMMANDS if one != ("quarantine", "list")]


def run(url: str, *words: str) -> Result:
    """Run a command in this process; the signals that it handles are given back."""
    handlers = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        return CliRunner(env={"LRS_DATABASE": url}).invoke(main, list(words))
    finally:
        for sign, handler in handlers.items():
            signal.signal(sign, handler)


@pytest.fixture
def empty(postgresql: PostgresqlServer) -> str:
    """URL of a database without a table."""
    url = postgresql.fresh()
    with connect(url) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


@pytest.mark.parametrize("words", COMMANDS)
def test_a_database_without_tables_is_refused_in_one_line(
    empty: str, words: tuple[str, ...]
) -> None:
    told = run(empty, *words)
    assert told.exit_code == 1
    assert told.output == "lrs: the database has no tables yet: `lrs migrate` makes them\n"


@pytest.mark.parametrize("words", COMMANDS)
def test_tables_of_an_earlier_version_are_refused_in_one_line(
    empty: str, words: tuple[str, ...]
) -> None:
    migrate(empty, "0003")
    told = run(empty, *words)
    assert told.exit_code == 1
    assert "of an earlier version (step 0003): `lrs migrate`" in told.output
    assert told.output.count("\n") == 1


@pytest.mark.parametrize("words", OF_THE_LOG)
def test_a_database_that_follows_another_log_is_refused(
    database: str, words: tuple[str, ...]
) -> None:
    with connect(database) as connection:
        connection.execute("INSERT INTO store (name, value) VALUES ('log', 'kafka:another')")
    told = run(database, *words)
    assert told.exit_code == 1
    assert "the database follows the log kafka:another, not postgresql:" in told.output


def test_a_server_does_not_begin_on_a_database_without_tables(empty: str) -> None:
    with pytest.raises(HaltError, match="no tables yet: `lrs migrate`"):
        begin(Settings(database=empty))
