"""The keyring: checks secrets, and remembers for a moment how the credentials stand.

A right secret is known from memory, so the hot path asks nobody. A wrong one is always looked up
once more. That way a new secret counts at once, and a failure takes the same way whether the key
exists or not: a comparison, a look into the database, a comparison. Nothing is remembered of
failures, so invented keys take no memory.
"""

import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Final

from lrs import clock
from lrs.access.attempts import Attempts
from lrs.access.credentials import Credential, HistoryRow, Step, digest, history_of, standing
from lrs.access.last_use import LastUse
from lrs.errors import UnauthenticatedError, UnavailableError
from lrs.storage.database import Pool

FRESH: Final = 2.0
"""Seconds for which a credential is taken from memory: so soon does a revocation work."""

MOST: Final = 10_000
"""Credentials that are remembered."""

NEVER: Final = secrets.token_bytes(32)
"""A digest that no secret has: what is compared where there is none."""

NOBODY: Final = (HistoryRow("", 0, 0, "", Step.ADDED, NEVER),)
"""The history of a key that does not exist: read in the same way as one that does."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A credential as the database had it at `read` (monotonic seconds)."""

    credential: Credential
    digests: tuple[bytes, bytes]
    until: int | None
    read: float

    def opens(self, given: bytes, now: int) -> bool:
        """Tell whether a digest is that of a secret that counts; always compares two."""
        newest = hmac.compare_digest(self.digests[0], given)
        earlier = hmac.compare_digest(self.digests[1], given)
        return newest or (earlier and self.until is not None and now < self.until)


class Keyring:
    """Checks secrets; safe to use from many threads."""

    def __init__(self, database: Pool, attempts: Attempts | None = None) -> None:
        self._database = database
        self._attempts = attempts or Attempts()
        self._uses = LastUse(database)
        self._remembered: dict[str, _Remembered] = {}
        self._lock = threading.Lock()

    def check(self, key: str, secret: str, address: str = "") -> Credential:
        """Return the credential if the secret is right and the credential valid.

        Raises `UnauthenticatedError` otherwise, and `SlowedError` for one who failed too often with
        this key at this address.
        """
        self._attempts.admit(key, address)
        try:
            found = self._check(key, digest(secret), clock.now())
        except UnauthenticatedError:
            self._attempts.note_failure(key, address)
            raise
        self._attempts.note_success(key, address)
        return found

    def close(self) -> None:
        """Stop noting uses."""
        self._uses.close()

    def _check(self, key: str, given: bytes, now: int) -> Credential:
        held = self._remembered.get(key, _NOBODY)
        opened = held.opens(given, now)
        if not opened or time.monotonic() - held.read >= FRESH:
            held = self._renewed(key, held if opened else None)
            opened = held.opens(given, now)
            if opened:
                self._keep(key, held)
        if not opened:
            raise UnauthenticatedError("the key or the secret is wrong")
        if not held.credential.valid(now):
            raise UnauthenticatedError("the credential was revoked or has expired")
        self._uses.note(key, now)
        return held.credential

    def _renewed(self, key: str, held: _Remembered | None) -> _Remembered:
        """Ask the database; what is held does where it does not answer."""
        read = time.monotonic()
        try:
            return _remember(history_of(self._database, key), read)
        except UnavailableError:
            if held is None:
                raise
            return held

    def _keep(self, key: str, found: _Remembered) -> None:
        with self._lock:
            if len(self._remembered) >= MOST:
                self._remembered.clear()
            self._remembered[key] = found


def _remember(history: list[HistoryRow], read: float) -> _Remembered:
    """Return how a key stands; a key that nobody has given out is `NOBODY`'s."""
    found = standing(history or NOBODY) or standing(NOBODY)
    assert found is not None
    newest, earlier = (*found.secrets, found.secrets[0])[:2]
    digests = newest.digest or NEVER, earlier.digest or NEVER
    return _Remembered(found, digests, earlier.until, read)


_NOBODY: Final = _remember([], float("-inf"))
