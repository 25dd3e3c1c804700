"""The three formats of a statement: exact as stored, ids, canonical (Communication 2.1.3)."""

import orjson
from flask import request

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
