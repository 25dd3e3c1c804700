"""The FILE of `lrs register import`, read as its name and a mapping say."""

from pathlib import Path
from typing import Final

import click

from lrs import clock
from lrs.errors import InvalidError, NotFoundError
from lrs.registers.files.mapping import ColumnMapping, read_mapping
from lrs.registers.files.read import SHIPPED, FileFormat, read_content, read_mapped
from lrs.registers.files.row import Reading
from lrs.registers.form.register import Register
from lrs.xapi.json import parse

_SUFFIXES: Final = {
    **{f".{known}": known for known in FileFormat},
    ".tsv": FileFormat.CSV,
    ".txt": FileFormat.CSV,
    ".jsonl": FileFormat.NDJSON,
}


def read_file(register: Register, file: Path, since: int | None, mapping: str | None) -> Reading:
    """Read a file; `mapping` is the name of one that ships with the product, or of a file.

    SCIM users that bear no date hold from today on. Raises `InvalidError` for a mapping that does
    not fit.
    """
    format_ = _SUFFIXES.get(file.suffix.lower())
    if format_ is None:
        known = ", ".join(_SUFFIXES)
        raise click.BadParameter(f"must end in one of {known}", param_hint="FILE")
    content = file.read_bytes()
    if mapping is None:
        return read_content(register, format_, content, since)
    if since is None and format_ is FileFormat.JSON:
        since = clock.today()
    return read_mapped(register, format_, content, since, _mapping(register, mapping))


def _mapping(register: Register, named: str) -> ColumnMapping:
    if named in SHIPPED:
        return read_mapping(register, {"columns": {}, "extends": named}, SHIPPED)
    try:
        content = Path(named).read_bytes()
    except OSError as error:
        raise NotFoundError(
            f"--map: there is no file {named}; {', '.join(SHIPPED)} ship with the product"
        ) from error
    try:
        return read_mapping(register, parse(content), SHIPPED)
    except InvalidError as refused:
        found = "; ".join(f"{one.path}: {one.message}" for one in refused.violations)
        raise InvalidError(f"--map: {refused}: {found}", refused.violations) from refused
