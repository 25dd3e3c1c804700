"""Who made an event happen: a credential, a subject of the OpenID Connect issuer, or the shell.

Every event that somebody causes names its principal. `None` stands in its place on records that
were written before principals were kept: nobody can tell any more.
"""

from enum import StrEnum
from typing import Final

import msgspec

from lrs.events.form import Upcast


class PrincipalKind(StrEnum):
    """What a principal is."""

    CREDENTIAL = "credential"
    """A credential of this store, of a platform or of a person."""
    SUBJECT = "subject"
    """A subject of the OpenID Connect issuer: a person, or an application by itself."""
    SHELL = "shell"
    """Whoever may run the command line on the data of the store."""


class Principal(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who acts.

    `name` is the key of a credential or the `sub` of a subject, `issuer` that of a subject;
    `application` is the client by which a person acts, empty where an application acts by itself.
    `person` is the id of the person in the register, where the credential or the token has one.
    """

    kind: PrincipalKind
    name: str = ""
    issuer: str = ""
    application: str = ""
    person: str = ""

    @property
    def personal(self) -> bool:
        """Tell whether a person acts, and not a platform by itself."""
        return bool(self.person or self.application)

    def __str__(self) -> str:
        """Return the principal as lists and filters write it: `credential:lms`, `shell`."""
        words = " ".join(filter(None, (self.issuer, self.name)))
        return f"{self.kind}:{words}" if words else str(self.kind)


SHELL: Final = Principal(PrincipalKind.SHELL)


def credential(key: str, person: str = "") -> Principal:
    """Return the principal that a credential of this store stands for."""
    return Principal(PrincipalKind.CREDENTIAL, key, person=person)


def _without(data: bytes) -> bytes:
    """Return the data of an event with an unknown principal."""
    return data[:-1] + b',"principal":null}'


UNKNOWN_BEFORE: Final[dict[int, Upcast]] = {1: _without}
"""The upcasts of a type whose second shape is its first with a principal."""
