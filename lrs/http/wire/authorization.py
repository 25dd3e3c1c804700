"""What a caller may do: a rule for every method of every route.

Every request passes `guard` before its blueprint sees it. The rules stand in the tables that the
packages of routes hand in, one each (`scopes.py`). A route that all of them lack is refused, so a
new one cannot be forgotten open.

The guard also holds what a caller's scopes reach: where they end at some people, and the route does
not say that it leaves the others out, the answer would tell too much and is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app, g, request

from lrs.access.reach import Reach
from lrs.access.scopes import Scope
from lrs.errors import ForbiddenError, HaltError
from lrs.http.wire.authentication import Caller, authenticate

Scopes = frozenset[Scope]


@dataclass(frozen=True, slots=True)
class RouteRule:
    """What one method of a route asks of its caller.

    Any of `scopes` lets the caller in; where there is none, anybody is let in, without credentials.
    `named` marks answers that tell of people by their identity: who asked is recorded
    (`lrs/http/wire/named.py`). `narrows` promises that the route leaves out who is beyond `reach`.
    """

    scopes: Scopes
    named: bool = False
    narrows: bool = False


Table = Mapping[str, Mapping[str, RouteRule]]
"""From the path of a route and a method to the rule. HEAD is as GET; OPTIONS tells only what a
route can do, and is open."""

OPEN: Final = RouteRule(frozenset())
"""Anybody may, without credentials."""


def allowing(*scopes: Scope) -> Scopes:
    """Return these scopes and `all`, which allows everything."""
    return frozenset({*scopes, Scope.ALL})


def install(app: Flask, *tables: Table) -> None:
    """Let `guard` go by these tables."""
    app.extensions["rules"] = _joined(*tables)


def guard() -> None:
    """Let the request pass, or raise `UnauthenticatedError` or `ForbiddenError`."""
    route, method = request.url_rule, request.method
    if route is None or method == "OPTIONS":
        return
    known = rule(route.rule, method)
    if known == OPEN:
        return
    authenticate()
    if known is None:
        raise ForbiddenError("no scope allows this")
    if not known.scopes & caller().scopes:
        g.needed = known.scopes
        raise ForbiddenError(f"this needs one of the scopes {', '.join(sorted(known.scopes))}")
    if not admits(known, caller()):
        raise ForbiddenError(
            "the scopes of this caller end at some people (a role of one's own records or of one's "
            "reports, or a limit to entities), and this resource cannot leave the others out"
        )


def admits(known: RouteRule, asking: Caller) -> bool:
    """Tell whether a rule lets a caller in, and of everybody where the route leaves nobody out."""
    reached = asking.grants.reach(known.scopes)
    return bool(known.scopes & asking.scopes) and (known.narrows or reached.everyone)


def rule(path: str, method: str) -> RouteRule | None:
    """Return the rule for a method of a route; None if there is none."""
    rules: Table = current_app.extensions["rules"]
    return rules.get(path, {}).get("GET" if method == "HEAD" else method)


def current() -> RouteRule:
    """Return the rule of the request; only behind the guard."""
    assert request.url_rule is not None
    found = rule(request.url_rule.rule, request.method)
    assert found is not None
    return found


def caller() -> Caller:
    """Return who the request comes from; only behind the guard."""
    found = g.credential
    assert isinstance(found, Caller)
    return found


def reach() -> Reach:
    """Return of whom the answer may tell this caller; only behind the guard."""
    return caller().grants.reach(current().scopes)


def _joined(*tables: Table) -> Table:
    joined: dict[str, Mapping[str, RouteRule]] = {}
    for table in tables:
        if twice := joined.keys() & table.keys():
            raise HaltError(f"two tables rule {', '.join(sorted(twice))}")
        joined |= table
    return joined
