"""`lrs quarantine`: records that a projection could not fold."""

import sys

import click

from consumers.fold import NONSENSE, REFUSED, Folder, Stamped
from lrs.composition import database_url, open_log
from lrs.errors import UnavailableError
from lrs.settings import Settings
from lrs.storage.database import connect
from projections.folding import quarantine as held
from projections.folding.registry import named


@click.group()
def command() -> None:
    """Records that a projection could not fold."""


@command.command(name="list")
@click.pass_obj
def list_quarantine(settings: Settings) -> None:
    """List what is set aside, with the reason."""
    with connect(database_url(settings)) as connection:
        for row in held.listed(connection):
            click.echo(f"{row.projection}\t{row.position}\t{row.reason}")


@command.command()
@click.pass_obj
def retry(settings: Settings) -> None:
    """Fold again what is set aside; what still fails stays."""
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
