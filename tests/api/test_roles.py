"""Roles and limits of credentials, from the command line to what their holders are told."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.product import Client, Product

COMPLETIONS = "/api/v1/completions"


@contextmanager
def holding(server: Product, key: str, *options: str) -> Iterator[Client]:
    """Add a credential and be its holder."""
    added = server.command("credential", "add", key, *options)
    assert added.returncode == 0, added.stderr
    with server.client() as client:
        client.auth = (key, added.stdout.strip().partition(":")[2])
        yield client


def test_a_steward_reads_completions_and_one_bound_to_entities_is_told_why_not(
    server: Product,
) -> None:
    with holding(server, "steward", "--role", "steward") as steward:
        assert steward.get(COMPLETIONS).status_code == 200
        assert steward.get("/xapi/statements").status_code == 403
    with holding(server, "dos", "--role", "steward", "--entities", "DOS") as bound:
        refused = bound.get(COMPLETIONS)
    assert refused.status_code == 403
    assert "end at some people" in refused.text


def test_an_officer_of_entities_is_added_with_a_warning_and_listed(server: Product) -> None:
    options = ("--role", "officer", "--entities", "DOS", "--person", "p1")
    added = server.command("credential", "add", "chief", *options)
    assert added.returncode == 0
    assert "no register knows the entities DOS" in added.stderr
    (line,) = [
        one for one in server.command("credential", "list").stdout.splitlines() if "chief" in one
    ]
    assert all(word in line for word in ("officer", "person p1", "entities DOS"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--role", "chief"), "the roles are learner, officer"),
        (("--role", "learner"), "needs the person"),
        (("--role", "auditor", "--entities", "DOS"), "audit/read cannot be bound"),
        (("--entities", "DOS"), "all cannot be bound"),
    ],
)
def test_what_no_credential_can_hold_is_refused(
    server: Product, options: tuple[str, ...], said: str
) -> None:
    refused = server.command("credential", "add", "refused", *options)
    assert refused.returncode == 1
    assert said in refused.stderr


def test_a_person_with_a_credential_is_recorded_at_every_read(
    server: Product, client: Client
) -> None:
    with holding(server, "auditor-p2", "--role", "auditor", "--person", "p2") as auditor:
        for _ in range(2):
            assert auditor.get(COMPLETIONS).status_code == 200
        asked = {"principal": "credential:auditor-p2", "kind": "named-data-read"}
        found = auditor.get("/api/v1/administration", params=asked).json()["administration"]
    assert [one["principal"]["person"] for one in found] == ["p2", "p2"]
    assert client.get("/api/v1/administration").status_code == 200
