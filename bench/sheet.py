"""A table of results: for the terminal, and as text to paste into a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass
class Sheet:
    """A title, columns, rows of text; the first column names the row. Notes stand below."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row."""
        self.rows.append(cells)

    def show(self, console: Console) -> None:
        """Draw the table."""
        table = Table(*self.columns, title=self.title, title_justify="left")
        for column in table.columns[1:]:
            column.justify = "right"
        for row in self.rows:
            table.add_row(*row)
        console.print(table)
        for note in self.notes:
            console.print(note)

    def text(self) -> str:
        """Return the table in Markdown."""
        lines = [self.columns, ["---", *["---:"] * (len(self.columns) - 1)], *self.rows]
        drawn = ["| " + " | ".join(line) + " |" for line in lines]
        return "\n".join([f"### {self.title}", "", *drawn, "", *self.notes, ""])


def publish(sheets: Sequence[Sheet], console: Console) -> None:
    """Draw all tables, then all of them again as text for a page."""
    for sheet in sheets:
        sheet.show(console)
    console.rule("the same as text for a page")
    for sheet in sheets:
        print(sheet.text())  # noqa: T201 - no wrapping at the width of the terminal


def number(value: float) -> str:
    """Return a number with three or so figures."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
