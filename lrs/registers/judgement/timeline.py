"""One subject over time, as known at one moment: its states by first day, and its ends.

A state holds until the day before the next state, and at most until the first end on or after its
own first day.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from lrs.registers.form.days import FOR_GOOD
from lrs.registers.form.entry import Entry, Slot, end, retraction, state

Attributes = Mapping[str, Any]


class Timeline:
    """The entries of one subject that hold: corrected ones and those taken back are gone."""

    __slots__ = ("ends", "key", "states")

    def __init__(self, key: str, states: Mapping[int, Attributes], ends: Iterable[int]) -> None:
        self.key = key
        self.states = dict(states)
        self.ends = set(ends)

    @classmethod
    def of(cls, key: str, entries: Iterable[Entry]) -> "Timeline":
        """Return the timeline of entries, the later of two with one slot winning."""
        timeline = cls(key, {}, ())
        for entry in entries:
            timeline.add(entry)
        return timeline

    def add(self, entry: Entry) -> None:
        """Let an entry win over what its slot held before."""
        slot = entry.slot
        if slot.end:
            (self.ends.discard if entry.retract else self.ends.add)(slot.day)
        elif entry.attributes is None:
            self.states.pop(slot.day, None)
        else:
            self.states[slot.day] = entry.attributes

    def copy(self) -> "Timeline":
        """Return a timeline that changes apart from this one."""
        return Timeline(self.key, self.states, self.ends)

    def begun(self, day: int) -> int | None:
        """Return the first day of the last state that began on or before a day."""
        return max((first for first in self.states if first <= day), default=None)

    def holding(self, day: int) -> Attributes | None:
        """Return what holds on a day; None where nothing does."""
        first = self.begun(day)
        if first is None or any(first <= last < day for last in self.ends):
            return None
        return self.states[first]

    def spans(self) -> Iterator[tuple[int, int, Attributes]]:
        """Yield each state with its first day and the day before which it ends, in order."""
        for first, following in pairwise([*sorted(self.states), FOR_GOOD]):
            ended = min((last + 1 for last in self.ends if last >= first), default=FOR_GOOD)
            yield first, min(following, ended), self.states[first]

    def entries(self) -> Iterator[Entry]:
        """Yield the entries that hold, states before ends."""
        for first in sorted(self.states):
            yield state(self.key, first, self.states[first])
        for last in sorted(self.ends):
            yield end(self.key, last)


def differences(before: Timeline, after: Timeline) -> Iterator[Entry]:
    """Yield the entries that make one timeline of the other, and no others."""
    key = before.key
    for first in sorted(before.states.keys() - after.states.keys()):
        yield retraction(Slot(key, first))
    for last in sorted(before.ends - after.ends):
        yield retraction(Slot(key, last, end=True))
    for first in sorted(after.states):
        if before.states.get(first) != after.states[first]:
            yield state(key, first, after.states[first])
    for last in sorted(after.ends - before.ends):
        yield end(key, last)
