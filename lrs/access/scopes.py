"""The scopes: what a credential, a token or a role may do.

The first eight are those of the standard (Communication 4.2) and bound statements and documents as
it says, `all` apart: it allows everything there is here. The others are of this product.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from lrs.errors import InvalidError


class Scope(StrEnum):
    """One permission, by its name on the wire."""

    STATEMENTS_WRITE = "statements/write"
    STATEMENTS_READ_MINE = "statements/read/mine"
    STATEMENTS_READ = "statements/read"
    STATE = "state"
    DEFINE = "define"
    PROFILE = "profile"
    ALL_READ = "all/read"
    """Every read of xAPI, and nothing beside it."""
    ALL = "all"
    """Everything: for the operator."""

    RECORDS_READ = "records/read"
    """Named completions, standings, transcripts."""
    REGISTERS_READ = "registers/read"
    REGISTERS_WRITE = "registers/write"
    STATISTICS_READ = "statistics/read"
    EVALUATE = "evaluate"
    """Drafts of frameworks evaluated, and statistics as of any time."""
    CERTIFICATIONS_WRITE = "certifications/write"
    """Certifications granted, revoked, decided."""
    FRAMEWORKS_READ = "frameworks/read"
    FRAMEWORKS_WRITE = "frameworks/write"
    FRAMEWORKS_APPROVE = "frameworks/approve"
    AUDIT_READ = "audit/read"
    """What was administered, and who read named data."""
    OPERATE = "operate"
    """Credentials, quarantine, rebuilds."""


BOUNDED: Final = frozenset(
    {
        Scope.RECORDS_READ,
        Scope.REGISTERS_READ,
        Scope.REGISTERS_WRITE,
        Scope.STATISTICS_READ,
        Scope.EVALUATE,
        Scope.CERTIFICATIONS_WRITE,
    }
)
"""Scopes over what is known of people: a limit to entities binds them."""

BOUNDLESS: Final = frozenset({Scope.ALL, Scope.AUDIT_READ, Scope.OPERATE})
"""Scopes over the whole store: they cannot be limited to entities.

All other scopes stay as they are beside a limit: those of the standard bound statements in its own
way, and frameworks tell of nobody.
"""


def known(names: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes among these names; others mean nothing here and grant nothing."""
    return frozenset(map(Scope, set(Scope).intersection(names)))


def demanded(names: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes of these names; raises `InvalidError` for none, or one unknown."""
    given = set(names)
    unknown = given - set(Scope)
    if unknown or not given:
        wrong = (
            f"there is no scope {', '.join(sorted(unknown))}" if unknown else "a scope is needed"
        )
        raise InvalidError(f"{wrong}; the scopes are {', '.join(Scope)}")
    return known(given)
