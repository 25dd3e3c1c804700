"""What a document is (Communication 2.2): content of any kind, its ETag, and how JSON merges."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1
from typing import Final

import msgspec

from lrs.errors import InvalidError, Violation
from lrs.events.documents import DocumentKey
from lrs.xapi import json

MERGING: Final = "Communication 2.2"
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True, slots=True)
class Document:
    """A document as stored; `content_type` is the header of its request, `stored` in us UTC."""

    content_type: str
    content: bytes
    etag: str
    stored: int


@dataclass(frozen=True, slots=True)
class CurrentDocument:
    """The current document under a key, if any, and the position that a change of it must name."""

    base: int
    document: Document | None

    @property
    def etag(self) -> str | None:
        """The ETag of the document; None where there is none."""
        return self.document.etag if self.document else None


@dataclass(frozen=True, slots=True)
class Context:
    """What a list of documents is asked for by: all parameters but the document's id."""

    resource: str
    scope: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document in a list: its key, the position that a change must name, its time in us UTC."""

    key: DocumentKey
    base: int
    stored: int


def etag(content: bytes) -> str:
    """Return the lowercase hexadecimal SHA-1 that 1.0.3 asks for (Communication 3.1)."""
    return sha1(content, usedforsecurity=False).hexdigest()


def ids(listed: list[ListedDocument]) -> bytes:
    """Return the JSON array of the ids of a list; an id used under several registrations once."""
    return msgspec.json.encode(list(dict.fromkeys(one.key.id for one in listed)))


def is_json(content_type: str) -> bool:
    """Say whether a Content-Type is application/json, whatever its parameters."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def check_posted(content_type: str, content: bytes) -> None:
    """Raise `InvalidError` when JSON that is POSTed is not one JSON object."""
    if is_json(content_type) and not isinstance(json.parse(content), dict):
        raise _refusal("$", "a POST of application/json needs a JSON object")


def merge(existing: Document, content_type: str, content: bytes) -> bytes:
    """Return the existing object with the members of the posted one, on the top level only.

    Members move as bytes, so numbers keep their digits. Raises `InvalidError` unless both are
    JSON objects of type application/json.
    """
    if not is_json(content_type):
        raise _refusal("header Content-Type", "only application/json merges into a document")
    if not is_json(existing.content_type) or not _is_object(existing.content):
        raise _refusal("$", "the document that is there is not a JSON object: nothing can merge")
    return msgspec.json.encode(_MEMBERS(existing.content) | _MEMBERS(content))


def _is_object(content: bytes) -> bool:
    try:
        return isinstance(json.parse(content), dict)
    except InvalidError:
        return False


def _refusal(path: str, message: str) -> InvalidError:
    return InvalidError("the documents cannot be merged", [Violation(path, MERGING, message)])
