"""Reads of deeds: what was administered and who read named data, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec

from lrs.events.administration import Kind
from lrs.storage.database import Pool, fetch
from projections.administration.tables import KINDS, stored_form

# Deeds below a position, the newest first.
_SELECT: Final = """
SELECT id, position, stored, kind, content FROM deed
WHERE {conditions} ORDER BY position DESC LIMIT %(limit)s
"""

_EVER: Final = 2**63 - 1

_CONDITIONS: Final[Mapping[str, str]] = {
    "before": "position < %(before)s",
    "changed_since": "position > %(changed_since)s",
    "after": "position < %(after)s",
    "since": "stored > %(since)s",
    "until": "stored <= %(until)s",
    "kind": "kind = %(kind)s",
    "principal": "principal = %(principal)s",
    "on_behalf_of": "on_behalf_of = %(on_behalf_of)s",
}


@dataclass(frozen=True, slots=True)
class DeedsQuery:
    """What is asked: all conditions hold together; times are in us UTC.

    `before` bounds the positions seen (exclusive), `changed_since` from below (exclusive); `after`
    is the position of the row to go on after; `since` is exclusive, `until` inclusive.
    """

    before: int
    changed_since: int | None = None
    since: int | None = None
    until: int | None = None
    kind: str | None = None
    principal: str | None = None
    on_behalf_of: str | None = None
    after: int | None = None
    limit: int = 100


class Deed(NamedTuple):
    """Something that was done: when (us UTC), what, by whom, and what is worth knowing of it."""

    id: str
    position: int
    stored: int
    kind: str
    principal: Mapping[str, str]
    detail: Mapping[str, Any]


def kinds() -> Sequence[str]:
    """Return everything that a deed can be."""
    return KINDS


def page(source: Pool, asked: DeedsQuery) -> list[Deed]:
    """Return the deeds that are asked for, the newest first."""
    values = {name: value for name in _CONDITIONS if (value := getattr(asked, name)) is not None}
    if asked.principal is not None:
        values["principal"] = stored_form(asked.principal)
    sql = _SELECT.format(conditions=" AND ".join(_CONDITIONS[name] for name in values))
    return [_deed(*row) for row in fetch(source, sql, values | {"limit": asked.limit})]


def _deed(key: str, position: int, stored: int, kind: str, content: str) -> Deed:
    told = msgspec.json.decode(content)
    return Deed(key, position, stored, kind, told["principal"], told["detail"])


def last(source: Pool, kind: Kind) -> Mapping[str, Any] | None:
    """Return the detail of the last deed of a kind that is folded; None if there is none."""
    found = page(source, DeedsQuery(before=_EVER, kind=kind.value, limit=1))
    return found[0].detail if found else None
