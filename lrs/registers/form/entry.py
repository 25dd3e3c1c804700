"""An entry with typed values, and its form on the log.

Values are in stored form (`form.fields`), an attribute that is unknown is left out. The day `since`
is `EVER` for what holds since ever; `end` is the last day on which the subject holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lrs.events.registers import RegisterEntry
from lrs.registers.form.days import EVER, read_day, write_day
from lrs.registers.form.register import Register


@dataclass(frozen=True, slots=True)
class Slot:
    """What an entry states or takes back: the state from a day on, or the end after a day."""

    key: str
    day: int
    end: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One of three: a state (`attributes`), an end, or the retraction of either.

    Of several entries with one slot the last on the log wins.
    """

    slot: Slot
    attributes: Mapping[str, Any] | None = None
    retract: bool = False

    @property
    def key(self) -> str:
        """The canonical key of the subject."""
        return self.slot.key


def state(key: str, since: int, attributes: Mapping[str, Any]) -> Entry:
    """Return the entry that says what a subject is from a day on."""
    return Entry(Slot(key, since), attributes)


def end(key: str, last_day: int) -> Entry:
    """Return the entry that ends a subject after a day."""
    return Entry(Slot(key, last_day, end=True))


def retraction(slot: Slot) -> Entry:
    """Return the entry that takes back the state or the end of a slot."""
    return Entry(slot, retract=True)


def write_entry(register: Register, entry: Entry) -> RegisterEntry:
    """Return an entry as the log keeps it."""
    slot = entry.slot
    return RegisterEntry(
        key=register.key.written(slot.key),
        since=None if slot.end or slot.day == EVER else write_day(slot.day),
        attributes=None
        if entry.attributes is None
        else write_attributes(register, entry.attributes),
        end=write_day(slot.day) if slot.end else None,
        retract=entry.retract,
    )


def read_entry(register: Register, recorded: RegisterEntry) -> Entry:
    """Return an entry of the log with typed values; raises `ValueError` where it makes no sense.

    A field that the register no longer has is left out.
    """
    key = register.key.canonical(recorded.key)
    if recorded.end is not None:
        return Entry(Slot(key, read_day(recorded.end), end=True), retract=recorded.retract)
    slot = Slot(key, EVER if recorded.since is None else read_day(recorded.since))
    if recorded.retract:
        return retraction(slot)
    if recorded.attributes is None:
        raise ValueError("an entry without attributes, end or retract says nothing")
    return Entry(slot, read_attributes(register, recorded.attributes))


def write_attributes(register: Register, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed attributes as JSON has them."""
    fields = register.fields
    return {name: fields[name].write(value) for name, value in attributes.items()}


def read_attributes(register: Register, written: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes of the log with typed values; raises `ValueError`."""
    fields = register.fields
    return {
        name: fields[name].restore(value)
        for name, value in written.items()
        if name in fields and value is not None
    }
