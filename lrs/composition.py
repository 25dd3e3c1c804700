"""Puts the parts of the application together from settings."""

from flask import Flask

from lrs.access.keyring import Keyring
from lrs.access.oidc import Issuer, TokenClaims
from lrs.http.app import create
from lrs.http.wire.app_parts import AppParts
from lrs.intake.admission import FollowedByFold, admission
from lrs.intake.documents import DocumentWriter
from lrs.intake.named_reads import NamedReads
from lrs.intake.recall import StoredStatements
from lrs.intake.statements import Intake
from lrs.opening import adopt, database_url, open_blobs, open_log, registers
from lrs.settings import Settings
from lrs.storage.database import READ_BY_KEY, Pool
from lrs.storage.store import secret
from projections.documents.reads import DocumentReads
from projections.folding.freshness import Freshness
from projections.folding.progress import Progress
from projections.statements.reads import Sources


def compose(settings: Settings) -> Flask:
    """Return the application of the API: it checks log and schema and never makes them."""
    url = database_url(settings)
    log = open_log(settings)
    adopt(url, log)
    database = Pool(url, settings.threads)
    freshness = Freshness(log, Progress(url, database), database, settings.read_wait)
    document_reads = DocumentReads(database, freshness)
    stored = StoredStatements(database, freshness)
    followed = FollowedByFold(freshness, log.horizon().end)
    own = secret(url)
    admitting = admission(url, log, settings.append_timeout, followed)
    return create(
        AppParts(
            settings=settings,
            database=database,
            log=log,
            blobs=open_blobs(settings),
            intake=Intake(admitting, stored.recall, settings.max_in_flight),
            documents=DocumentWriter(log, document_reads, settings.append_timeout),
            document_reads=document_reads,
            named_reads=NamedReads(log, own),
            registers=registers(url, log, freshness, database),
            freshness=freshness,
            statements=Sources(freshness, database, Pool(url, settings.threads, READ_BY_KEY)),
            keyring=Keyring(database),
            secret=own,
            issuer=_issuer(settings),
        )
    )


def _issuer(settings: Settings) -> Issuer | None:
    if not settings.oidc_issuer:
        return None
    named = TokenClaims(settings.oidc_roles_claim, settings.oidc_person_claim)
    return Issuer(settings.oidc_issuer, settings.oidc_audience, named=named)
