"""`lrs rebuild`: a projection anew from the log."""

import click

from consumers.rebuild import rebuild
from lrs.cli.progress_bar import progress_bar
from lrs.intake.administration import rebuilt
from lrs.opening import open_followed
from lrs.settings import Settings
from projections.folding.registry import named


@click.command()
@click.argument("name")
@click.pass_obj
def command(settings: Settings, name: str) -> None:
    """Build the projection NAME anew from the log, beside the live one, then swap."""
    (kind,) = named((name,))
    with open_followed(settings) as (url, log):
        with progress_bar(f"rebuilding {name}", "records") as advance:
            folded = rebuild(url, log, kind, advance)
        rebuilt(log, kind, folded)
    click.echo(f"{name}: {folded} records folded, swapped in")
