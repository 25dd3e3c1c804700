"""What was done to the store, by whom, and who read named data: one row per event."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from lrs.events.administration import Administered
from lrs.events.envelope import Event
from lrs.events.named_reads import NamedDataRead
from lrs.events.principal import Principal
from projections.administration.tables import READ, DeedRow, deed, stored_form
from projections.folding.changes import Change, Upsert
from projections.folding.projection import Entry, Projection, on


class Administration(Projection):
    """Everything that was administered, and every recorded read of named data."""

    name = "administration"
    version = 1
    tables = (deed,)
    keeps_history = True

    @on(Administered)
    def keep_deed(self, entry: Entry[Administered]) -> Iterator[Change]:
        """Yield the row of a deed."""
        event = entry.event
        yield _row(entry, event.kind.value, event.principal, event.detail)

    @on(NamedDataRead)
    def keep_read(self, entry: Entry[NamedDataRead]) -> Iterator[Change]:
        """Yield the row of a read."""
        detail: dict[str, Any] = msgspec.to_builtins(entry.event)
        principal = entry.event.principal
        del detail["principal"]
        yield _row(entry, READ, principal, detail, entry.event.on_behalf_of)


def _row(
    entry: Entry[Event],
    kind: str,
    principal: Principal,
    detail: Mapping[str, Any],
    on_behalf_of: str = "",
) -> Change:
    content = msgspec.json.encode({"principal": principal, "detail": detail}).decode()
    row = DeedRow(
        position=entry.position,
        id=entry.id,
        stored=entry.stored,
        kind=kind,
        principal=stored_form(str(principal)),
        on_behalf_of=on_behalf_of,
        content=content,
    )
    return Upsert(deed, row)
