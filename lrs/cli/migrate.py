"""`lrs migrate`: the schema of the database."""

import click

from lrs.opening import database_url
from lrs.settings import Settings
from migrations.migrate import migrate


@click.command()
@click.pass_obj
def command(settings: Settings) -> None:
    """Bring the database to the newest schema."""
    migrate(database_url(settings))
