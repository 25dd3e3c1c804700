"""What rules of the front door imply for an operation, so that no route can say otherwise.

Who may call it, the headers that the request and the answers bear by its path, and the errors with
the bodies that they have.
"""

import re
from typing import Final

from lrs.http.openapi.errors import error_name
from lrs.http.openapi.parts import Node, header, parameter
from lrs.http.wire.authorization import OPEN, RouteRule
from lrs.http.wire.headers import CONSISTENT, HEADER, ROOT, STATEMENTS
from lrs.http.wire.named import BEHALF, REASON

GUARDED: Final = frozenset((400, 401, 403, 429, 500, 503))
"""Errors that every operation can have that is not open to all."""

_VERSIONLESS: Final = "/xapi/about"
_READY: Final = "/health/ready"
"""Its 503 is no error: the body says what is wrong."""


def complete(operation: Node, path: str, method: str, rule: RouteRule, *, bearing: bool) -> None:
    """Add what follows from path and rule; `bearing`: tokens of an issuer are taken."""
    operation.setdefault("operationId", method.lower() + _words(path.removeprefix("/api/v1")))
    operation["security"] = _security(rule, bearing=bearing)
    if rule != OPEN:
        words = ", ".join(f"`{scope}`" for scope in sorted(rule.scopes))
        text = operation.get("description", "")
        operation["description"] = f"{text}\n\nNeeds one of the scopes {words}.".strip()
    operation["parameters"] = _parameters(operation, path, rule)
    operation["responses"] = _responses(operation, path, rule)


def _security(rule: RouteRule, *, bearing: bool) -> list[Node]:
    """Return the ways in: Basic, and of tokens those that hold any of the scopes."""
    if rule == OPEN:
        return []
    return [{"basic": []}, *({"oidc": [scope]} for scope in sorted(rule.scopes) if bearing)]


def _parameters(operation: Node, path: str, rule: RouteRule) -> list[Node]:
    declared: list[Node] = operation.get("parameters", [])
    for one in declared:
        # Generated clients send the default of what is not given: beside an id it would be refused.
        one.get("schema", {}).pop("default", None)
    speaking = path.startswith(ROOT) and path != _VERSIONLESS
    names = [*([HEADER] if speaking else []), *([BEHALF, REASON] if rule.named else [])]
    return [*map(parameter, names), *declared]


def _responses(operation: Node, path: str, rule: RouteRule) -> dict[str, Node]:
    declared: dict[str, Node] = operation["responses"]
    failing = {status for status in declared if int(status) >= 400 and path != _READY}
    errors = failing if rule == OPEN else failing | set(map(str, GUARDED))
    borne = _borne(path)
    answers = {
        status: {**answer, **({"headers": borne | answer.get("headers", {})} if borne else {})}
        for status, answer in declared.items()
    }
    for status in errors:
        answers[status] = {"$ref": f"#/components/responses/{error_name(path, int(status))}"}
    return dict(sorted(answers.items()))


def _borne(path: str) -> Node:
    """Return the headers that every answer at this path bears."""
    names = [HEADER] if f"{path}/".startswith(ROOT) else []
    names += [CONSISTENT] if path == STATEMENTS else []
    return {name: header(name) for name in names}


def _words(path: str) -> str:
    """Return a path as one word: `/registers/{name}/entries` as `RegistersNameEntries`."""
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", path))
