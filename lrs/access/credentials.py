"""Credentials of platforms: a key, the SHA-256 of a secret, and what it may do.

Secrets are drawn with 256 bits, so a plain hash keeps them as safe as a slow one, and costs 1 us
where a password hash would cap the store at 7 to 86 requests a second. That holds for drawn
secrets only: one given by hand must be long.
"""

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ARRAY, Column, DateTime, LargeBinary, Table, Text, func
from sqlalchemy.engine import Engine

from lrs.access.scopes import Scope, demanded, known
from lrs.errors import InvalidError, UnauthenticatedError, UnavailableError
from lrs.storage.database import fetch, lent, metadata

SHORTEST: Final = 16
"""Characters of the shortest secret accepted from a human hand."""

FRESH: Final = 2.0
"""Seconds for which a credential is taken from memory: so soon does a revocation work."""

credential = Table(
    "credential",
    metadata,
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("revoked", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Credential:
    """Who a request comes from, and the scopes of the standard that it may use."""

    key: str
    scopes: frozenset[Scope]
    revoked: bool = False


def add(database: Engine, key: str, secret: str | None, scopes: tuple[str, ...]) -> str:
    """Keep a credential, drawing a secret unless one is given; return the secret.

    A key that exists gets the new secret and scopes, and is valid again. Raises `InvalidError` for
    a key, secret or scope that cannot be.
    """
    granted = demanded(scopes)
    if not key or ":" in key:
        raise InvalidError("a credential's key must not be empty nor contain a colon (RFC 7617)")
    if secret is not None and len(secret) < SHORTEST:
        raise InvalidError(f"a secret given by hand must have at least {SHORTEST} characters")
    chosen = secret or secrets.token_urlsafe(32)
    if not (key + chosen).isprintable():
        raise InvalidError("key and secret must be printable: no request could bear them otherwise")
    with lent(database) as connection:
        connection.exec_driver_sql(
            "INSERT INTO credential (key, digest, scopes) VALUES (%s, %s, %s) "
            "ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, "
            "scopes = excluded.scopes, revoked = NULL",
            (key, _digest(chosen), [scope.value for scope in granted]),
        )
    return chosen


def revoke(database: Engine, key: str) -> bool:
    """Make a credential invalid; tell whether there was a valid one."""
    with lent(database) as connection:
        changed = connection.exec_driver_sql(
            "UPDATE credential SET revoked = now() WHERE key = %s AND revoked IS NULL", (key,)
        )
        return changed.rowcount > 0


def listed(database: Engine) -> list[Credential]:
    """Return all credentials, by key."""
    rows = fetch(database, "SELECT key, scopes, revoked IS NOT NULL FROM credential ORDER BY key")
    return [Credential(key, known(scopes), revoked) for key, scopes, revoked in rows]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A credential as the database had it at `read` (monotonic seconds); None: no such key."""

    credential: Credential | None
    digest: bytes
    read: float


class Keyring:
    """Checks secrets, remembering credentials for a moment."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._remembered: dict[str, _Remembered] = {}
        self._lock = threading.Lock()

    def check(self, key: str, secret: str) -> Credential:
        """Return the credential if the secret is right; raise `UnauthenticatedError` otherwise."""
        found = self._known(key)
        right = hmac.compare_digest(found.digest, _digest(secret))
        if found.credential is None or not right:
            raise UnauthenticatedError("the key or the secret is wrong")
        return found.credential

    def _known(self, key: str) -> _Remembered:
        held = self._remembered.get(key)
        if held is not None and time.monotonic() - held.read < FRESH:
            return held
        try:
            read = self._read(key)
        except UnavailableError:
            if held is None:
                raise
            return held
        with self._lock:
            if len(self._remembered) > 10_000:
                self._remembered.clear()
            if read.credential is not None:
                self._remembered[key] = read
            else:
                self._remembered.pop(key, None)
        return read

    def _read(self, key: str) -> _Remembered:
        read = time.monotonic()
        rows = fetch(
            self._database,
            "SELECT digest, scopes FROM credential WHERE key = %s AND revoked IS NULL",
            (key,),
        )
        if not rows:
            return _Remembered(None, b"", read)
        digest, scopes = rows[0]
        return _Remembered(Credential(key, known(scopes)), bytes(digest), read)
