"""`lrs demo`: a realistic year of a small organization, posted to a running store.

The store of the data folder is found by the address that `lrs up` left there. The demo makes a
credential of its own, as whoever may open the database of that folder may do: no secret that would
let anybody in is written to a file.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from lrs.access.scopes import Scope
from lrs.cli.key_and_secret import KeyAndSecret
from lrs.cli.progress_bar import progress_bar
from lrs.demo.post import post
from lrs.demo.year import Year
from lrs.errors import HaltError
from lrs.events.credentials import Terms
from lrs.events.principal import SHELL
from lrs.opening import open_credentials
from lrs.processes.data_folder import address
from lrs.settings import Settings

KEY: Final = "lrs-demo"
"""Key of the demo's own credential: no platform would be given it."""

LABEL: Final = "posts the year of `lrs demo`"


@click.command()
@click.option("--endpoint", help="URL of xAPI [of the product that runs on LRS_DATA].")
@click.option("--credential", type=KeyAndSecret(), help="[one of its own]")
@click.option("--people", type=click.IntRange(1), default=100, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--year",
    type=click.IntRange(1970, 9000),
    default=datetime.now(UTC).year - 1,
    show_default="last year",
)
@click.option("--batch", type=click.IntRange(1), default=50, show_default=True)
@click.pass_obj
def command(
    settings: Settings,
    /,
    endpoint: str | None,
    credential: tuple[str, str] | None,
    **options: int,
) -> None:
    """Post a realistic year of a small organization, as its platforms would."""
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise click.BadParameter("must be an http:// or https:// URL", param_hint="--endpoint")
    year = Year(options["people"], options["seed"], options["year"])
    near = _near(settings)
    if endpoint is None and near is None:
        raise HaltError(
            f"no `lrs up` runs on {Path(settings.data).absolute()}: start it, name its data folder "
            "in LRS_DATA, or give --endpoint and --credential"
        )
    if endpoint not in (None, near) and credential is None:
        raise HaltError(f"--credential is missing: {endpoint} is not the product of this folder")
    chosen = endpoint or str(near)
    click.echo(f"Posting {options['year']} to {chosen}", err=True)
    with _let_in(settings, credential) as held, progress_bar("posting", "statements") as advance:
        summary = post(chosen, held, year, batch=options["batch"], advance=advance)
    click.echo(f"{summary.posted} statements in {summary.batches} requests")
    for refusal in summary.refused:
        click.echo(
            f"refused: {refusal.statements} statements of {refusal.platform}: "
            f"{refusal.status} {refusal.message}",
            err=True,
        )
    sys.exit(1 if summary.refused else 0)


def _near(settings: Settings) -> str | None:
    """Return the xAPI of the product that runs on the data folder, if one does."""
    url = address(Path(settings.data))
    return f"{url}/xapi" if url else None


@contextmanager
def _let_in(settings: Settings, given: tuple[str, str] | None) -> Iterator[tuple[str, str]]:
    """Yield the credential to post with: the one given, or one that is valid until then."""
    if given is not None:
        yield given
        return
    with open_credentials(settings) as held:
        issued = held.add(KEY, Terms((Scope.STATEMENTS_WRITE.value,), label=LABEL), None, SHELL)
        assert issued.position is not None
        held.wait(issued.position)
        yield KEY, issued.secret
        held.wait(held.revoke(KEY, SHELL))
