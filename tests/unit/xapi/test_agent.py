from typing import Any

import pytest

from lrs.xapi.agent import authority_key, identity, members


def _account(home: str, name: str) -> dict[str, Any]:
    return {"account": {"homePage": home, "name": name}}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mbox": "mailto:a@example.org"}, {"mbox": "mailto:a@example.org", "name": "A"}),
        ({"mbox": "mailto:a@Example.ORG"}, {"mbox": "MAILTO:a@example.org"}),
        ({"mbox_sha1sum": "AB" * 20}, {"mbox_sha1sum": "ab" * 20, "objectType": "Agent"}),
        (_account("https://a.org", "1"), {**_account("https://a.org", "1"), "name": "Ann"}),
        ({"openid": "https://a.org/1"}, {"openid": "https://a.org/1"}),
    ],
)
def test_one_identifier_is_one_identity(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert identity(one) == identity(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mbox": "mailto:a@example.org"}, {"mbox": "mailto:A@example.org"}),
        ({"mbox": "mailto:a@example.org"}, {"openid": "mailto:a@example.org"}),
        (_account("https://a.org", "1"), _account("https://a.org/", "1")),
        (_account("https://a.org", "b:c"), _account("https://a.org:b", "c")),
        (_account("https://a.org", "1:1"), _account("https://a.org:1", "1")),
        (_account("https://a.org", "n"), {"openid": "account:13:https://a.org:n"}),
    ],
)
def test_different_identifiers_never_collide(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert identity(one) != identity(other)


def test_an_anonymous_group_has_no_identity_but_has_members() -> None:
    group = {"objectType": "Group", "member": [{"mbox": "mailto:a@example.org"}]}
    assert identity(group) is None
    assert members(group) == [{"mbox": "mailto:a@example.org"}]


def test_an_agent_has_no_members() -> None:
    assert list(members({"mbox": "mailto:a@example.org"})) == []


def _pair(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"objectType": "Group", "member": list(listed)}


def test_an_authority_of_two_is_the_same_in_any_order() -> None:
    one, other = _account("https://a.org", "app"), _account("https://b.org", "user")
    assert authority_key(_pair(one, other)) == authority_key(_pair(other, one))


@pytest.mark.parametrize(
    "authority",
    [
        _account("https://a.org", "app"),
        _pair(_account("https://a.org", "app")),
        _pair(_account("https://a.org", "app"), _account("https://b.org", "other")),
        _account("https://a.org", "app19:account:https://b.org:user"),
    ],
)
def test_no_other_authority_is_taken_for_a_pair(authority: dict[str, Any]) -> None:
    pair = _pair(_account("https://a.org", "app"), _account("https://b.org", "user"))
    assert authority_key(authority) != authority_key(pair)
