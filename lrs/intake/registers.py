"""Entries of registers: judged under a lock on all that is known, appended, waited for.

An import is judged against what the registers hold after everything that is on the log, so nobody
else may append entries meanwhile: a lock of the database is held from the judgement until the
entries are folded. An import that is larger than a record is appended in parts under one
`import_id`. The read model shows none of them before all are there, so an import that ends between
two parts, as its process was killed, was never there: it leaves nothing to undo, and the lock goes
with the connection that held it.

An append that the log has not confirmed may still come to be on it. Whoever then sends the same
file again is right in either case, as only what differs from what is known is recorded.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec
import psycopg

from lrs.errors import InvalidError, UnavailableError
from lrs.events.administration import Detail, Kind
from lrs.events.envelope import encode
from lrs.events.principal import Principal
from lrs.events.registers import EntriesRecorded, RegisterEntry
from lrs.intake.administration import administered
from lrs.log.port import EventLog, Message, Position
from lrs.registers.files.fault import Fault
from lrs.registers.files.row import Reading
from lrs.registers.form.days import write_day
from lrs.registers.form.entry import Entry, state, write_entry
from lrs.registers.form.register import Register
from lrs.registers.judgement.judgement import Judgement, Known, judge
from lrs.registers.judgement.timeline import Timeline
from lrs.storage.database import connect, unavailable

READ_MODEL: Final = "registers"
PATIENCE: Final = 30.0
"""Seconds that an import has: for those before it, and again for its own fold."""

PART_BYTES: Final = 4 * 2**20
"""Bytes of JSON after which a part ends: a record may have several times as many."""

LONGEST_BASIS: Final = 500
BASIS: Final = f"must be a text of at most {LONGEST_BASIS} printable characters"

_LOCKED: Final = "SELECT pg_advisory_lock(hashtextextended('lrs.registers', 0))"

Advance = Callable[[int, int | None], None]
"""Hears how many entries are on the log, and how many there are."""


class Folded(Protocol):
    """How far the read model of the registers is (`projections.folding.freshness`)."""

    def require(self, name: str) -> None:
        """Raise `NotBuiltError` while the read model holds a part of the truth."""

    def wait(self, name: str, end: Position, seconds: float) -> bool:
        """Wait until everything before `end` is folded; tell whether it is."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who records entries, and in words what these rest on."""

    recorded_by: Principal
    basis: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no sentence or two."""
        if len(self.basis) > LONGEST_BASIS or not self.basis.isprintable():
            raise InvalidError(f"the basis {BASIS}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file or a request; with faults nothing was recorded.

    `recorded` and `unchanged` count rows. `missing` subjects, counted in `recorded` too, were ended
    because a complete file does not name them. `position` is that of the last part or, where
    nothing was appended, of the last record that was known. `folded`: can be read already.
    """

    recorded: int
    unchanged: int
    missing: int
    position: Position
    folded: bool = True
    faults: tuple[Fault, ...] = ()


