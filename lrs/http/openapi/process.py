"""What the server tells of itself, in the words of the OpenAPI document."""

from typing import Final

from lrs.http.openapi.parts import JSON, TEXT, Node, Operations, content, schema


def _told(name: str, summary: str, body: Node) -> Node:
    answer = {"description": "As it is now.", "content": body}
    return {"operationId": name, "summary": summary, "responses": {200: answer}}


_PLACES: Final = content(schema("Places"), JSON) | content(TEXT, "text/html")
_READY: Final = _told("getReady", "Whether the process can serve", content(schema("Ready")))
_UNAVAILABLE: Final[dict[int, Node]] = {
    503: {"description": "It cannot, and why.", "content": content(schema("Ready"))}
}

PROCESS: Final[Operations] = {
    "/": {"get": _told("getStart", "What is where", _PLACES)},
    "/xapi": {"get": _told("getStartOfXapi", "What is where below /xapi", _PLACES)},
    "/api/openapi.json": {
        "get": _told("getDescription", "This description", content({"type": "object"}))
    },
    "/api/docs": {
        "get": _told("getDocs", "This description, for people", content(TEXT, "text/html"))
    },
    "/health/live": {"get": _told("getLive", "Whether the process lives", content(schema("Live")))},
    "/health/ready": {"get": {**_READY, "responses": {**_READY["responses"], **_UNAVAILABLE}}},
    "/metrics": {
        "get": _told("getMetrics", "Measures for Prometheus", content(TEXT, "text/plain"))
    },
}
