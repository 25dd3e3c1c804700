"""The requests to the product, and the same bytes for the bare route and for the raw log."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

import msgspec
import orjson

from bench.generator import Requests, request
from bench.workload import PLACE, Workload, agent
from lrs.events.envelope import encode
from lrs.events.principal import credential
from lrs.events.statements import AcceptedStatement, StatementsStored
from lrs.log.port import Message
from tests.product import Product

TEMPLATES: Final = 64
"""Requests that are built ahead; they are sent in turn, each time with fresh ids."""

Parameters = Mapping[str, str]
"""The parameters of a read."""

Record = list[tuple[str, bytes]]
"""Id and text of each statement of a request."""

VERSION: Final = "1.0.0"
ID: Final = "00000000-0000-4000-8000-000000000000"
AUTHORITY: Final = orjson.dumps(
    {"objectType": "Agent", "account": {"homePage": "http://localhost/credentials", "name": "b"}}
)


@dataclass(frozen=True)
class Scenario:
    """Requests to the product and to the bare routes, and messages to the raw log."""

    name: str
    statements: int
    requests: Requests
    bare: Requests
    messages: tuple[Message, ...] = ()
    reading: Requests | None = None


def posts(product: Product, name: str, batch: int) -> Scenario:
    """Post `batch` statements per request."""
    drawn = [Workload(100_000).record(number, batch) for number in range(TEMPLATES)]
    answered = len(orjson.dumps([ID] * batch))
    return Scenario(
        name,
        batch,
        posting(product, drawn),
        posting(product, drawn, f"/answer/{answered}"),
        tuple(message(record) for record in drawn),
    )


def posting(product: Product, drawn: list[Record], path: str = "/xapi/statements") -> Requests:
    """Return a POST for each of these records, which are of one size."""
    size = len(drawn[0])
    lines, single = headers(product), size == 1
    built = [
        request("POST", path, lines, _form(record, single),
                len(_body([raw for _, raw in record], single)))
        for record in drawn
    ]  # fmt: skip
    return Requests(tuple(built), size)


def gets(
    product: Product, name: str, queries: Sequence[Parameters], size: int, ids: Sequence[str]
) -> Scenario:
    """Read; the product answers with `size` bytes, and `ids` are those of statements."""
    sent = tuple(get(product, query) for query in queries)
    bare = (request("GET", f"/answer/{size}", headers(product)),)
    reading = tuple(request("GET", f"/statement/{key}", headers(product)) for key in ids)
    return Scenario(name, 0, Requests(sent), Requests(bare), reading=Requests(reading))


def get(product: Product, query: Parameters) -> bytes:
    """Return the bytes of a GET of the Statement resource."""
    return request("GET", f"/xapi/statements?{urlencode(query)}", headers(product))


def by_agent(limit: int) -> list[Parameters]:
    """Return queries for the statements of the most active people."""
    actors = [agent("person", who) for who in range(20)]
    return [
        {"agent": orjson.dumps({"mbox": one["mbox"]}).decode(), "limit": str(limit)}
        for one in actors
    ]


def by_related_activity(limit: int) -> list[Parameters]:
    """Return queries for the statements about a program, kinds of content and courses."""
    places = ("program/main", "category/video", "category/package", "course/0", "course/3")
    return [
        {"activity": f"{PLACE}/{one}", "related_activities": "true", "limit": str(limit)}
        for one in places
    ]


def headers(product: Product) -> str:
    """Return the header lines that every request bears: a credential and a version."""
    basic = base64.b64encode(f"{product.key}:{product.secret}".encode()).decode()
    return f"Authorization: Basic {basic}\r\nX-Experience-API-Version: 1.0.3\r\n"


def message(record: Record) -> Message:
    """Return statements in the form in which the intake hands them to the log.

    The digest is that of the text; nothing is ever posted twice here.
    """
    accepted = tuple(
        AcceptedStatement(key, sha256(raw).hexdigest(), msgspec.Raw(raw)) for key, raw in record
    )
    moment = "2026-03-04T10:00:00.000000Z"
    authority = msgspec.Raw(AUTHORITY)
    event = StatementsStored(accepted, VERSION, moment, authority, credential("b"))
    return Message(*encode(event))


def _form(record: Record, single: bool) -> bytes:
    """Return a body with `%b` where each statement's id goes."""
    texts = [
        raw.replace(b"%", b"%%").replace(b'"id":"%b"' % key.encode(), b'"id":"%b"')
        for key, raw in record
    ]
    return _body(texts, single)


def _body(texts: list[bytes], single: bool) -> bytes:
    return texts[0] if single else b"[%b]" % b",".join(texts)
