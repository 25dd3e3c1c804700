"""The Flask application: blueprints, errors, measures."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from lrs.http.api import administration, completions, register_entries, registers
from lrs.http.api import scopes as api_scopes
from lrs.http.openapi import document, routes
from lrs.http.pages import scopes as pages_scopes
from lrs.http.pages import start
from lrs.http.wire import (
    authentication,
    authorization,
    cors,
    health,
    measures,
    paths,
    problem,
    refusals,
)
from lrs.http.wire import scopes as wire_scopes
from lrs.http.wire.app_parts import AppParts
from lrs.http.xapi import (
    about,
    activities,
    agents,
    alternate,
    document_resources,
    hot_path,
    negotiation,
    statements,
)
from lrs.http.xapi import scopes as xapi_scopes
from lrs.settings import Settings

TABLES: Final = (xapi_scopes.TABLE, api_scopes.TABLE, pages_scopes.TABLE, wire_scopes.TABLE)
"""A table of rules for each package of routes."""


BEFORE: Final[Sequence[Callable[[], Response | None]]] = (
    measures.start,
    refusals.answer,
    cors.options,
    authorization.guard,
)
"""What is done before each request, in this order; the first that returns an answer ends it.

One hook of Flask for all of them, and one for what comes after: each of its hooks costs as well."""

AFTER: Final[Sequence[Callable[[Response], Response]]] = (
    authentication.challenge,
    negotiation.bear,
    cors.expose,
    measures.count,
)
"""What is done with each answer, in this order."""

API: Final = (
    completions.blueprint,
    registers.blueprint,
    register_entries.blueprint,
    administration.blueprint,
)
"""The resources of `/api/v1`, in the order of the document."""


class Application(Flask):
    """Flask without asking of every view and hook, at every request, whether it is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: none of ours is a coroutine."""
        return func


def create(parts: AppParts) -> Flask:
    """Return the application that serves these parts."""
    app = Application("lrs", static_folder=None)
    # `paths` writes every path in one spelling: routing must not redirect for another.
    app.url_map.merge_slashes = app.url_map.strict_slashes = False
    app.extensions["app_parts"] = parts
    app.config["MAX_CONTENT_LENGTH"] = parts.settings.max_request
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    app.before_request(_before)
    app.after_request(_after)
    measures.install(app)
    alternate.install(app, parts.settings.max_request)
    cors.install(app, parts.settings.cors_origins)
    hot_path.install(app)
    authorization.install(app, *TABLES)
    app.register_blueprint(about.blueprint, url_prefix="/xapi")
    app.register_blueprint(statements.blueprint, url_prefix="/xapi")
    for resource in document_resources.RESOURCES:
        app.register_blueprint(resource.blueprint(), url_prefix="/xapi")
    for told in (agents, activities):
        app.register_blueprint(told.blueprint, url_prefix="/xapi")
    for shown in (health, start, routes):
        app.register_blueprint(shown.blueprint)
    document.install(app, *API)
    problem.install(app)  # after flask-smorest, which installs handlers of its own
    _stand_behind_proxies(app, parts.settings)
    return app


def _before() -> Response | None:
    for step in BEFORE:
        if (answer := step()) is not None:
            return answer
    return None


def _after(response: Response) -> Response:
    for step in AFTER:
        response = step(response)
    return response


def _stand_behind_proxies(app: Flask, settings: Settings) -> None:
    """Believe `X-Forwarded-*` of so many proxies as are trusted, none by default."""
    paths.install(app, settings.path_prefix)
    proxies = settings.trusted_proxies
    if proxies:  # outside of `paths`: a forwarded prefix may be written with other slashes, too
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=proxies
        )
