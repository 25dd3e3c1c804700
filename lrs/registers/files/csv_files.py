"""CSV files: UTF-8 with or without byte order mark, cells between commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from lrs.registers.files.columns import Table
from lrs.registers.files.fault import WHOLE_FILE, Fault

_DELIMITERS: Final = (",", ";", "\t")
"""Spreadsheets write semicolons where the comma separates decimals."""

LARGEST_CELL: Final = 131_072
"""Characters of the largest cell: the limit that the csv module has, too."""


class CsvError(ValueError):
    """The file cannot be read as CSV any further."""

    def __init__(self, line: int, right: str) -> None:
        super().__init__(right)
        self.fault = Fault(line, WHOLE_FILE, "", "", "csv", right)


def read_csv(content: bytes) -> Table:
    """Return the table of a file; raises `CsvError`, also while its rows are read."""
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))
    rows = _rows(text, delimiter)
    for _, header in rows:
        return Table(header, rows)
    raise CsvError(1, "must have a header that names the fields")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CsvError(line, "must be UTF-8: save the file as CSV in UTF-8") from error


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows that have a cell, each with the line on which it begins."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in lines:
            if any(cells):
                yield begins, cells
            begins = lines.line_num + 1
    except csv.Error as error:
        right = f"must be CSV, with cells of at most {LARGEST_CELL} characters: {error}"
        raise CsvError(begins, right) from error
