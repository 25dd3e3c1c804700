"""The body of a request, read in pieces and never past a limit."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.exceptions import ClientDisconnected

from lrs.errors import TooLargeError
from lrs.http.wire.front import front

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream

CHUNK: Final = 64 * 1024


class Limit:
    """How many bytes may still come before a setting is exceeded."""

    def __init__(self, setting: str, most: int) -> None:
        self._setting = setting
        self._most = most
        self._left = most

    @classmethod
    def of_requests(cls) -> "Limit":
        """Return the limit of what is held in memory: JSON, and documents."""
        return cls("LRS_MAX_REQUEST", front().settings.max_request)

    def held(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass chunks on; raises `TooLargeError` naming the setting once they are too many."""
        for chunk in chunks:
            self._left -= len(chunk)
            if self._left < 0:
                raise self.exceeded()
            yield chunk

    def exceeded(self) -> TooLargeError:
        """Return the error that names the setting."""
        return TooLargeError(f"the request exceeds {self._setting}, {self._most} bytes")


def whole() -> bytes:
    """Return the body, of known or unknown length; raises `TooLargeError` past the limit."""
    stream, length = request.environ["wsgi.input"], request.content_length
    if length is None:
        limit = Limit.of_requests()
        return b"".join(limit.held(iter(lambda: stream.read(CHUNK), b"")))
    if length > front().settings.max_request:
        raise Limit.of_requests().exceeded()
    return exactly(stream, length)


def exactly(stream: "InputStream", length: int) -> bytes:
    """Return so many bytes; raises `ClientDisconnected` if fewer come."""
    body = stream.read(length)
    if len(body) < length:
        raise ClientDisconnected
    return body
