"""Consistent-Through is true while statements are posted (Communication 2.1.3).

What was stored up to the time that a list tells is in that list, on every way to read one.
"""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import NamedTuple

import pytest

from tests.product import Product
from tests.product import stored as stored_and_read
from tests.statements import completed
from tests.waiting import until

CONSISTENT = "X-Experience-API-Consistent-Through"
POSTERS, POSTS, READERS = 3, 30, 3
TOTAL = POSTERS * sum(1 + number % 3 for number in range(POSTS))


class Listed(NamedTuple):
    """The ids that a list showed, and up to when it said that it shows all."""

    shown: frozenset[str]
    consistent: str


def post(server: Product, activity: str) -> None:
    """Post requests of one to three statements about an activity."""
    with server.client() as client:
        for number in range(POSTS):
            sent = [completed(object={"id": activity}) for _ in range(1 + number % 3)]
            assert client.post("/xapi/statements", json=sent).status_code == 200


def read(server: Product, query: dict[str, str], stopped: Callable[[], bool]) -> list[Listed]:
    """Read a list again and again."""
    seen: list[Listed] = []
    with server.client() as client:
        while not stopped():
            answer = client.get("/xapi/statements", params=query)
            shown = frozenset(one["id"] for one in answer.json()["statements"])
            seen.append(Listed(shown, answer.headers[CONSISTENT]))
    return seen


def times(server: Product, activity: str) -> dict[str, str]:
    """Return ids and `stored` of the statements about an activity."""
    with server.client() as client:
        listed = client.get("/xapi/statements", params={"activity": activity}).json()
    return {one["id"]: one["stored"] for one in listed["statements"]}


@pytest.mark.parametrize("more", [{}, {"since": "2020-01-01T00:00:00Z"}, {"format": "ids"}])
def test_no_statement_appears_late_that_was_stored_by_then(
    server: Product, more: dict[str, str]
) -> None:
    activity = f"https://example.org/{uuid.uuid4()}"
    assert stored_and_read(server)  # whoever folds has begun
    stop = Event()
    with ThreadPoolExecutor(POSTERS + READERS) as pool:
        query = {"activity": activity} | more
        readers = [pool.submit(read, server, query, stop.is_set) for _ in range(READERS)]
        posters = [pool.submit(post, server, activity) for _ in range(POSTERS)]
        try:
            for poster in posters:
                poster.result()
            stored = until(lambda: times(server, activity), lambda found: len(found) == TOTAL)
        finally:
            stop.set()
        lists = [listed for reader in readers for listed in reader.result()]
    assert any(0 < len(listed.shown) < TOTAL for listed in lists)
    for listed in lists:
        assert {key for key, time in stored.items() if time <= listed.consistent} <= listed.shown
