"""Credentials as operators work with them: on a running store, without a consumer, from before."""

import re
from pathlib import Path

import pytest
import requests

from lrs.access.credentials import digest
from lrs.opening import database_url
from lrs.settings import Settings
from lrs.storage.database import connect
from migrations.migrate import migrate
from tests.databases import PostgresqlServer, rows
from tests.product import Product
from tests.statements import completed
from tests.waiting import until

OLD, SECRET = "lms", "lms-secret-0123456789"


def status(product: Product, word: str) -> int:
    """Return the status of a read with KEY:SECRET."""
    key, _, secret = word.strip().partition(":")
    headers = {"X-Experience-API-Version": "1.0.3"}
    url = f"{product.endpoint}/statements?limit=1"
    return requests.get(url, headers=headers, auth=(key, secret), timeout=10).status_code


def listed(product: Product, key: str) -> str:
    lines = product.command("credential", "list").stdout.splitlines()
    return next(line for line in lines if line.startswith(f"{key}\t"))


def test_a_credential_is_rotated_changed_and_shows_label_and_last_use(server: Product) -> None:
    first = server.command(
        "credential", "add", "rotated", "--scope", "all/read", "--label", "The LMS of Vienna"
    ).stdout
    assert status(server, first) == 200
    second = server.command("credential", "rotate", "rotated", "--keep-old", "P7D").stdout
    assert (status(server, first), status(server, second)) == (200, 200)
    assert "the secret before counts until" in listed(server, "rotated")
    rotated = server.command("credential", "rotate", "rotated")
    assert rotated.returncode == 0, rotated.stderr
    third = rotated.stdout
    assert status(server, third) == 200
    until(lambda: status(server, first), lambda found: found == 401)
    changed = server.command("credential", "change", "rotated", "--scope", "statements/write")
    assert changed.returncode == 0, changed.stderr
    until(lambda: status(server, third), lambda found: found == 403)
    line = until(lambda: listed(server, "rotated"), lambda text: "last used" in text)
    assert line.startswith("rotated\tstatements/write\tThe LMS of Vienna\t")
    assert re.search(r"last used \d{4}-\d\d-\d\dT\d\dh$", line)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--role", "king"), "there is no role 'king'"),
        (("--expires", "2020-01-01"), "in the past"),
        (("--expires", "tomorrow"), "2027-03-31"),
        (("--secret", "short"), "at least 16 characters"),
    ],
)
def test_what_a_credential_cannot_have_is_refused(
    server: Product, options: tuple[str, ...], said: str
) -> None:
    refused = server.command("credential", "add", "refused", *options)
    assert refused.returncode != 0
    assert said in refused.stderr
    assert "refused" not in server.command("credential", "list").stdout


def test_an_entity_that_no_register_knows_is_a_warning(server: Product) -> None:
    terms = ("--role", "officer:UNON", "--role", "steward", "--entities", "DOS", "--person", "p1")
    added = server.command("credential", "add", "dos", *terms)
    assert added.returncode == 0, added.stderr
    assert "warning: no register knows the entities DOS, UNON yet" in added.stderr
    assert "entities DOS" in listed(server, "dos")


def test_a_limit_that_names_nothing_is_refused_and_one_is_removed_by_its_flag(
    server: Product,
) -> None:
    """An empty variable of the shell must not unbind a credential."""
    terms = ("--role", "officer", "--entities", "DOS", "--person", "p1")
    bound = server.command("credential", "add", "bound", *terms)
    assert bound.returncode == 0, bound.stderr
    for limit, empty in (("--entities", ""), ("--entities", ","), ("--person", " ")):
        refused = server.command("credential", "change", "bound", limit, empty)
        assert refused.returncode == 2
        assert "names nothing" in refused.stderr
    assert "officer\tperson p1\tentities DOS" in listed(server, "bound")
    removed = server.command("credential", "change", "bound", "--no-person")
    assert removed.returncode == 0, removed.stderr
    assert "officer\tentities DOS" in listed(server, "bound")


def test_where_nobody_folds_a_change_says_from_which_position_it_holds(
    postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    store = Product(tmp_path, {"LRS_DATABASE": postgresql.fresh(), "LRS_READ_WAIT": "0"})
    for key in ("ops", "lms"):
        added = store.command("credential", "add", key)
        assert added.stdout.startswith(f"{key}:")
        assert "not in force yet" in added.stderr
    revoked = store.command("credential", "revoke", "lms")
    assert revoked.returncode == 0
    assert "folded position 2 of the log" in revoked.stderr
    assert "all  revoked" in listed(store, "lms")
    assert "not in force until a consumer" in listed(store, "lms")
    last = store.command("credential", "revoke", "ops")
    assert last.returncode == 1
    assert "'ops' is the last credential that may operate" in last.stderr


def old_folder(data: Path) -> None:
    """Make a data folder as c27775d left it, with credentials that are rows of a table."""
    server = PostgresqlServer(data)
    server.start()
    try:
        migrate(server.url(), "0003")
        with connect(server.url()) as connection:
            for key, scope, revoked in ((OLD, "all", None), ("gone", "state", "2026-02-01Z")):
                connection.execute(
                    "INSERT INTO credential (key, digest, scopes, revoked) VALUES (%s, %s, %s, %s)",
                    (key, digest(SECRET), [scope], revoked),
                )
    finally:
        server.kill()


def test_credentials_of_an_old_data_folder_are_carried_over_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    old_folder(data)
    product = Product(data, key=OLD, secret=SECRET)
    product.start()
    assert status(product, f"{OLD}:{SECRET}") == 200
    until(lambda: listed(product, OLD), lambda line: "not in force" not in line)
    with product.client() as client:
        assert client.post("/xapi/statements", json=completed()).status_code == 200
    assert "state  revoked" in listed(product, "gone")
    assert product.stop() == 0
    product.start()
    rebuilt = product.command("rebuild", "credentials")
    assert rebuilt.returncode == 0, rebuilt.stderr
    url = database_url(Settings(data=str(data)))
    assert len(rows(url, "credential_history")) == 3
    assert status(product, f"{OLD}:{SECRET}") == 200
    assert status(product, f"gone:{SECRET}") == 401
    assert product.stop() == 0
