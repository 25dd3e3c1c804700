"""A column of progress bars: how many of something per second, over the whole time so far."""

from rich.progress import ProgressColumn, Task
from rich.text import Text


class RateColumn(ProgressColumn):
    """The mean rate; rich's own is of the last moments, and gone once the task is done."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        """Return the text of the column."""
        elapsed = task.finished_time if task.finished else task.elapsed
        return Text(f"{task.completed / elapsed if elapsed else 0:,.0f} {self._unit}/s")
