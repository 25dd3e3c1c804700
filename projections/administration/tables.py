"""The table of deeds: what was administered, and who read named data."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, Column, Index, Table, Text

from lrs.events.administration import Kind
from lrs.events.credentials import (
    CredentialAdded,
    CredentialCarried,
    CredentialChanged,
    CredentialEvent,
    CredentialRevoked,
    CredentialRotated,
)
from lrs.storage.database import metadata

READ: Final = "named-data-read"
CREDENTIAL: Final[Mapping[type[CredentialEvent], str]] = {
    CredentialAdded: "credential-added",
    CredentialChanged: "credential-changed",
    CredentialRotated: "credential-rotated",
    CredentialRevoked: "credential-revoked",
    CredentialCarried: "credential-carried",
}
KINDS: Final = (*(kind.value for kind in Kind), *CREDENTIAL.values(), READ)
"""Everything that a deed can be."""


class DeedRow(NamedTuple):
    """A row of `deed`."""

    position: int
    id: str
    stored: int
    kind: str
    principal: str
    on_behalf_of: str
    content: str


deed = Table(
    "deed",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("on_behalf_of", Text, nullable=False),
    Column("content", Text, nullable=False),
    Index("deed_kind_position_idx", "kind", "position"),
    Index("deed_principal_position_idx", "principal", "position"),
    info={"row": DeedRow, "order": "position", "wins": "first"},
)
"""`id`: of the event; `stored` in us UTC; `principal` as it is filtered by; `on_behalf_of`: hash of
a person, or empty; `content`: JSON of the principal and the detail."""


def stored_form(principal: str) -> str:
    """Return the text of a principal as the table can hold it: only U+0000 it cannot."""
    return principal.replace("\0", "\ufffd")
