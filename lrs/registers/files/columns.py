"""The columns of a table: which field stands where, and what its cells mean."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lrs.registers.files.row import Reading

Translate = Callable[[str], str]
"""Says what a cell means in our words; raises `ValueError`."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field stands: at a place of the row, or nowhere, with one value for all rows."""

    target: str
    place: int | None
    constant: str = ""
    translate: Translate | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A header, and rows of cells, each with its line in the file."""

    header: Sequence[str]
    rows: Iterable[tuple[int, Sequence[str]]]


REFUSED: Final = object()
"""Stands for the value of a cell in which something is wrong."""

_REMEMBERED: Final = 4096
"""Cells of a column whose meaning is remembered: codes come again and again."""


class Cells:
    """The cells of one column."""

    def __init__(self, column: Column, read: Callable[[str], Any]) -> None:
        self._place = column.place
        self._constant = column.constant
        self._translate = column.translate
        self._read = read
        self._known: dict[str, Any] = {}

    def text(self, cells: Sequence[str]) -> str:
        """Return the cell as the file has it, without blanks around."""
        return self._constant if self._place is None else cells[self._place].strip()

    def value(self, cells: Sequence[str], name: str, reading: Reading) -> Any:
        """Return what the cell means: None for unknown, `REFUSED` for what is wrong, and kept."""
        text = self._constant if self._place is None else cells[self._place].strip()
        if text in self._known:
            return self._known[text]
        try:
            meant = self._translate(text) if self._translate else text
            value = self._read(meant) if meant else None
        except ValueError as error:
            reading.refuse(name, text, "value", str(error))
            return REFUSED
        if len(self._known) < _REMEMBERED:
            self._known[text] = value
        return value


def columns_of(header: Sequence[str]) -> list[Column]:
    """Return the columns of a table whose header names fields, in any case, blanks for `_`."""
    return [Column(_target(name), place) for place, name in enumerate(header)]


def _target(header: str) -> str:
    name, dot, tag = header.strip().partition(".")
    return name.strip().lower().replace(" ", "_") + dot + tag
