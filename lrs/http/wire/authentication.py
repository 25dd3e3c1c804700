"""Who a request comes from: Basic against the keyring, or a bearer token of the OIDC issuer."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import Response, g, request

from lrs.access.credentials import Credential
from lrs.access.grants import Entitlement, Grants, resolved
from lrs.access.oidc import Token
from lrs.access.scopes import Scope
from lrs.errors import RejectedError, UnauthenticatedError
from lrs.events import principal
from lrs.events.principal import Principal, PrincipalKind
from lrs.http.wire.app_parts import AppParts, app_parts
from lrs.http.wire.measures import measures

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REFUSED: Final = frozenset((401, 403))
FOUND_OUT: Final = "lrs.identity"
"""Key of the WSGI environment: the error of an identification that was made before Flask saw it."""

BASIC: Final = 'Basic realm="xAPI", charset="UTF-8"'
BEARER: Final = 'Bearer realm="xAPI"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from: the authority of what it writes, what it may do, and who acts."""

    authority: Mapping[str, Any]
    grants: Grants
    principal: Principal

    @property
    def scopes(self) -> frozenset[Scope]:
        """The scopes that the caller may use."""
        return self.grants.scopes


def authenticate() -> None:
    """Keep the caller in `g.credential`, unless it is there; raises `UnauthenticatedError`."""
    if "credential" not in g:
        authorization = request.headers.get("Authorization", "")
        try:
            g.credential = _identified(authorization, request.environ)
        except RejectedError as error:
            if authorization:
                measures().note_refused(error.code)
            raise


def _identified(authorization: str, environ: "WSGIEnvironment") -> Caller:
    """Return the caller, or raise what was found out before Flask saw the request."""
    found = environ.get(FOUND_OUT)
    if isinstance(found, RejectedError):
        raise found
    return identify(authorization, environ.get("REMOTE_ADDR", ""), app_parts())


def identify(authorization: str, address: str, parts: AppParts) -> Caller:
    """Return who this header speaks for; raises `UnauthenticatedError` or `SlowedError`."""
    scheme, content = _split(authorization)
    issuer = parts.issuer
    if scheme == "basic":
        return _platform(parts.keyring.check(*_basic(content), address), parts.settings.authority)
    if scheme == "bearer" and issuer is not None:
        return _user(issuer.check(content))
    other = " or a bearer token" if issuer else ""
    raise UnauthenticatedError(f"this resource needs HTTP Basic authentication{other}")


def authority(caller: Caller) -> bytes:
    """Return the JSON of who vouches for what this caller sends."""
    return orjson.dumps(caller.authority)


def challenge(response: Response) -> Response:
    """Tell how to authenticate (RFC 9110 11.6.1), and what was wrong with a token (RFC 6750 3)."""
    if response.status_code not in REFUSED:
        return response
    bearing = app_parts().issuer is not None
    sent = bearing and _split(request.headers.get("Authorization", ""))[0] == "bearer"
    if response.status_code == 401:
        response.headers.add("WWW-Authenticate", BASIC)
        if bearing:
            wrong = ', error="invalid_token"' if sent else ""
            response.headers.add("WWW-Authenticate", BEARER + wrong)
    elif sent:
        needed = " ".join(sorted(g.get("needed", ())))
        wrong = f', error="insufficient_scope", scope="{needed}"'
        response.headers.add("WWW-Authenticate", BEARER + wrong)
    return response


def _split(authorization: str) -> tuple[str, str]:
    scheme, _, content = authorization.partition(" ")
    return scheme.lower(), content.strip()


def _platform(credential: Credential, home: str) -> Caller:
    """Return the caller behind a credential of ours: an Agent with an account here."""
    acting = principal.credential(credential.key, credential.given.person)
    return Caller(_agent(home, credential.key), resolved(credential.given), acting)


def _user(token: Token) -> Caller:
    """Return the caller behind a token (Data 2.4.9): application and user, as a Group of the two.

    The application has its account where tokens are given out. Where no user takes part, it stands
    alone: the issuer then names it as the subject too (RFC 9068 2.2).
    """
    grants = resolved(Entitlement(token.scopes, token.roles, token.person))
    application = _agent(token.token_endpoint, token.client)
    alone = token.subject == token.client
    acting = Principal(
        PrincipalKind.SUBJECT,
        token.subject,
        token.issuer,
        application="" if alone else token.client,
        person=token.person,
    )
    if alone:
        return Caller(application, grants, acting)
    pair = [application, _agent(token.issuer, token.subject)]
    return Caller({"objectType": "Group", "member": pair}, grants, acting)


def _agent(home: str, name: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": home, "name": name}}


def _basic(encoded: str) -> tuple[str, str]:
    """Return key and secret."""
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        raise UnauthenticatedError("the Basic credentials are not base64 of UTF-8") from None
    key, colon, secret = decoded.partition(":")
    if not colon:
        raise UnauthenticatedError("the Basic credentials lack the colon after the key")
    if not decoded.isprintable():
        raise UnauthenticatedError("the Basic credentials hold control characters (RFC 7617 2)")
    return key, secret
