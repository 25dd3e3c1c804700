"""What a GET of the Statement resource may ask for, and what is read for it.

Without Flask: the resource and the hot path before it answer by the same functions.
"""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from lrs.errors import NotFoundError, UnavailableError
from lrs.http.wire import cursor, parameters
from lrs.http.wire.app_parts import AppParts
from lrs.xapi.terms import Filter
from projections.statements import reads
from projections.statements.reads import NAME, Found, Page, Query

RESOURCE: Final = "statements"
SINGLE: Final = frozenset(("statementId", "voidedStatementId"))
WITH_SINGLE: Final = {*SINGLE, "attachments", "format"}
SETTLING: Final = 0.1
"""Seconds for which a read by id waits for what is on the log but not folded yet."""

Asked = Mapping[str, Any]
"""The parameters of a GET, as `Get` reads them."""


class Get(parameters.Parameters):
    """Parameters of GET, by the names of the standard; `cursor` is ours, in `more` links."""

    statementId = parameters.Uuid()  # noqa: N815
    voidedStatementId = parameters.Uuid()  # noqa: N815
    agent = parameters.Agent()
    verb = parameters.Iri(metadata={"description": "id of the verb"})
    activity = parameters.Iri()
    registration = parameters.Uuid()
    related_activities = parameters.Flag(
        load_default=False, metadata={"description": "`activity` may stand anywhere in it"}
    )
    related_agents = parameters.Flag(
        load_default=False, metadata={"description": "`agent` may stand anywhere in it"}
    )
    since = parameters.Timestamp(metadata={"description": "stored after"})
    until = parameters.Timestamp(metadata={"description": "stored then or before"})
    limit = parameters.Count(
        load_default=0, metadata={"description": "statements of a page; 0: as many as are given"}
    )
    format = fields.String(
        load_default="exact",
        validate=validate.OneOf(["exact", "ids", "canonical"]),
        metadata={"description": "exact by default"},
    )
    attachments = parameters.Flag(
        load_default=False, metadata={"description": "with the raw data of attachments"}
    )
    ascending = parameters.Flag(load_default=False, metadata={"description": "oldest first"})
    cursor = fields.String(metadata={"description": "only as in a `more` link"})

    @validates_schema(pass_original=True)
    def one_kind_of_request(self, _: Asked, original: Mapping[str, str], **_kwargs: Any) -> None:
        """Refuse filters beside an id (Communication 2.1.3)."""
        given = set(original)
        if given & SINGLE and (len(given & SINGLE) > 1 or given - WITH_SINGLE):
            excess = sorted(given - WITH_SINGLE) or sorted(given & SINGLE)
            raise ValidationError(
                {name: ["must not be given beside a statement's id"] for name in excess}
            )


def single(asked: Asked) -> bool:
    """Tell whether one statement is asked for by its id."""
    return "statementId" in asked or "voidedStatementId" in asked


def one(parts: AppParts, asked: Asked, authority: str | None) -> tuple[Found | None, int]:
    """Return the statement asked for, if any, and the time (us UTC) up to which all can be seen.

    Waits for what is on the log but not folded yet: a voiding there counts, so also where there is
    a statement already, though not for long. `authority` is as in `Query`. Raises
    `UnavailableError` if what is on the log is not folded in time.
    """
    voided = "voidedStatementId" in asked
    key = asked["voidedStatementId" if voided else "statementId"]
    found, snapshot = reads.seen_by_id(parts.statements, key, voided=voided, authority=authority)
    if not snapshot.complete:
        end, most = snapshot.end, parts.settings.read_wait
        for seconds in (min(SETTLING, most), most):
            known = parts.freshness.wait(NAME, end, seconds)
            found, snapshot = reads.seen_by_id(
                parts.statements, key, voided=voided, authority=authority
            )
            if found or known:
                break
        if found is None and not known:
            raise UnavailableError("the statements on the log are still being read")
    return found, snapshot.consistent


def missing(asked: Asked) -> NotFoundError:
    """Return the error for a statement that is not there."""
    voided = "voidedStatementId" in asked
    return NotFoundError("there is no such statement" + (" that is voided" if voided else ""))


def several(parts: AppParts, asked: Asked, authority: str | None) -> tuple[Asked, Page]:
    """Return a page of the list asked for, and what is asked with what a `cursor` says of it.

    Raises `InvalidError` for a cursor that is not ours.
    """
    if "cursor" in asked:
        asked = {**asked, **cursor.unseal(parts.secret, asked["cursor"], RESOURCE)}
    most = parts.settings.page_limit
    query = Query(
        wanted=tuple(_wanted(asked)),
        authority=authority,
        since=asked.get("since"),
        until=asked.get("until"),
        ascending=asked["ascending"],
        after=asked.get("after"),
        limit=min(asked["limit"] or most, most),
    )
    return asked, reads.page(parts.statements, query)


def listed(
    parts: AppParts, asked: Asked, texts: list[bytes], after: int | None, root: str
) -> bytes:
    """Return the JSON of a page of these texts; `root` is the path that we are below."""
    more = "" if after is None else f"{root}/xapi/statements?cursor={_sealed(parts, asked, after)}"
    return b'{"statements":[%b],"more":"%b"}' % (b",".join(texts), more.encode())


def _sealed(parts: AppParts, asked: Asked, after: int) -> str:
    content = {name: value for name, value in asked.items() if name != "cursor"} | {"after": after}
    return cursor.seal(parts.secret, content, RESOURCE)


def _wanted(asked: Asked) -> list[tuple[Filter, str]]:
    """Return the filters that ask for an identifier, the rarest kinds first."""
    agent = Filter.RELATED_AGENT if asked["related_agents"] else Filter.AGENT
    activity = Filter.RELATED_ACTIVITY if asked["related_activities"] else Filter.ACTIVITY
    values = {
        Filter.REGISTRATION: asked.get("registration"),
        agent: parameters.agent_key(asked["agent"]) if "agent" in asked else None,
        activity: asked.get("activity"),
        Filter.VERB: asked.get("verb"),
    }
    return [(kind, value) for kind, value in values.items() if value is not None]
