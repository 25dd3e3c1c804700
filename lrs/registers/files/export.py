"""Entries as files that import again without a change.

States and ends have a row each. The entries are those that hold: what was corrected or taken back
is not exported.
"""

import csv
import io
from collections.abc import Iterable, Iterator

import msgspec

from lrs.registers.form.days import EVER, write_day
from lrs.registers.form.entry import Entry, write_entry
from lrs.registers.form.objects import Localized
from lrs.registers.form.register import Register


def template(register: Register, languages: Iterable[str] = ("en",)) -> str:
    """Return the header of a CSV file, for somebody who begins one."""
    return _line(_header(register, sorted(languages)))


def write_csv(register: Register, entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the lines of a CSV file."""
    listed = list(entries)
    header = _header(register, sorted(_languages(register, listed)))
    yield _line(header)
    for entry in listed:
        cells = _cells(register, entry)
        yield _line([cells.get(name, "") for name in header])


def write_lines(register: Register, entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the entries as JSON, one a line."""
    encoder = msgspec.json.Encoder()
    for entry in entries:
        yield encoder.encode(write_entry(register, entry)) + b"\n"


def write_document(register: Register, entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the parts of one document of JSON with all entries."""
    before = b'{"entries": [\n'
    for line in write_lines(register, entries):
        yield before + line.rstrip(b"\n")
        before = b",\n"
    yield b"\n]}\n" if before == b",\n" else before + b"]}\n"


def _header(register: Register, languages: list[str]) -> list[str]:
    header: list[str] = []
    for name in register.headers:
        if isinstance(register.fields.get(name), Localized):
            header += [f"{name}.{tag}" for tag in languages]
        else:
            header.append(name)
    return header


def _languages(register: Register, entries: Iterable[Entry]) -> set[str]:
    names = [name for name, field in register.fields.items() if isinstance(field, Localized)]
    texts = [(entry.attributes or {}).get(name) for entry in entries for name in names]
    return {tag for by_tag in texts if by_tag for tag in by_tag}


def _cells(register: Register, entry: Entry) -> dict[str, str]:
    slot = entry.slot
    cells = register.key.cells(slot.key)
    if slot.end:
        return {**cells, "end": write_day(slot.day)}
    cells["from"] = "" if slot.day == EVER else write_day(slot.day)
    for name, value in (entry.attributes or {}).items():
        field = register.fields[name]
        if isinstance(field, Localized):
            cells |= {f"{name}.{tag}": text for tag, text in value.items()}
        else:
            cells[name] = field.write_cell(value)
    return cells


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
