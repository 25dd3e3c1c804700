"""What became of each credential: a row for each event, from which follows how a key stands.

The table belongs to `lrs/access/credentials.py`, since authentication reads it, and stands below
the read models. Its rows are never changed: a copy of an event has the id of the first.
"""

from collections.abc import Iterator
from typing import Any

from lrs.access.credentials import HistoryRow, Step, credential_history
from lrs.events.credentials import (
    CredentialAdded,
    CredentialCarried,
    CredentialChanged,
    CredentialEvent,
    CredentialRevoked,
    CredentialRotated,
    Terms,
)
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection, on


class Credentials(Projection):
    """The history of every key."""

    name = "credentials"
    version = 1
    tables = (credential_history,)

    @on(CredentialCarried)
    def carry(self, entry: Entry[CredentialCarried]) -> Iterator[Change]:
        """Keep that a credential was there before; `stored` is when it was made."""
        yield _row(entry, Step.CARRIED, stored=entry.event.created, **_terms(entry.event.terms))

    @on(CredentialAdded)
    def add(self, entry: Entry[CredentialAdded]) -> Iterator[Change]:
        """Keep secret and terms of a key."""
        event = entry.event
        yield _row(entry, Step.ADDED, digest=_bytes(event.digest), **_terms(event.terms))

    @on(CredentialChanged)
    def change(self, entry: Entry[CredentialChanged]) -> Iterator[Change]:
        """Keep other terms."""
        yield _row(entry, Step.CHANGED, **_terms(entry.event.terms))

    @on(CredentialRotated)
    def rotate(self, entry: Entry[CredentialRotated]) -> Iterator[Change]:
        """Keep another secret."""
        event = entry.event
        yield _row(entry, Step.ROTATED, digest=_bytes(event.digest), kept=event.kept)

    @on(CredentialRevoked)
    def revoke(self, entry: Entry[CredentialRevoked]) -> Iterator[Change]:
        """Keep that the credential is no more."""
        yield _row(entry, Step.REVOKED)


def _row(entry: Entry[Any], step: Step, **values: Any) -> Change:
    event: CredentialEvent = entry.event
    row = HistoryRow(entry.id, entry.position, entry.stored, event.key, step.value)
    return Change(credential_history, row._replace(**values))


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "scopes": terms.scopes,
        "roles": terms.roles,
        "person": terms.person,
        "entities": terms.entities,
        "label": terms.label,
        "expires": terms.expires,
    }


def _bytes(digest: str | None) -> bytes | None:
    return None if digest is None else bytes.fromhex(digest)
