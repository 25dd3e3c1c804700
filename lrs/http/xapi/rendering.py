"""Statements as GET returns them (Communication 2.1.3): in three formats, with their raw data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from flask import request

from lrs.http.wire.app_parts import app_parts
from lrs.http.xapi.multipart import RawData
from lrs.storage.blobs import Blobs
from lrs.xapi.anatomy import activities
from lrs.xapi.attachments import attachments
from lrs.xapi.exact import dump, load
from lrs.xapi.presentation import accept_language, canonical, ids
from projections.activities.reads import definitions
from projections.statements.reads import Found


def texts(shown: Sequence[Found], form: str) -> list[bytes]:
    """Return the JSON of statements in the format asked for; exact costs no parsing."""
    if form == "exact":
        return [found.payload for found in shown]
    parsed = [load(found.payload.decode()) for found in shown]
    if form == "ids":
        return [dump(ids(one)) for one in parsed]
    languages = accept_language(request.headers.get("Accept-Language"))
    definition = definitions(app_parts().database, _activities(parsed)).get
    return [dump(canonical(one, languages, definition)) for one in parsed]


def _activities(statements: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return every activity that these statements name: what a page needs is one query."""
    return {named.value["id"] for statement in statements for named in activities(statement)}


def raw_data(shown: Sequence[Found], blobs: Blobs) -> Iterator[RawData]:
    """Yield the raw data of each attachment that came with its statement; runs while it is sent."""
    for found in shown:
        for _, attachment in attachments(orjson.loads(found.payload)):
            sha2 = attachment["sha2"].lower()
            if blobs.holds(sha2):
                yield RawData(attachment["sha2"], attachment["contentType"], blobs.chunks(sha2))
