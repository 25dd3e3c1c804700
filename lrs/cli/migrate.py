"""`lrs migrate`: the schema of the database."""

import click

from lrs.composition import database_url, migrate
from lrs.settings import Settings


@click.command()
@click.pass_obj
def command(settings: Settings) -> None:
    """Bring the database to the newest schema."""
    migrate(database_url(settings))
