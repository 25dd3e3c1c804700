"""What a file or a request changes: the entries to record, or everything that is wrong.

Pure: what is known is handed in. Convergent: only what differs from what is known becomes entries,
each the whole state of its day, so the same file again records nothing. All or nothing: one fault,
and there are no entries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lrs.registers.files.fault import Fault
from lrs.registers.files.row import Reading, Row
from lrs.registers.form.entry import Entry
from lrs.registers.form.register import Register
from lrs.registers.judgement.circles import circles
from lrs.registers.judgement.references import unresolved
from lrs.registers.judgement.subject import Subject
from lrs.registers.judgement.timeline import Timeline, differences


class Known(Protocol):
    """What the registers hold now, as a judgement asks for it."""

    def entries(self, register: str, keys: Collection[str] | None) -> Iterable[Entry]:
        """Return the entries of these keys (None: of all) that hold, in any order.

        An entry that was corrected or taken back does not hold, and neither does its retraction.
        """

    def present(self, register: str, keys: Collection[str]) -> Collection[str]:
        """Return those of these keys that have a state, of whatever day."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Entries to record in this order, and how many rows led to them; or faults.

    `missing` are subjects that were ended as a complete file does not name them; they are counted
    in `recorded` too.
    """

    entries: tuple[Entry, ...] = ()
    recorded: int = 0
    unchanged: int = 0
    missing: int = 0
    faults: tuple[Fault, ...] = ()


def judge(reading: Reading, known: Known, complete: int | None = None) -> Judgement:
    """Judge what was read; `complete` is the day of which a file says that it names everybody."""
    register = reading.register
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in reading.rows:
        by_key[row.key].append(row)
    wanted = None if complete is not None else by_key.keys()
    timelines = _timelines(known.entries(register.name, wanted))
    faults = list(reading.faults)
    subjects: list[Subject] = []
    for key, rows in by_key.items():
        subject = Subject(register, timelines.pop(key, Timeline(key, {}, ())))
        subject.take(rows)
        faults += subject.faults
        subjects.append(subject)
    recorded = sum(subject.changed for subject in subjects)
    missing = 0
    if complete is not None and not faults:
        left = _leave(register, timelines, complete)
        subjects += left
        missing = len(left)
    faults += unresolved(reading, known.present)
    if not faults:
        faults += circles(reading, [one.timeline for one in subjects], known.entries)
    if faults:
        return Judgement(faults=tuple(sorted(faults, key=lambda one: (one.line, one.field))))
    return Judgement(
        entries=tuple(entry for one in subjects for entry in differences(one.known, one.timeline)),
        recorded=recorded + missing,
        unchanged=len(reading.rows) - recorded,
        missing=missing,
    )


def _timelines(entries: Iterable[Entry]) -> dict[str, Timeline]:
    timelines: dict[str, Timeline] = {}
    for entry in entries:
        timeline = timelines.get(entry.key)
        if timeline is None:
            timeline = timelines[entry.key] = Timeline(entry.key, {}, ())
        timeline.add(entry)
    return timelines


def _leave(register: Register, timelines: Mapping[str, Timeline], day: int) -> list[Subject]:
    """Return those who held on the day and are ended, as no row names them."""
    subjects = [Subject(register, timeline) for timeline in timelines.values()]
    return [subject for subject in subjects if subject.leave(day)]