class Registers:
    """Records entries; safe to use from many threads and processes."""

    def __init__(
        self, url: str, log: EventLog, folded: Folded, known: Callable[[Position], Known]
    ) -> None:
        """Judge on what is `known` at the end of the log, in the database at `url`."""
        self._url = url
        self._log = log
        self._folded = folded
        self._known = known

    def try_out(self, reading: Reading, complete: int | None = None) -> Outcome:
        """Return what recording would come to, and append nothing."""
        end = self._end(time.monotonic() + PATIENCE)
        return _outcome(self._judged(reading, complete, end), end - 1)

    def record(
        self,
        reading: Reading,
        origin: Origin,
        complete: int | None = None,
        advance: Advance = lambda *_: None,
    ) -> Outcome:
        """Append what differs from what is known; nothing at all where anything is wrong.

        `complete` is the day of which the file says that it names everybody. Returns when the
        entries can be read, or are not within `PATIENCE`. Raises `UnavailableError` where other
        imports, the log or its fold take too long: the same file may then be sent again.
        """
        with self._alone() as deadline:
            end = self._end(deadline)
            judgement = self._judged(reading, complete, end)
            if judgement.faults or not judgement.entries:
                return _outcome(judgement, end - 1)
            position = self._append(_events(reading, judgement, origin), advance)
            folded = self._folded.wait(READ_MODEL, position + 1, PATIENCE)
            return _outcome(judgement, position, folded=folded)

    def export(self, register: Register, day: int | None, principal: Principal) -> list[Entry]:
        """Return the entries that hold, by keys; `day`: only the states that hold on this day.

        That they were given out goes on the log before.
        """
        end = self._end(time.monotonic() + PATIENCE)
        listed = _sorted(self._known(end - 1).entries(register.name, None), day)
        detail: Detail = {
            "register": register.name,
            "on": None if day is None else write_day(day),
            "entries": len(listed),
        }
        administered(self._log, Kind.EXPORTED, principal, detail)
        return listed

    def _judged(self, reading: Reading, complete: int | None, end: Position) -> Judgement:
        return judge(reading, self._known(end - 1), complete)

    def _append(self, events: Sequence[EntriesRecorded], advance: Advance) -> Position:
        """Append the parts of an import; return the position of the last."""
        done, total = 0, sum(len(event.entries) for event in events)
        advance(done, total)
        position = 0
        for event in events:
            position = self._log.append(Message(*encode(event)))
            done += len(event.entries)
            advance(done, total)
        return position

    def _end(self, deadline: float) -> Position:
        """Return where the log ends, once all of it is folded into the registers."""
        self._folded.require(READ_MODEL)
        end = self._log.horizon().end
        if not self._folded.wait(READ_MODEL, end, deadline - time.monotonic()):
            raise UnavailableError(
                "the registers are not folded up to the end of the log: a consumer (`lrs up`, "
                "`lrs consume`) has to run, and to keep up"
            )
        return end

    @contextmanager
    def _alone(self) -> Iterator[float]:
        """Wait for other imports, and keep further ones waiting; yields the deadline."""
        deadline = time.monotonic() + PATIENCE
        try:
            with connect(self._url, options=f"-c lock_timeout={PATIENCE:.0f}s") as connection:
                connection.execute(_LOCKED)
                yield deadline
        except psycopg.errors.LockNotAvailable as error:
            raise UnavailableError("other imports into registers take too long") from error
        except psycopg.Error as error:
            raise UnavailableError(unavailable(error)) from error


def _sorted(entries: Iterable[Entry], day: int | None) -> list[Entry]:
    """Return entries by key, states before ends; `day`: the states alone that hold on this day."""
    by_key: dict[str, Timeline] = {}
    for entry in entries:
        by_key.setdefault(entry.key, Timeline(entry.key, {}, ())).add(entry)
    timelines = [by_key[key] for key in sorted(by_key)]
    if day is None:
        return [entry for timeline in timelines for entry in timeline.entries()]
    return [
        state(timeline.key, first, attributes)
        for timeline in timelines
        for first, until, attributes in timeline.spans()
        if first <= day < until
    ]


def _outcome(judgement: Judgement, position: Position, *, folded: bool = True) -> Outcome:
    return Outcome(
        judgement.recorded,
        judgement.unchanged,
        judgement.missing,
        position,
        folded,
        judgement.faults,
    )


def _events(reading: Reading, judgement: Judgement, origin: Origin) -> list[EntriesRecorded]:
    """Return the parts of an import, of at least one entry each."""
    register, import_id = reading.register, uuid.uuid4().hex
    parts = list(_parts(write_entry(register, entry) for entry in judgement.entries))
    return [
        EntriesRecorded(
            register.name,
            part,
            origin.recorded_by,
            import_id,
            basis=origin.basis,
            part=number,
            of=len(parts),
        )
        for number, part in enumerate(parts, start=1)
    ]


def _parts(entries: Iterable[RegisterEntry]) -> Iterator[tuple[RegisterEntry, ...]]:
    encoder = msgspec.json.Encoder()
    part: list[RegisterEntry] = []
    size = 0
    for entry in entries:
        length = len(encoder.encode(entry))
        if part and size + length > PART_BYTES:
            yield tuple(part)
            part, size = [], 0
        part.append(entry)
        size += length
    yield tuple(part)
