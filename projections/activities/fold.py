"""What the store knows of each activity: the definitions of all statements, merged in log order.

One row per activity and shape: of the definitions that set the same properties (a type, a name in
English), the last one is kept, as nothing of the others would be left after it. Readers merge these
rows in the order of the log. So a definition that comes with a million statements is one row, and
so is a description that differs in each statement. A row per distinct definition would let the
rows of such a description grow without bound, and a row per entry of a definition took three times
as long to fold.

Definitions count wherever a statement names an activity: as its object, in its context activities,
and in the same places of a SubStatement, as the standard bids the LRS learn from any definition
that it receives (Data 2.4.4.1). Those of a voided statement stay: to roll them back is optional
(Data 2.3.2), and voiding says that something did not happen, not that its activity is another one.
Those of a second copy of a statement on the log stay too: the copy says the same as the first.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import msgspec
import orjson

from lrs.events.statements import StatementsStored
from lrs.xapi.activity import shape
from lrs.xapi.terms import Filter, term
from projections.activities.tables import DefinitionRow, activity_definition
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection, on

REMEMBERED: Final = 4096
"""Bytes of a definition and its activity id, above which their hash is not cached."""


class _Activity(msgspec.Struct, gc=False):
    id: str = ""
    definition: msgspec.Raw = msgspec.Raw()


class _Context(msgspec.Struct, gc=False):
    activities: dict[str, list[_Activity] | _Activity] = msgspec.field(
        default_factory=dict, name="contextActivities"
    )


class _SubStatement(msgspec.Struct, gc=False):
    """An object that may be a SubStatement; if it is an activity, its definition."""

    id: str = ""
    definition: msgspec.Raw = msgspec.Raw()
    object: _Activity | None = None
    context: _Context | None = None


class _Outline(msgspec.Struct, gc=False):
    """Where a statement defines activities: the rest of the statement is not even decoded."""

    object: _SubStatement
    context: _Context | None = None


_OUTLINE: Final = msgspec.json.Decoder(_Outline).decode


class Activities(Projection):
    """The last definition of each shape of each activity."""

    name = "activities"
    version = 1
    tables = (activity_definition,)

    @on(StatementsStored)
    def learn(self, entry: Entry[StatementsStored]) -> Iterator[Change]:
        """Yield each definition, once for all statements of a request."""
        if not entry.event.defines:
            return
        last: dict[tuple[str, bytes], int] = {}
        for given in entry.statements():
            for defined in _defined(given.raw):
                last.pop(defined, None)
                last[defined] = given.seq
        for (activity, definition), seq in last.items():
            keys = term(Filter.ACTIVITY, activity), _shape_k(activity, definition)
            row = DefinitionRow(*keys, seq, activity, definition.decode())
            yield Change(activity_definition, row)


def _defined(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the id and the definition of each activity that a statement defines, in its order."""
    if b'"definition"' not in raw and b"\\" not in raw:
        return
    outline = _OUTLINE(raw)
    for activity in _activities(outline):
        if definition := bytes(activity.definition):
            yield activity.id, definition


def _activities(outline: _Outline) -> Iterator[_Activity | _SubStatement]:
    target = outline.object
    yield target
    if target.object is not None:
        yield target.object
    for context in (target.context, outline.context):
        for listed in context.activities.values() if context is not None else ():
            yield from listed if isinstance(listed, list) else (listed,)


def _shape_k(activity: str, definition: bytes) -> int:
    """Hash a shape; cached for short definitions, as the same ones come again and again."""
    remembered = len(activity) + len(definition) < REMEMBERED
    return (_known_shape_k if remembered else _draw_shape_k)(activity, definition)


def _draw_shape_k(activity: str, definition: bytes) -> int:
    """Hash a shape with its activity: two activities with one `activity_k` must share no row."""
    parts = sorted(shape(orjson.loads(definition)))
    digest = blake2b(orjson.dumps([activity, parts]), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


_known_shape_k = lru_cache(maxsize=1 << 13)(_draw_shape_k)
