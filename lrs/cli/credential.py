"""`lrs credential`: who may post and read."""

import click
from sqlalchemy.engine import Engine

from lrs.access import credentials
from lrs.composition import database_url
from lrs.errors import HaltError
from lrs.settings import Settings
from lrs.storage.database import engine


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Credentials of the platforms that post and read."""
    settings: Settings = context.obj
    context.obj = engine(database_url(settings), 1)
    context.call_on_close(context.obj.dispose)


@command.command()
@click.argument("key")
@click.option("--secret", help="A long secret; drawn with 256 bits unless given.")
@click.option("--scope", "scopes", multiple=True, default=("all",), show_default=True)
@click.pass_obj
def add(database: Engine, key: str, secret: str | None, scopes: tuple[str, ...]) -> None:
    """Add the credential KEY and print it as KEY:SECRET, once.

    A KEY that is there, or was revoked, gets a new secret and these scopes.
    """
    click.echo(f"{key}:{credentials.add(database, key, secret, scopes)}")


@command.command(name="list")
@click.pass_obj
def list_credentials(database: Engine) -> None:
    """List credentials and their scopes."""
    for one in credentials.listed(database):
        click.echo(f"{one.key}\t{' '.join(sorted(one.scopes))}{'  revoked' * one.revoked}")


@command.command()
@click.argument("key")
@click.pass_obj
def revoke(database: Engine, key: str) -> None:
    """Make the credential KEY invalid."""
    if not credentials.revoke(database, key):
        raise HaltError(f"there is no valid credential {key!r}")
