"""Reads a file or the body of a request in any of the forms that there are.

A file that has columns is read as the register names them, or as a mapping says.
"""

from enum import StrEnum
from typing import Any, Final

from lrs.errors import InvalidError
from lrs.registers.files.columns import Table, columns_of
from lrs.registers.files.csv_files import CsvError, read_csv
from lrs.registers.files.json_files import read_json, read_lines
from lrs.registers.files.mapping import ColumnMapping, mapped
from lrs.registers.files.oneroster import ONEROSTER
from lrs.registers.files.row import Reading
from lrs.registers.files.scim import SCIM, users
from lrs.registers.files.table import read_table
from lrs.registers.form.register import Register
from lrs.xapi.json import parse

SHIPPED: Final = {**ONEROSTER, **SCIM}
"""The mappings that ship with the product, by name."""


class FileFormat(StrEnum):
    """How entries are written down; the names are the suffixes of files."""

    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"
    """One entry of JSON a line."""


def read_content(
    register: Register, form: FileFormat, content: bytes, since: int | None
) -> Reading:
    """Read entries that name fields as the register does; `since` is the day of those without."""
    match form:
        case FileFormat.CSV:
            return read_csv_file(register, content, since)
        case FileFormat.JSON:
            return read_json(register, content, since)
        case FileFormat.NDJSON:
            return read_lines(register, content, since)


def read_mapped(
    register: Register,
    form: FileFormat,
    content: bytes,
    since: int | None,
    mapping: ColumnMapping,
) -> Reading:
    """Read a file of somebody else: a table of CSV, or SCIM users, which are one document of JSON.

    Raises `InvalidError` for another form.
    """
    if form is FileFormat.CSV:
        return read_csv_file(register, content, since, mapping)
    if form is FileFormat.NDJSON:
        raise InvalidError("a mapping is for CSV, or for SCIM users in one document of JSON")
    try:
        document = parse(content)
    except InvalidError:
        return read_json(register, content)  # tells what is wrong with the JSON
    return read_scim(register, document, since, mapping)


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
