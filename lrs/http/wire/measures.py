"""Prometheus measures: requests, appends, positions, lag, quarantine."""

import time
from collections.abc import Iterator
from functools import cache
from typing import Final

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lrs.errors import UnavailableError
from lrs.http.wire.app_parts import AppParts
from projections.folding import freshness, quarantine
from projections.folding.registry import discover

METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"))
_KNOWN: Final = discover().keys()
"""Projections that nobody has folded yet have a lag, too."""
STARTED: Final = "lrs.started"
"""Key of the WSGI environment: when the request began, where that was before Flask saw it."""


class Measures:
    """What one process has counted."""

    def __init__(self, parts: AppParts) -> None:
        """Begin to count; positions and lag are read when they are asked for."""
        self._registry = CollectorRegistry()
        self._registry.register(_Positions(parts))
        requests = Counter(
            "lrs_requests",
            "Requests answered",
            ["route", "method", "status"],
            registry=self._registry,
        )
        seconds = Histogram(
            "lrs_request_seconds", "Time to answer", ["route"], registry=self._registry
        )
        self._requests, self._seconds = cache(requests.labels), cache(seconds.labels)
        self._appended = Counter(
            "lrs_statements_appended", "Statements appended", registry=self._registry
        )

        self._refused = Counter(
            "lrs_authentication_failures",
            "Requests whose credential or token was refused",
            ["reason"],
            registry=self._registry,
        )

    def note_answer(self, route: str, method: str, status: int, started: float) -> None:
        """Count a request that began at `started` (`time.perf_counter`) and is answered now."""
        self._requests(route, method, status).inc()
        self._seconds(route).observe(time.perf_counter() - started)

    def note_appended(self, count: int) -> None:
        """Count statements that have been appended to the log."""
        self._appended.inc(count)

    def note_refused(self, reason: str) -> None:
        """Count a request whose sender did not prove who it is, or was told to come later."""
        self._refused.labels(reason).inc()

    def text(self) -> bytes:
        """Return all measures in the format of Prometheus."""
        return generate_latest(self._registry)


def install(app: Flask) -> None:
    """Serve the measures at `/metrics`."""
    app.extensions["measures"] = Measures(app.extensions["app_parts"])
    app.add_url_rule("/metrics", view_func=_metrics)


def measures() -> Measures:
    """Return the measures of the application that handles this request."""
    found = current_app.extensions["measures"]
    assert isinstance(found, Measures)
    return found


def start() -> None:
    """Note when the request began."""
    g.started = request.environ.get(STARTED) or time.perf_counter()


def count(response: Response) -> Response:
    """Count the request, which is answered now."""
    rule, method = request.url_rule, request.method
    route = rule.rule if rule else "none"
    known = method if method in METHODS else "other"
    measures().note_answer(route, known, response.status_code, g.started)
    return response


def _metrics() -> Response:
    return Response(measures().text(), content_type="text/plain; version=0.0.4")


class _Positions(Collector):
    """Reads positions when asked, so that they are never older than the answer."""

    def __init__(self, parts: AppParts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """Yield the end of the log, each projection's position and lag, and quarantine."""
        names = ["projection"]
        end = GaugeMetricFamily("lrs_log_end", "Position of the next record")
        position = GaugeMetricFamily("lrs_projection_position", "Records folded", labels=names)
        lag = GaugeMetricFamily("lrs_projection_lag", "Records not folded yet", labels=names)
        held = GaugeMetricFamily("lrs_quarantine", "Records set aside", labels=names)
        try:
            horizon = self._parts.log.horizon()
            reached = self._parts.freshness.standings()
            for name in sorted(_KNOWN | reached.keys()):
                at = reached[name].place.next if name in reached else 0
                position.add_metric([name], at)
                lag.add_metric([name], freshness.lag(horizon.end, at))
            counted = quarantine.counted(self._parts.database)
            for name in reached:
                held.add_metric([name], counted.get(name, 0))
            end.add_metric([], horizon.end)
        except UnavailableError:
            return
        yield from (end, position, lag, held)
