"""Serves the application below a path, whether or not the proxy in front takes it off.

With `LRS_PATH_PREFIX=/lrs`, `/lrs/xapi/about` and `/xapi/about` are the same resource: the first is
what a proxy passes on that leaves paths alone, the second what comes from one that strips them, and
what a health check on the machine itself asks for. Either way `request.script_root` is the prefix,
so links lead back through the proxy. A trusted `X-Forwarded-Prefix` goes before the setting.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH: Final = "PATH_INFO"
_ROOT: Final = "SCRIPT_NAME"


class BelowPrefix:
    """WSGI middleware that moves the prefix from the path to the root."""

    def __init__(self, application: "WSGIApplication", prefix: str) -> None:
        self._application = application
        self._prefix = prefix

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Pass the request on without the prefix."""
        environ[_ROOT] = environ.get(_ROOT) or self._prefix
        if environ[_PATH].startswith(f"{self._prefix}/"):
            environ[_PATH] = environ[_PATH][len(self._prefix) :]
        return self._application(environ, start_response)
