"""Roles and the person of a token come from the claims that the settings name."""

from typing import Any

import pytest

from lrs.access.oidc import Issuer, TokenClaims
from tests.issuer import AUDIENCE, LocalIssuer


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        ({"roles": ["steward", 7, "auditor"]}, "roles"),
        ({"roles": "steward auditor"}, "roles"),
        ({"realm_access": {"roles": ["auditor", "steward"]}}, "realm_access.roles"),
        ({"https://example.org/roles": ["auditor", "steward"]}, "https://example.org/roles"),
    ],
)
def test_a_token_tells_the_roles_of_the_claim_that_is_named(
    local: LocalIssuer, claims: dict[str, Any], named: str
) -> None:
    issuer = Issuer(local.url, AUDIENCE, named=TokenClaims(roles=named))
    assert issuer.check(local.token(**claims)).roles == {"steward", "auditor"}


@pytest.mark.parametrize("claims", [{}, {"a": True}, {"a": {"b": {}}}, {"a": {"b": 3}}, {"a": [1]}])
def test_a_claim_that_is_missing_or_of_another_kind_gives_no_role(
    local: LocalIssuer, claims: dict[str, Any]
) -> None:
    issuer = Issuer(local.url, AUDIENCE, named=TokenClaims(roles="a.b", person="a"))
    said = issuer.check(local.token(**claims))
    assert (said.roles, said.person) == (frozenset(), "")


@pytest.mark.parametrize(("claim", "person"), [("P-17", "P-17"), (17, "17"), (True, ""), ([1], "")])
def test_a_token_tells_the_person_of_the_claim_that_is_named(
    local: LocalIssuer, claim: object, person: str
) -> None:
    issuer = Issuer(local.url, AUDIENCE, named=TokenClaims(person="employee"))
    assert issuer.check(local.token(employee=claim)).person == person


def test_without_names_no_claim_gives_roles_or_a_person(local: LocalIssuer) -> None:
    said = Issuer(local.url, AUDIENCE).check(local.token(roles=["steward"], employee="P-17"))
    assert (said.roles, said.person) == (frozenset(), "")
