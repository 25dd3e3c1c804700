"""The parts of the application that routes work with, as the composition has joined them."""

from dataclasses import dataclass

from flask import current_app

from lrs.access.keyring import Keyring
from lrs.access.oidc import Issuer
from lrs.intake.documents import DocumentWriter
from lrs.intake.named_reads import NamedReads
from lrs.intake.registers import Registers
from lrs.intake.statements import Intake
from lrs.log.port import EventLog
from lrs.settings import Settings
from lrs.storage.blobs import Blobs
from lrs.storage.database import Pool
from projections.documents.reads import DocumentReads
from projections.folding.freshness import Freshness
from projections.statements.reads import Sources


@dataclass(frozen=True, slots=True)
class AppParts:
    """The parts of one application; safe to use from many threads."""

    settings: Settings
    database: Pool
    log: EventLog
    blobs: Blobs
    intake: Intake
    documents: DocumentWriter
    document_reads: DocumentReads
    named_reads: NamedReads
    registers: Registers
    freshness: Freshness
    statements: Sources
    keyring: Keyring
    secret: bytes
    issuer: Issuer | None


def app_parts() -> AppParts:
    """Return the parts of the application that handles this request."""
    parts = current_app.extensions["app_parts"]
    assert isinstance(parts, AppParts)
    return parts
