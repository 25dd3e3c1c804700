"""Refusals decided before Flask sees a request: kept in its environment, answered by Flask."""

from typing import TYPE_CHECKING, Final

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_REFUSAL: Final = "lrs.refusal"


def refuse(environ: "WSGIEnvironment", error: Exception) -> None:
    """Let the application answer the request with this error."""
    environ[_REFUSAL] = error


def answer() -> None:
    """Answer such a refusal, before anything else is done with the request."""
    refusal = request.environ.get(_REFUSAL)
    if refusal is not None:
        raise refusal
