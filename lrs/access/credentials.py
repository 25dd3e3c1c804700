"""Credentials: what became of each key, and how it stands.

Credentials are history: a row of `credential_history` for each event of the log, which the fold of
`projections/credentials` writes, and `standing` makes of the rows of a key what the key is good
for. So a row never depends on another one, whatever the order in which they come.

Secrets are drawn with 256 bits, so a plain hash keeps them as safe as a slow one, and costs 1 us
where a password hash would cap the store at 7 to 86 requests a second. That holds for drawn
secrets only: one given by hand must be long, and its digest stays off the log: `credential_secret`
has it, a table that no fold writes.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

import sqlalchemy
from sqlalchemy import ARRAY, BigInteger, Column, DateTime, LargeBinary, Table, Text

from lrs.access.grants import Entitlement, resolved
from lrs.access.scopes import Scope, known
from lrs.errors import InvalidError
from lrs.storage.database import Pool, fetch, lent, metadata

SHORTEST: Final = 16
"""Characters of the shortest secret accepted from a human hand."""

OPERATING: Final = frozenset({Scope.OPERATE, Scope.ALL})
"""Scopes that allow to add credentials, among other things."""


class Step(StrEnum):
    """What an event did to a credential."""

    CARRIED = "carried"
    """Was there before credentials were history. Comes before all others, wherever it stands."""
    ADDED = "added"
    CHANGED = "changed"
    ROTATED = "rotated"
    REVOKED = "revoked"


class HistoryRow(NamedTuple):
    """A row of `credential_history`; what the step says nothing of is empty."""

    id: str
    position: int
    stored: int
    key: str
    step: str
    digest: bytes | None = None
    kept: int | None = None
    scopes: Sequence[str] = ()
    roles: Sequence[str] = ()
    person: str = ""
    entities: Sequence[str] = ()
    label: str = ""
    expires: int | None = None


credential_history = Table(
    "credential_history",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("key", Text, nullable=False, index=True),
    Column("step", Text, nullable=False),
    Column("digest", LargeBinary),
    Column("kept", BigInteger),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("person", Text, nullable=False),
    Column("entities", ARRAY(Text), nullable=False),
    Column("label", Text, nullable=False),
    Column("expires", BigInteger),
    info={"row": HistoryRow, "order": "position", "wins": "first"},
)
"""A row for each event, by its id: the second copy of an event changes nothing."""

credential_secret = Table(
    "credential_secret",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
)
"""Digests of secrets given by hand, by the id of the event that tells of them."""

credential_uncarried = Table(
    "credential_uncarried",
    metadata,
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column(
        "created", DateTime(timezone=True), nullable=False, server_default=sqlalchemy.func.now()
    ),
    Column("revoked", DateTime(timezone=True)),
)
"""Credentials from before they were history, each until its history is folded; see
`lrs/intake/credentials.py`."""

# The history of all keys, digests given by hand included, and that which is not carried over yet.
_HISTORY: Final = """
SELECT h.id, h.position, h.stored, h.key, h.step, coalesce(h.digest, s.digest) AS digest, h.kept,
    h.scopes, h.roles, h.person, h.entities, h.label, h.expires
FROM credential_history h LEFT JOIN credential_secret s ON s.id = h.id
UNION ALL
SELECT '', -1, (extract(epoch FROM u.created) * 1000000)::bigint, u.key, step, u.digest, NULL,
    u.scopes, '{}', '', '{}', '', NULL
