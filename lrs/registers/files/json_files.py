"""Entries as JSON: one document with all of them, or one a line (NDJSON).

The day `from` that an entry lacks is the day given with the request; without that, since ever.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from lrs.errors import InvalidError
from lrs.registers.files.fault import OF_ENTRY, short
from lrs.registers.files.row import Reading
from lrs.registers.form.days import EVER, read_day
from lrs.registers.form.register import Register
from lrs.xapi.json import parse

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read_document(register: Register, document: Any, since: int | None = None) -> Reading:
    """Read a parsed document: a list of entries, or an object with `entries`."""
    reading = Reading(register)
    entries = document.get("entries") if isinstance(document, Mapping) else document
    if not isinstance(entries, list):
        right = 'must be a list of entries, or {"entries": [...]}'
        reading.refuse("entries", entries, "form", right)
        return reading
    reader = _Reader(reading, EVER if since is None else since)
    for index, entry in enumerate(entries):
        reading.at(index + 1, index)
        reader.entry(entry)
    return reading


def read_json(register: Register, content: bytes, since: int | None = None) -> Reading:
    """Read a file with one document of JSON."""
    try:
        document = parse(content.removeprefix(_BYTE_ORDER_MARK))
    except InvalidError as refused:
        reading = Reading(register)
        reading.refuse("", None, "json", f"must be JSON: {_why(refused)}")
        return reading
    return read_document(register, document, since)


def read_lines(register: Register, content: bytes, since: int | None = None) -> Reading:
    """Read a file with one entry of JSON a line; empty lines are skipped."""
    reading = Reading(register)
    reader = _Reader(reading, EVER if since is None else since)
    index = 0
    for line, text in enumerate(content.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1):
        if not text.strip():
            continue
        reading.at(line, index)
        index += 1
        try:
            entry = parse(text)
        except InvalidError as refused:
            reading.refuse("", None, "json", f"must be one object of JSON: {_why(refused)}")
        else:
            reader.entry(entry)
    return reading


def _why(refused: InvalidError) -> str:
    return "; ".join(f"{one.path}: {one.message}" for one in refused.violations)


class _Reader:
    """Reads entries into a reading, at the place to which that has gone."""

    def __init__(self, reading: Reading, since: int) -> None:
        self._reading = reading
        self._since = since
        self._fields = reading.register.fields
        self._derived = {one.name for one in reading.register.derived}
        self._key = reading.register.key

    def entry(self, written: Any) -> None:
        """Read one entry; keep its row, or everything that is wrong with it."""
        reading = self._reading
        if not isinstance(written, dict):
            right = "must be an object with key and attributes, end or retract"
            reading.refuse("", written, "form", right)
            return
        content = self._content(written)
        for name in sorted(written.keys() - OF_ENTRY):
            right = f"must not have {short(name)}: fields of the register stand in attributes"
            reading.refuse("", written, "unknown-field", right)
        reading.keep(**content)

    def _content(self, written: dict[str, Any]) -> dict[str, Any]:
        """Return the parts of the row, as far as they can be read."""
        retract = written.get("retract", False)
        if not isinstance(retract, bool):
            self._reading.refuse("retract", retract, "boolean", "must be true or false")
        last_day = self._day("end", written.get("end"))
        states = "from" in written or "end" not in written or "attributes" in written
        key = self._reading.read("key", "key", self._key.canonical, written.get("key"))
        if states and retract is False:
            self._reading.named.add(key)
        since = self._day("from", written["from"]) if "from" in written else self._since
        return {
            "key": key,
            "since": (EVER if since is None else since) if states else None,
            "attributes": self._attributes(written, needed=states and retract is not True),
            "end": last_day,
            "retract": retract is True,
        }

    def _day(self, name: str, written: Any) -> int | None:
        if written is None:
            return None
        day: int | None = self._reading.read(name, "day", _day, written)
        return day

    def _attributes(self, written: dict[str, Any], *, needed: bool) -> dict[str, Any]:
        reading = self._reading
        attributes = written.get("attributes")
        if attributes is None and needed:
            reading.refuse("attributes", None, "required", "must be given, or end, or retract")
        elif attributes is not None and not needed:
            right = "must be left out where an entry is taken back"
            reading.refuse("attributes", attributes, "form", right)
        elif attributes is not None and not isinstance(attributes, dict):
            right = "must be an object from field to value"
            reading.refuse("attributes", attributes, "form", right)
        elif attributes:
            return {name: self._value(name, value) for name, value in attributes.items()}
        return {}

    def _value(self, name: str, value: Any) -> Any:
        field = self._fields.get(name)
        if field is None:
            right = instead(name, self._fields, self._derived)
            self._reading.refuse(name, value, "unknown-field", right)
        elif value is not None:
            return self._reading.read(name, "value", field.read, value)
        elif field.required:
            self._reading.refuse(name, value, "required", "must be known")
        return None


def _day(written: Any) -> int:
    if not isinstance(written, str):
        raise ValueError('must be a day as text, such as "2025-03-01"')
    return read_day(written)


def instead(name: str, fields: Mapping[str, Any], derived: set[str]) -> str:
    """Return what to do about a name that is no field to import."""
    if name in derived:
        return "must be left out: the field follows from other registers"
    close = get_close_matches(name[:60], fields, n=2)
    if close:
        return f"must be a field of the register: is {' or '.join(close)} meant?"
    return f"must be a field of the register: {', '.join(fields)}"
