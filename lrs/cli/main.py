"""The command line: `lrs COMMAND`, a module of this folder each."""

import sys
from importlib import import_module
from typing import Final

import click

from lrs.errors import LedgerError, UnavailableError
from lrs.processes import structured_logs
from lrs.processes.supervisor import TRY_AGAIN
from lrs.settings import read

COMMANDS: Final = (
    "up",
    "serve",
    "consume",
    "migrate",
    "rebuild",
    "demo",
    "log",
    "credential",
    "register",
    "quarantine",
)
"""Modules of `lrs.cli` whose `command` is the command of that name, in the order of `--help`."""


class Commands(click.Group):
    """The commands, each imported when it is asked for; errors of ours end in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """Return the command of this name, if there is one."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"lrs.cli.{cmd_name}").command
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; say what an operator must do."""
        try:
            return super().invoke(ctx)
        except LedgerError as error:
            click.echo(f"lrs: {error}", err=True)
            sys.exit(TRY_AGAIN if isinstance(error, UnavailableError) else 1)


@click.group(cls=Commands)
@click.pass_context
def main(context: click.Context) -> None:
    """Ledger, an event-sourced learning record store. Settings come from LRS_* variables."""
    context.obj = read()
    structured_logs.install(context.obj.log_level)


if __name__ == "__main__":
    main()
