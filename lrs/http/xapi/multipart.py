"""The multipart/mixed format that carries statements and the raw data of their attachments.

Read and written as bytes, never as text, and in pieces: an attachment may be larger than memory.
A line is a delimiter only if it holds the boundary and nothing but padding after it; any other
line, also one that merely begins with the boundary, is data. Lines end in CRLF, as RFC 2046 says.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message

from lrs.errors import InvalidError, TooLargeError, Violation
from lrs.xapi.attachments import encoding_violations

_CRLF = b"\r\n"
_LONGEST_PADDING = 128
_RULE = "RFC 2046 5.1.1"
_BEFORE_PARTS = "multipart"
"""The place of a fault that lies before the first part."""

_LINE_ENDS = "lines must end in CRLF, not in LF alone"
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(\r\n|\r?\Z)")
_UNSAFE_IN_HEADER = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may hold before it is refused."""

    parts: int = 1000
    header_bytes: int = 16 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers by lowercase name, and its body, which can be read once."""

    place: str
    headers: Mapping[str, str]
    body: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class RawData:
    """The raw data of one attachment on its way to a client."""

    sha2: str
    content_type: str
    chunks: Iterable[bytes]


def parse(chunks: Iterator[bytes], content_type: str, limits: Limits) -> Iterator[Part]:
    """Yield the parts in order; what the caller leaves of a body is skipped at the next part.

    What follows the closing delimiter is read and skipped too: only then is it known that the
    request did not break off.

    Holds one chunk and one block of headers at a time. Raises `InvalidError` with the place, also
    while a body is read, if the stream ends before the closing delimiter.
    """
    scanner = _Scanner(chunks, boundary(content_type).encode())
    _skip(scanner.body(_BEFORE_PARTS))
    number = 0
    while not scanner.closed:
        place = f"multipart[{number}]"
        number += 1
        if number > limits.parts:
            raise TooLargeError(f"The request has more than {limits.parts} parts")
        part = Part(place, scanner.headers(place, limits.header_bytes), scanner.body(place))
        yield part
        _skip(part.body)
    if number == 0:
        raise _invalid(_BEFORE_PARTS, _RULE, "there is no part before the closing delimiter")
    _skip(chunks)


def boundary(content_type: str) -> str:
    """Return the boundary, quoted or not, of a multipart/mixed content type."""
    header = Message()
    header["Content-Type"] = content_type
    if header.get_content_type() != "multipart/mixed":
        raise _invalid(
            "header Content-Type", "XAPI-00127", "the content type must be multipart/mixed"
        )
    try:
        given = header.get_boundary()
    except (ValueError, TypeError, AttributeError):  # what `email` makes of odd RFC 2231 parameters
        given = None
    if given is None:
        raise _invalid(
            "header Content-Type", "XAPI-00130", "multipart/mixed must name its boundary"
        )
    if not _BOUNDARY.fullmatch(given):
        message = "a boundary is 1 to 70 characters of those that RFC 2046 allows"
        raise _invalid("header Content-Type", _RULE, message)
    return given


def require_statements(part: Part) -> None:
    """Refuse a first part that is not application/json, as statements must be."""
    encoded = encoding_violations(part.headers, part.place)
    if encoded:
        raise InvalidError("The statements must be sent as they are", encoded)
    header = Message()
    header["Content-Type"] = part.headers.get("content-type", "")
    if header.get_content_type() != "application/json":
        message = "the first part must be the statements, of type application/json"
        raise _invalid(part.place, "XAPI-00134", message)


def compose(statements: bytes, attachments: Iterable[RawData]) -> tuple[str, Iterator[bytes]]:
    """Return content type and chunks of a response; each distinct sha2 is sent once."""
    # 128 random bits: no stream need be read twice to be sure that the boundary is not in it.
    token = secrets.token_hex(16)
    return f"multipart/mixed; boundary={token}", _composed(token, statements, attachments)


def _composed(token: str, statements: bytes, attachments: Iterable[RawData]) -> Iterator[bytes]:
    yield f"--{token}\r\nContent-Type: application/json\r\n\r\n".encode()
    yield statements
    sent: set[str] = set()
    for attachment in attachments:
        if attachment.sha2 not in sent:
            sent.add(attachment.sha2)
            yield _attachment_head(token, attachment)
            yield from attachment.chunks
    # No line end after it: clients that read all else by the RFC take it for one more part.
    yield f"\r\n--{token}--".encode()


def _attachment_head(token: str, attachment: RawData) -> bytes:
    # Both values came from a client: a line break in them must not become a header of ours.
    kind, sha2 = (
        _UNSAFE_IN_HEADER.sub(" ", text) for text in (attachment.content_type, attachment.sha2)
    )
    return (
        f"\r\n--{token}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n"
        f"X-Experience-API-Hash: {sha2}\r\n\r\n"
    ).encode()


class _Scanner:
    """A window on the stream that knows where delimiters are."""

    def __init__(self, chunks: Iterator[bytes], boundary: bytes) -> None:
        self.closed = False
        self._chunks = chunks
        self._ended = False
        self._delimiter = _CRLF + b"--" + boundary
        self._bare = b"--" + boundary + b"\n"
        self._has_bare = False
        # The first delimiter may open the stream, without a line before it.
        self._window = bytearray(_CRLF)

    def body(self, place: str) -> Iterator[bytes]:
        """Yield the bytes up to the next delimiter and step over it, but for its CRLF."""
        window, delimiter = self._window, self._delimiter
        while True:
            at = window.find(delimiter)
            if at >= 0 and (line := self._delimiter_at(at)):
                if at:
                    yield bytes(window[:at])
                self.closed = line[1] is not None
                del window[: line.start(2)]
                return
            # What cannot be the begin of a delimiter is data.
            data = at + 1 if at >= 0 else len(window) - len(delimiter) + 1
            if data > 0:
                yield bytes(window[:data])
                del window[:data]
            if at < 0 and not self._fill():
                raise self._ends_before(self._missing(place), place)

    def headers(self, place: str, limit: int) -> dict[str, str]:
        """Return the headers of the part that begins here, and step to its body."""
        window = self._window
        while (end := window.find(_CRLF + _CRLF, 0, limit)) < 0:
            self._has_bare = self._has_bare or window.find(b"\n\n", 0, limit) >= 0
            if len(window) >= limit and not self._has_bare:
                raise TooLargeError(f"{place} has more than {limit} bytes of headers")
            if len(window) >= limit or not self._fill():
                raise self._ends_before("the body of this part", place)
        lines = bytes(window[len(_CRLF) : end])
        # A part without a body: the blank line is already the begin of the next delimiter.
        blank = end + len(_CRLF)
        del window[: blank if self._delimiter_at(blank) else blank + len(_CRLF)]
        return _headers(lines, place)

    def _delimiter_at(self, at: int) -> re.Match[bytes] | None:
        """Return what follows the boundary if the line that begins here is a delimiter."""
        end = at + len(self._delimiter)
        while self._window.find(_CRLF, end, end + _LONGEST_PADDING) < 0:
            if len(self._window) >= end + _LONGEST_PADDING or not self._fill():
                break
        if not self._window.startswith(self._delimiter, at):
            return None
        line = _AFTER_BOUNDARY.match(self._window, end)
        return line if line and (line[2] == _CRLF or self._ended) else None

    def _fill(self) -> bool:
        """Read more of the stream; say whether there was more."""
        chunk = b"" if self._ended else next(self._chunks, b"")
        self._ended = not chunk
        self._has_bare = self._has_bare or self._bare in chunk
        self._window += chunk
        return not self._ended

    def _missing(self, place: str) -> str:
        """Return which delimiter is missing: the first, which opens a part, or the closing one."""
        if place == _BEFORE_PARTS:
            return f"its first delimiter, {self._delimiter[2:].decode()} on a line of its own"
        return "the closing delimiter"

    def _ends_before(self, missing: str, place: str) -> InvalidError:
        """Return the error for what was not found, which lines with other ends would hide."""
        if self._has_bare:
            return _invalid(place, _RULE, _LINE_ENDS)
        return _invalid(place, _RULE, f"the request ends before {missing}")


def _headers(lines: bytes, place: str) -> dict[str, str]:
    """Return headers by lowercase name; a line that begins with space continues the one before."""
    found: dict[str, str] = {}
    for line in re.sub(r"\r\n[ \t]+", " ", lines.decode("latin-1")).split("\r\n") if lines else ():
        name, colon, value = line.partition(":")
        key = name.strip().lower()
        if "\n" in line:
            raise _invalid(place, _RULE, _LINE_ENDS)
        if not colon or not key:
            raise _invalid(place, "RFC 2045 5", "a header must be a name, a colon and a value")
        if key in found:
            raise _invalid(place, "RFC 2045 5", f"the header {key} is given twice")
        found[key] = value.strip()
    return found


def _skip(chunks: Iterator[bytes]) -> None:
    for _ in chunks:
        pass


def _invalid(place: str, requirement: str, message: str) -> InvalidError:
    violation = Violation(place, requirement, message)
    return InvalidError("The multipart request cannot be read", [violation])
