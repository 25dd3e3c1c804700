"""Credentials from before they were history: they count at once and are carried over once."""

import pytest

from lrs.access.credentials import digest
from lrs.errors import ConflictError
from lrs.events.credentials import Terms
from lrs.events.principal import SHELL
from lrs.intake.credentials import carry_over
from lrs.storage.database import connect
from tests.component.intake.store import Store
from tests.databases import rows

GIVEN = "given-by-hand-0123456789"


def leave(store: Store, key: str, scopes: list[str], *, revoked: bool = False) -> None:
    """Leave a credential as the migration finds those of an older version."""
    with connect(store.url) as connection:
        connection.execute(
            "INSERT INTO credential_uncarried VALUES (%s, %s, %s, '2026-01-01Z', %s)",
            (key, digest(GIVEN), scopes, "2026-02-01Z" if revoked else None),
        )


def test_what_was_there_before_counts_at_once_and_is_carried_over_once(each_store: Store) -> None:
    leave(each_store, "lms", ["all"])
    leave(each_store, "gone", ["state"], revoked=True)
    assert each_store.lets_in("lms", GIVEN)
    assert not each_store.lets_in("gone", GIVEN)
    for _ in range(2):  # two processes, or one after a crash: nothing is folded yet
        carry_over(each_store.engine, each_store.log)
    assert each_store.log.horizon().end == 6
    each_store.fold()
    assert len(rows(each_store.url, "credential_history")) == 3
    carry_over(each_store.engine, each_store.log)
    assert each_store.log.horizon().end == 6
    assert rows(each_store.url, "credential_uncarried") == []
    assert each_store.lets_in("lms", GIVEN)
    assert not each_store.lets_in("gone", GIVEN)
    assert each_store.credentials.known()["gone"].revoked


def test_what_was_there_before_can_be_revoked_before_it_is_carried_over(store: Store) -> None:
    leave(store, "lms", ["state"])
    store.credentials.add("ops", Terms(("all",)), None, SHELL)
    store.credentials.revoke("lms", SHELL)
    carry_over(store.engine, store.log)
    store.fold()
    assert not store.lets_in("lms", GIVEN)
    carry_over(store.engine, store.log)
    assert not store.lets_in("lms", GIVEN)


def test_the_last_from_before_that_may_operate_stays_too(store: Store) -> None:
    leave(store, "ops", ["all"])
    with pytest.raises(ConflictError):
        store.credentials.revoke("ops", SHELL)
