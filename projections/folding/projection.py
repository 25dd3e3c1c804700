"""What a projection is: a name, a version, tables, and pure functions from events to rows.

A fold sees one event at its place in the log and yields changes. It reads nothing, has no clock and
counts nothing up; what depends on two statements is derived by set-based SQL in `settle`, in the
same transaction, from rows that name their target. That is why a replay ends in the same rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

import orjson
import psycopg
from sqlalchemy import Table

from lrs.events.envelope import Event
from lrs.events.statements import StatementsStored
from projections.folding.changes import Change

STATEMENTS_PER_POSITION: Final = 2**20
"""`seq` = position * this + place in the request: more than 16 MiB of statements can hold."""

Fold = Callable[[Any, "Entry"], Iterable[Change]]


@dataclass(frozen=True)
class Entry:
    """An event at its place in the log.

    `stored` is the time of its first statement, in microseconds UTC; each further statement of the
    same event is one microsecond later.
    """

    position: int
    stored: int
    event: Event

    @cached_property
    def parsed(self) -> Sequence[Mapping[str, Any]]:
        """The statements of the event as JSON, parsed once for all projections."""
        assert isinstance(self.event, StatementsStored)
        return [orjson.loads(bytes(accepted.raw)) for accepted in self.event.statements]

    def seq(self, place: int) -> int:
        """Return the place in the total order of the statement at `place` in the event."""
        return self.position * STATEMENTS_PER_POSITION + place


def seq_before(position: int) -> int:
    """Return the smallest `seq` that no record before `position` reaches."""
    return position * STATEMENTS_PER_POSITION


def on(kind: type[Event]) -> Callable[[Fold], Fold]:
    """Mark a method as the fold of one kind of event."""

    def mark(method: Fold) -> Fold:
        method.__dict__["folds"] = kind
        return method

    return mark


class Projection:
    """A read model. Subclasses name their tables and mark their folds with `@on`.

    Raise `version` when the same log would give other rows.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    tables: ClassVar[Sequence[Table]]
    in_place: ClassVar[bool] = False
    """True where a rebuild folds into the live tables, because others write there too."""

    keeps_history: ClassVar[bool] = False
    """True where what was answered at an earlier position can still be answered: `as of` it."""

    _folds: ClassVar[dict[type[Event], Fold]]

    def __init_subclass__(cls) -> None:
        """Collect the marked methods."""
        marked = (value for value in vars(cls).values() if hasattr(value, "folds"))
        cls._folds = {method.folds: method for method in marked}

    def fold(self, entry: Entry) -> Iterable[Change]:
        """Return the changes that one event makes; none for events of no concern."""
        method = self._folds.get(type(entry.event))
        return method(self, entry) if method is not None else ()

    def settle(self, connection: psycopg.Connection, changes: Sequence[Change]) -> None:
        """Derive what depends on several rows, in the transaction that wrote `changes`."""
