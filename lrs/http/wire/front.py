"""What the blueprints work with: the parts that the composition root has put together."""

from dataclasses import dataclass

from flask import current_app

from lrs.access.keyring import Keyring
from lrs.access.oidc import Issuer
from lrs.intake.documents import Documents
from lrs.intake.named_reads import NamedReads
from lrs.intake.registers import Registers
from lrs.intake.statements import Intake
from lrs.log.port import EventLog
from lrs.settings import Settings
from lrs.storage.blobs import Blobs
from lrs.storage.database import Pool
from projections.documents.reads import Shelf
from projections.folding.freshness import Freshness
from projections.statements.reads import Sources


@dataclass(frozen=True, slots=True)
class Front:
    """The front door's parts; safe to use from many threads."""

    settings: Settings
    database: Pool
    log: EventLog
    blobs: Blobs
    intake: Intake
    documents: Documents
    shelf: Shelf
    named_reads: NamedReads
    registers: Registers
    freshness: Freshness
    statements: Sources
    keyring: Keyring
    secret: bytes
    issuer: Issuer | None


def front() -> Front:
    """Return the parts of the application that handles this request."""
    parts = current_app.extensions["front"]
    assert isinstance(parts, Front)
    return parts
