"""Who acts on the command line, where an event needs more than `shell` as its principal.

Whoever may run a command on the data of the store may do everything there. But some facts rest on
who states them: what one person wrote another one approves. Such a command takes `--credential`.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from lrs.access.keyring import Keyring
from lrs.cli.key_and_secret import KeyAndSecret
from lrs.errors import UnauthenticatedError
from lrs.events.principal import SHELL, Principal, credential
from lrs.opening import database_url
from lrs.settings import Settings
from lrs.storage.database import Pool

Function = TypeVar("Function", bound=Callable[..., Any])

ACTING: Final = "acting"
"""The parameter of a command that takes `--credential`."""


def acting(command: Function) -> Function:
    """Add `--credential` to a command, which gets the pair, or None, as `acting`."""
    help_ = "Who acts: KEY:SECRET [the shell]."
    return click.option("--credential", ACTING, type=KeyAndSecret(), help=help_)(command)


def principal(settings: Settings, given: tuple[str, str] | None) -> Principal:
    """Return who acts: the shell, or the credential given, which must be right and valid.

    Raises `UnauthenticatedError` otherwise.
    """
    if given is None:
        return SHELL
    database = Pool(database_url(settings), 1)
    ring = Keyring(database)
    try:
        found = ring.check(*given)
    except UnauthenticatedError as error:
        raise UnauthenticatedError(f"--credential: {error}") from None
    finally:
        ring.close()
        database.close()
    return credential(found.key, found.given.person)
