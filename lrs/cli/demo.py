"""`lrs demo`: a realistic year of a small organization, posted to a running store."""

import sys
from datetime import UTC, datetime

import click

from lrs.cli.key_and_secret import KeyAndSecret
from lrs.cli.progress_bar import progress_bar
from lrs.demo.post import post
from lrs.demo.year import Year


@click.command()
@click.option("--endpoint", default="http://127.0.0.1:8080/xapi", show_default=True)
@click.option("--credential", required=True, type=KeyAndSecret())
@click.option("--people", type=click.IntRange(1), default=100, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--year",
    type=click.IntRange(1970, 9000),
    default=datetime.now(UTC).year - 1,
    show_default="last year",
)
@click.option("--batch", type=click.IntRange(1), default=50, show_default=True)
def command(endpoint: str, credential: tuple[str, str], **options: int) -> None:
    """Post a realistic year of a small organization, as its platforms would."""
    if not endpoint.startswith(("http://", "https://")):
        raise click.BadParameter("must be an http:// or https:// URL", param_hint="--endpoint")
    year = Year(options["people"], options["seed"], options["year"])
    with progress_bar("posting", "statements") as advance:
        summary = post(endpoint, credential, year, batch=options["batch"], advance=advance)
    click.echo(f"{summary.posted} statements in {summary.batches} requests")
    for refusal in summary.refused:
        click.echo(
            f"refused: {refusal.statements} statements of {refusal.platform}: "
            f"{refusal.status} {refusal.message}",
            err=True,
        )
    sys.exit(1 if summary.refused else 0)
