"""Facts about the documents of the State, Agent Profile and Activity Profile resources."""

from typing import ClassVar, Final

import msgspec

from lrs.events.form import Form
from lrs.events.principal import UNKNOWN_BEFORE, Principal


class DocumentKey(msgspec.Struct, frozen=True):
    """Which document: its resource and the parameters that name it.

    `resource` is the path below `/xapi`; `scope` holds the parameters of that resource other than
    the document's id, agents by their identity, for instance
    `{"activityId": ..., "agent": "mbox:mailto:...", "registration": ...}`.
    """

    resource: str
    scope: dict[str, str]
    id: str


NEVER: Final = -1
"""The base of a document's first version: there was none before it."""


class DocumentVersion(msgspec.Struct, frozen=True):
    """A version of a document: `base` is the position of the record that made it."""

    key: DocumentKey
    base: int


class DocumentStored(msgspec.Struct, frozen=True):
    """A document was written, decided on the version that `base` names.

    `write` is drawn anew for each decision: by it a writer recognizes its own event.
    """

    form: ClassVar = Form("ledger.document.stored", 2, UNKNOWN_BEFORE)

    key: DocumentKey
    base: int
    write: str
    content_type: str
    content: bytes
    principal: Principal | None


class DocumentsDeleted(msgspec.Struct, frozen=True):
    """One or many documents were deleted, decided on these versions of them."""

    form: ClassVar = Form("ledger.documents.deleted", 2, UNKNOWN_BEFORE)

    versions: tuple[DocumentVersion, ...]
    write: str
    principal: Principal | None
