"""Bearer tokens of an OpenID Connect issuer: who sent a request, by which application, for what.

A token is a JWT that the issuer signed for this audience (RFC 9068 in essence). It must name its
user (`sub`) and the application that it was given to (`client_id` or `azp`), as the standard wants
both in the authority (Data 2.4.9). A token without a scope of the standard grants nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt

from lrs.access.issuer_keys import IssuerKeys, Key
from lrs.access.scopes import Scope, known
from lrs.errors import UnauthenticatedError

LEEWAY: Final = 10.0
"""Seconds by which the issuer's clock and ours may differ."""

PREFIX: Final = "xapi:"
"""May stand before a scope, where the names of the standard are too plain for an issuer."""

_OPENID: Final = {"openid", "email"}
_WRONG: Final[Mapping[type[jwt.InvalidTokenError], str]] = {
    jwt.ExpiredSignatureError: "the token has expired",
    jwt.ImmatureSignatureError: "the token is not valid yet",
    jwt.InvalidAudienceError: "the token was not given for this server",
    jwt.InvalidIssuerError: "the token is of another issuer",
    jwt.InvalidAlgorithmError: "the token is signed with an algorithm that does not count",
    jwt.InvalidSignatureError: "the signature of the token is wrong",
}


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: the application and the user it is for, the scopes and roles it grants.

    `person` is the id of the user in the register of people, empty where the token has none.
    `token_endpoint` is where the issuer gives tokens out: the application's home for the standard.
    """

    issuer: str
    token_endpoint: str
    client: str
    subject: str
    scopes: frozenset[Scope]
    roles: frozenset[str] = frozenset()
    person: str = ""


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """The claims of an issuer that say more than its standard does; empty: it has none such.

    A claim inside others is named by its path: `realm_access.roles`.
    """

    roles: str = ""
    person: str = ""


class Issuer:
    """Checks the tokens of one issuer for one audience."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: IssuerKeys | None = None,
        named: TokenClaims = TokenClaims(),
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys or IssuerKeys(issuer)
        self._named = named

    def check(self, token: str) -> Token:
        """Return what a token says.

        Raises `UnauthenticatedError` unless it is valid here and now, and `UnavailableError` when
        the keys of the issuer cannot be had.
        """
        key, published = self._keys.find(_key_id(token))
        claims = self._claims(token, key)
        client = claims.get("client_id", claims.get("azp"))
        subject = claims["sub"]
        if not (client and isinstance(client, str) and subject):
            raise UnauthenticatedError("the token does not name its user and its application")
        scopes = granted(claims.get("scope", claims.get("scp", ())))
        return Token(
            self._issuer,
            published.token_endpoint,
            client,
            subject,
            scopes,
            _names(_claim(claims, self._named.roles)),
            _person(_claim(claims, self._named.person)),
        )

    def _claims(self, token: str, key: Key) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key.public,
                algorithms=key.algorithms,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": ["aud", "exp", "iss", "sub"]},
            )
        except jwt.InvalidTokenError as error:
            raise UnauthenticatedError(_WRONG.get(type(error), "the token is not valid")) from None


def granted(claim: object) -> frozenset[Scope]:
    """Return the scopes of the standard in a scope claim: a list, or names between spaces.

    `profile` beside `openid` or `email` is what OpenID Connect means by it, and says nothing about
    documents; `xapi:profile` always is the standard's.
    """
    names = _names(claim)
    if names & _OPENID:
        names -= {Scope.PROFILE}
    return known(name.removeprefix(PREFIX) for name in names)


def _names(claim: object) -> frozenset[str]:
    """Return the names in a claim: a list, or names between spaces."""
    listed: Iterable[object] = claim.split() if isinstance(claim, str) else ()
    if isinstance(claim, (list, tuple)):
        listed = claim
    return frozenset(name for name in listed if isinstance(name, str))


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim by its name or, where no claim has this name, by its path; None without."""
    if not name or name in claims:
        return claims.get(name)
    found: object = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _person(claim: object) -> str:
    """Return the id of a person; a number is one as its digits, and nothing else is."""
    if isinstance(claim, int) and not isinstance(claim, bool):
        return str(claim)
    return claim.strip() if isinstance(claim, str) else ""


def _key_id(token: str) -> str | None:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except (jwt.InvalidTokenError, RecursionError):  # the header may be JSON of any depth
        raise UnauthenticatedError("the token is not a JWT") from None
    return None if kid is None else str(kid)
