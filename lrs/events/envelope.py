"""The closed union of facts that the log can hold, and how a record carries one.

Events are CloudEvents 1.0 in binary mode: attributes travel as `ce_*` headers, the value is JSON
with the schema number of the type. The name of a Python class never leaves this package, so code
can be moved without touching history.
"""

import hashlib
import random
from collections.abc import Mapping
from functools import cache
from typing import Final, NoReturn, TypeVar, get_args

import msgspec

from lrs import clock
from lrs.errors import HaltError, UnfoldableError
from lrs.events.administration import Administered
from lrs.events.credentials import CredentialEvent
from lrs.events.documents import DocumentsDeleted, DocumentStored
from lrs.events.form import Formed, Upcast
from lrs.events.named_reads import NamedDataRead
from lrs.events.registers import EntriesRecorded
from lrs.events.statements import StatementsStored

SOURCE: Final = "/xapi"

Event = (
    StatementsStored
    | DocumentStored
    | DocumentsDeleted
    | CredentialEvent
    | Administered
    | NamedDataRead
    | EntriesRecorded
)
"""Every type of event. A new type is a file beside this one, and its name here."""

_TYPES: Final[Mapping[str, type[Event]]] = {kind.form.type: kind for kind in get_args(Event)}
_ENCODER: Final = msgspec.json.Encoder()
_FAILURES: Final = (ValueError, TypeError, LookupError, AttributeError, msgspec.MsgspecError)
"""What an upcast raises on data that it cannot read."""

_Kind = TypeVar("_Kind", bound=Formed)


class _Envelope(msgspec.Struct):
    """The value on the log: schema number and data."""

    schema: int
    data: msgspec.Raw


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


def encode(event: Event, key: str | None = None) -> tuple[dict[str, str], bytes]:
    """Return the headers and the value of an event, under the id `key` or one that is drawn anew.

    `ce_stamps` tells how many `stored` times the event takes, so that a reader that does not care
    for statements still counts time as all others do.
    """
    stamps = len(event.statements) if isinstance(event, StatementsStored) else 1
    headers = {
        "ce_specversion": "1.0",
        "ce_id": key or _drawn(),
        "ce_type": event.form.type,
        "ce_source": SOURCE,
        "ce_time": clock.iso(clock.now()),
        "ce_stamps": str(stamps),
        "content-type": "application/json",
    }
    return headers, b'{"schema":%d,"data":%b}' % (event.form.number, _ENCODER.encode(event))


def drawn_from(*words: str) -> str:
    """Return the id of an event that follows from what it is about.

    Whoever appends the event again, in whatever process, appends a copy under the same id, and the
    second copy folds to nothing.
    """
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]


def _drawn() -> str:
    """Return 128 random bits, in hexadecimal, that need not be hard to guess: the id of an event.

    They are drawn without asking the kernel, as `uuid4` does: it lets go of the interpreter
    meanwhile, three switches of threads a request.
    """
    return random.randbytes(16).hex()  # noqa: S311  # no secret


def decode(headers: Mapping[str, str], value: bytes, position: int) -> Event:
    """Return the event of the record at `position`, in the newest shape of its type.

    Raises `HaltError` for a type or a schema number that this version does not know: to go on would
    be to build views that silently miss facts. Raises `UnfoldableError` for a value that is not
    what the headers say.
    """
    name = headers.get("ce_type", "")
    kind = _TYPES.get(name)
    try:
        envelope = _ENVELOPE.decode(value)
    except msgspec.MsgspecError as error:
        if kind is None:
            _halt(name, None, position)
        raise UnfoldableError(f"the value is not an event: {error}") from error
    if kind is None or not 1 <= envelope.schema <= kind.form.number:
        _halt(name, envelope.schema, position)
    return read(kind, envelope.schema, envelope.data)


def read(kind: type[_Kind], number: int, data: bytes | msgspec.Raw) -> _Kind:
    """Return an event of a type from its data in the shape of a schema number up to the newest.

    Raises `UnfoldableError` for data that do not have this shape, or that an upcast cannot read.
    """
    for older in range(number, kind.form.number):
        data = _upcast(kind.form.upcasts[older], bytes(data), f"{kind.form.type} {older}")
    try:
        event: _Kind = _decoder(kind).decode(data)
    except msgspec.MsgspecError as error:
        raise UnfoldableError(f"the value is not the event it says to be: {error}") from error
    return event


def _upcast(upcast: Upcast, data: bytes, shape: str) -> bytes:
    try:
        return upcast(data)
    except _FAILURES as error:
        reason = f"{type(error).__name__}: {error}"
        raise UnfoldableError(f"the upcast from {shape} failed: {reason}") from error


@cache
def _decoder(kind: type[_Kind]) -> "msgspec.json.Decoder[_Kind]":
    return msgspec.json.Decoder(kind)


def _halt(name: str, number: int | None, position: int) -> NoReturn:
    raise HaltError(
        f"the record at position {position} has the event type {name!r} and the schema number "
        f"{number}, which this version does not know: a newer version wrote it"
    )


def stamps(headers: Mapping[str, str]) -> int:
    """Return how many `stored` times the event of a record takes."""
    return int(headers.get("ce_stamps", "1"))
