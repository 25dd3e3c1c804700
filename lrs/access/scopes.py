"""The scopes of the standard (Communication 4.2): what a credential or a token may do."""

from collections.abc import Iterable
from enum import StrEnum

from lrs.errors import InvalidError


class Scope(StrEnum):
    """One permission, by the standard's name."""

    STATEMENTS_WRITE = "statements/write"
    STATEMENTS_READ_MINE = "statements/read/mine"
    STATEMENTS_READ = "statements/read"
    STATE = "state"
    DEFINE = "define"
    PROFILE = "profile"
    ALL_READ = "all/read"
    ALL = "all"


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
        raise InvalidError(f"{wrong}; the scopes of the standard are {', '.join(Scope)}")
    return known(given)
