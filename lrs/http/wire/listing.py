"""Lists of `/api/v1`: all pages of one list show one position, that of the first page.

Whoever has read all pages and then asks what changed since their position misses nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import request
from marshmallow import fields

from lrs.http.wire import cursor, parameters
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.freshness import AsOfField, Freshness
from projections.folding.freshness import AtPosition, View

LIMIT: Final = 100
"""Rows of a page, unless the request says how many."""

ROOT: Final = "/api/v1"

Row = TypeVar("Row")


class ListParameters(parameters.Parameters):
    """The parameters of every list; `cursor` is ours, in `more` links."""

    as_of = AsOfField(
        metadata={"description": "position, timestamp, or day (its end, UTC), inclusive"}
    )
    limit = parameters.Count(
        load_default=LIMIT, metadata={"description": f"rows of a page; {LIMIT} by default"}
    )
    cursor = fields.String(metadata={"description": "only as in a `more` link"})


class ListFields(Freshness):
    """The fields of every list."""

    more = fields.String(
        metadata={"description": "address of the next page; empty: this is the last"}
    )


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page that is asked for.

    `asked` are the parameters of the list, the same on all its pages; `after` is the key of the
    last row already shown, as JSON keeps it. Read one row more than `limit`: it tells of a next
    page.
    """

    resource: str
    asked: Mapping[str, Any]
    view: View
    limit: int
    after: Sequence[Any] | None

    def more(self, rows: Sequence[Row], key: Callable[[Row], Sequence[Any]]) -> str:
        """Return the address of the next page, relative to the server; empty if there is none."""
        if len(rows) <= self.limit:
            return ""
        where = {"position": self.view.position, "after": key(rows[self.limit - 1])}
        sealed = cursor.seal(app_parts().secret, {**self.asked, **where}, self.resource)
        return f"{request.script_root}{ROOT}/{self.resource}?cursor={sealed}"


def page(resource: str, asked: Mapping[str, Any], *names: str) -> PageRequest:
    """Return the page of a list that rests on these projections.

    `resource` is its path below `/api/v1`, `asked` what was loaded by `ListParameters`. Raises
    `InvalidError` for a cursor that is not ours, `UnavailableError` where `as_of` is not reached in
    time.
    """
    wanted = dict(asked)
    as_of, after = wanted.pop("as_of", None), None
    if sealed := wanted.pop("cursor", None):
        wanted = cursor.unseal(app_parts().secret, sealed, resource)
        as_of, after = AtPosition(wanted.pop("position")), wanted.pop("after")
    limit = min(wanted["limit"] or LIMIT, app_parts().settings.page_limit)
    return PageRequest(resource, wanted, app_parts().freshness.view(names, as_of), limit, after)
