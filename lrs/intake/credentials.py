"""Changes of credentials, judged under a lock and appended; and those from before, carried over.

Everybody who changes a credential holds one lock of the database meanwhile, and decides on all that
is on the log. So two processes cannot each revoke the last but one credential that may operate the
store, or both make a first one.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg

from lrs import clock
from lrs.access import credentials
from lrs.access.credentials import Credential, Secret, by_key
from lrs.access.grants import checked
from lrs.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from lrs.events.credentials import (
    CredentialAdded,
    CredentialCarried,
    CredentialChanged,
    CredentialEvent,
    CredentialRevoked,
    CredentialRotated,
    Terms,
)
from lrs.events.envelope import drawn_from, encode
from lrs.events.principal import SHELL, Principal
from lrs.log.port import EventLog, Message, Position
from lrs.storage.database import Pool, connect, unavailable
from projections.credentials.reads import complete_history
from projections.folding.freshness import Freshness

_LOCKED: Final = "SELECT pg_advisory_lock(hashtextextended('lrs.credentials', 0))"
WAIT: Final = 5.0
"""Seconds to wait for the fold of a change: where a consumer runs, it takes milliseconds."""

_PATIENCE: Final = "-c lock_timeout=20s"


@dataclass(frozen=True, slots=True)
class Issued:
    """A secret that was given out, and the position of the event; None: it was there already."""

    key: str
    secret: str
    position: Position | None


class Credentials:
    """Writes the history of credentials; safe to use from many processes."""

    def __init__(self, url: str, database: Pool, log: EventLog, freshness: Freshness) -> None:
        self._url = url
        self._database = database
        self._log = log
        self._freshness = freshness

    def known(self) -> Mapping[str, Credential]:
        """Return how every key stands after all that is on the log."""
        return by_key(complete_history(self._database, self._log))

    def in_force(self) -> Mapping[str, Credential]:
        """Return how every key stands after what is folded: as authentication sees it."""
        return by_key(credentials.history(self._database))

    def wait(self, position: Position, seconds: float = WAIT) -> bool:
        """Wait until the event at a position is in force; tell whether it is."""
        return self._freshness.wait("credentials", position + 1, seconds)

    def far(self) -> bool:
        """Tell whether a long log has to be folded before what is changed now is in force."""
        return self._freshness.far("credentials")

    def add(self, key: str, terms: Terms, secret: str | None, principal: Principal) -> Issued:
        """Give a key a secret, drawn unless one is given, and terms, whatever it had before.

        Raises `InvalidError` for a key, secret or terms that cannot be, `ConflictError` where the
        last credential that may operate the store would get less.
        """
        with self._locked() as known:
            return self._add(known, key, terms, (secret, principal))

    def ensure(self, key: str, secret: str, principal: Principal) -> Issued:
        """Let a key and a secret that may do everything exist; append nothing where they do."""
        with self._locked() as known:
            there = known.get(key)
            same = there is not None and there.secrets[0].digest == credentials.digest(secret)
            if same and there is not None and there.valid(clock.now()) and there.operates:
                return Issued(key, secret, None)
            return self._add(known, key, Terms(("all",)), (secret, principal))

    def add_first(self, key: str, principal: Principal) -> Issued | None:
        """Add a credential that may do everything if there is none, not even a revoked one."""
        if self.in_force():
            return None
        with self._locked() as known:
            return None if known else self._add(known, key, Terms(("all",)), (None, principal))

    def change(self, key: str, edit: Callable[[Terms], Terms], principal: Principal) -> Position:
        """Give a credential other terms, made of those it has; its secrets stay."""
        with self._locked() as known:
            there = _valid(known, key)
            terms = _checked(edit(_terms(there)), there.expires)
            _refuse_lockout(known, key, _standing(key, terms, there.secrets))
            return self._append(CredentialChanged(key, terms, principal))

    def rotate(self, key: str, secret: str | None, keep: int, principal: Principal) -> Issued:
        """Give a credential another secret; the one before is good for `keep` us more."""
        with self._locked() as known:
            _valid(known, key)
            chosen = credentials.draw(secret)
            credentials.check_words(key, chosen)
            digest = None if secret else credentials.digest(chosen).hex()
            kept = clock.now() + keep if keep else None
            event = CredentialRotated(key, digest, kept, principal)
            return Issued(key, chosen, self._append(event, secret))

    def revoke(self, key: str, principal: Principal) -> Position:
        """Make a credential invalid; raises `NotFoundError` unless there is one that is not."""
        with self._locked() as known:
            _valid(known, key)
            _refuse_lockout(known, key, None)
            return self._append(CredentialRevoked(key, principal))

    def _add(
        self,
        known: Mapping[str, Credential],
        key: str,
        terms: Terms,
        sent: tuple[str | None, Principal],
    ) -> Issued:
        secret, principal = sent
        chosen = credentials.draw(secret)
        credentials.check_words(key, chosen)
        terms = _checked(terms, None)
        digest = credentials.digest(chosen)
        _refuse_lockout(known, key, _standing(key, terms, (Secret(digest),)))
        event = CredentialAdded(key, terms, None if secret else digest.hex(), principal)
        return Issued(key, chosen, self._append(event, secret))

    def _append(self, event: CredentialEvent, secret: str | None = None) -> Position:
        """Append an event; the digest of a secret given by hand is kept in the database before."""
        headers, value = encode(event)
        if secret is not None:
            credentials.keep_secret(self._database, headers["ce_id"], credentials.digest(secret))
        return self._log.append(Message(headers, value))

    @contextmanager
    def _locked(self) -> Iterator[Mapping[str, Credential]]:
        """Hold the lock; yields how every key stands after all that is on the log."""
        try:
            with connect(self._url, options=_PATIENCE) as connection:
                connection.execute(_LOCKED)
                yield self.known()
        except psycopg.Error as error:
            raise UnavailableError(unavailable(error)) from error


def carry_over(database: Pool, log: EventLog) -> None:
    """Append what tells of credentials from before they were history, and is not folded yet.

    The ids of these events follow from the keys, so what two processes append at a time, or one
    again after a crash, counts once. What is folded is forgotten, and never asked for again.
    """
    folded = {row.id for row in credentials.history(database)}
    done = []
    for one in credentials.uncarried(database):
        carried, revoked = _carrying_ids(one.key)
        if carried in folded:
            done.append(one.key)
            continue
        if one.revoked:
            _append_under(log, CredentialRevoked(one.key, SHELL), revoked)
        credentials.keep_secret(database, carried, one.digest)
        terms = Terms(tuple(sorted(one.scopes)))
        _append_under(log, CredentialCarried(one.key, terms, one.created, SHELL), carried)
    if done:
        credentials.forget_uncarried(database, done)


def _carrying_ids(key: str) -> tuple[str, str]:
    """Return the ids of the events that carry a credential over: that it was there, and revoked."""
    return drawn_from("credential carried", key), drawn_from("credential revoked before", key)


def _append_under(log: EventLog, event: CredentialEvent, key: str) -> None:
    log.append(Message(*encode(event, key)))


def _valid(known: Mapping[str, Credential], key: str) -> Credential:
    found = known.get(key)
    if found is None or found.revoked:
        raise NotFoundError(f"there is no valid credential {key!r}")
    return found


def _terms(there: Credential) -> Terms:
    given = there.given
    return Terms(
        tuple(given.scopes),
        tuple(given.roles),
        given.person,
        tuple(given.entities),
        there.label,
        there.expires,
    )


def _checked(terms: Terms, before: int | None) -> Terms:
    """Return terms in one spelling; `before` is the expiry that stands and may stay."""
    given = checked(terms.scopes, terms.roles, terms.person, terms.entities)
    if terms.expires is not None and terms.expires not in {before} and terms.expires <= clock.now():
        raise InvalidError("the expiry is in the past: `revoke` ends a credential now")
    if not terms.label.isprintable():
        raise InvalidError("a label must be printable")
    return Terms(
        tuple(sorted(given.scopes)),
        tuple(sorted(given.roles)),
        given.person,
        tuple(sorted(given.entities)),
        terms.label,
        terms.expires,
    )


def _standing(key: str, terms: Terms, secrets: tuple[Secret, ...]) -> Credential:
    given = checked(terms.scopes, terms.roles, terms.person, terms.entities)
    return Credential(key, given, secrets, terms.label, terms.expires)


def _refuse_lockout(known: Mapping[str, Credential], key: str, after: Credential | None) -> None:
    """Raise `ConflictError` if nobody could operate the store any more, or only until an expiry."""
    now = clock.now()
    operating = {name for name, one in known.items() if one.operates and one.valid(now)}
    if operating != {key}:
        return
    before = known[key].expires
    stays = after is not None and after.operates and after.expires in {None, before}
    if not stays:
        raise ConflictError(
            f"{key!r} is the last credential that may operate the store: add another one with the "
            "scope operate or all, then change this one"
        )
