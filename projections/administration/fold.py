"""What was done to the store, by whom, and who read named data: one row per event."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from lrs.events.administration import Administered
from lrs.events.envelope import Event
from lrs.events.named_reads import NamedDataRead
from lrs.events.principal import Principal
from projections.administration.tables import DeedRow, deed
from projections.folding.changes import Change, Upsert
from projections.folding.projection import Entry, Projection, on

READ: Final = "named-data-read"
"""The kind of a read; those of `lrs.events.administration` stand beside it."""


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
        entry.id, entry.position, entry.stored, kind, stored_form(str(principal)),
        on_behalf_of, content,
    )  # fmt: skip
    return Upsert(deed, row)


def stored_form(principal: str) -> str:
    """Return the text of a principal as the table can hold it: U+0000 is the one it cannot."""
    return principal.replace("\0", "\ufffd")
