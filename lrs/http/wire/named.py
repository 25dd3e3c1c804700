"""Answers that tell of people by their identity: who asked is recorded before they are given.

A platform that asks for one of its users says so in `X-Ledger-On-Behalf-Of`, and may say why in
`X-Ledger-Reason`.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
from flask import request

from lrs.errors import InvalidError, Violation
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.authorization import caller, current
from lrs.http.wire.parameters import OURS, agent_key
from lrs.intake.named_reads import NamedRead

BEHALF: Final = "X-Ledger-On-Behalf-Of"
REASON: Final = "X-Ledger-Reason"
PEOPLE: Final = frozenset({"agent", "person", "identity", "officer"})
"""The parameters of `/api/v1` that name people: hashes stand for their values on the log."""

LONGEST: Final = 500
"""Characters of the longest value of either header."""

_ADDRESS: Final = re.compile("@|%(25)*40")
"""What a text that holds an address has, also where a URL quotes it, once or again and again."""


def record(rows: int, asked: Mapping[str, Any]) -> None:
    """Record that the caller is about to be told so many rows, by these parameters of a list.

    Raises `InvalidError` for a header that cannot be kept, `UnavailableError` where the log does
    not take the record.
    """
    assert current().named
    assert request.url_rule is not None
    filters, identities = _filters(asked)
    app_parts().named_reads.record(
        NamedRead(
            resource=request.url_rule.rule,
            principal=caller().principal,
            filters=filters,
            identities=identities,
            rows=rows,
            on_behalf_of=_behalf(),
            reason=_reason(),
        )
    )


def _filters(asked: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return filters that are kept as they are, and those for which a hash is kept.

    Any filter may hold an address: nothing forbids `mailto:` as the id of an activity.
    """
    plain: dict[str, str] = {}
    naming: dict[str, str] = {}
    for name, value in asked.items():
        if name in PEOPLE:
            naming[name] = _identity(value)
        elif name != "limit":
            text = _text(value)
            (naming if _ADDRESS.search(text) else plain)[name] = text
    return plain, naming


def _text(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _identity(value: Any) -> str:
    """Return what identifies somebody: the key of an Agent, or the id of a person as it is."""
    return agent_key(value) if isinstance(value, Mapping) else str(value)


def _behalf() -> str:
    """Return for whom the caller asks; a header without a value hides that, and is refused."""
    text = _header(BEHALF)
    if BEHALF in request.headers and not text:
        raise _refusal(BEHALF, "must name somebody: leave the header out where nobody asks")
    return text


def _reason() -> str:
    """Return the reason; what is an address has no place on the log."""
    text = _header(REASON)
    if _ADDRESS.search(text):
        raise _refusal(REASON, "must not hold an address: it is kept as it is")
    return text


def _header(name: str) -> str:
    text = request.headers.get(name, "").strip()
    if len(text) > LONGEST or not text.isprintable():
        raise _refusal(name, f"must be at most {LONGEST} printable characters")
    return text


def _refusal(name: str, message: str) -> InvalidError:
    return InvalidError(f"{name}: {message}", [Violation(f"header {name}", OURS, message)])
