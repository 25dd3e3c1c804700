"""The registers: entries as they came, and rectangles derived from them.

A fold reads nothing, so an entry is kept as the event says it. Everything else is derived by
set-based SQL from all entries of the subjects concerned: from which position an import is known,
the rectangles, the two maps from what statements name to persons and to the catalogue.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import psycopg

from lrs.errors import UnfoldableError
from lrs.events.registers import EntriesRecorded
from lrs.registers.form.discovery import discover
from lrs.registers.form.entry import Entry as RegisterEntry
from lrs.registers.form.entry import read_entry
from lrs.registers.form.register import Register
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection, on
from projections.registers import maps, rectangles
from projections.registers.tables import (
    RECTANGLES,
    EntryRow,
    PartRow,
    TermRow,
    activity_catalogue,
    identity_person,
    register_entry,
    register_part,
    register_term,
)


class Registers(Projection):
    """What every register holds, in both times.

    Raise `version` too when a register gains a field that entries on the log may have already.
    """

    name = "registers"
    version = 1
    tables = (
        register_entry,
        register_part,
        register_term,
        *RECTANGLES.values(),
        identity_person,
        activity_catalogue,
    )
    keeps_history = True

    def __init__(self, known: Mapping[str, Register] | None = None) -> None:
        """Fold entries of these registers, by default of all that are found."""
        self._known = discover() if known is None else known

    @on(EntriesRecorded)
    def keep(self, entry: Entry[EntriesRecorded]) -> Iterator[Change]:
        """Yield a row for the event, one for each entry, one for each identifier."""
        event, position = entry.event, entry.position
        register = self._known.get(event.register)
        if register is None:
            raise UnfoldableError(f"there is no register {event.register}")
        part = PartRow(position, event.register, event.import_id, event.part, event.of, None)
        yield Change(register_part, part)
        for place, recorded in enumerate(event.entries):
            read = read_entry(register, recorded)
            yield Change(register_entry, _row(register, position, place, read))
            for k, text in maps.terms(register, read):
                term = TermRow(register.name, read.key, k, position, text)
                yield Change(register_term, term)

    def settle(self, connection: psycopg.Connection, changes: Sequence[Change]) -> None:
        """Write all rectangles anew of the subjects of imports that are whole now."""
        imports: dict[str, set[str]] = defaultdict(set)
        for change in changes:
            if isinstance(change.row, PartRow):
                imports[change.row.register].add(change.row.import_id)
        for name, identifiers in sorted(imports.items()):
            rectangles.settle(connection, self._known[name], sorted(identifiers))
        maps.settle(connection, {name: sorted(found) for name, found in imports.items()})


def _row(register: Register, position: int, place: int, entry: RegisterEntry) -> EntryRow:
    attributes = entry.attributes
    return EntryRow(
        position=position,
        place=place,
        register=register.name,
        key=entry.key,
        day=entry.slot.day,
        is_end=entry.slot.end,
        retract=entry.retract,
        attributes=None if attributes is None else msgspec.json.encode(attributes).decode(),
    )
