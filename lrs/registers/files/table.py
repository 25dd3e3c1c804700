"""Rows of cells, of a CSV file or what else has columns, read as entries of a register.

Columns name fields, the parts of the key, `from`, `end`, `retract`. An empty cell means unknown, an
empty `from` since ever. A row that has an `end` and no attributes only ends its subject.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from lrs.registers.files.columns import REFUSED, Cells, Column, Table
from lrs.registers.files.json_files import instead
from lrs.registers.files.row import Reading, Translations
from lrs.registers.form.days import EVER
from lrs.registers.form.fields import LONGEST, Boolean, Day
from lrs.registers.form.objects import Localized, checked_tag
from lrs.registers.form.text import checked_text

_OF_ROW: Final[dict[str, Callable[[str], Any]]] = {
    "from": Day("From", "").read_cell,
    "end": Day("End", "").read_cell,
    "retract": Boolean("Retract", "").read_cell,
}
"""What a row has besides key and fields."""


def read_table(
    reading: Reading, table: Table, columns: Sequence[Column], since: int | None = None
) -> None:
    """Read the rows of a table; `since` is the day of rows in a table without `from`."""
    reading.at(1)
    reader = _Reader(reading, columns, since)
    if reading.faults:
        return
    width = len(table.header)
    for index, (line, cells) in enumerate(table.rows):
        reading.at(line, index)
        if len(cells) == width:
            reader.row(cells)
        else:
            right = f"must have as many cells as the header, {width}, not {len(cells)}"
            reading.refuse("", None, "cells", right)


class _Reader:
    """Reads rows into a reading, at the place to which that has gone."""

    def __init__(self, reading: Reading, columns: Sequence[Column], since: int | None) -> None:
        self._reading = reading
        self._since = since
        self._register = reading.register
        self._of_row: dict[str, Cells] = {}
        self._key: dict[str, Cells] = {}
        self._fields: list[tuple[str, str, Cells]] = []
        """Field, language tag or nothing, cells."""
        for column in columns:
            self._place(column)
        self._refuse_header([column.target for column in columns])

    def _place(self, column: Column) -> None:
        """Decide how the cells of a column are read."""
        name, _, tag = column.target.partition(".")
        field = self._register.fields.get(name)
        if column.target in self._register.key.columns:
            self._key[name] = Cells(column, str)
        elif column.target in _OF_ROW:
            self._of_row[name] = Cells(column, _OF_ROW[name])
        elif tag and isinstance(field, Localized):
            self._reading.read(column.target, "header", checked_tag, tag)
            self._fields.append((name, tag, Cells(column, _translation)))
        elif field is not None and not tag:
            self._fields.append((name, "", Cells(column, field.read_cell)))
        else:
            derived = {one.name for one in self._register.derived}
            right = instead(column.target, dict.fromkeys(self._register.headers), derived)
            self._reading.refuse(column.target, column.target, "unknown-field", right)

    def _refuse_header(self, targets: list[str]) -> None:
        for place, name in enumerate(targets):
            whole = name.partition(".")[0]
            if name in targets[:place] or (whole != name and whole in targets):
                self._reading.refuse(name, name, "header", "must stand in one column only")
        if not self._key:
            names = " or ".join(self._register.key.columns)
            self._reading.refuse("key", None, "header", f"must stand in a column: {names}")

    def row(self, cells: Sequence[str]) -> None:
        """Read one row; keep it, or everything that is wrong with it."""
        reading = self._reading
        key = self._key_of(cells)
        last_day = self._value("end", cells)
        retract = self._value("retract", cells) is True
        attributes = self._attributes(cells)
        states = last_day is None or self._says_more(cells, attributes)
        since = self._day(cells) if states else None
        if states and not retract:
            reading.named.add(key)
            self._refuse_unknown(attributes)
        else:
            attributes = {}
        known = {name: value for name, value in attributes.items() if value is not REFUSED}
        reading.keep(key=key, since=since, attributes=known, end=last_day, retract=retract)

    def _key_of(self, cells: Sequence[str]) -> Any:
        texts = {name: one.value(cells, name, self._reading) for name, one in self._key.items()}
        written = self._register.key.of_cells(
            {name: text for name, text in texts.items() if text is not None}
        )
        return self._reading.read("key", "key", self._register.key.canonical, written)

    def _value(self, name: str, cells: Sequence[str]) -> Any:
        column = self._of_row.get(name)
        return None if column is None else column.value(cells, name, self._reading)

    def _attributes(self, cells: Sequence[str]) -> dict[str, Any]:
        reading = self._reading
        found: dict[str, Any] = {}
        for name, tag, column in self._fields:
            value = column.value(cells, name, reading)
            if tag:
                texts = found.setdefault(name, Translations({})).texts
                found[name] = Translations({**texts, tag: value})
            else:
                found[name] = value
        return found

    def _says_more(self, cells: Sequence[str], attributes: dict[str, Any]) -> bool:
        """Tell whether a row with an end also states what the subject is."""
        day = self._of_row.get("from")
        return (day is not None and day.text(cells) != "") or any(
            _is_known(value) for value in attributes.values()
        )

    def _day(self, cells: Sequence[str]) -> int | None:
        if "from" in self._of_row:
            day = self._value("from", cells)
            return EVER if day is None else day
        if self._since is None:
            right = "must be given, as a column or for the whole file: the day the row holds from"
            self._reading.refuse("from", None, "required", right)
        return self._since

    def _refuse_unknown(self, attributes: dict[str, Any]) -> None:
        for name in self._register.required:
            if name in attributes and attributes[name] is None:
                self._reading.refuse(name, "", "required", "must be known")


def _translation(cell: str) -> str:
    return checked_text(cell, LONGEST)


def _is_known(value: Any) -> bool:
    if isinstance(value, Translations):
        return any(text is not None for text in value.texts.values())
    return value is not None
