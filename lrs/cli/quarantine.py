"""`lrs quarantine`: records that a projection could not fold."""

import sys
from contextlib import closing

import click
import psycopg

from consumers.fold import NONSENSE, REFUSED, Folder, Stamped
from lrs.errors import UnavailableError
from lrs.events.administration import Kind
from lrs.events.principal import SHELL
from lrs.intake.administration import administered
from lrs.log.port import EventLog
from lrs.opening import database_url, open_followed
from lrs.settings import Settings
from lrs.storage.database import connect
from lrs.storage.schema import require_schema
from projections.folding import quarantine as held
from projections.folding.quarantine import Quarantined
from projections.folding.registry import named


@click.group()
def command() -> None:
    """Records that a projection could not fold."""


@command.command(name="list")
@click.pass_obj
def list_quarantine(settings: Settings) -> None:
    """List what is set aside, with the reason."""
    require_schema(url := database_url(settings))
    with connect(url) as connection:
        for row in held.listed(connection):
            click.echo(f"{row.projection}\t{row.position}\t{row.reason}")


@command.command()
@click.pass_obj
def retry(settings: Settings) -> None:
    """Fold again what is set aside; what still fails stays."""
    outcome: dict[str, list[str]] = {"folded": [], "failed": []}
    with open_followed(settings) as (url, log):
        try:
            with connect(url) as connection:
                for row in held.listed(connection):
                    wrong = _retry(connection, log, row)
                    place = f"{row.projection} {row.position}"
                    outcome["failed" if wrong else "folded"].append(place)
                    said = f"still: {wrong}" if wrong else "folded"
                    click.echo(f"{row.projection}\t{row.position}\t{said}")
        finally:
            if any(outcome.values()):
                administered(log, Kind.QUARANTINE_RETRIED, SHELL, {**outcome})
    sys.exit(1 if outcome["failed"] else 0)


def _retry(connection: psycopg.Connection, log: EventLog, row: Quarantined) -> str:
    """Fold one record again; return what is wrong with it still, or nothing."""
    (kind,) = named((row.projection,))
    with closing(log.reader(row.position)) as reader:
        records = reader.read(1, 5.0)
    if not records:
        raise UnavailableError(f"the log does not answer with position {row.position}")
    try:
        Folder(connection).retry(kind, Stamped(records[0], row.stored))
    except (*NONSENSE, *REFUSED) as error:
        return str(error).partition("\n")[0] or type(error).__name__
    return ""