FROM credential_uncarried u, unnest(
    CASE WHEN u.revoked IS NULL THEN '{carried}'::text[] ELSE '{carried,revoked}' END
) AS step
"""
_OF_ONE: Final = f"SELECT * FROM ({_HISTORY}) AS history WHERE key = %s"
_UNCARRIED: Final = """
SELECT key, digest, scopes, (extract(epoch FROM created) * 1000000)::bigint, revoked IS NOT NULL
FROM credential_uncarried ORDER BY key
"""


class Uncarried(NamedTuple):
    """A credential from before they were history; `created` in us UTC."""

    key: str
    digest: bytes
    scopes: Sequence[str]
    created: int
    revoked: bool


class Secret(NamedTuple):
    """The digest of a secret (None: it is not kept here), and when it ceases to count (us UTC)."""

    digest: bytes | None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """How a key stands: its secrets, the newest first, and what they are good for until when."""

    key: str
    given: Entitlement
    secrets: tuple[Secret, ...]
    label: str = ""
    expires: int | None = None
    revoked: bool = False

    def valid(self, now: int) -> bool:
        """Tell whether the credential lets anybody in at a time (us UTC)."""
        return not self.revoked and (self.expires is None or now < self.expires)

    @property
    def operates(self) -> bool:
        """Tell whether the credential may operate the store, and its secret is known here."""
        allowed = bool(resolved(self.given).scopes & OPERATING)
        return allowed and self.secrets[0].digest is not None


def standing(history: Iterable[HistoryRow]) -> Credential | None:
    """Return how a key stands after its history, in whatever order the rows come."""
    found: Credential | None = None
    for row in sorted(history, key=lambda one: (one.step != Step.CARRIED, one.position)):
        if row.step in (Step.CARRIED, Step.ADDED):
            found = Credential(row.key, _given(row), (Secret(row.digest),), row.label, row.expires)
        elif found is not None:
            found = _after(found, row)
    return found


def _after(there: Credential, row: HistoryRow) -> Credential:
    """Return a credential after one more step."""
    if row.step == Step.REVOKED:
        return replace(there, revoked=True)
    if row.step == Step.CHANGED:
        return replace(there, given=_given(row), label=row.label, expires=row.expires)
    earlier = () if row.kept is None else (Secret(there.secrets[0].digest, row.kept),)
    return replace(there, secrets=(Secret(row.digest), *earlier))


def _given(row: HistoryRow) -> Entitlement:
    return Entitlement(known(row.scopes), frozenset(row.roles), row.person, frozenset(row.entities))


def by_key(history: Iterable[HistoryRow]) -> Mapping[str, Credential]:
    """Return how every key stands, in the order of the keys."""
    rows: dict[str, list[HistoryRow]] = {}
    for row in history:
        rows.setdefault(row.key, []).append(row)
    stand = {key: standing(rows[key]) for key in sorted(rows)}
    return {key: found for key, found in stand.items() if found is not None}


def history(database: Pool) -> list[HistoryRow]:
    """Return what is folded of the history of all keys, with what is not carried over yet."""
    return [HistoryRow(*row) for row in fetch(database, _HISTORY)]


def history_of(database: Pool, key: str) -> list[HistoryRow]:
    """Return what is folded of the history of one key; by one statement, whether there is any."""
    return [HistoryRow(*row) for row in fetch(database, _OF_ONE, (key,))]


def draw(given: str | None) -> str:
    """Return a new secret of 256 bits, or the one given; `InvalidError` if that is too short."""
    if given is not None and len(given) < SHORTEST:
        raise InvalidError(f"a secret given by hand must have at least {SHORTEST} characters")
    return given or secrets.token_urlsafe(32)


def check_words(key: str, secret: str) -> None:
    """Raise `InvalidError` for a key and a secret that no request could bear."""
    if not key or ":" in key:
        raise InvalidError("a credential's key must not be empty nor contain a colon (RFC 7617)")
    if not (key + secret).isprintable():
        raise InvalidError("key and secret must be printable: no request could bear them otherwise")


def digest(secret: str) -> bytes:
    """Return the SHA-256 of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def keep_secret(database: Pool, event: str, kept: bytes) -> None:
    """Keep the digest of a secret given by hand, for the event of this id."""
    with lent(database) as connection:
        connection.execute(
            "INSERT INTO credential_secret (id, digest) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (event, kept),
        )


def with_secrets(database: Pool, rows: Sequence[HistoryRow]) -> list[HistoryRow]:
    """Return rows that come straight from the log with the digests of secrets given by hand."""
    ids = [row.id for row in rows if row.digest is None]
    asked = "SELECT id, digest FROM credential_secret WHERE id = ANY(%s)"
    kept = {row[0]: row[1] for row in fetch(database, asked, (ids,))} if ids else {}
    return [row._replace(digest=row.digest or kept.get(row.id)) for row in rows]


def uncarried(database: Pool) -> list[Uncarried]:
    """Return the credentials that are not known to be folded as history yet."""
    return [Uncarried(*row) for row in fetch(database, _UNCARRIED)]


def forget_uncarried(database: Pool, keys: Sequence[str]) -> None:
    """Forget credentials whose history is folded."""
    with lent(database) as connection:
        connection.execute("DELETE FROM credential_uncarried WHERE key = ANY(%s)", (list(keys),))
