"""What a projection is: a name, a version, tables, and pure functions from events to rows.

A fold sees one event at its place in the log and yields changes. It reads nothing, has no clock and
counts nothing up; what depends on two statements is derived by set-based SQL in `settle`, in the
same transaction, from rows that name their target. That is why a replay ends in the same rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, Generic, TypeVar

import msgspec
import orjson
import psycopg
from sqlalchemy import Table

from lrs.events.envelope import Event
from lrs.events.statements import StatementsStored
from projections.folding.changes import Change

STATEMENTS_PER_POSITION: Final = 2**20
"""`seq` = position * this + place in the request: more than 16 MiB of statements can hold."""

Kind = TypeVar("Kind", bound=Event)
Kind_co = TypeVar("Kind_co", bound=Event, covariant=True)


class PlacedStatement(msgspec.Struct, gc=False):
    """A statement at its place in the log.

    `place` counts within the event, `seq` is the place in the total order, `stored` its own time in
    us UTC; `raw` is the client's text.
    """

    place: int
    seq: int
    stored: int
    id: str
    digest: str
    raw: bytes
    _parsed: Mapping[str, Any] | None = None

    @property
    def parsed(self) -> Mapping[str, Any]:
        """The statement as JSON, parsed when it is first asked for, once for all projections."""
        if self._parsed is None:
            self._parsed = orjson.loads(self.raw)
        return self._parsed


@dataclass(frozen=True)
class Entry(Generic[Kind_co]):
    """An event at its place in the log.

    `stored` is the time of its first statement, in microseconds UTC; each further statement of the
    same event is one microsecond later. `id` is that of the event: a copy has the same one.
    """

    position: int
    stored: int
    event: Kind_co
    id: str = ""

    def statements(self: "Entry[StatementsStored]") -> Sequence[PlacedStatement]:
        """Return the statements of the event, the same ones to all projections."""
        return self._statements

    @cached_property
    def _statements(self) -> Sequence[PlacedStatement]:
        assert isinstance(self.event, StatementsStored)
        seq, stored = seq_before(self.position), self.stored
        return [
            PlacedStatement(place, seq + place, stored + place, one.id, one.digest, bytes(one.raw))
            for place, one in enumerate(self.event.statements)
        ]


Fold = Callable[[Any, Entry[Kind]], Iterable[Change]]


def seq_before(position: int) -> int:
    """Return the `seq` of the first statement at `position`: no record before reaches it."""
    return position * STATEMENTS_PER_POSITION


def on(kind: type[Kind]) -> Callable[[Fold[Kind]], Fold[Kind]]:
    """Mark a method as the fold of one type of event: its entries hold nothing else."""

    def mark(method: Fold[Kind]) -> Fold[Kind]:
        method.__dict__["folds"] = kind
        return method

    return mark


class Projection:
    """A read model. Subclasses name their tables and mark their folds with `@on`.

    Raise `version` when the same log would give other rows: consumers then build these beside the
    rows that are read (`consumers/upgrade.py`). The reads of the new version meet the rows of the
    earlier one until then: a migration that changes tables fills what is new from what is there,
    or empties them (`fold_anew` in `migrations/scripts.py`).
    """

    name: ClassVar[str]
    version: ClassVar[int]
    tables: ClassVar[Sequence[Table]]
    in_place: ClassVar[bool] = False
    """True where a rebuild folds into the live tables, because others write there too."""

    keeps_history: ClassVar[bool] = False
    """True where what was answered at an earlier position can still be answered: `as of` it."""

    _folds: ClassVar[dict[type[Event], Fold[Any]]]

    def __init_subclass__(cls) -> None:
        """Collect the marked methods."""
        marked = (value for value in vars(cls).values() if hasattr(value, "folds"))
        cls._folds = {method.folds: method for method in marked}

    def fold(self, entry: Entry[Event]) -> Iterable[Change]:
        """Return the changes that one event makes; none for events of no concern."""
        method = self._folds.get(type(entry.event))
        return method(self, entry) if method is not None else ()

    def settle(self, connection: psycopg.Connection, changes: Sequence[Change]) -> None:
        """Derive what depends on several rows, in the transaction that wrote `changes`."""
