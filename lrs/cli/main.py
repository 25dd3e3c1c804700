"""The command line, and the composition root: the only place that reads the environment."""

import logging
import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from consumers.fold import NONSENSE, REFUSED, Folder, Stamped
from consumers.follow import Follower
from consumers.rebuild import rebuild as build
from lrs.access import credentials
from lrs.cli.up import up as start_all
from lrs.composition import adopt, check_topic, create_topic, database_url, migrate, open_log
from lrs.demo.post import post
from lrs.demo.year import Year
from lrs.errors import HaltError, LedgerError, UnavailableError
from lrs.processes import structured_logs
from lrs.processes.rate_column import RateColumn
from lrs.processes.tuning import spare_collector, spare_switches
from lrs.settings import Settings, read, refuse_taken_port
from lrs.storage.database import connect, engine
from projections.folding import quarantine as held
from projections.folding.registry import named

logger = logging.getLogger(__name__)


class Group(click.Group):
    """Commands whose errors of ours end in one line and exit code 1."""

    def invoke(self, context: click.Context) -> object:
        """Run a command; say what an operator must do."""
        try:
            return super().invoke(context)
        except LedgerError as error:
            click.echo(f"lrs: {error}", err=True)
            sys.exit(1)


@click.group(cls=Group)
def main() -> None:
    """Ledger, an event-sourced learning record store. Settings come from LRS_* variables."""
    structured_logs.install()


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port on loopback [LRS_PORT, 8080].")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder [LRS_DATA, ./data].")
@click.option("--credential", metavar="KEY:SECRET", help="A credential that must exist.")
def up(port: int | None, data: Path | None, credential: str | None) -> None:
    """Start everything in one process tree: database, API, consumer."""
    settings = read()
    settings = replace(settings, port=port or settings.port, data=str(data or settings.data))
    given = None
    if credential is not None:
        key, colon, secret = credential.partition(":")
        if not colon:
            raise click.BadParameter("must be KEY:SECRET", param_hint="--credential")
        given = (key, secret)
    start_all(settings, given)


@main.command()
def serve() -> None:
    """Serve the API; log and schema must be there."""
    settings = read()
    refuse_taken_port(settings)
    log = open_log(settings)
    adopt(database_url(settings), log)
    log.close()
    Granian(
        "lrs.composition:application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        http=HTTPModes.http1,
        loop=Loops.asyncio,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        log_enabled=False,
        websockets=False,
    ).serve()


@main.command()
@click.argument("names", nargs=-1)
def consume(names: tuple[str, ...]) -> None:
    """Fold the log into the projections NAMES, or into all."""
    settings = read()
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    url, log = database_url(settings), open_log(settings)
    adopt(url, log)
    kinds = named(names)
    spare_collector()
    spare_switches()
    try:
        Follower(url, log, kinds).run(stop)
    finally:
        log.close()


