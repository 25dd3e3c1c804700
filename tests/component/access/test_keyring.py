"""The keyring over a real database: who gets in, how soon a change counts, what a failure costs."""

from collections.abc import Iterator

import pytest

from lrs import clock
from lrs.access import keyring
from lrs.access.attempts import FREE
from lrs.access.credentials import HistoryRow, Step, digest
from lrs.access.keyring import Keyring
from lrs.access.last_use import HOUR, last_uses
from lrs.errors import SlowedError, UnauthenticatedError
from lrs.storage.database import Pool
from tests.asked import note
from tests.credentials import added, put
from tests.databases import PostgresqlServer
from tests.waiting import until

FIRST, SECOND = "a-secret-of-many-characters", "another-one-of-many-characters"
SOON, LATE = 2**62, 1


@pytest.fixture
def source(database: str) -> Iterator[Pool]:
    made = Pool(database, 2)
    yield made
    made.close()


@pytest.fixture
def ring(source: Pool) -> Iterator[Keyring]:
    made = Keyring(source)
    yield made
    made.close()


def step(position: int, name: Step, secret: str | None = None, **more: int) -> HistoryRow:
    """Return a later row of the key `lms`."""
    row = HistoryRow(str(position), position, 0, "lms", name.value)
    return row._replace(digest=digest(secret) if secret else None, **more)  # type: ignore[arg-type]


def refused(ring: Keyring, secret: str, key: str = "lms") -> bool:
    try:
        ring.check(key, secret)
    except UnauthenticatedError:
        return True
    return False


def test_a_right_secret_gets_in_and_a_wrong_one_does_not(source: Pool, ring: Keyring) -> None:
    put(source, added("lms", FIRST))
    assert ring.check("lms", FIRST).key == "lms"
    assert refused(ring, SECOND)
    assert refused(ring, FIRST, "quiz")


def test_a_new_secret_counts_at_once_though_the_credential_is_remembered(
    source: Pool, ring: Keyring
) -> None:
    put(source, added("lms", FIRST))
    ring.check("lms", FIRST)
    put(source, step(1, Step.ROTATED, SECOND))
    assert ring.check("lms", SECOND).key == "lms"
    assert refused(ring, FIRST)


@pytest.mark.parametrize(("kept", "counts"), [(SOON, True), (LATE, False)])
def test_the_secret_before_counts_as_long_as_it_is_kept(
    source: Pool, ring: Keyring, kept: int, counts: bool
) -> None:
    put(source, added("lms", FIRST), step(1, Step.ROTATED, SECOND, kept=kept))
    assert refused(ring, FIRST) is not counts
    assert not refused(ring, SECOND)


def test_a_revocation_works_as_soon_as_the_memory_is_not_fresh(
    source: Pool, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(source, added("lms", FIRST))
    ring.check("lms", FIRST)
    put(source, step(1, Step.REVOKED))
    ring.check("lms", FIRST)
    monkeypatch.setattr(keyring, "FRESH", 0.0)
    assert refused(ring, FIRST)


def test_an_expiry_works_without_a_look_into_the_database(source: Pool, ring: Keyring) -> None:
    end = clock.now() + 500_000
    put(source, added("lms", FIRST)._replace(expires=end))
    ring.check("lms", FIRST)
    assert until(lambda: refused(ring, FIRST), bool, within=2.0)
    assert clock.now() >= end


def test_a_failure_costs_the_same_look_ups_whether_the_key_exists_or_not(
    source: Pool, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(source, added("known", FIRST), added("used", FIRST), added("revoked", FIRST))
    put(source, step(1, Step.REVOKED)._replace(key="revoked"))
    ring.check("used", FIRST)
    asked = note(monkeypatch)
    costs = {}
    for key in ("known", "used", "revoked", "unknown", "known", "unknown"):
        asked.clear()
        assert refused(ring, SECOND, key)
        costs[key] = [text for text in asked if "credential_history" in text]
    assert len({tuple(cost) for cost in costs.values()}) == 1
    assert len(costs["unknown"]) == 1


def test_a_right_secret_asks_the_database_once(
    source: Pool, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(source, added("lms", FIRST))
    asked = note(monkeypatch)
    for _ in range(5):
        ring.check("lms", FIRST)
    assert len([text for text in asked if "credential_history" in text]) == 1


def test_who_guesses_is_slowed_and_the_right_secret_gets_in_from_elsewhere(
    source: Pool, ring: Keyring
) -> None:
    put(source, added("lms", FIRST))
    for _ in range(FREE):
        with pytest.raises(UnauthenticatedError):
            ring.check("lms", SECOND, "192.0.2.1")
    with pytest.raises(SlowedError):
        ring.check("lms", FIRST, "192.0.2.1")
    assert ring.check("lms", FIRST, "192.0.2.2").key == "lms"


def test_the_last_use_is_kept_by_the_hour(source: Pool, ring: Keyring) -> None:
    put(source, added("lms", FIRST), added("quiz", FIRST))
    began = clock.now()
    assert last_uses(source) == {}
    ring.check("lms", FIRST)
    assert refused(ring, SECOND, "quiz")
    used = until(lambda: last_uses(source), bool)
    assert used.keys() == {"lms"}
    assert used["lms"] in {began - began % HOUR, clock.now() - clock.now() % HOUR}


def test_while_the_database_is_away_who_is_remembered_gets_in(
    mortal_postgresql: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Pool(mortal_postgresql.fresh(), 2)
    ring = Keyring(source)
    put(source, added("lms", FIRST))
    ring.check("lms", FIRST)
    monkeypatch.setattr(keyring, "FRESH", 0.0)
    with mortal_postgresql.away():
        assert ring.check("lms", FIRST).key == "lms"
    ring.close()
    source.close()
