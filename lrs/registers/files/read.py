"""Reads a file of one register, whatever its format."""

from lrs.registers.files.columns import columns_of
from lrs.registers.files.csv_files import CsvError, read_csv
from lrs.registers.files.row import Reading
from lrs.registers.files.table import read_table
from lrs.registers.form.register import Register


def read_csv_file(register: Register, content: bytes, since: int | None = None) -> Reading:
    """Read a CSV file whose header names fields."""
    reading = Reading(register)
    try:
        table = read_csv(content)
        read_table(reading, table, columns_of(table.header), since)
    except CsvError as error:
        reading.faults.append(error.fault)
    return reading
