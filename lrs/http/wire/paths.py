"""The path of a request in one spelling, below the prefix of a proxy: nothing is ever redirected.

Clients join the endpoint that they are configured with and the name of a resource as they like, so
`/xapi//statements` and `/xapi/statements/` are common. They are served as `/xapi/statements`. A
redirect instead (308) is not followed in a preflight of CORS, loses the body in some clients, and
reaches the alternate request syntax after the form has been taken for a document. The server has
decoded the path once, so `%2F` is a slash like any other. That is why whatever may itself contain
slashes, an IRI for instance, belongs in the query and not in a path.

With `LRS_PATH_PREFIX=/lrs`, `/lrs/xapi/about` and `/xapi/about` are the same resource: the first is
what a proxy passes on that leaves paths alone, the second what comes from one that strips them, and
what a health check on the machine itself asks for. Either way `request.script_root` is the prefix,
so links lead back through the proxy. A trusted `X-Forwarded-Prefix` goes before the setting.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH: Final = "PATH_INFO"
_ROOT: Final = "SCRIPT_NAME"


class Paths:
    """WSGI middleware that writes a path with single slashes and moves the prefix to the root."""

    def __init__(self, application: "WSGIApplication", prefix: str) -> None:
        self._application = application
        self._prefix = prefix

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Pass the request on; one whose path is clean already costs two looks at the text."""
        path = environ[_PATH]
        if "//" in path or path.endswith("/"):
            environ[_PATH] = path = _single(path) or "/"
        if root := environ.get(_ROOT):
            environ[_ROOT] = _single(root)
        if self._prefix:
            environ[_ROOT] = environ.get(_ROOT) or self._prefix
            if f"{path}/".startswith(f"{self._prefix}/"):
                environ[_PATH] = path[len(self._prefix) :] or "/"
        return self._application(environ, start_response)


def install(app: Flask, prefix: str) -> None:
    """Put the middleware before the application, whose routing then has nothing to redirect."""
    app.wsgi_app = Paths(app.wsgi_app, prefix)  # type: ignore[method-assign]  # documented


def _single(path: str) -> str:
    """Return the path with one slash before each name and none at the end."""
    return "".join(f"/{name}" for name in path.split("/") if name)
