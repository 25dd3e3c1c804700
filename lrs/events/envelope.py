"""The closed union of facts that the log can hold, and their form on it.

Events are CloudEvents 1.0 in binary mode: attributes travel as `ce_*` headers, the value is JSON
with a schema number. The name of a Python class never leaves this module, so code can be moved
without touching history.
"""

import random
from collections.abc import Mapping
from typing import Final

import msgspec

from lrs import clock
from lrs.errors import HaltError
from lrs.events.documents import DocumentsDeleted, DocumentStored
from lrs.events.statements import StatementsStored

SCHEMA: Final = 1
SOURCE: Final = "/xapi"


Event = StatementsStored | DocumentStored | DocumentsDeleted

TYPES: Final[Mapping[str, type[Event]]] = {
    "ledger.statements.stored": StatementsStored,
    "ledger.document.stored": DocumentStored,
    "ledger.documents.deleted": DocumentsDeleted,
}
_NAMES: Final = {kind: name for name, kind in TYPES.items()}
_DECODERS: Final = {name: msgspec.json.Decoder(kind) for name, kind in TYPES.items()}
_ENCODER: Final = msgspec.json.Encoder()


class _Envelope(msgspec.Struct):
    """The value on the log: schema number and data."""

    schema: int
    data: msgspec.Raw


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


def encode(event: Event) -> tuple[dict[str, str], bytes]:
    """Return the headers and the value of an event.

    `ce_stamps` tells how many `stored` times the event takes, so that a reader that does not care
    for statements still counts time as all others do.
    """
    stamps = len(event.statements) if isinstance(event, StatementsStored) else 1
    headers = {
        "ce_specversion": "1.0",
        "ce_id": _drawn(),
        "ce_type": _NAMES[type(event)],
        "ce_source": SOURCE,
        "ce_time": clock.iso(clock.now()),
        "ce_stamps": str(stamps),
        "content-type": "application/json",
    }
    return headers, b'{"schema":%d,"data":%b}' % (SCHEMA, _ENCODER.encode(event))


def _drawn() -> str:
    """Return 128 random bits, in hexadecimal, that need not be hard to guess: the id of an event.

    They are drawn without asking the kernel, as `uuid4` does: it lets go of the interpreter
    meanwhile, three switches of threads a request.
    """
    return random.randbytes(16).hex()  # noqa: S311  # no secret


def decode(headers: Mapping[str, str], value: bytes) -> Event:
    """Return the event of a record.

    Raises `HaltError` for a type or schema number that this version does not know: to go on would
    be to build views that silently miss facts.
    """
    name = headers.get("ce_type", "")
    decoder = _DECODERS.get(name)
    if decoder is None:
        raise HaltError(f"unknown event type {name!r}: this record was written by a newer version")
    envelope = _ENVELOPE.decode(value)
    if envelope.schema != SCHEMA:
        raise HaltError(f"unknown schema number {envelope.schema} of event type {name!r}")
    return decoder.decode(envelope.data)


def stamps(headers: Mapping[str, str]) -> int:
    """Return how many `stored` times the event of a record takes."""
    return int(headers.get("ce_stamps", "1"))
