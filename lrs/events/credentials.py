"""Facts about credentials: what became of a key, by whom.

The log holds digests of drawn 256-bit secrets only, which nobody can guess from them. A secret that
was given by hand might be guessed, so its digest stays off the log: `digest` is None, and the
digest is kept in a table of the database under the id of the event.
"""

from typing import ClassVar

import msgspec

from lrs.events.form import Form
from lrs.events.principal import Principal


class Terms(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a credential may do, and for how long.

    `roles` are as written (`officer:DOS`), `person` is the id of who holds the credential in the
    register of people, empty for a platform; `entities` bind all of it. From `expires` (us UTC) on
    the credential is not valid any more.
    """

    scopes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    person: str = ""
    entities: tuple[str, ...] = ()
    label: str = ""
    expires: int | None = None


class CredentialCarried(msgspec.Struct, frozen=True):
    """A credential was there, since `created` (us UTC), before credentials were history.

    Its secret may have been given by hand: the digest stays off the log.
    """

    form: ClassVar = Form("ledger.credential.carried", 1)

    key: str
    terms: Terms
    created: int
    principal: Principal


class CredentialAdded(msgspec.Struct, frozen=True):
    """A key got a secret and terms, in the place of those it may have had; revoked or not."""

    form: ClassVar = Form("ledger.credential.added", 1)

    key: str
    terms: Terms
    digest: str | None
    principal: Principal


class CredentialChanged(msgspec.Struct, frozen=True):
    """A credential got other terms; its secret stays."""

    form: ClassVar = Form("ledger.credential.changed", 1)

    key: str
    terms: Terms
    principal: Principal


class CredentialRotated(msgspec.Struct, frozen=True):
    """A credential got another secret; the one before is good until `kept` (us UTC), if at all."""

    form: ClassVar = Form("ledger.credential.rotated", 1)

    key: str
    digest: str | None
    kept: int | None
    principal: Principal


class CredentialRevoked(msgspec.Struct, frozen=True):
    """A credential was made invalid."""

    form: ClassVar = Form("ledger.credential.revoked", 1)

    key: str
    principal: Principal


CredentialEvent = (
    CredentialCarried | CredentialAdded | CredentialChanged | CredentialRotated | CredentialRevoked
)
