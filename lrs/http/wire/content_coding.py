"""Takes the content coding off the body of a request (RFC 9110 8.4): gzip or deflate, in pieces.

One coding at most: of two, the inner one could swell without end and leave nothing for the limit on
the outcome to count.
"""

import re
import zlib
from collections.abc import Generator, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from lrs.errors import InvalidError, UnsupportedError, Violation

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ACCEPTED: Final = "gzip, deflate"
REQUIREMENT: Final = "RFC 9110 8.4"
PIECE: Final = 64 * 1024
MOST_MEMBERS: Final = 1000
"""Of one gzip body; each costs a decoder, also if it holds nothing."""

_NAMES: Final = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
_GZIP: Final = zlib.MAX_WBITS + 16
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS


def content_coding(environ: "WSGIEnvironment") -> str | None:
    """Return the coding of a request's body, None for none; raises `UnsupportedError`."""
    named = re.split(r"[ \t]*,[ \t]*", environ.get("HTTP_CONTENT_ENCODING", "").strip().lower())
    codings = [one for one in named if one not in {"", "identity"}]
    if not codings:
        return None
    if len(codings) > 1 or codings[0] not in _NAMES:
        raise _unsupported(f"must be one of {ACCEPTED}, or identity, and not several")
    return _NAMES[codings[0]]


def decoded(coding: str, coded: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what was coded, in pieces of at most `PIECE` bytes; `coded` yields no empty ones.

    Raises `InvalidError` for what is not coded so, ends early or goes on after its end.
    """
    first, members = _beginning(coded), 0
    while first or not members:
        members += 1
        if members > (MOST_MEMBERS if coding == "gzip" else 1):
            raise _invalid(f"goes on after the end of its {coding} data")
        rest = yield from _stream(coding, first, coded)
        first = rest or next(coded, b"")


def _beginning(coded: Iterator[bytes]) -> bytes:
    """Return the first bytes: at least the two that tell zlib data from raw deflate data."""
    first = next(coded, b"")
    return first if len(first) > 1 else first + next(coded, b"")


def _stream(coding: str, first: bytes, coded: Iterator[bytes]) -> Generator[bytes, None, bytes]:
    """Yield what one stream of coded data holds; return the bytes after its end."""
    decoder = zlib.decompressobj(_GZIP if coding == "gzip" else _deflate(first))
    for given in chain((first,), coded):
        left = given
        while True:
            try:
                piece = decoder.decompress(left, PIECE)
            except zlib.error:
                raise _invalid(f"is not {coding} data as it should be") from None
            if piece:
                yield piece
            if decoder.eof:
                return decoder.unused_data
            left = decoder.unconsumed_tail
            # After a full piece there may be more, though all that was given is consumed.
            if not left and len(piece) < PIECE:
                break
    raise _invalid(f"ends before its {coding} data does")


def _deflate(first: bytes) -> int:
    """Return the format of deflate data: zlib's, or as some clients send, without its frame.

    No deflate data begins as zlib's frame does: that would be a stored block with padding not zero.
    """
    framed = len(first) > 1 and first[0] & 0x0F == zlib.DEFLATED and not (
        int.from_bytes(first[:2]) % 31
    )  # fmt: skip
    return _ZLIB if framed else _RAW


def _unsupported(message: str) -> UnsupportedError:
    violation = Violation("header Content-Encoding", REQUIREMENT, message)
    return UnsupportedError(f"Content-Encoding {message}", [violation])


def _invalid(message: str) -> InvalidError:
    return InvalidError(f"the body {message}", [Violation("body", REQUIREMENT, message)])
