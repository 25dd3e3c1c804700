"""What a caller may do: one table from route and method to the scopes that allow it.

Every request passes `guard` before its blueprint sees it. A route that the table lacks is refused,
so a new one cannot be forgotten open. The standard says what each scope is for (Communication 4.2)
and leaves the rest to the LRS, which is decided here:

- `all` allows everything, `all/read` every GET.
- Agents, Activities and our own `/api/v1` tell what statements of all callers say, so they need
  the right to read any statement.
- `state` and `profile` are not limited to some actors: a credential here stands for a platform,
  not for a learner.
- Voiding is writing a statement. `define` guards no route: see `defines`.
- The start pages, About, health, measures and the description of the API hold nothing of anybody
  and are open. The server listens on loopback by default; a proxy before it need not pass
  `/metrics` on.
"""

from collections.abc import Mapping
from typing import Final

from flask import Flask, g, request

from lrs.access.scopes import Scope
from lrs.errors import ForbiddenError
from lrs.http.wire.authentication import Caller, authenticate, challenge
from lrs.xapi.agent import authority_key

Scopes = frozenset[Scope]

OPEN: Final[Scopes] = frozenset()
"""Anybody may, without credentials."""


def _read(*scopes: Scope) -> Scopes:
    return frozenset({*scopes, Scope.ALL_READ, Scope.ALL})


def _write(*scopes: Scope) -> Scopes:
    return frozenset({*scopes, Scope.ALL})


def _documents(scope: Scope) -> Mapping[str, Scopes]:
    writing = dict.fromkeys(("PUT", "POST", "DELETE"), _write(scope))
    return {"GET": _read(scope), **writing}


READING_ANY: Final = _read(Scope.STATEMENTS_READ)
WRITING: Final = _write(Scope.STATEMENTS_WRITE)
DEFINING: Final = _write(Scope.DEFINE)

TABLE: Final[Mapping[str, Mapping[str, Scopes]]] = {
    "/": {"GET": OPEN},
    "/xapi": {"GET": OPEN},
    "/xapi/about": {"GET": OPEN},
    "/xapi/statements": {
        "GET": READING_ANY | {Scope.STATEMENTS_READ_MINE},
        "PUT": WRITING,
        "POST": WRITING,
    },
    "/xapi/activities/state": _documents(Scope.STATE),
    "/xapi/agents/profile": _documents(Scope.PROFILE),
    "/xapi/activities/profile": _documents(Scope.PROFILE),
    "/xapi/agents": {"GET": READING_ANY},
    "/xapi/activities": {"GET": READING_ANY},
    "/api/v1/completions": {"GET": READING_ANY},
    "/api/openapi.json": {"GET": OPEN},
    "/health/live": {"GET": OPEN},
    "/health/ready": {"GET": OPEN},
    "/metrics": {"GET": OPEN},
}
"""HEAD is as GET; OPTIONS tells only what a route can do, and is open."""


def install(app: Flask) -> None:
    """Put the guard before every route, and challenges on what it refuses."""
    app.before_request(guard)
    app.after_request(challenge)


def guard() -> None:
    """Let the request pass, or raise `UnauthenticatedError` or `ForbiddenError`."""
    rule, method = request.url_rule, request.method
    if rule is None or method == "OPTIONS":
        return
    allowing = TABLE.get(rule.rule, {}).get("GET" if method == "HEAD" else method)
    if allowing == OPEN:
        return
    authenticate()
    if allowing is None:
        raise ForbiddenError("no scope allows this")
    if not allowing & caller().scopes:
        g.needed = allowing
        raise ForbiddenError(f"this needs one of the scopes {', '.join(sorted(allowing))}")


def caller() -> Caller:
    """Return who the request comes from; only behind the guard."""
    found = g.credential
    assert isinstance(found, Caller)
    return found


def mine() -> str | None:
    """Return the key of the authority whose statements alone may be shown; None: all may.

    `statements/read/mine` is for statements "with an authority matching what the LRS would assign
    if writing a Statement with the current token".
    """
    known = caller()
    return None if known.scopes & READING_ANY else authority_key(known.authority)


def defines(known: Caller) -> bool:
    """Tell whether definitions and names in the caller's statements become those of the store."""
    return bool(known.scopes & DEFINING)
