"""Whether this process lives, and whether it can serve."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify

from lrs.errors import LedgerError
from lrs.http.wire.app_parts import app_parts
from projections.folding.freshness import building

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """Answer as long as the process serves at all."""
    return jsonify(status="live")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Answer 200 when log and database answer and belong together, 503 naming what is wrong.

    A read model that is being built is told with its progress and makes nothing unready: all else
    is served meanwhile.
    """
    checks: dict[str, Callable[[], Any]] = {
        "database": lambda: {
            name: standing.place.next
            for name, standing in app_parts().freshness.standings().items()
        },
        "log": lambda: {"end": app_parts().log.horizon().end, "identity": app_parts().log.identity},
        "building": _building,
    }
    outcome: dict[str, Any] = {}
    healthy = True
    for name, check in checks.items():
        try:
            outcome[name] = check()
        except LedgerError as error:
            healthy, outcome[name] = False, {"error": str(error)}
    if healthy and outcome["log"]["end"] < (most := max(outcome["database"].values(), default=0)):
        healthy = False
        outcome["log"]["error"] = f"the log ends before position {most} of the database"
    return jsonify(status="ready" if healthy else "unavailable", **outcome), 200 if healthy else 503


def _building() -> dict[str, Any]:
    found = building(app_parts().freshness.standings(), app_parts().log.horizon().end)
    return {
        name: {"position": built.next, "end": built.goal, "percent": built.percent}
        for name, built in found.items()
    }
