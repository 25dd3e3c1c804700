"""What is wrong with a file, as a table on the terminal."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from lrs.registers.files.fault import HEADERS, Fault

SHOWN: Final = 50
"""Rows of the longest table: the report in a file has them all."""


def show(faults: Sequence[Fault], console: Console | None = None) -> None:
    """Show faults on standard error, the first of them where they are many."""
    table = Table(*HEADERS)
    for fault in faults[:SHOWN]:
        field = fault.field or ("file" if fault.index < 0 else "row")
        table.add_row(str(fault.line), field, *fault.cells[2:])
    shown = console or Console(stderr=True)
    shown.print(table, markup=False)
    if len(faults) > SHOWN:
        more = f"... and {len(faults) - SHOWN} more: --errors FILE writes them all"
        shown.print(more, markup=False, highlight=False)
