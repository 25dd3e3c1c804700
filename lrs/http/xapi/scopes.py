"""Who may do what with the resources of the standard.

The standard says what each scope is for (Communication 4.2) and leaves the rest to the LRS, which
is decided here:

- `all` allows everything, `all/read` every GET.
- Agents and Activities tell what statements of all callers say, so they need the right to read any
  statement.
- `state` and `profile` are not limited to some actors: a credential here stands for a platform,
  not for a learner.
- Voiding is writing a statement. `define` guards no route: see `defines`.
- About holds nothing of anybody and is open.
"""

from collections.abc import Mapping
from typing import Final

from lrs.access.scopes import Scope
from lrs.http.wire.authentication import Caller
from lrs.http.wire.authorization import OPEN, RouteRule, Scopes, Table, allowing
from lrs.xapi.agent import authority_key


def _read(*scopes: Scope) -> Scopes:
    return allowing(*scopes, Scope.ALL_READ)


def _documents(scope: Scope) -> Mapping[str, RouteRule]:
    writing = dict.fromkeys(("PUT", "POST", "DELETE"), RouteRule(allowing(scope)))
    return {"GET": RouteRule(_read(scope)), **writing}


READING_ANY: Final = _read(Scope.STATEMENTS_READ)
WRITING: Final = allowing(Scope.STATEMENTS_WRITE)
DEFINING: Final = allowing(Scope.DEFINE)

TABLE: Final[Table] = {
    "/xapi/about": {"GET": OPEN},
    "/xapi/statements": {
        "GET": RouteRule(READING_ANY | {Scope.STATEMENTS_READ_MINE}),
        "PUT": RouteRule(WRITING),
        "POST": RouteRule(WRITING),
    },
    "/xapi/activities/state": _documents(Scope.STATE),
    "/xapi/agents/profile": _documents(Scope.PROFILE),
    "/xapi/activities/profile": _documents(Scope.PROFILE),
    "/xapi/agents": {"GET": RouteRule(READING_ANY)},
    "/xapi/activities": {"GET": RouteRule(READING_ANY)},
}


def own_authority(known: Caller) -> str | None:
    """Return the key of the authority whose statements alone may be shown; None: all may.

    `statements/read/mine` is for statements "with an authority matching what the LRS would assign
    if writing a Statement with the current token".
    """
    return None if known.scopes & READING_ANY else authority_key(known.authority)


def defines(known: Caller) -> bool:
    """Tell whether definitions and names in the caller's statements become those of the store."""
    return bool(known.scopes & DEFINING)
