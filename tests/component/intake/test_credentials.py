"""Changes of credentials over a real database and log: what stands on the log, and who may not."""

import threading

import pytest

from lrs import clock
from lrs.access.credentials import digest
from lrs.access.scopes import Scope
from lrs.errors import ConflictError, InvalidError, NotFoundError
from lrs.events.credentials import Terms
from lrs.events.principal import SHELL, credential
from lrs.storage.database import connect
from tests.component.intake.store import Store

ALL, STATE = Terms(("all",)), Terms(("state",))
GIVEN = "given-by-hand-0123456789"
DAY = 24 * 3600 * 1_000_000


def test_what_becomes_of_a_credential_is_on_the_log_and_in_force_when_folded(
    each_store: Store,
) -> None:
    held = each_store.credentials
    first = held.add("ops", ALL, None, SHELL)
    lms = held.add("lms", STATE, None, credential("ops"))
    assert not each_store.lets_in("lms", lms.secret)
    each_store.fold()
    assert each_store.lets_in("lms", lms.secret)
    rotated = held.rotate("lms", None, DAY, SHELL)
    held.change("lms", lambda _: Terms(("define",), label="The LMS"), SHELL)
    each_store.fold()
    assert each_store.lets_in("lms", lms.secret)
    assert each_store.lets_in("lms", rotated.secret)
    position = held.revoke("lms", SHELL)
    assert not held.wait(position, 0.0)
    each_store.fold()
    assert held.wait(position, 0.0)
    assert not each_store.lets_in("lms", rotated.secret)
    assert each_store.lets_in("ops", first.secret)
    assert [type(one).__name__ for one in each_store.events()] == [
        "CredentialAdded",
        "CredentialAdded",
        "CredentialRotated",
        "CredentialChanged",
        "CredentialRevoked",
    ]
    stands = held.known()["lms"]
    assert (stands.label, stands.given.scopes, stands.revoked) == (
        "The LMS",
        frozenset({Scope.DEFINE}),
        True,
    )


def test_terms_are_folded_as_they_were_given(store: Store) -> None:
    entities = ("a{b},c", "c\\d", 'e"f', "é g")
    wanted = Terms(("state",), ("officer:DOS",), "P-17", entities, "L'é", clock.now() + DAY)
    store.credentials.add("lms", wanted, None, SHELL)
    told = store.credentials.known()["lms"]
    store.fold()
    assert store.credentials.in_force()["lms"] == told
    given = told.given
    assert (given.scopes, given.roles) == (frozenset({Scope.STATE}), frozenset({"officer:DOS"}))
    assert (given.person, given.entities) == ("P-17", frozenset(entities))
    assert (told.label, told.expires) == ("L'é", wanted.expires)


def test_the_log_holds_digests_of_drawn_secrets_only(store: Store) -> None:
    drawn = store.credentials.add("drawn", ALL, None, SHELL)
    store.credentials.add("given", ALL, GIVEN, SHELL)
    store.credentials.rotate("drawn", GIVEN + "!", 0, SHELL)
    with connect(store.url) as connection:
        found = connection.execute("SELECT string_agg(encode(value, 'escape'), '') FROM log_record")
        ((text,),) = found.fetchall()
    assert digest(drawn.secret).hex() in text
    for secret in (GIVEN, GIVEN + "!"):
        assert digest(secret).hex() not in text
        assert secret not in text
    assert drawn.secret not in text
    store.fold()
    assert store.lets_in("given", GIVEN)
    assert store.lets_in("drawn", GIVEN + "!")


def test_a_log_that_is_folded_elsewhere_gives_no_secret_that_was_given_by_hand(
    store: Store,
) -> None:
    store.credentials.add("given", ALL, GIVEN, SHELL)
    with connect(store.url) as connection:
        connection.execute("TRUNCATE credential_secret")
    store.fold()
    assert not store.lets_in("given", GIVEN)
    assert not store.credentials.known()["given"].operates


