"""The body of a request: read in pieces, its coding taken off, never past a limit.

A body sent in chunks ends with a chunk of its own (RFC 9112 7.1), but of one that breaks off before
granian's input tells nothing while it is read in pieces: it ends like a whole one. So content that
does not show its own end, as JSON, multipart and coded content do, is asked for all at once: one
that broke off then comes back as nothing. That holds in memory what comes until its end, and only
then is it put to the limit: never do so for a caller who is not known yet.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from lrs.errors import InvalidError, TooLargeError, Violation
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.content_coding import content_coding, decoded

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, WSGIEnvironment

CHUNK: Final = 64 * 1024
DISCARDED: Final = 64 * 2**20
"""Bytes of a refused body that are read for the sake of the answer; more ends the connection."""

_CHUNKS: Final = "HTTP_TRANSFER_ENCODING"
_LENGTH: Final = re.compile(r"[0-9]{1,18}")


class Limit:
    """How many bytes may still come before a setting is exceeded."""

    def __init__(self, setting: str, most: int) -> None:
        self._setting = setting
        self._most = most
        self._left = most

    @classmethod
    def of_requests(cls) -> "Limit":
        """Return the limit of what is held in memory: JSON, and documents."""
        return cls("LRS_MAX_REQUEST", app_parts().settings.max_request)

    def anew(self) -> "Limit":
        """Return the same limit, nothing of it used."""
        return Limit(self._setting, self._most)

    def check(self, length: int) -> None:
        """Raise `TooLargeError` for a length that is announced and exceeds the setting."""
        if length > self._most:
            raise self._exceeded()

    def held(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass chunks on; raises `TooLargeError` naming the setting once they are too many."""
        for chunk in chunks:
            self._left -= len(chunk)
            if self._left < 0:
                raise self._exceeded()
            yield chunk

    def _exceeded(self) -> TooLargeError:
        return TooLargeError(f"the request exceeds {self._setting}, {self._most} bytes")


def pieces(environ: "WSGIEnvironment", limit: Limit) -> Iterator[bytes]:
    """Yield the body in pieces of at most `CHUNK` bytes, before and after decoding within a limit.

    A body in chunks that breaks off ends like a whole one: only for content that shows its end.
    Raises `TooLargeError`, `UnsupportedError` for an unknown coding, and `InvalidError` for a body
    that is not as its headers say, all before the first piece where the headers show it.
    """
    coding = content_coding(environ)
    coded = limit.anew().held(_coded(environ, limit))
    return coded if coding is None else limit.held(decoded(coding, coded))


def whole(environ: "WSGIEnvironment", limit: Limit) -> bytes:
    """Return the body, of content that shows its own end; raises as `pieces` does."""
    return b"".join(pieces(environ, limit))


def shows_its_end(environ: "WSGIEnvironment") -> bool:
    """Tell whether a body shows that it broke off, whatever its content: by length or by coding."""
    return _CHUNKS not in environ or content_coding(environ) is not None


def opaque(environ: "WSGIEnvironment", limit: Limit) -> bytes:
    """Return the body, of content that need not show its own end; raises as `pieces` does."""
    if shows_its_end(environ):
        return whole(environ, limit)
    _check_transfer(environ)
    body: bytes = environ["wsgi.input"].read()
    if not body:
        raise _invalid("body", "RFC 9112 8", "breaks off, or is empty: then send Content-Length: 0")
    return b"".join(limit.held([body]))


def discard(environ: "WSGIEnvironment") -> None:
    """Read on what a refused request still sends, so that its client comes to hear the answer.

    Most clients listen only when all is sent, and the server hangs up on what it has not read. One
    that asked whether to send at all (`Expect`) is answered at once instead.
    """
    stream, left = environ["wsgi.input"], DISCARDED
    if "HTTP_EXPECT" in environ:
        return
    while left > 0 and (chunk := stream.read(CHUNK)):
        left -= len(chunk)


def exactly(stream: "InputStream", length: int) -> bytes:
    """Return so many bytes; raises `InvalidError` if fewer come."""
    body = stream.read(length)
    if len(body) < length:
        raise _broken_off()
    return body


def _coded(environ: "WSGIEnvironment", limit: Limit) -> Iterator[bytes]:
    """Return the body as it comes, in pieces."""
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH") or ""
    if _CHUNKS in environ or not _LENGTH.fullmatch(length):
        _check_transfer(environ)
        return iter(lambda: stream.read(CHUNK), b"")
    limit.check(int(length))
    return _so_many(stream, int(length))


def _so_many(stream: "InputStream", length: int) -> Iterator[bytes]:
    left = length
    while left:
        chunk = stream.read(min(left, CHUNK))
        if not chunk:
            raise _broken_off()
        left -= len(chunk)
        yield chunk


def _check_transfer(environ: "WSGIEnvironment") -> None:
    """Refuse transfer codings that the server leaves on the content."""
    if environ.get(_CHUNKS, "chunked").strip().lower() != "chunked":
        raise _invalid("header Transfer-Encoding", "RFC 9112 7", "must be chunked")


def _broken_off() -> InvalidError:
    return _invalid("body", "RFC 9112 8", "breaks off before its Content-Length")


def _invalid(path: str, requirement: str, message: str) -> InvalidError:
    return InvalidError(
        f"the request cannot be read: {path} {message}", [Violation(path, requirement, message)]
    )
