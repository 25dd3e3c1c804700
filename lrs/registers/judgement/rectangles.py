"""Entries in two times: when they hold, and since which position of the log they are known.

This is the reference: plain, and slow. A read model derives the same rectangles by SQL.

A rectangle says that from `valid_from` until the day before `valid_until` these attributes held, as
known from the position `known_from` until the one before `known_until`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lrs.events.registers import EntriesRecorded
from lrs.registers.form.entry import Entry, read_entry
from lrs.registers.form.register import Register
from lrs.registers.judgement.timeline import Attributes, Timeline

STILL: Final = 2**63 - 1
"""The position until which is known what nothing has corrected."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry, and the position from which it is known."""

    entry: Entry
    position: int


@dataclass(frozen=True, slots=True)
class Rectangle:
    """What held over some days, as known over some positions; `position` is that of the entry."""

    key: str
    valid_from: int
    valid_until: int
    known_from: int
    known_until: int
    position: int
    attributes: Attributes


def recorded(
    register: Register, events: Iterable[tuple[int, EntriesRecorded]]
) -> Iterator[Recorded]:
    """Yield the entries of a register on the log, each with the position from which it is known.

    That is the position of the last part of its import; an import that lacks a part is not known.
    """
    imports: dict[str, dict[int, tuple[int, EntriesRecorded]]] = defaultdict(dict)
    for position, event in events:
        if event.register == register.name:
            imports[event.import_id].setdefault(event.part, (position, event))
    for parts in imports.values():
        of = next(event.of for _, event in parts.values())
        if len(parts) < of:
            continue
        known_from = max(position for position, _ in parts.values())
        for part in sorted(parts):
            for entry in parts[part][1].entries:
                yield Recorded(read_entry(register, entry), known_from)


def known_at(entries: Iterable[Recorded], position: int) -> dict[str, Timeline]:
    """Return the timeline of every subject as it was known at a position."""
    timelines: dict[str, Timeline] = {}
    for one in sorted(entries, key=lambda one: one.position):
        if one.position <= position:
            key = one.entry.key
            timelines.setdefault(key, Timeline(key, {}, ())).add(one.entry)
    return timelines


def held(entries: Iterable[Recorded], key: str, day: int, position: int) -> Attributes | None:
    """Return what a subject was on a day, as known at a position; None where nothing held."""
    timeline = known_at(entries, position).get(key)
    return None if timeline is None else timeline.holding(day)


def rectangles(entries: Sequence[Recorded]) -> list[Rectangle]:
    """Return the rectangles of one subject, by `known_from` and `valid_from`.

    No two of them overlap. What stays the same at a position goes on in its rectangle.
    """
    found: list[Rectangle] = []
    open_: dict[tuple[int, int, int], tuple[int, Attributes]] = {}
    for position in sorted({one.position for one in entries}):
        now = dict(_spans(entries, position))
        for span in [span for span in open_ if span not in now]:
            known_from, attributes = open_.pop(span)
            found.append(_rectangle(entries[0].entry.key, span, (known_from, position), attributes))
        for span, attributes in now.items():
            open_.setdefault(span, (position, attributes))
    for span, (known_from, attributes) in open_.items():
        found.append(_rectangle(entries[0].entry.key, span, (known_from, STILL), attributes))
    return sorted(found, key=lambda one: (one.known_from, one.valid_from))


def _rectangle(
    key: str, span: tuple[int, int, int], known: tuple[int, int], attributes: Attributes
) -> Rectangle:
    first, until, position = span
    return Rectangle(key, first, until, *known, position, attributes)


def _spans(
    entries: Sequence[Recorded], position: int
) -> Iterator[tuple[tuple[int, int, int], Attributes]]:
    """Yield the spans known at a position, each with the position of its entry."""
    stated: dict[int, int] = {}
    for one in sorted(entries, key=lambda one: one.position):
        if one.position <= position and not one.entry.slot.end:
            stated[one.entry.slot.day] = one.position
    for timeline in known_at(entries, position).values():
        for first, until, attributes in timeline.spans():
            yield (first, until, stated[first]), attributes


def at(found: Iterable[Rectangle], day: int, position: int) -> Mapping[str, Any] | None:
    """Return the attributes of the rectangle over a day and a position; None: there is none."""
    return next(
        (
            one.attributes
            for one in found
            if one.valid_from <= day < one.valid_until
            and one.known_from <= position < one.known_until
        ),
        None,
    )
