"""Where the description stands: for programs at `/api/openapi.json`, for people at `/api/docs`."""

from typing import Final

import orjson
from flask import Blueprint, Response, current_app, render_template, request

from lrs.http.openapi.document import document
from lrs.http.openapi.reading import chapters, marked

blueprint = Blueprint("openapi", __name__, url_prefix="/api", template_folder="templates")

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""The page holds its style, and nothing else that a browser may run or fetch."""


blueprint.add_app_template_filter(marked)


@blueprint.get("/openapi.json")
def description() -> Response:
    """Return the document."""
    told = document(current_app, request.script_root)
    return Response(orjson.dumps(told), content_type="application/json")


@blueprint.get("/docs")
def page() -> Response:
    """Return the document as a page: no scripts, nothing from elsewhere."""
    told = document(current_app, request.script_root)
    text = render_template("docs.html", root=request.script_root, told=told, **chapters(told))
    response = Response(text)
    response.headers["Content-Security-Policy"] = POLICY
    return response
