"""The progress bar of work that takes minutes: how many of how many, per second, time left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


@contextmanager
def progress_bar(
    description: str, unit: str, console: Console | None = None
) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar on standard error; yield the function that moves it.

    The function takes how many are done and how many there are, None while nobody knows.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    ends = (_MeanRate(unit), TimeRemainingColumn())
    with Progress(*columns, *ends, console=console or Console(stderr=True)) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _MeanRate(ProgressColumn):
    """The mean rate; rich's own is of the last moments, and gone once the task is done."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        """Return the text of the column."""
        elapsed = task.finished_time if task.finished else task.elapsed
        return Text(f"{task.completed / elapsed if elapsed else 0:,.0f} {self._unit}/s")
