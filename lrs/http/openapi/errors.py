"""The answers to what goes wrong: a text for each status, and the body and headers by path."""

from typing import Any, Final

from lrs.http.openapi.parts import JSON, Node, content, headers, schema
from lrs.http.wire.headers import CONSISTENT, HEADER, ROOT, STATEMENTS
from lrs.http.wire.problem import PROBLEM

STATUSES: Final = {
    400: "The request breaks a rule; the body names each place.",
    401: "The request does not prove who sends it.",
    403: "The caller may not do this.",
    404: "There is no such thing here.",
    409: "The request contradicts what is stored.",
    412: "What is stored is not what the precondition names.",
    413: "The request exceeds a limit, which the body names.",
    415: "The content comes in a coding that is not read here.",
    429: "The caller, or whoever pretends to be, has to wait.",
    500: "The server failed, which is logged.",
    503: "Something that the request needs does not answer: send the same request again.",
}

_OWN: Final = {
    401: ["WWW-Authenticate"],
    429: ["Retry-After"],
    503: ["Retry-After"],
}
_STATEMENTS: Final = "Statements"
_FAMILIES: Final[dict[str, tuple[Node, list[str]]]] = {
    _STATEMENTS: (content(schema("Error")), [HEADER, CONSISTENT]),
    "Xapi": (content(schema("Error"), JSON), [HEADER]),
    "Api": (content(schema("Problem"), PROBLEM), []),
}


def error_name(path: str, status: int) -> str:
    """Return the name under which the answer to an error at a path stands in the document."""
    if path == STATEMENTS:
        return f"{_STATEMENTS}{status}"
    return f"{'Xapi' if path.startswith(ROOT) else 'Api'}{status}"


def error_responses() -> dict[str, Any]:
    """Return every answer that `error_name` names."""
    return {
        f"{family}{status}": {
            "description": text,
            "content": body,
            "headers": headers(*borne, *_OWN.get(status, [])),
        }
        for family, (body, borne) in _FAMILIES.items()
        for status, text in STATUSES.items()
    }
