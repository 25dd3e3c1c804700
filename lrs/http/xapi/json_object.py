"""One JSON object as a response."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from lrs.xapi.documents import etag
from lrs.xapi.exact import dump


def json_object(value: Mapping[str, Any]) -> Response:
    """Return the response that holds this object, with the ETag of Communication 3.1."""
    content = dump(value)
    response = Response(content, content_type="application/json")
    response.set_etag(etag(content))
    return response
