"""How fresh an answer is: the end of the log against the places of the projections it rests on.

Whoever reads asks here: for a wait until what is on the log can be seen, for the time through which
all is visible, for rows with what is true of them (`Snapshot`), or for a `View`: what an answer
shows and may say of itself. The end of the log is asked before places and rows are read, and rows
are read up to the position of the view: so they may be read later, and by several statements.

A read model that is built for the first time, or anew because a migration emptied its tables, is
shown to nobody before it is whole: `require`, and all that asks here in order to show rows, raises
`NotBuiltError` until then.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from lrs import clock
from lrs.errors import NotBuiltError, UnavailableError
from lrs.log.port import EventLog, Position
from lrs.storage.database import Pool, fetch
from projections.folding.moment import Moments
from projections.folding.position import Built, Place, Standing
from projections.folding.progress import Progress
from projections.folding.registry import discover
from projections.folding.snapshot import Select, Snapshot, take

BEFORE_ALL: Final = -1
"""The position of a view that shows no record."""

PAUSE: Final = 0.01
"""Seconds between two questions whether the log has come to a time, at least."""

LOOK: Final = 0.05
"""Seconds between two questions whether a projection is whole."""

NEAR: Final = 1000
"""Records that a consumer folds within a moment: for so many a reader waits."""

# The lowest place of the projections named, and the view up to it or up to a lower bound: its end
# (exclusive), what last changed its rows, and the time of its last record, if that is known yet.
_VIEWED: Final = """
WITH standing AS (
    SELECT coalesce(min(coalesce(p.next, 0)), 0) AS lowest, coalesce(max(p.changed), -1) AS changed,
        coalesce(sum(p.edition), 0)::bigint AS edition
    FROM unnest(%(names)s::text[]) AS asked(name) LEFT JOIN progress p ON p.name = asked.name
), bounded AS (
    SELECT lowest, changed, edition, least(lowest, %(before)s::bigint) AS before FROM standing
)
SELECT lowest, before, least(changed, before - 1), edition, CASE
    WHEN (SELECT p.next FROM progress p WHERE p.name = %(moments)s) >= before THEN
        (SELECT m.stored FROM moment m WHERE m.position < before ORDER BY m.position DESC LIMIT 1)
END FROM bounded
"""

# The last record that had been stored by a time, and whether a later one is known.
_AT_TIME: Final = """
SELECT (SELECT position FROM moment WHERE stored <= %(time)s ORDER BY stored DESC LIMIT 1),
    coalesce((SELECT max(stored) FROM moment) > %(time)s, false)
"""


@dataclass(frozen=True, slots=True)
class AtPosition:
    """As of a record of the log: all up to this one counts."""

    position: Position


@dataclass(frozen=True, slots=True)
class AtTime:
    """As of a time (us UTC): all counts that was stored by then."""

    time: int


AsOf = AtPosition | AtTime


class View(NamedTuple):
    """What an answer shows, and how far behind it is.

    `position` is that of the last record it reflects, `until` the time of this record (us UTC; None
    where there is none, or while the times of an older store are still being read); `lag` counts
    the records on the log that are not folded yet. `changed` and `edition` are those of the read
    models it rests on, taken together: where both are the same, so are the rows.
    """

    position: Position
    until: int | None
    lag: int
    changed: Position
    edition: int


def end_of(day: date) -> AtTime:
    """Return the end of a day (UTC)."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    return AtTime(clock.microseconds(midnight) - 1)


def lag(end: Position, following: Position) -> int:
    """Return how many records of a log with this end are left to fold from a position on."""
    return max(0, end - following)


def building(standings: Mapping[str, Standing], end: Position) -> Mapping[str, Built]:
    """Return the projections that are being built, for the first time or beside what is read.

    `end` is where the log ends, `standings` tell of those that have been enrolled.
    """
    found = {name: _built(standings.get(name), end, beside=True) for name in discover()}
    return {name: built for name, built in found.items() if built is not None}


def _built(standing: Standing | None, end: Position, *, beside: bool = False) -> Built | None:
    """Return how far a projection is that is not whole; None for one that may be read.

    `beside`: tell of a version that is built beside rows that are read, too.
    """
    if standing is None:
        return Built(0, end) if end else None
    if beside and standing.building is not None:
        return Built(standing.building, max(standing.building, end))
    if standing.whole:
        return None
    return Built(standing.place.next, standing.goal)


