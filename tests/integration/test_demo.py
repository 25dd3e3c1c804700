"""The demo posts a year through the public API of a running server, twice without harm."""

from itertools import islice
from typing import Protocol

import requests

from lrs.demo.post import Summary, post
from lrs.demo.year import Year


class Server(Protocol):
    """A running server, as the fixture `server` gives it."""

    @property
    def endpoint(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def secret(self) -> str: ...


def post_year(server: Server) -> Summary:
    year = Year(people=8, seed=11, year=2025)
    return post(
        server.endpoint, (server.key, server.secret), year, batch=50, advance=lambda *_: None
    )


def test_a_year_is_taken_whole_and_a_second_time_without_conflict(server: Server) -> None:
    expected = sum(1 for _ in Year(people=8, seed=11, year=2025))
    first, second = post_year(server), post_year(server)
    assert (first.posted, first.refused) == (expected, [])
    assert (second.posted, second.refused) == (expected, [])


def test_what_was_posted_is_read_back_by_id(server: Server) -> None:
    post_year(server)
    with requests.Session() as session:
        session.auth = (server.key, server.secret)
        session.headers["X-Experience-API-Version"] = "1.0.3"
        for _, statement in islice(Year(people=8, seed=11, year=2025), 0, None, 60):
            for name in ("statementId", "voidedStatementId"):
                found = session.get(
                    f"{server.endpoint}/statements", params={name: statement["id"]}, timeout=30
                )
                if found.ok:
                    break
            read = found.json()
            assert {key: read[key] for key in statement if key != "timestamp"} == {
                key: value for key, value in statement.items() if key != "timestamp"
            }
