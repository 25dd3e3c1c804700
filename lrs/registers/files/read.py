"""Reads a file that has columns, as the register names them or as a mapping says."""

from typing import Any, Final

from lrs.registers.files.columns import Table, columns_of
from lrs.registers.files.csv_files import CsvError, read_csv
from lrs.registers.files.mapping import ColumnMapping, mapped
from lrs.registers.files.oneroster import ONEROSTER
from lrs.registers.files.row import Reading
from lrs.registers.files.scim import SCIM, users
from lrs.registers.files.table import read_table
from lrs.registers.form.register import Register

SHIPPED: Final = {**ONEROSTER, **SCIM}
"""The mappings that ship with the product, by name."""


def read_csv_file(
    register: Register,
    content: bytes,
    since: int | None = None,
    mapping: ColumnMapping | None = None,
) -> Reading:
    """Read a CSV file."""
    reading = Reading(register)
    try:
        _read(reading, read_csv(content), since, mapping)
    except CsvError as error:
        reading.faults.append(error.fault)
    return reading


def read_scim(
    register: Register, document: Any, since: int | None, mapping: ColumnMapping
) -> Reading:
    """Read the SCIM users of a parsed document; a line is the number of the user in it."""
    reading = Reading(register)
    try:
        table = users(document)
    except ValueError as error:
        reading.refuse("", document, "scim", str(error))
    else:
        _read(reading, table, since, mapping)
    return reading


def _read(reading: Reading, table: Table, since: int | None, mapping: ColumnMapping | None) -> None:
    if mapping is None:
        read_table(reading, table, columns_of(table.header), since)
        return
    found = mapped(table, mapping)
    if not found.missing:
        read_table(reading, found.table, found.columns, since)
    reading.at(1)
    for name in found.missing:
        right = f"must stand in the header, as the mapping names it: {', '.join(table.header)}"
        reading.refuse(name, None, "header", right)