@main.command(name="migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema."""
    migrate(database_url(read()))


@main.command()
@click.argument("name")
def rebuild(name: str) -> None:
    """Build the projection NAME anew from the log, beside the live one, then swap."""
    settings = read()
    (kind,) = named((name,))
    log = open_log(settings)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    ends = (RateColumn("records"), TimeRemainingColumn())
    with Progress(*columns, *ends, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"rebuilding {name}", total=None)
        folded = build(
            database_url(settings),
            log,
            kind,
            lambda at, end: bar.update(task, completed=at, total=end),
        )
    log.close()
    click.echo(f"{name}: {folded} records folded, swapped in")


@main.command()
@click.option("--endpoint", default="http://127.0.0.1:8080/xapi", show_default=True)
@click.option("--credential", required=True, metavar="KEY:SECRET")
@click.option("--people", type=click.IntRange(1), default=100, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--year",
    type=click.IntRange(1970, 9000),
    default=datetime.now(UTC).year - 1,
    show_default="last year",
)
@click.option("--batch", type=click.IntRange(1), default=50, show_default=True)
def demo(endpoint: str, credential: str, **options: int) -> None:
    """Post a realistic year of a small organization, as its platforms would."""
    key, colon, secret = credential.partition(":")
    if not colon:
        raise click.BadParameter("must be KEY:SECRET", param_hint="--credential")
    if not endpoint.startswith(("http://", "https://")):
        raise click.BadParameter("must be an http:// or https:// URL", param_hint="--endpoint")
    year = Year(options["people"], options["seed"], options["year"])
    console = Console(stderr=True)
    summary = post(endpoint, (key, secret), year, batch=options["batch"], show=console)
    click.echo(f"{summary.posted} statements in {summary.batches} requests")
    for refusal in summary.refused:
        click.echo(
            f"refused: {refusal.statements} statements of {refusal.platform}: "
            f"{refusal.status} {refusal.message}",
            err=True,
        )
    sys.exit(1 if summary.refused else 0)


@main.group()
def log() -> None:
    """The Kafka topic of LRS_LOG."""


@log.command()
def create() -> None:
    """Create the topic with the settings that a store needs."""
    click.echo("created" if create_topic(_on_kafka()) else "exists already")
    check_topic(_on_kafka())


@log.command()
def check() -> None:
    """Verify the topic's settings."""
    check_topic(_on_kafka())
    click.echo("the topic is as a store needs it")


def _on_kafka() -> Settings:
    settings = read()
    if settings.log == "postgresql":
        raise HaltError("LRS_LOG does not name a Kafka topic: kafka://host:port/topic")
    return settings


@main.group()
def credential() -> None:
    """Credentials of the platforms that post and read."""


@credential.command()
@click.argument("key")
@click.option("--secret", help="A long secret; drawn with 256 bits unless given.")
@click.option("--scope", "scopes", multiple=True, default=("all",), show_default=True)
def add(key: str, secret: str | None, scopes: tuple[str, ...]) -> None:
    """Add the credential KEY and print its secret, once.

    A KEY that is there, or was revoked, gets a new secret and these scopes.
    """
    drawn = credentials.add(engine(database_url(read()), 1), key, secret, scopes)
    click.echo(f"{key} {drawn}")


@credential.command(name="list")
def list_credentials() -> None:
    """List credentials and their scopes."""
    for one in credentials.listed(engine(database_url(read()), 1)):
        click.echo(f"{one.key}\t{' '.join(sorted(one.scopes))}{'  revoked' * one.revoked}")


@credential.command()
@click.argument("key")
def revoke(key: str) -> None:
    """Make the credential KEY invalid."""
    if not credentials.revoke(engine(database_url(read()), 1), key):
        raise HaltError(f"there is no valid credential {key!r}")


@main.group()
def quarantine() -> None:
    """Records that a projection could not fold."""


@quarantine.command(name="list")
def list_quarantine() -> None:
    """List what is set aside, with the reason."""
    with connect(database_url(read())) as connection:
        for row in held.listed(connection):
            click.echo(f"{row.projection}\t{row.position}\t{row.reason}")


@quarantine.command()
def retry() -> None:
    """Fold again what is set aside; what still fails stays."""
    settings = read()
    log = open_log(settings)
    failed = 0
    with connect(database_url(settings)) as connection:
        for row in held.listed(connection):
            (kind,) = named((row.projection,))
            reader = log.reader(row.position)
            records = reader.read(1, 5.0)
            reader.close()
            if not records:
                raise UnavailableError(f"the log does not answer with position {row.position}")
            try:
                Folder(connection).retry(kind, Stamped(records[0], row.stored))
            except (*NONSENSE, *REFUSED) as error:
                failed += 1
                reason = str(error).partition("\n")[0]
                click.echo(f"{row.projection}\t{row.position}\tstill: {reason}")
            else:
                click.echo(f"{row.projection}\t{row.position}\tfolded")
    log.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
