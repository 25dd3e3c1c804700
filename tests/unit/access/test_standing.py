"""How a key stands follows from its history, in whatever order the rows come."""

from itertools import permutations

import pytest

from lrs.access.credentials import Credential, HistoryRow, Secret, Step, by_key, standing
from lrs.access.grants import Entitlement
from lrs.access.scopes import Scope

ONE, TWO, THREE = b"1", b"2", b"3"


def row(position: int, step: Step, key: str = "lms", **values: object) -> HistoryRow:
    made = HistoryRow(str(position), position, 0, key, step.value)
    return made._replace(**values)  # type: ignore[arg-type]  # a test names the fields it needs


def stand(*history: HistoryRow) -> Credential:
    """Return how the key stands, which must be the same in every order."""
    found = {standing(order) for order in permutations(history)}
    (one,) = found
    assert one is not None
    return one


ADDED = row(3, Step.ADDED, digest=ONE, scopes=("state",), label="LMS", expires=99)


def test_a_key_stands_as_it_was_added_last() -> None:
    again = row(5, Step.ADDED, digest=TWO, scopes=("all",), roles=("auditor",), person="P-1")
    assert stand(ADDED, row(4, Step.REVOKED), again) == Credential(
        "lms", Entitlement(frozenset({Scope.ALL}), frozenset({"auditor"}), "P-1"), (Secret(TWO),)
    )


def test_other_terms_leave_the_secret() -> None:
    found = stand(ADDED, row(4, Step.CHANGED, scopes=("define",)))
    assert (found.given.scopes, found.secrets) == (frozenset({Scope.DEFINE}), (Secret(ONE),))
    assert (found.label, found.expires) == ("", None)


def test_another_secret_leaves_the_terms_and_may_keep_the_one_before() -> None:
    kept, gone = row(4, Step.ROTATED, digest=TWO, kept=50), row(5, Step.ROTATED, digest=THREE)
    assert stand(ADDED, kept).secrets == (Secret(TWO), Secret(ONE, 50))
    assert stand(ADDED, kept, gone).secrets == (Secret(THREE),)
    assert stand(ADDED, kept).label == "LMS"


def test_what_was_carried_over_comes_before_all_wherever_it_stands() -> None:
    carried = row(9, Step.CARRIED, digest=THREE, scopes=("all",))
    assert stand(carried, ADDED).secrets == (Secret(ONE),)
    assert stand(carried, row(2, Step.REVOKED)).revoked


def test_what_nobody_added_stands_for_nothing() -> None:
    assert standing([row(4, Step.REVOKED), row(5, Step.ROTATED)]) is None
    assert by_key([row(4, Step.REVOKED, "a"), row(5, Step.ADDED, "b")]).keys() == {"b"}


@pytest.mark.parametrize(
    ("one", "now", "valid"),
    [(ADDED, 98, True), (ADDED, 99, False), (row(0, Step.ADDED), 2**62, True)],
)
def test_a_credential_is_valid_until_it_expires(one: HistoryRow, now: int, valid: bool) -> None:
    assert stand(one).valid(now) is valid
    assert not stand(one, row(4, Step.REVOKED)).valid(now)


@pytest.mark.parametrize(
    ("scopes", "roles", "operates"),
    [
        (("all",), (), True),
        (("operate",), (), True),
        ((), ("administrator",), True),
        (("all/read", "define"), ("auditor",), False),
    ],
)
def test_who_may_operate_is_told_by_scope_or_role(
    scopes: tuple[str, ...], roles: tuple[str, ...], operates: bool
) -> None:
    assert stand(row(0, Step.ADDED, digest=ONE, scopes=scopes, roles=roles)).operates is operates
    assert not stand(row(0, Step.ADDED, scopes=scopes, roles=roles)).operates, "without a secret"
