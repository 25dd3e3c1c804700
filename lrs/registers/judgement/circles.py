"""Circles: an officer must not, over others, report to themselves; so with parents and merges.

A circle is one only if all its steps hold on a common day.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from lrs.registers.files.fault import Fault
from lrs.registers.files.row import Reading
from lrs.registers.form.days import EVER, FOR_GOOD, write_day
from lrs.registers.form.entry import Entry
from lrs.registers.judgement.references import values
from lrs.registers.judgement.timeline import Timeline

Entries = Callable[[str, Collection[str] | None], Iterable[Entry]]
Edge = tuple[int, int, str]
"""First day, the day before which it ends, and where it leads."""
Graph = dict[str, Sequence[Edge]]

_SHOWN: Final = 6


def circles(reading: Reading, changed: Sequence[Timeline], entries: Entries) -> Iterator[Fault]:
    """Yield a fault for every row whose subject stands in a circle."""
    for name, reference in reading.register.references.items():
        if reference.acyclic:
            graph = _graph(reading, name, changed, entries)
            suspects = _on_endless_ways(graph)
            for row in reading.rows:
                if row.key in suspects and (circle := _circle(row.key, graph)) is not None:
                    day, keys = circle
                    value = ", ".join(values(row.attributes.get(name)))
                    yield row.fault(name, value, "circle", _right(day, keys))


def _right(day: int, keys: Sequence[str]) -> str:
    since = "" if day == EVER else f" on {write_day(day)}"
    shown = " - ".join(keys[:_SHOWN]) + (" - ..." if len(keys) > _SHOWN else "")
    return f"must not lead back to itself, as{since}: {shown}"


def _graph(reading: Reading, name: str, changed: Sequence[Timeline], entries: Entries) -> Graph:
    """Return the edges of all that can be reached from what changed, level by level."""
    graph: Graph = {}
    level: Iterable[Timeline] = changed
    while True:
        for timeline in level:
            graph[timeline.key] = list(_edges(reading, name, timeline))
        reached = {key for edges in graph.values() for _, _, key in edges} - graph.keys()
        if not reached:
            return graph
        found = {key: Timeline(key, {}, ()) for key in reached}
        for entry in entries(reading.register.name, reached):
            found[entry.key].add(entry)
        level = found.values()


def _edges(reading: Reading, name: str, timeline: Timeline) -> Iterator[Edge]:
    reference = reading.register.references[name]
    for first, until, attributes in timeline.spans():
        for value in values(attributes.get(name)):
            yield first, until, reference.key(value, timeline.key)


def _on_endless_ways(graph: Mapping[str, Sequence[Edge]]) -> set[str]:
    """Return the keys from which some way has no end, whatever the days: few, if any."""
    waiting = {key: {to for _, _, to in edges} for key, edges in graph.items()}
    led_to_by: dict[str, list[str]] = {}
    for key, targets in waiting.items():
        for target in targets:
            led_to_by.setdefault(target, []).append(key)
    ended = [key for key, targets in waiting.items() if not targets]
    while ended:
        key = ended.pop()
        for before in led_to_by.get(key, ()):
            waiting[before].discard(key)
            if not waiting[before]:
                ended.append(before)
    return {key for key, targets in waiting.items() if targets}


def _circle(start: str, graph: Mapping[str, Sequence[Edge]]) -> tuple[int, list[str]] | None:
    """Return a day and the keys of a circle through a key whose steps all hold on that day."""
    seen: set[tuple[str, int, int]] = set()
    ways: list[tuple[int, int, list[str]]] = [(EVER, FOR_GOOD, [start])]
    while ways:
        first, until, keys = ways.pop()
        for edge_first, edge_until, key in graph[keys[-1]]:
            since, before = max(first, edge_first), min(until, edge_until)
            if since >= before or (key, since, before) in seen:
                continue
            if key == start:
                return since, [*keys, key]
            seen.add((key, since, before))
            ways.append((since, before, [*keys, key]))
    return None
