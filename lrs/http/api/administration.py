"""`/api/v1/administration`: what was done to the store and who read named data, newest first."""

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields, validate

from lrs import clock
from lrs.http.wire import listing, parameters
from lrs.http.wire.api_resource import ApiResource, Output
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.freshness import told
from lrs.http.wire.listing import PageRequest
from projections.administration import reads as administration_reads
from projections.administration.reads import Deed, DeedsQuery, kinds

blueprint = ApiResource("administration", __name__, description="Administration and named reads")

RESOURCE: Final = "administration"

PRINCIPAL: Final = re.compile(r"^(credential:.+|subject:\S+ .+|shell)$", re.DOTALL)
PRINCIPALS: Final = "`credential:KEY`, `subject:ISSUER SUB`, or `shell`"
"""`PRINCIPAL` in words."""


class Get(listing.ListParameters):
    """Parameters of GET."""

    kind = fields.String(validate=validate.OneOf(kinds()))
    principal = fields.String(
        validate=validate.Regexp(PRINCIPAL, error=f"must be {PRINCIPALS}"),
        metadata={"description": PRINCIPALS},
    )
    on_behalf_of = fields.String(
        metadata={"description": "the person, as the platform named them in its request"}
    )
    since = parameters.Timestamp(metadata={"description": "stored later than this"})
    until = parameters.Timestamp(metadata={"description": "stored at this time or before"})
    changed_since = parameters.Count(metadata={"description": "position of the log, exclusive"})


class ToldDeed(Output):
    """One thing that was done."""

    id = fields.String()
    kind = fields.String(metadata={"enum": list(kinds())})
    stored = fields.String()
    principal = fields.Dict()
    detail = fields.Dict()
    position = fields.Integer()


class Deeds(listing.ListFields):
    """A page of what was done."""

    administration = fields.List(fields.Nested(ToldDeed))


@blueprint.get("/administration")
@blueprint.arguments(Get, location="query")
@blueprint.response(200, Deeds, description="A page of what was done.")
def get(asked: dict[str, Any]) -> Mapping[str, Any]:
    """Return what was done, by kind, principal and time, as of a position or time."""
    page = listing.page(RESOURCE, asked, "administration")
    rows = administration_reads.page(app_parts().database, _query(page))
    return {
        **told(page.view),
        "administration": [_row(row) for row in rows[: page.limit]],
        "more": page.more(rows, lambda row: [row.position]),
    }


def _query(page: PageRequest) -> DeedsQuery:
    asked = page.asked
    person = asked.get("on_behalf_of")
    return DeedsQuery(
        before=page.view.position + 1,
        changed_since=asked.get("changed_since"),
        since=asked.get("since"),
        until=asked.get("until"),
        kind=asked.get("kind"),
        principal=asked.get("principal"),
        on_behalf_of=None if person is None else app_parts().named_reads.hashed(person),
        after=page.after[0] if page.after else None,
        limit=page.limit + 1,
    )


def _row(row: Deed) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "stored": clock.iso(row.stored),
        "principal": row.principal,
        "detail": row.detail,
        "position": row.position,
    }
