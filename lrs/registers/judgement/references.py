"""References: what an entry names must be in the file, or known already."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from typing import Any

from lrs.registers.files.fault import Fault
from lrs.registers.files.row import Reading, Row
from lrs.registers.form.attribute import Reference

Present = Callable[[str, Collection[str]], Collection[str]]
"""Returns those of the keys of a register that are known."""


def unresolved(reading: Reading, present: Present) -> Iterator[Fault]:
    """Yield a fault for every value that names nothing. A key of any day resolves a reference."""
    named: dict[str, dict[str, list[tuple[Row, str, str]]]] = defaultdict(dict)
    for row in (*reading.rows, *reading.broken):
        for name, value, reference in _references(reading, row):
            key = reference.key(value, row.key)
            named[reference.register].setdefault(key, []).append((row, name, value))
    for register, places in named.items():
        asked = set(places)
        if register == reading.register.name:
            asked -= reading.named
        known = set(present(register, asked)) if asked else set()
        for key in asked - known:
            for row, name, value in places[key]:
                yield row.fault(name, value, "reference", _right(reading, name, register))


def values(value: Any) -> tuple[str, ...]:
    """Return what a field with a reference names: one key, several, or none."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _references(reading: Reading, row: Row) -> Iterator[tuple[str, str, Reference]]:
    for name, reference in reading.register.references.items():
        for value in values(row.attributes.get(name)):
            yield name, value, reference


def _right(reading: Reading, name: str, register: str) -> str:
    reference = reading.register.references[name]
    if reference.of_list:
        return f"must be a code of the list {reference.of_list}, in the register {register}"
    return f"must be a key of the register {register}, known already or in the same file"