class Freshness:
    """The log and what has been folded of it; safe to use from many threads."""

    def __init__(self, log: EventLog, progress: Progress, source: Pool, patience: float) -> None:
        """Wait for `patience` seconds at most, where a caller does not say how long."""
        self._log = log
        self._progress = progress
        self._engine = source
        self._patience = patience

    def standings(self) -> Mapping[str, Standing]:
        """Ask how every projection stands."""
        return self._progress.now()

    def require(self, name: str) -> None:
        """Raise `NotBuiltError` while the rows of a projection are a part of the truth.

        Waits for one that is nearly whole, or that a consumer is about to enrol.
        """
        if self._progress.whole(name):
            return
        deadline, end = self._deadline(), self._log.horizon().end
        while (built := _built(self._progress.standing(name), end)) is not None:
            if built.goal - built.next > NEAR or time.monotonic() > deadline:
                raise NotBuiltError(
                    f"{name} is being built: {built.percent} %, position {built.next} of "
                    f"{built.goal}"
                )
            time.sleep(LOOK)

    def latest(self, name: str) -> Place:
        """Tell where a projection stands at least; asks nobody."""
        return self._progress.latest(name)

    def far(self, name: str) -> bool:
        """Tell whether a projection is being built, and will be for more than a moment."""
        built = _built(self._progress.standing(name), self._log.horizon().end)
        return built is not None and built.goal - built.next > NEAR

    def through(self, name: str) -> int:
        """Tell up to which time (us UTC) all that was stored can be seen, where no rows are read.

        If the projection has folded the log to its end, that is the present as the log knows it;
        otherwise the last `stored` that has been folded.
        """
        horizon, place = self._log.horizon(), self.latest(name)
        return horizon.time if place.next >= horizon.end else place.stored

    def snapshot(self, source: Pool, name: str, rows: Select) -> Snapshot:
        """Return rows of a projection, and up to when they hold all; one round trip, if it can."""
        self.require(name)
        return take(source, self._log, name, rows)

    def wait(self, name: str, end: Position, seconds: float) -> bool:
        """Wait until a projection has folded everything before `end`; tell whether it has.

        Asks of nothing else: whoever then reads rows that others have made asks `require`, too.
        """
        return self._progress.wait(name, end, seconds)

    def catch_up(self, *names: str) -> bool:
        """Wait until projections have folded what is on the log by now; tell whether they have."""
        deadline = self._deadline()
        for name in names:
            self.require(name)
        return self._wait(names, self._log.horizon().end, deadline)

    def view(self, names: Sequence[str], as_of: AsOf | None = None) -> View:
        """Return what an answer that rests on these projections shows: the lowest place of them.

        Without `as_of` that is the end of the log as of now, if it is folded in time, else what
        there is. Raises `UnavailableError` where `as_of` is beyond what there is.
        """
        for name in names:
            self.require(name)
        deadline = self._deadline()
        end = self._log.horizon().end
        asked = self._position(as_of, deadline)
        wanted = end if asked is None else asked + 1
        self._wait((*names, Moments.name), wanted, deadline)
        view = self._look(names, end, None if asked is None else wanted)
        if asked is not None and view.position < asked:
            raise UnavailableError(f"position {asked} of the log is not reached yet")
        return view

    def close(self) -> None:
        """Stop listening."""
        self._progress.close()

    def _deadline(self) -> float:
        return time.monotonic() + self._patience

    def _wait(self, names: Sequence[str], end: Position, deadline: float) -> bool:
        waited = [self._progress.wait(name, end, deadline - time.monotonic()) for name in names]
        return all(waited)

    def _look(self, names: Sequence[str], end: Position, before: Position | None) -> View:
        values = {"names": list(names), "before": before, "moments": Moments.name}
        ((lowest, shown, changed, edition, until),) = fetch(self._engine, _VIEWED, values)
        return View(shown - 1, until, lag(end, lowest), changed, edition)

    def _position(self, as_of: AsOf | None, deadline: float) -> Position | None:
        if not isinstance(as_of, AtTime):
            return as_of.position if as_of else None
        found, passed = self._at(as_of.time)
        if not passed:
            end = self._pass(as_of.time, deadline)
            if not self._wait((Moments.name,), end, deadline):
                raise UnavailableError("the times of the records are still being read")
            found, _ = self._at(as_of.time)
        return found

    def _at(self, moment: int) -> tuple[Position, bool]:
        """Return the last position stored by a time, and whether nothing can come before it."""
        ((found, passed),) = fetch(self._engine, _AT_TIME, {"time": moment})
        return BEFORE_ALL if found is None else found, passed

    def _pass(self, moment: int, deadline: float) -> Position:
        """Wait until all that will be appended is later than a time; return the end of the log."""
        while (horizon := self._log.horizon()).time < moment:
            missing = (moment - horizon.time) / 1_000_000
            if time.monotonic() + missing > deadline:
                raise UnavailableError(f"the log has not come to {clock.iso(moment)} yet")
            time.sleep(max(missing, PAUSE))
        return horizon.end
