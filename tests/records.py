"""Small messages to append, and reading until they are there."""

import time
from contextlib import closing

from lrs.log.port import EventLog, Message, Position, Reader, Record


def message(text: str) -> Message:
    """Make a message that holds this text."""
    return Message({"ce_id": text, "ce_type": "Tested"}, text.encode())


def read(reader: Reader, count: int, within: float = 20.0) -> list[Record]:
    """Read until there are `count` records or the time is over."""
    deadline = time.monotonic() + within
    records: list[Record] = []
    while len(records) < count and time.monotonic() < deadline:
        records += reader.read(count - len(records), 1.0)
    return records


def kept(log: EventLog, count: int, start: Position = 0) -> list[Record]:
    """Read `count` records of a log from a position on, through a reader of its own."""
    with closing(log.reader(start)) as reader:
        return read(reader, count)
