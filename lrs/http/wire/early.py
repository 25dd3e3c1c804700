"""Refusals decided before Flask sees a request travel with it, to be answered like all others."""

from typing import TYPE_CHECKING, Final

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_REFUSAL: Final = "lrs.refusal"


def install(app: Flask) -> None:
    """Answer such a refusal before anything else is done with the request."""
    app.before_request(_answer)


def refuse(environ: "WSGIEnvironment", error: Exception) -> None:
    """Let the application answer the request with this error."""
    environ[_REFUSAL] = error


def _answer() -> None:
    refusal = request.environ.get(_REFUSAL)
    if refusal is not None:
        raise refusal
