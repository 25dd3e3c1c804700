"""What statements say of their attachments against the raw data that came with them.

Raw data and attachment are matched by SHA-2 alone (Communication 1.5.2). What the headers of a part
declare must agree with the attachment. The size of the data itself is not compared with `length`:
the standard compares declarations only, and the hash already proves which data came.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from lrs.errors import InvalidError, Violation
from lrs.xapi.anatomy import parts
from lrs.xapi.path import render

_ALGORITHMS = {64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
_SHA2 = re.compile("|".join(f"[0-9A-Fa-f]{{{length}}}" for length in _ALGORITHMS))
_AS_IT_IS = frozenset(("binary", "8bit"))
_AGREEMENT = "Communication 1.5.2"

Parts = Mapping[str, "Received"]
"""The parts of a request by their hash in lower case."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the headers of one part declare of its raw data."""

    content_type: str | None = None
    length: int | None = None


def attachments(statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield path and value of each attachment of a statement and of its SubStatement."""
    for path, part in parts(statement):
        for place, attachment in enumerate(part.get("attachments", ())):
            yield render((*path, "attachments", place), ""), attachment


def received(headers: Mapping[str, str], place: str) -> tuple[str, Received]:
    """Return hash (lower case) and declarations of an attachment part; headers in lower case."""
    found = encoding_violations(headers, place)
    sha2 = headers.get("x-experience-api-hash")
    if sha2 is None:
        message = "an attachment part must have an X-Experience-API-Hash header"
        found.append(Violation(place, "XAPI-00132", message))
    elif not _SHA2.fullmatch(sha2):
        found.append(Violation(place, "XAPI-00132", _wrong_hash(sha2)))
    length = headers.get("content-length", "0")
    if not re.fullmatch(r"[0-9]{1,18}", length):
        found.append(Violation(place, _AGREEMENT, "Content-Length must be a whole number"))
    if found:
        raise InvalidError("An attachment part lacks what must be said of it", found)
    declared = int(length) if "content-length" in headers else None
    assert sha2 is not None
    return sha2.lower(), Received(headers.get("content-type"), declared)


def encoding_violations(headers: Mapping[str, str], place: str) -> list[Violation]:
    """Return what is wrong with the Content-Transfer-Encoding of a part; absent means binary.

    Only encodings that leave the data unchanged are accepted: any other would have to be decoded,
    and the standard names none.
    """
    encoding = headers.get("content-transfer-encoding", "binary").lower()
    if encoding in _AS_IT_IS:
        return []
    message = "Content-Transfer-Encoding must be binary or 8bit, or absent"
    return [Violation(place, "XAPI-00135", message)]


def hasher(sha2: str) -> "hashlib._Hash":
    """Return the SHA-2 function that a declared hash was made with: its length tells which."""
    return _ALGORITHMS[len(sha2)]()


def _wrong_hash(text: str) -> str:
    message = "X-Experience-API-Hash must be a SHA-256, SHA-384 or SHA-512 in hexadecimal"
    try:
        length = len(base64.b64decode(text, validate=True))
    except ValueError:
        return message
    return f"{message}; this one is in base64" if length * 2 in _ALGORITHMS else message


def attachment_violations(
    statements: Sequence[Mapping[str, Any]], parts: Parts, root: Callable[[int], str]
) -> list[Violation]:
    """Return what is wrong between statements and parts; no parts for an application/json body.

    `root` returns the path of a statement, given its place in `statements`.
    """
    found: list[Violation] = []
    referenced: set[str] = set()
    for number, statement in enumerate(statements):
        for path, attachment in attachments(statement):
            sha2 = attachment["sha2"].lower()
            referenced.add(sha2)
            found += _disagreements(attachment, parts.get(sha2), f"{root(number)}{path}")
    excess = [sha2 for sha2 in parts if sha2 not in referenced]
    return found + [_excess(sha2) for sha2 in excess]


def media_type(text: str) -> str:
    """Return type and subtype of a content type, in lower case, without its parameters."""
    return text.partition(";")[0].strip().lower()


def _disagreements(
    attachment: Mapping[str, Any], part: Received | None, path: str
) -> Iterator[Violation]:
    if part is None:
        if "fileUrl" not in attachment:
            message = "an attachment without fileUrl must come with its raw data"
            yield Violation(path, "XAPI-00129", message)
        return
    if part.content_type is not None and not _agree(attachment["contentType"], part.content_type):
        message = "the part declares another Content-Type"
        yield Violation(f"{path}.contentType", _AGREEMENT, message)
    if part.length is not None and part.length != attachment["length"]:
        message = "the part declares another Content-Length"
        yield Violation(f"{path}.length", _AGREEMENT, message)


def _agree(one: str, other: str) -> bool:
    """Compare content types; a parameter counts only where both give it.

    In the standard's example the attachment says `text/plain; charset=ascii` and its part
    `text/plain`.
    """
    left, right = _parameters(one), _parameters(other)
    shared = left.keys() & right.keys()
    return media_type(one) == media_type(other) and all(
        left[name] == right[name] for name in shared
    )


def _parameters(content_type: str) -> dict[str, str]:
    header = Message()
    header["Content-Type"] = content_type
    given = header.get_params() or []
    return {name.lower(): collapse_rfc2231_value(value).lower() for name, value in given[1:]}


def _excess(sha2: str) -> Violation:
    message = "no attachment of these statements has the hash of this part"
    return Violation(f"X-Experience-API-Hash: {sha2}", "XAPI-00128", message)
