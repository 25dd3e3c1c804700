"""`lrs credential`: who may post and read, as history on the log."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click
import msgspec

from lrs import clock
from lrs.access.credentials import Credential
from lrs.access.last_use import last_uses
from lrs.access.roles import codes, read
from lrs.cli.times import Duration, End
from lrs.events.credentials import Terms
from lrs.events.principal import SHELL
from lrs.intake.credentials import Credentials
from lrs.log.port import Position
from lrs.opening import database_url, open_credentials
from lrs.settings import Settings
from lrs.storage.database import Pool

Function = TypeVar("Function", bound=Callable[..., Any])

REMOVED: Final[Mapping[str, Mapping[str, Any]]] = {
    "no_expiry": {"expires": None},
    "no_person": {"person": ""},
    "no_entities": {"entities": ()},
}
"""What each of these flags makes of the terms."""


def _filled(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    """Refuse a limit that names nothing: with an empty variable of the shell it would be none."""
    if text is not None and not codes(text):
        raise click.BadParameter("names nothing; leave the option out where nothing is meant")
    return text


def terms(command: Function) -> Function:
    """Add the options that say what a credential may do, and until when."""
    for option in (
        click.option("--expires", type=End(), help="Last day (UTC), or the time it ends at."),
        click.option("--label", help="What the credential is for."),
        click.option(
            "--entities", callback=_filled, help="Codes that bind it, with commas between them."
        ),
        click.option("--person", callback=_filled, help="Id of the person who holds it."),
        click.option("--role", "roles", multiple=True, help="officer, or bound: officer:DOS."),
        click.option("--scope", "scopes", multiple=True, help="[all, unless a role is given]"),
    ):
        command = option(command)
    return command


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Credentials of the platforms and people who post and read."""
    settings: Settings = context.obj
    context.meta["settings"] = settings
    context.obj = context.with_resource(open_credentials(settings))


@command.command()
@click.argument("key")
@click.option("--secret", help="A long secret; drawn with 256 bits unless given.")
@terms
@click.pass_obj
def add(held: Credentials, /, key: str, secret: str | None, **given: Any) -> None:
    """Add the credential KEY and print it as KEY:SECRET, once.

    A KEY that is there, or was revoked, gets a new secret and these terms.
    """
    wanted = _edited(Terms(), given)
    if not (wanted.scopes or wanted.roles):
        wanted = msgspec.structs.replace(wanted, scopes=("all",))
    issued = held.add(key, wanted, secret, SHELL)
    click.echo(f"{key}:{issued.secret}")
    _warn_of_entities(wanted)
    _tell_position(held, issued.position)


@command.command()
@click.argument("key")
@terms
@click.option("--no-expiry", is_flag=True, help="It ends no more.")
@click.option("--no-person", is_flag=True, help="No person holds it any more.")
@click.option("--no-entities", is_flag=True, help="No entities bind all of it any more.")
@click.pass_obj
def change(held: Credentials, /, key: str, **given: Any) -> None:
    """Change what the credential KEY may do; what is not given stays, and so does the secret.

    Scopes that are given take the place of all scopes, roles that of all roles.
    """
    removed: dict[str, Any] = {}
    for flag, gone in REMOVED.items():
        if given.pop(flag):
            removed.update(gone)

    def edit(there: Terms) -> Terms:
        edited = msgspec.structs.replace(_edited(there, given), **removed)
        _warn_of_entities(edited)
        return edited

    _tell_position(held, held.change(key, edit, SHELL))


@command.command()
@click.argument("key")
@click.option("--secret", help="A long secret; drawn with 256 bits unless given.")
@click.option("--keep-old", type=Duration(), help="How long the old one counts: P7D.")
@click.pass_obj
def rotate(held: Credentials, key: str, secret: str | None, keep_old: int | None) -> None:
    """Give the credential KEY another secret and print it as KEY:SECRET, once."""
    issued = held.rotate(key, secret, keep_old or 0, SHELL)
    click.echo(f"{key}:{issued.secret}")
    _tell_position(held, issued.position)


@command.command(name="list")
@click.pass_context
def list_credentials(context: click.Context) -> None:
    """List credentials: what they may do, what for, when they were last used, to the hour."""
    held: Credentials = context.obj
    database = Pool(database_url(context.meta["settings"]), 1)
    used, folded = last_uses(database), held.in_force()
    database.close()
    for key, one in held.known().items():
        row = [key, _allowed(one), *_told(one)]
        row.append(f"last used {clock.iso(used[key])[:13]}h" if key in used else "never used")
        if folded.get(key) != one:
            row.append("not in force until a consumer has folded it")
        click.echo("\t".join(filter(None, row)))


@command.command()
@click.argument("key")
@click.pass_obj
def revoke(held: Credentials, key: str) -> None:
    """Make the credential KEY invalid."""
    _tell_position(held, held.revoke(key, SHELL))


def _edited(there: Terms, given: dict[str, Any]) -> Terms:
    """Return terms with what was given on the command line in place of what was there."""
    named = {name: value for name, value in given.items() if value not in {None, ()}}
    if "entities" in named:
        named["entities"] = tuple(sorted(codes(named["entities"])))
    return msgspec.structs.replace(there, **named)


def _allowed(one: Credential) -> str:
    """Return scopes and roles, and whether they still count."""
    words = [*sorted(one.given.scopes), *sorted(one.given.roles)]
    expired = not one.revoked and not one.valid(clock.now())
    return " ".join(words) + "  revoked" * one.revoked + "  expired" * expired


def _told(one: Credential) -> list[str]:
    until = [secret.until for secret in one.secrets if secret.until is not None]
    return [
        f"person {one.given.person}" * bool(one.given.person),
        f"entities {','.join(sorted(one.given.entities))}" * bool(one.given.entities),
        one.label,
        *(f"the secret before counts until {clock.iso(end)}" for end in until if end > clock.now()),
        "" if one.expires is None else f"expires {clock.iso(one.expires)}",
        "" if one.secrets[0].digest else "no secret in this database",
    ]


def _warn_of_entities(wanted: Terms) -> None:
    """Warn of entities that no register knows: nobody is in them, until one does."""
    binding = set(wanted.entities).union(*(read(role).entities for role in wanted.roles))
    if binding:
        named = ", ".join(sorted(binding))
        click.echo(f"lrs: warning: no register knows the entities {named} yet", err=True)


def _tell_position(held: Credentials, position: Position | None) -> None:
    """Wait until a change is in force, or say from which position of the log it will be."""
    if position is not None and not held.wait(position):
        click.echo(
            f"lrs: not in force yet: it will be when a consumer (`lrs up`, `lrs consume`) has "
            f"folded position {position} of the log",
            err=True,
        )
