"""Post statements through the public xAPI, as any platform would."""

import operator
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import orjson
import requests
from requests.auth import HTTPBasicAuth

from lrs.demo.story import JSON
from lrs.errors import HaltError, UnavailableError

_VERSION: Final = {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
_TIMEOUT: Final = (5, 60)
_PATIENCE: Final = 120.0  # seconds for which a batch is sent again and again
_NOT_LET_IN: Final = {401, 403}
_ELSEWHERE: Final = {200, 204, 301, 302, 303, 307, 308, 404, 405}
"""Refusals of who is no xAPI: also a success that does not name the ids of the statements."""

_PAUSE: Final = 1.0  # seconds between two attempts when the store sends no Retry-After


@dataclass(frozen=True)
class Refusal:
    """A batch the store did not take, and what it said."""

    platform: str
    statements: int
    status: int
    message: str


@dataclass
class Summary:
    """What became of the statements: how many were taken, in how many batches, what was refused."""

    posted: int = 0
    batches: int = 0
    refused: list[Refusal] = field(default_factory=list)


def post(
    endpoint: str,
    credential: tuple[str, str],
    statements: Iterable[tuple[str, JSON]],
    *,
    batch: int,
    advance: Callable[[int, int | None], None],
) -> Summary:
    """Post (platform, statement) pairs to `endpoint`/statements, each platform its own batches.

    `advance` is told after each batch how many statements were offered, and how many there are if
    the statements give a length hint. A refused batch is noted and the rest goes on. Raises
    `HaltError` when the credential is refused or no xAPI is there, `UnavailableError` when the
    store does not answer for two minutes, after which the same call may be made again: equal
    statements are taken twice and kept once.
    """
    summary = Summary()
    expected = operator.length_hint(statements) or None
    with requests.Session() as session:
        # As bytes: requests would encode text as Latin-1, and the store reads UTF-8.
        session.auth = HTTPBasicAuth(credential[0].encode(), credential[1].encode())
        session.headers.update(_VERSION)
        offered = 0
        for platform, group in _batches(statements, batch):
            refusal = _offer(session, f"{endpoint.rstrip('/')}/statements", platform, group)
            summary.batches += 1
            if refusal is None:
                summary.posted += len(group)
            elif refusal.status in _NOT_LET_IN:
                raise HaltError(f"{endpoint} refuses the credential: {refusal.message}")
            elif refusal.status in _ELSEWHERE:
                said = f"{refusal.status} {refusal.message}"
                raise HaltError(f"{endpoint} is no endpoint of xAPI: its /statements says {said}")
            else:
                summary.refused.append(refusal)
            offered += len(group)
            advance(offered, expected)
        advance(offered, offered)
    return summary


def _batches(statements: Iterable[tuple[str, JSON]], size: int) -> Iterator[tuple[str, list[JSON]]]:
    """Statements gathered by platform, a batch as soon as it is full; what is left at the end."""
    waiting: defaultdict[str, list[JSON]] = defaultdict(list)
    for platform, statement in statements:
        waiting[platform].append(statement)
        if len(waiting[platform]) >= size:
            yield platform, waiting.pop(platform)
    yield from waiting.items()


def _offer(session: requests.Session, url: str, platform: str, group: list[JSON]) -> Refusal | None:
    """One batch, offered until the store takes or refuses it."""
    body = orjson.dumps(group)
    until = time.monotonic() + _PATIENCE
    while True:
        pause, said = _PAUSE, ""
        try:
            # Where a POST is redirected, requests goes on with a GET, which stores nothing.
            response = session.post(url, data=body, timeout=_TIMEOUT, allow_redirects=False)
        except (requests.ConnectionError, requests.Timeout) as error:
            said = str(error)
        else:
            if _taken(response, group):
                return None
            if response.status_code != requests.codes.service_unavailable:
                return Refusal(platform, len(group), response.status_code, _message(response))
            pause, said = _retry_after(response), _message(response)
        if time.monotonic() + pause > until:
            raise UnavailableError(f"{url} does not take statements: {said}")
        time.sleep(pause)


def _taken(response: requests.Response, group: list[JSON]) -> bool:
    """Whether the statements were stored: the answer has an id for each."""
    try:
        ids = response.json() if response.ok else None
    except ValueError:
        return False
    return isinstance(ids, list) and len(ids) == len(group)


def _retry_after(response: requests.Response) -> float:
    """Seconds to wait, from either form of Retry-After (RFC 9110 10.2.3)."""
    text = response.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return _PAUSE
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _message(response: requests.Response) -> str:
    """What the store said, shortened: where it redirects to, or its body, whatever its form."""
    return response.headers.get("Location") or " ".join(response.text.split())[:500]
