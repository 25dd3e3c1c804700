"""What is wrong with one value of a file or a request, and what would be right."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from lrs.predicates.reader import shown, step

HEADERS: Final = ("line", "field", "value", "rule", "right")
"""The columns of a report."""

OF_ENTRY: Final = frozenset({"key", "from", "end", "retract", "attributes"})
"""What an entry has besides the fields of its register."""

WHOLE_FILE: Final = -1
"""The index of a fault that concerns no entry, but the file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule.

    `line` is the line of the file; where JSON is one document, the number of the entry in it.
    `index` counts entries from 0. `right` continues the sentence "the field ...": `must be a day`.
    """

    line: int
    index: int
    field: str
    value: str
    rule: str
    right: str

    @property
    def pointer(self) -> str:
        """Return the JSON Pointer of the value in `{"entries": [...]}`."""
        if self.index == WHOLE_FILE:
            return ""
        place = step("/entries", self.index)
        if self.field and self.field not in OF_ENTRY:
            place += "/attributes"
        return step(place, self.field) if self.field else place

    @property
    def cells(self) -> tuple[str, ...]:
        """Return what a report shows, one cell for each of `HEADERS`."""
        return (str(self.line), self.field, self.value, self.rule, self.right)


def short(value: Any) -> str:
    """Return a few words for a value of any size, texts without quotes."""
    text = shown(value)
    return text[1:-1] if isinstance(value, str) else text


def report(faults: Iterable[Fault]) -> str:
    """Return the faults as CSV, for spreadsheets beside the file."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(HEADERS)
    lines.writerows(fault.cells for fault in faults)
    return written.getvalue()
