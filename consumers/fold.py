"""Folds records into projections: rows and position in one transaction.

A batch is written whole, pipelined: most SQL statements are sent without waiting for the answer to
the one before. Where the database refuses a value, the batch is written again record by record with
a savepoint each, so that only the records that make no sense go to quarantine. A record that is on
the log a second time folds to nothing: see `projections/folding/copies.py`.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

import psycopg

from lrs.errors import HaltError, UnfoldableError
from lrs.events.envelope import Event, decode, stamps
from lrs.log.port import Record
from lrs.storage.database import pipelined
from projections.folding import copies, position, quarantine
from projections.folding.changes import Change, write
from projections.folding.copies import CopiedError
from projections.folding.position import UNCHANGED, MovedError, Place
from projections.folding.projection import Entry, Projection
from projections.folding.quarantine import Quarantined

BATCH: Final = 256
"""Records of one transaction at most."""

NONSENSE: Final = (UnfoldableError, ValueError, TypeError, LookupError, AttributeError)
"""What a fold raises on a record that makes no sense; all other errors are ours, and stop."""

REFUSED: Final = (psycopg.DataError, psycopg.IntegrityError)

logger = logging.getLogger(__name__)


class Stamped(NamedTuple):
    """A record and the `stored` time (us UTC) of the first statement in it."""

    record: Record
    stored: int


class OverflowingError(HaltError):
    """A projection cannot fold so many records that the fault is not in the records."""

    def __init__(self, kind: Projection, message: str) -> None:
        super().__init__(f"{kind.name}: {message}")
        self.kind = kind


def stamp(records: Sequence[Record], place: Place) -> tuple[list[Stamped], Place]:
    """Give records their `stored` times: the log's time, made strictly increasing.

    A pure function of the log from its start, so every replay gives the same times.
    """
    stamped = []
    following, last = place
    for record in records:
        if record.position != following:
            raise HaltError(f"the log jumps from position {following} to {record.position}")
        first = max(record.time, last + 1)
        stamped.append(Stamped(record, first))
        following, last = record.position + 1, first + stamps(record.headers) - 1
    return stamped, Place(following, last)


class Folder:
    """Writes batches of records to a set of projections that stand at the same place."""

    def __init__(self, connection: psycopg.Connection, *, announce: bool = True) -> None:
        """Use a connection in autocommit; `announce` notifies those who wait for progress."""
        self._connection = connection
        self._announce = announce

    def fold(self, kinds: Sequence[Projection], records: Sequence[Record], place: Place) -> Place:
        """Fold records into projections that stand at `place`; return where they stand then.

        Raises `MovedError` when they stand at another place, `OverflowingError` when too many
        records are in quarantine.
        """
        stamped, after = stamp(records, place)
        copied = copies.repeated(records)
        while True:
            fresh = [one for one in stamped if one.record.position not in copied]
            try:
                self._fold(kinds, fresh, (place, after))
            except CopiedError as found:
                copied |= found.positions
            else:
                return after

    def retry(self, kind: Projection, stamped: Stamped) -> None:
        """Fold one record again and release it from quarantine; raises what makes it unfoldable.

        Locks the place of the projection meanwhile: what follows from two records together (a
        voiding and its target) is derived when the later of them is folded.
        """
        folded = _folded(kind, [_entry(stamped)])
        try:
            self._again(folded, stamped.record)
        except CopiedError:
            self._again(_Folded(kind, [], UNCHANGED), stamped.record)

    def _again(self, folded: "_Folded", record: Record) -> None:
        name = folded.kind.name
        with self._connection.transaction():
            position.hold(self._connection, [name])
            self._write([folded])
            if folded.changes:
                position.raise_edition(self._connection, name)
            quarantine.release(self._connection, name, record.position)
            noted = copies.note(self._connection, [record])
            if folded.changes:
                copies.require_new(noted)

    def _fold(
        self, kinds: Sequence[Projection], stamped: Sequence[Stamped], step: tuple[Place, Place]
    ) -> None:
        """Fold records and move the projections from one place to the next, copies included."""
        try:
            entries = [_entry(one) for one in stamped]
            folded = [_folded(kind, entries) for kind in kinds]
        except NONSENSE:
            self._one_by_one(kinds, stamped, step)
            return
        try:
            self._whole(folded, stamped, step)
        except REFUSED:
            self._one_by_one(kinds, stamped, step)

    def _whole(
        self, folded: Sequence["_Folded"], stamped: Sequence[Stamped], step: tuple[Place, Place]
    ) -> None:
        changed = {one.kind: one.changed for one in folded}
        with pipelined(self._connection):
            moved = self._move(changed, step)
            self._write(folded)
            noted = self._note(stamped)
            position.require_moved(moved, len(folded))
            copies.require_new(noted)

    def _one_by_one(
        self, kinds: Sequence[Projection], stamped: Sequence[Stamped], step: tuple[Place, Place]
    ) -> None:
        changed = dict.fromkeys(kinds, UNCHANGED)
        names = [kind.name for kind in kinds]
        with self._connection.transaction():
            if position.hold(self._connection, names) != dict.fromkeys(names, step[0]):
                raise MovedError
            for one in stamped:
                for kind in kinds:
                    changed[kind] = max(changed[kind], self._one(kind, one))
            position.require_moved(self._move(changed, step), len(changed))
            copies.require_new(self._note(stamped))

    def _one(self, kind: Projection, one: Stamped) -> int:
        """Fold one record or put it in quarantine; return its position if it yields rows."""
        try:
            folded = _folded(kind, [_entry(one)])
        except NONSENSE as error:
            self._set_aside(kind, one, error)
            return UNCHANGED
        try:
            with self._connection.transaction():
                self._write([folded])
        except REFUSED as error:
            self._set_aside(kind, one, error)
            return UNCHANGED
        return folded.changed

    def _set_aside(self, kind: Projection, one: Stamped, error: Exception) -> None:
        reason = f"{type(error).__name__}: {_first_line(error)}"
        row = Quarantined(kind.name, one.record.position, one.stored, reason)
        logger.error("%s: position %s is set aside: %s", kind.name, row.position, reason)
        if quarantine.put(self._connection, row) > quarantine.LIMIT:
            message = (
                f"more than {quarantine.LIMIT} records in quarantine, the last at "
                f"position {row.position}: {reason}"
            )
            raise OverflowingError(kind, message) from error

    def _write(self, folded: Sequence["_Folded"]) -> None:
        write(self._connection, chain.from_iterable(one.changes for one in folded))
        for one in folded:
            if one.changes:
                one.kind.settle(self._connection, one.changes)

    def _move(self, changed: Mapping[Projection, int], step: tuple[Place, Place]) -> psycopg.Cursor:
        """Move projections on; this locks their places until the end of the transaction."""
        return position.move(self._connection, changed, step, announce=self._announce)

    def _note(self, stamped: Sequence[Stamped]) -> psycopg.Cursor:
        return copies.note(self._connection, [one.record for one in stamped])


class _Folded(NamedTuple):
    """What some records change in a projection, and the last position that changes anything."""

    kind: Projection
    changes: list[Change]
    changed: int


def _folded(kind: Projection, entries: Sequence[Entry[Event]]) -> _Folded:
    changes: list[Change] = []
    changed = UNCHANGED
    for entry in entries:
        before = len(changes)
        changes.extend(kind.fold(entry))
        if len(changes) > before:
            changed = entry.position
    return _Folded(kind, changes, changed)


def _entry(one: Stamped) -> Entry[Event]:
    position = one.record.position
    headers = one.record.headers
    event = decode(headers, one.record.value, position)
    return Entry(position, one.stored, event, headers.get("ce_id", ""))


def _first_line(error: BaseException) -> str:
    return re.split(r"\n", str(error), maxsplit=1)[0]
