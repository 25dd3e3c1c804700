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
from lrs.http.front import Front

METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"))


def install(app: Flask) -> None:
    """Measure every request, and serve the measures at `/metrics`."""
    registry = CollectorRegistry()
    requests = Counter(
        "lrs_requests", "Requests answered", ["route", "method", "status"], registry=registry
    )
    seconds = Histogram("lrs_request_seconds", "Time to answer", ["route"], registry=registry)
    parts = app.extensions["front"]
    registry.register(_Positions(parts))
    appended = Counter("lrs_statements_appended", "Statements appended", registry=registry)
    app.extensions["appended"] = appended

    of_requests, of_seconds = cache(requests.labels), cache(seconds.labels)

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        rule, method = request.url_rule, request.method
        route = rule.rule if rule else "none"
        known = method if method in METHODS else "other"
        of_requests(route, known, response.status_code).inc()
        of_seconds(route).observe(time.perf_counter() - g.started)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type="text/plain; version=0.0.4")


def note_appended(count: int) -> None:
    """Count statements that have been appended to the log."""
    current_app.extensions["appended"].inc(count)


class _Positions(Collector):
    """Reads positions when asked, so that they are never older than the answer."""

    def __init__(self, parts: Front) -> None:
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
            for name, reached in self._parts.progress.now().items():
                position.add_metric([name], reached.next)
                lag.add_metric([name], max(0, horizon.end - reached.next))
            for name, count in self._parts.progress.quarantined().items():
                held.add_metric([name], count)
            end.add_metric([], horizon.end)
        except UnavailableError:
            return
        yield from (end, position, lag, held)
