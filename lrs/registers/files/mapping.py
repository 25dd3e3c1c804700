"""Mapping files: how the columns of somebody else's table become fields of a register. Data.

    {"columns": {"Employee ID": "key", "Dept": "entity", "EOD": "entered_on_duty"},
     "constants": {"kind": "staff"},
     "values": {"entity": {"Operational Support": "DOS", "*": ""}},
     "dates": {"entered_on_duty": "DD/MM/YYYY"},
     "only": {"Status": ["active", ""]}}

Columns that the mapping does not name are left aside. `values` translate cells, `*` all others;
`only` keeps the rows in which a column has one of these texts. With `end_exclusive` the column for
`end` names the first day on which the subject no longer holds. `extends` names a mapping that ships
with the product, to which this one adds, or whose parts it replaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec

from lrs.errors import InvalidError, Violation
from lrs.predicates.reader import step
from lrs.registers.files.columns import Column, Table, Translate
from lrs.registers.files.date_format import date_format, day_before
from lrs.registers.files.json_files import instead
from lrs.registers.form.fields import Day
from lrs.registers.form.objects import Localized
from lrs.registers.form.register import Register

OTHERS: Final = "*"
"""Stands in `values` for every text that is not listed."""


class ColumnMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mapping file says."""

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    dates: dict[str, str] = {}
    only: dict[str, list[str]] = {}
    end_exclusive: bool = False
    extends: str = ""

    def over(self, shipped: "ColumnMapping") -> "ColumnMapping":
        """Return the shipped mapping with what this one says added, or put in its place."""
        own = set(self.columns.values()) | set(self.constants)
        kept = {
            column: target
            for column, target in shipped.columns.items()
            if target not in own and column not in self.columns
        }
        return ColumnMapping(
            columns=kept | self.columns,
            constants={
                target: text for target, text in shipped.constants.items() if target not in own
            }
            | self.constants,
            values=shipped.values | self.values,
            dates=shipped.dates | self.dates,
            only=shipped.only | self.only,
            end_exclusive=shipped.end_exclusive or self.end_exclusive,
        )


def read_mapping(
    register: Register, parsed: Any, shipped: Mapping[str, ColumnMapping]
) -> ColumnMapping:
    """Return the mapping for a register; raises `InvalidError` with every place that is wrong."""
    try:
        mapping = msgspec.convert(parsed, ColumnMapping)
    except msgspec.ValidationError as error:
        raise _refused([Violation("", "mapping.form", str(error))]) from error
    if mapping.extends:
        if mapping.extends not in shipped:
            right = f"must be one of {', '.join(shipped)}"
            raise _refused([Violation("/extends", "mapping.extends", right)])
        mapping = mapping.over(shipped[mapping.extends])
    if found := list(_violations(register, mapping)):
        raise _refused(found)
    return mapping


def _refused(found: list[Violation]) -> InvalidError:
    return InvalidError("the mapping does not fit the register", found)


def _violations(register: Register, mapping: ColumnMapping) -> Iterator[Violation]:
    if not mapping.columns:
        yield Violation("/columns", "mapping.columns", "must name the field of at least one column")
    targets = [*mapping.columns.items(), *((name, name) for name in mapping.constants)]
    taken: set[str] = set()
    for place, (source, target) in enumerate(targets):
        part = "/columns" if place < len(mapping.columns) else "/constants"
        if not _is_target(register, target):
            derived = {one.name for one in register.derived}
            right = instead(target, dict.fromkeys(register.headers), derived)
            yield Violation(step(part, source), "mapping.field", right)
        elif target in taken:
            right = f"must be the only one for {target}"
            yield Violation(step(part, source), "mapping.twice", right)
        taken.add(target)
    for part, names in (("/values", mapping.values), ("/dates", mapping.dates)):
        for name in names:
            if name not in taken:
                right = "must be a field to which a column is mapped"
                yield Violation(step(part, name), "mapping.field", right)
    yield from _violations_of_dates(register, mapping)


def _violations_of_dates(register: Register, mapping: ColumnMapping) -> Iterator[Violation]:
    for name, written in mapping.dates.items():
        if name not in ("from", "end") and not isinstance(register.fields.get(name), Day):
            yield Violation(step("/dates", name), "mapping.dates", "must be a field with a day")
        try:
            date_format(written)
        except ValueError as error:
            yield Violation(step("/dates", name), "mapping.dates", str(error))


def _is_target(register: Register, target: str) -> bool:
    name, dot, _ = target.partition(".")
    return target in register.headers or (
        bool(dot) and isinstance(register.fields.get(name), Localized)
    )


@dataclass(frozen=True, slots=True)
class Mapped:
    """A table as a mapping sees it; `missing` are columns that the mapping names in vain."""

    table: Table
    columns: Sequence[Column]
    missing: Sequence[str]


def mapped(table: Table, mapping: ColumnMapping) -> Mapped:
    """Return the table and its columns as fields."""
    places = {name.strip(): place for place, name in reversed(list(enumerate(table.header)))}
    columns = [
        Column(target, places[source], translate=_translation(mapping, target))
        for source, target in mapping.columns.items()
        if source in places
    ]
    columns += [Column(name, None, constant=text) for name, text in mapping.constants.items()]
    wanted = [
        (places[name], frozenset(texts)) for name, texts in mapping.only.items() if name in places
    ]
    rows = (
        (line, cells)
        for line, cells in table.rows
        if all(place >= len(cells) or cells[place].strip() in texts for place, texts in wanted)
    )
    missing = [name for name in (*mapping.columns, *mapping.only) if name not in places]
    return Mapped(Table(table.header, rows), columns, missing)


def _translation(mapping: ColumnMapping, target: str) -> Translate | None:
    """Return what a cell means: a listed value, else a date in its format."""
    steps: list[Translate] = []
    if target in mapping.dates:
        steps.append(date_format(mapping.dates[target]))
    if target == "end" and mapping.end_exclusive:
        steps.append(day_before)
    values = mapping.values.get(target)
    if not steps and values is None:
        return None
    return partial(_translated, values or {}, steps)


def _translated(values: Mapping[str, str], steps: Sequence[Translate], text: str) -> str:
    if text in values:
        return values[text]
    if text and OTHERS in values:
        return values[OTHERS]
    for translate in steps:
        text = translate(text)
    return text
