"""What was done to the store, by whom, and who read named data: one row per event."""

from collections.abc import Iterable
from typing import Any

import msgspec

from lrs.events.administration import Administered
from lrs.events.credentials import CredentialEvent
from lrs.events.envelope import Event
from lrs.events.named_reads import NamedDataRead
from projections.administration.tables import CREDENTIAL, READ, DeedRow, deed, stored_form
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection


class Administration(Projection):
    """Everything that was administered, and every recorded read of named data."""

    name = "administration"
    version = 1
    tables = (deed,)
    keeps_history = True

    def fold(self, entry: Entry[Event]) -> Iterable[Change]:
        """Yield the row of a deed; none for what was stored."""
        event = entry.event
        if isinstance(event, Administered):
            return (_row(entry, event.kind.value, event.detail),)
        if isinstance(event, NamedDataRead):
            return (_row(entry, READ, _fields(event), event.on_behalf_of),)
        if isinstance(event, CredentialEvent):
            return (_row(entry, CREDENTIAL[type(event)], _of_credential(event)),)
        return ()


def _row(entry: Entry[Any], kind: str, detail: dict[str, Any], on_behalf_of: str = "") -> Change:
    principal = entry.event.principal
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
    return Change(deed, row)


def _fields(event: NamedDataRead | CredentialEvent) -> dict[str, Any]:
    """Return what an event says, without its principal."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    del fields["principal"]
    return fields


def _of_credential(event: CredentialEvent) -> dict[str, Any]:
    """Return what became of a credential; of its secret only whether it was drawn."""
    fields = _fields(event)
    if "digest" in fields:
        fields["drawn"] = fields.pop("digest") is not None
    return fields
