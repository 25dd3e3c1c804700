"""`python -m bench`: what the product does per second, beside what it could do at most."""

import sys
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from bench import memory as held
from bench import reads as at_size
from bench import writes

WIDTH: Final = 160


def _numbers(_: click.Context, __: click.Parameter, text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


@click.group(invoke_without_command=True)
@click.option("--connections", default="1,8,32", callback=_numbers, show_default=True)
@click.option("--seconds", type=float, default=3.0, show_default=True, help="Of one round.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--kafka", is_flag=True, help="On a broker of its own instead of the default log.")
@click.option("--quick", is_flag=True, help="One short round, to see that it works.")
def main(
    *, connections: tuple[int, ...], seconds: float, rounds: int, kafka: bool, quick: bool
) -> None:
    """Post and read on a small store; `reads` reads from a large one, `memory` tells its size."""
    if click.get_current_context().invoked_subcommand:
        return
    if quick:
        seconds, rounds = 0.3, 1
    plan = writes.Plan(connections, seconds, rounds, kafka=kafka)
    with _bar() as progress:
        writes.run(plan, _page(), progress)


@main.command()
@click.option("--statements", type=click.IntRange(100), help="[1000000, with --quick 2000]")
@click.option("--data", type=click.Path(path_type=Path), help="A folder to fill, or filled before.")
@click.option("--repeat", type=click.IntRange(1), help="Requests per query. [300, quick: 10]")
@click.option("--quick", is_flag=True, help="A short run, to see that it works.")
def reads(statements: int | None, data: Path | None, repeat: int | None, *, quick: bool) -> None:
    """Fill a store through the real fold, then read by every filter."""
    total = statements or (2_000 if quick else 1_000_000)
    with _bar() as progress:
        at_size.run(total, data, repeat or (10 if quick else 300), _page(), progress)


@main.command()
@click.option("--statements", type=click.IntRange(100), help="[100000, with --quick 2000]")
@click.option("--quick", is_flag=True, help="A short run, to see that it works.")
def memory(statements: int | None, *, quick: bool) -> None:
    """Post statements in batches, then tell what the processes of the embedded stack hold."""
    with _bar() as progress:
        held.run(statements or (2_000 if quick else 100_000), _page(), progress)


class Rate(ProgressColumn):
    """What is done per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or task.finished_speed or 0:,.0f}/s")


def _page() -> Console:
    """Return where tables go: a file has no width that they could be cut to."""
    return Console() if sys.stdout.isatty() else Console(width=WIDTH)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


if __name__ == "__main__":
    main()
