"""The demo posts a year through the public API of a running server, twice without harm."""

from itertools import islice
from pathlib import Path
from subprocess import CompletedProcess
from typing import Protocol

import requests

from lrs.demo.post import Summary, post
from lrs.demo.year import Year
from tests.product import Product

DEMO = ("demo", "--people", "3", "--year", "2024")


class Server(Protocol):
    """A running server, as the fixture `server` gives it."""

    @property
    def endpoint(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def secret(self) -> str: ...
    def command(self, *arguments: str) -> "CompletedProcess[str]": ...


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


def test_the_running_product_is_found_and_lets_the_demo_in_for_as_long_as_it_posts(
    server: Server,
) -> None:
    for _ in range(2):
        posted = server.command(*DEMO)
        assert posted.returncode == 0, posted.stderr
        assert f"Posting 2024 to {server.endpoint}" in posted.stderr
        assert "statements in" in posted.stdout
    assert "lrs-demo\tstatements/write  revoked" in server.command("credential", "list").stdout


def test_an_address_elsewhere_needs_a_credential(server: Server) -> None:
    refused = server.command(*DEMO, "--endpoint", "http://127.0.0.1:9/xapi")
    assert refused.returncode == 1
    assert "--credential is missing" in refused.stderr


def test_where_nothing_runs_the_demo_says_what_to_do(tmp_path: Path) -> None:
    refused = Product(tmp_path).command(*DEMO)
    assert refused.returncode == 1
    assert f"no `lrs up` runs on {tmp_path}" in refused.stderr
    assert "LRS_DATA" in refused.stderr
