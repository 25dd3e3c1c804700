"""Answers that tell of people by their identity: who asked is recorded before they are given.

A platform that asks for one of its users says so in `X-Ledger-On-Behalf-Of`, and may say why in
`X-Ledger-Reason`.
"""

from collections.abc import Mapping
from typing import Final

from flask import request

from lrs.errors import InvalidError, Violation
from lrs.http.wire.authorization import caller, current
from lrs.http.wire.front import front
from lrs.http.wire.parameters import OURS
from lrs.intake.named_reads import NamedRead

BEHALF: Final = "X-Ledger-On-Behalf-Of"
REASON: Final = "X-Ledger-Reason"
LONGEST: Final = 500
"""Characters of the longest value of either header."""


def record(rows: int, filters: Mapping[str, str], identities: Mapping[str, str]) -> None:
    """Record that the caller is about to be told so many rows.

    `identities` are the parameters that name people, as their comparable text; `filters` are the
    others. Raises `InvalidError` for a header that cannot be kept, `UnavailableError` where the log
    does not take the record.
    """
    assert current().named
    assert request.url_rule is not None
    front().named_reads.record(
        NamedRead(
            resource=request.url_rule.rule,
            principal=caller().principal,
            filters=filters,
            identities=identities,
            rows=rows,
            on_behalf_of=_header(BEHALF),
            reason=_reason(),
        )
    )


def _reason() -> str:
    """Return the reason; what is an address has no place on the log."""
    text = _header(REASON)
    if "@" in text:
        raise _refusal(REASON, "must not hold an address: it is kept as it is")
    return text


def _header(name: str) -> str:
    text = request.headers.get(name, "").strip()
    if len(text) > LONGEST or not text.isprintable():
        raise _refusal(name, f"must be at most {LONGEST} printable characters")
    return text


def _refusal(name: str, message: str) -> InvalidError:
    return InvalidError(f"{name}: {message}", [Violation(f"header {name}", OURS, message)])
