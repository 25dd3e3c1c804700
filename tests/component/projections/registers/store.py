"""Registers in a database, filled by folding events without a log."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import psycopg

from lrs.events.principal import SHELL
from lrs.events.registers import EntriesRecorded, RegisterEntry
from lrs.registers.form.register import Register
from lrs.storage.database import BY_KEY, connect
from projections.folding.changes import write
from projections.folding.projection import Entry
from projections.registers.fold import Registers


class Store:
    """Folds events one after the other; `position` is that of the last."""

    def __init__(
        self, connection: psycopg.Connection, registers: Mapping[str, Register] | None = None
    ) -> None:
        self.connection = connection
        self._kind = Registers(registers)
        self.position = -1

    @classmethod
    @contextmanager
    def opened(cls, url: str) -> Iterator[Self]:
        """Open the database as consumers do."""
        with connect(url, options=BY_KEY) as connection:
            yield cls(connection)

    def fold(self, position: int, event: EntriesRecorded) -> None:
        """Fold an event at a position."""
        changes = list(self._kind.fold(Entry(position, 0, event)))
        with self.connection.transaction():
            write(self.connection, changes)
            self._kind.settle(self.connection, changes)

    def record(self, register: str, *entries: RegisterEntry) -> int:
        """Fold an import of one part at the next position, and return that."""
        self.position += 1
        self.fold(
            self.position, EntriesRecorded(register, entries, SHELL, f"import {self.position}")
        )
        return self.position

    def state(self, register: str, key: Any, since: str | None = None, **attributes: Any) -> int:
        """Fold the state of a subject from a day on."""
        return self.record(register, RegisterEntry(key, since, attributes))