@pytest.mark.parametrize("folded", [True, False])
def test_the_last_that_may_operate_keeps_what_it_needs(store: Store, folded: bool) -> None:
    held = store.credentials
    held.add("ops", Terms(roles=("administrator",)), None, SHELL)
    held.add("lms", STATE, None, SHELL)
    if folded:
        store.fold()
    soon = clock.now() + DAY
    for forbidden in (
        lambda: held.revoke("ops", SHELL),
        lambda: held.change("ops", lambda _: STATE, SHELL),
        lambda: held.change("ops", lambda _: Terms(("all",), expires=soon), SHELL),
        lambda: held.add("ops", STATE, None, SHELL),
    ):
        with pytest.raises(ConflictError, match="last credential that may operate"):
            forbidden()
    held.change("ops", lambda _: ALL, SHELL)
    held.rotate("ops", None, 0, SHELL)
    held.add("deputy", Terms(("operate",), expires=soon), None, SHELL)
    held.revoke("ops", SHELL)
    held.change("deputy", lambda there: there, SHELL)
    with pytest.raises(ConflictError):
        held.revoke("deputy", SHELL)


def test_of_two_that_are_revoked_at_a_time_one_stays(store: Store) -> None:
    """Nobody folds: both see what the other has appended all the same."""
    for key in ("one", "two"):
        store.credentials.add(key, ALL, None, SHELL)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def revoke(key: str) -> None:
        together.wait(10)
        try:
            store.credentials.revoke(key, SHELL)
        except ConflictError:
            outcomes.append("refused")
        else:
            outcomes.append("revoked")

    threads = [threading.Thread(target=revoke, args=(key,)) for key in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "revoked"]


def test_a_first_one_is_made_only_where_there_is_none(store: Store) -> None:
    first = store.credentials.add_first("first", SHELL)
    assert first is not None
    assert store.credentials.add_first("first", SHELL) is None
    store.fold()
    assert store.credentials.add_first("first", SHELL) is None
    assert store.lets_in("first", first.secret)


def test_one_that_is_there_as_wanted_is_left_alone(store: Store) -> None:
    held = store.credentials
    position = held.ensure("test", GIVEN, SHELL).position
    assert position is not None
    assert held.ensure("test", GIVEN, SHELL).position is None
    assert held.ensure("test", GIVEN + "!", SHELL).position == position + 1
    held.add("ops", ALL, None, SHELL)
    held.revoke("test", SHELL)
    assert held.ensure("test", GIVEN + "!", SHELL).position is not None
    store.fold()
    assert store.lets_in("test", GIVEN + "!")


@pytest.mark.parametrize(
    ("key", "terms", "secret", "message"),
    [
        ("lms", Terms(("everything",)), None, "no scope everything"),
        ("lms", Terms(roles=("king",)), None, "no role 'king'"),
        ("lms", Terms(), None, "a scope is needed"),
        ("lms", Terms(("all",), expires=1), None, "in the past"),
        ("lms", Terms(("all",), label="a\tb"), None, "label"),
        ("lms", ALL, "short", "at least 16"),
        ("lms", ALL, "a-long-secret-with-a\ttab", "printable"),
        ("l:ms", ALL, None, "colon"),
        ("", ALL, None, "empty"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_appended(
    store: Store, key: str, terms: Terms, secret: str | None, message: str
) -> None:
    with pytest.raises(InvalidError, match=message):
        store.credentials.add(key, terms, secret, SHELL)
    assert store.events() == []


def test_what_nobody_has_or_was_revoked_cannot_be_changed(store: Store) -> None:
    held = store.credentials
    held.add("ops", ALL, None, SHELL)
    held.add("gone", STATE, None, SHELL)
    held.revoke("gone", SHELL)
    for key in ("gone", "unknown"):
        for change in (
            lambda key=key: held.revoke(key, SHELL),
            lambda key=key: held.rotate(key, None, 0, SHELL),
            lambda key=key: held.change(key, lambda there: there, SHELL),
        ):
            with pytest.raises(NotFoundError, match="no valid credential"):
                change()
