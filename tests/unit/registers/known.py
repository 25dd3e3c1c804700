"""Registers in memory, as the read model hands them to a judgement."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from lrs.registers.files.json_files import read_document
from lrs.registers.files.read import read_csv_file
from lrs.registers.files.row import Reading
from lrs.registers.form.days import read_day
from lrs.registers.form.discovery import discover
from lrs.registers.form.entry import Entry
from lrs.registers.judgement.judgement import Judgement, judge
from lrs.registers.judgement.timeline import Timeline

DAY = read_day


class Store:
    """Registers that change by judgements only."""

    def __init__(self) -> None:
        self.timelines: dict[str, dict[str, Timeline]] = {name: {} for name in discover()}
        self.anything = False
        """Whether every key of every other register counts as known."""

    def entries(self, register: str, keys: Collection[str] | None) -> Iterable[Entry]:
        for key, timeline in self.timelines[register].items():
            if keys is None or key in keys:
                yield from timeline.entries()

    def present(self, register: str, keys: Collection[str]) -> Collection[str]:
        known = {key for key, one in self.timelines[register].items() if one.states}
        return keys if self.anything and not known else set(keys) & known

    def record(self, register: str, entries: Iterable[Entry]) -> None:
        for entry in entries:
            empty = Timeline(entry.key, {}, ())
            self.timelines[register].setdefault(entry.key, empty).add(entry)

    def judge(self, reading: Reading, complete: str = "") -> Judgement:
        return judge(reading, self, DAY(complete) if complete else None)

    def post(self, name: str, *entries: Mapping[str, Any], complete: str = "") -> Judgement:
        """Judge entries of JSON, and record what they change."""
        found = self.judge(read_document(discover()[name], list(entries)), complete)
        self.record(name, found.entries)
        return found

    def load(self, name: str, text: str, since: str = "", complete: str = "") -> Judgement:
        """Judge a CSV file, and record what it changes."""
        day = DAY(since) if since else None
        found = self.judge(read_csv_file(discover()[name], text.encode(), day), complete)
        self.record(name, found.entries)
        return found

    def on(self, name: str, key: str, day: str) -> Mapping[str, Any] | None:
        """Return what a subject is on a day."""
        return self.timelines[name][key].holding(DAY(day))


def organization() -> Store:
    """Return registers with some entities and duty stations, and a person."""
    store = Store()
    for code in ("DOS", "DPO", "DESA"):
        store.post("entities", {"key": code, "attributes": {"title": {"en": code}}})
    for code in ("NBO", "GVA"):
        store.post(
            "duty-stations",
            {"key": code, "attributes": {"title": {"en": code}, "location_type": "office-away"}},
        )
    added = store.post("people", person("p1", "2020-01-01"))
    assert added.recorded == 1, added.faults
    return store


def person(key: str, since: str | None = None, **attributes: Any) -> dict[str, Any]:
    """Return an entry of people."""
    general = {"kind": "staff", "entity": "DOS", "duty_station": "NBO"}
    return {"key": key, "from": since, "attributes": {**general, **attributes}}


def places(found: Judgement) -> list[tuple[int, str, str]]:
    """Return line, field and rule of each fault."""
    return [(fault.line, fault.field, fault.rule) for fault in found.faults]
