"""What stands at `/` and at `/xapi`: where things are, as a page for browsers, else as JSON.

The page links only what a browser can show: the rest needs a credential and headers.
"""

from typing import Final

from flask import Blueprint, Response, jsonify, render_template, request

from lrs.http.wire.authorization import OPEN, rule

blueprint = Blueprint("start", __name__, template_folder="templates")

Places = dict[str, str]
"""What is at each path."""

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""The page holds its style, and nothing else that a browser may run or fetch."""

XAPI: Final[Places] = {
    "/xapi/about": "the versions of xAPI that are supported here",
    "/xapi/statements": "statements, by their id or by filters",
    "/xapi/activities": "what is known of an activity",
    "/xapi/activities/state": "documents: the state of an agent in an activity",
    "/xapi/activities/profile": "documents: the profile of an activity",
    "/xapi/agents": "what is known of an agent",
    "/xapi/agents/profile": "documents: the profile of an agent",
}
OTHERS: Final[Places] = {
    "/api/v1/completions": "who completed what, with the statements behind it",
    "/api/v1/registers": "people, catalogue and what else is entered",
    "/api/v1/administration": "what was done to the store, and who read named data",
    "/api/docs": "description of the API",
    "/api/openapi.json": "the same, for programs",
    "/health/live": "whether this process lives",
    "/health/ready": "whether it can serve",
    "/metrics": "measures for Prometheus",
}


@blueprint.get("/")
def start() -> Response:
    """Tell what this is and where things are."""
    return _answer(XAPI | OTHERS)


@blueprint.get("/xapi")
def xapi() -> Response:
    """Tell the resources of xAPI: here clients are pointed to."""
    return _answer(XAPI)


def _answer(places: Places) -> Response:
    root = request.script_root
    endpoint = f"{root}/xapi"
    accepted = request.accept_mimetypes
    if accepted["text/html"] > accepted["application/json"]:
        rows = [(f"{root}{path}", title, _is_open(path)) for path, title in places.items()]
        response = Response(render_template("start.html", rows=rows, endpoint=endpoint))
        response.headers["Content-Security-Policy"] = POLICY
    else:
        links = {f"{root}{path}": title for path, title in places.items()}
        response = jsonify(name="Ledger", endpoint=endpoint, resources=links)
    response.vary.add("Accept")
    return response


def _is_open(path: str) -> bool:
    return rule(path, "GET") == OPEN
