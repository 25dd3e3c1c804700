"""Statements as GET returns them (Communication 2.1.3): in three formats, with their raw data."""

from collections.abc import Iterator, Sequence

import orjson
from flask import request

from lrs.blobs import Blobs
from lrs.http.multipart import RawData
from lrs.xapi.attachments import attachments
from lrs.xapi.presentation import accept_language, canonical, ids
from projections.statement_reads import Found


def text(found: Found, form: str) -> str:
    """Return the JSON of a statement in the format asked for; exact costs no parsing."""
    if form == "exact":
        return found.payload
    parsed = orjson.loads(found.payload)
    if form == "ids":
        return orjson.dumps(ids(parsed)).decode()
    languages = accept_language(request.headers.get("Accept-Language"))
    return orjson.dumps(canonical(parsed, languages, lambda _: None)).decode()


def raw_data(shown: Sequence[Found], blobs: Blobs) -> Iterator[RawData]:
    """Yield the raw data of each attachment that came with its statement; runs while it is sent."""
    for found in shown:
        for _, attachment in attachments(orjson.loads(found.payload)):
            sha2 = attachment["sha2"].lower()
            if blobs.holds(sha2):
                yield RawData(attachment["sha2"], attachment["contentType"], blobs.chunks(sha2))
