"""What the rows about one subject make of what is known of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from lrs.registers.files.fault import Fault
from lrs.registers.files.row import Row, Translations
from lrs.registers.form.days import EVER, write_day
from lrs.registers.form.register import Register
from lrs.registers.judgement.timeline import Attributes, Timeline


class Subject:
    """The timeline of one subject as it becomes row by row, in the order of days.

    Days go first, so that a row keeps what an earlier day of the same file says, whatever the order
    of the lines. An end comes before a state that begins on the day after.
    """

    def __init__(self, register: Register, known: Timeline) -> None:
        self._register = register
        self.known = known
        self.timeline = known.copy()
        self.changed = 0
        """How many rows made a difference."""
        self.faults: list[Fault] = []
        self._ended_by: dict[int, Row] = {}

    def take(self, rows: Sequence[Row]) -> None:
        """Take over the rows of this subject."""
        twice = set(self._twice(rows))
        for row in sorted(rows, key=_order):
            if row.index not in twice:
                self.changed += self._take(row)
        self._drop_ends_of_nothing()

    def leave(self, day: int) -> bool:
        """End a subject that a complete file of a day does not name; tell whether it held then."""
        timeline = self.timeline
        if timeline.holding(day) is None:
            return False
        timeline.states.pop(day, None)
        if timeline.holding(day) is not None:
            self._end(timeline.begun(day), day - 1)
        self._drop_ends_of_nothing()
        return True

    def _twice(self, rows: Sequence[Row]) -> Iterator[int]:
        """Refuse rows for a day of which another row speaks; yield their indices."""
        if len(rows) == 1:
            return
        first: dict[tuple[str, int], Row] = {}
        for row in rows:
            for name, day in (("from", row.since), ("end", row.end)):
                if day is None:
                    continue
                other = first.setdefault((name, day), row)
                if other is not row and (name == "from" or _contradict(row, other)):
                    right = f"must be the only one for this key and day: see line {other.line}"
                    self.faults.append(row.fault(name, _shown(day), "twice", right))
                    yield row.index

    def _take(self, row: Row) -> bool:
        if row.retract:
            return self._take_back(row)
        before = (dict(self.timeline.states), set(self.timeline.ends))
        if row.since is not None:
            self._state(row, row.since)
        if row.end is not None:
            self._end_by(row, row.end)
        return before != (self.timeline.states, self.timeline.ends)

    def _take_back(self, row: Row) -> bool:
        """Take back what a row names; what is taken back already stays so."""
        state = row.since is not None and self.timeline.states.pop(row.since, None) is not None
        ended = row.end in self.timeline.ends
        self.timeline.ends -= {row.end} if row.end is not None else set()
        return state or ended

    def _state(self, row: Row, day: int) -> None:
        states = self.timeline.states
        base = states.get(day)
        holding = self.timeline.holding(day) if base is None else base
        whole = merged(holding or {}, row)
        for name in self._register.required:
            if name not in whole:
                right = "must be known: nothing is known for that day"
                self.faults.append(row.fault(name, None, "required", right))
        if whole != holding:
            states[day] = whole

    def _end_by(self, row: Row, last: int) -> None:
        """End the subject as a row says: the row decides over the days that it speaks of."""
        begun = self.timeline.begun(last)
        if begun is None or (row.since is not None and row.since > last):
            right = "must not come before the start"
            self.faults.append(row.fault("end", _shown(last), "end-before-start", right))
            return
        for replaced in self._end(begun if row.since is None else row.since, last):
            if (other := self._ended_by.get(replaced)) is not None:
                right = f"must agree with the end in line {other.line}"
                self.faults.append(row.fault("end", _shown(last), "ends-disagree", right))
        self._ended_by[last] = row

    def _end(self, since: int | None, last: int) -> list[int]:
        """Let the last state up to a day end with it; return the ends that this replaces.

        Replaced are ends between `since` and the day, and those after it before the next state.
        """
        timeline = self.timeline
        following = min((first for first in timeline.states if first > last), default=None)
        replaced = [
            other
            for other in timeline.ends
            if other != last
            and (since is None or other >= since)
            and (other < last or following is None or other < following)
        ]
        timeline.ends.difference_update(replaced)
        timeline.ends.add(last)
        return replaced

    def _drop_ends_of_nothing(self) -> None:
        """Take back ends before which nothing begins any more, or something has ended before."""
        timeline = self.timeline
        first_ends: dict[int, int] = {}
        for last in sorted(timeline.ends):
            begun = timeline.begun(last)
            if begun is not None:
                first_ends.setdefault(begun, last)
        timeline.ends = set(first_ends.values())


def merged(known: Attributes, row: Row) -> dict[str, Any]:
    """Return the whole state: what is absent in the row as known, what is None left out."""
    whole = dict(known)
    for name, value in row.attributes.items():
        new = value.over(known.get(name)) if isinstance(value, Translations) else value
        if new is None:
            whole.pop(name, None)
        else:
            whole[name] = new
    return whole


def _order(row: Row) -> tuple[int, int]:
    if row.since is None:
        assert row.end is not None  # a row without both has been refused
        return (row.end + 1, 0)
    return (row.since, 1)


def _contradict(row: Row, other: Row) -> bool:
    """Tell whether two rows with one end say it twice, or take back what the other says.

    States of several days may name the same end.
    """
    return row.retract or other.retract or (row.since is None and other.since is None)


def _shown(day: int | None) -> str:
    return "" if day is None or day == EVER else write_day(day)
