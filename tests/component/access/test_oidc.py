import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lrs.access.issuer_keys import FRESH, KEPT, PAUSE, IssuerKeys
from lrs.access.oidc import Issuer, Token, granted
from lrs.access.scopes import Scope
from lrs.errors import UnauthenticatedError, UnavailableError
from tests.issuer import AUDIENCE, LocalIssuer

OTHER = rsa.generate_private_key(65537, 2048)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer(local: LocalIssuer, clock: Clock) -> Issuer:
    return Issuer(local.url, AUDIENCE, IssuerKeys(local.url, clock))


def test_a_token_tells_application_user_and_scopes(local: LocalIssuer, issuer: Issuer) -> None:
    token = issuer.check(local.token(scope="openid state statements/read/mine"))
    scopes = frozenset({Scope.STATE, Scope.STATEMENTS_READ_MINE})
    assert token == Token(local.url, f"{local.url}/token", "app-1", "user-1", scopes)


def test_the_application_may_be_named_as_authorized_party(
    local: LocalIssuer, issuer: Issuer
) -> None:
    assert issuer.check(local.token(client_id=None, azp="app-2")).client == "app-2"


def test_the_audience_may_be_one_of_many(local: LocalIssuer, issuer: Issuer) -> None:
    assert issuer.check(local.token(aud=["https://else.example.org", AUDIENCE])).client == "app-1"


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_rsa_signatures_count(local: LocalIssuer, issuer: Issuer, algorithm: str) -> None:
    assert issuer.check(local.token(algorithm=algorithm)).subject == "user-1"


def test_signatures_on_the_p_256_curve_count(local: LocalIssuer, issuer: Issuer) -> None:
    local.add("curve", ec.generate_private_key(ec.SECP256R1()))
    assert issuer.check(local.token("curve", "ES256")).subject == "user-1"


def test_a_token_need_not_name_the_only_key(local: LocalIssuer, issuer: Issuer) -> None:
    local.add("only", OTHER)
    del local.published["first"]
    assert issuer.check(jwt.encode(local.claims(), OTHER, "RS256")).subject == "user-1"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"exp": int(time.time()) - 60}, "expired"),
        ({"exp": None}, "not valid"),
        ({"nbf": int(time.time()) + 86_400}, "not valid yet"),
        ({"aud": "https://other.example.org"}, "not given for this server"),
        ({"aud": None}, "not valid"),
        ({"iss": "https://other.example.org"}, "another issuer"),
        ({"iss": None}, "not valid"),
        ({"sub": None}, "not valid"),
        ({"sub": ""}, "does not name its user"),
        ({"client_id": None}, "does not name its user and its application"),
        ({"client_id": 7}, "does not name its user and its application"),
    ],
)
def test_claims_that_do_not_count_are_refused(
    local: LocalIssuer, issuer: Issuer, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnauthenticatedError, match=message):
        issuer.check(local.token(**changes))


def test_a_signature_by_another_key_is_refused(local: LocalIssuer, issuer: Issuer) -> None:
    forged = jwt.encode(local.claims(), OTHER, "RS256", {"kid": "first"})
    with pytest.raises(UnauthenticatedError, match="signature"):
        issuer.check(forged)


def test_a_public_key_is_no_shared_secret(local: LocalIssuer, issuer: Issuer) -> None:
    """An attack on verifiers that let the token choose the algorithm: HMAC with the public key."""
    local.add("open", OTHER)
    pem = OTHER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{part({'alg': 'HS256', 'kid': 'open'})}.{part(local.claims())}"
    digest = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    forged = f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    with pytest.raises(UnauthenticatedError, match="algorithm"):
        issuer.check(forged)


def test_a_token_without_signature_is_refused(local: LocalIssuer, issuer: Issuer) -> None:
    with pytest.raises(UnauthenticatedError, match="algorithm"):
        issuer.check(f"{part({'alg': 'none', 'kid': 'first'})}.{part(local.claims())}.")


@pytest.mark.parametrize(
    "text", ["", "abc", "a.b.c", "ä.ö.ü", "e30.e30.e30", "[" * 9000, "..", "W10.e30.e30"]
)
def test_what_is_no_token_is_refused(issuer: Issuer, text: str) -> None:
    with pytest.raises(UnauthenticatedError):
        issuer.check(text)


def test_a_header_of_any_depth_is_refused(issuer: Issuer) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 200_000).rstrip(b"=").decode()
    with pytest.raises(UnauthenticatedError, match="not a JWT"):
        issuer.check(f"{deep}.e30.e30")


@pytest.mark.parametrize("more", [{"use": "enc"}, {"alg": "RS512"}, {"alg": "RSA-OAEP"}])
def test_a_key_published_for_something_else_does_not_count(
    local: LocalIssuer, issuer: Issuer, more: dict[str, str]
) -> None:
    local.add("other", OTHER, **more)
    with pytest.raises(UnauthenticatedError):
        issuer.check(local.token("other"))


def test_keys_that_cannot_be_used_are_passed_over(local: LocalIssuer, issuer: Issuer) -> None:
    local.add("short", rsa.generate_private_key(65537, 1024))
    local.add("curve", ec.generate_private_key(ec.SECP384R1()))
    local.published["oct"] = {"kty": "oct", "kid": "oct", "k": "c2VjcmV0"}
    local.published["odd"] = {"kty": "RSA", "kid": "odd", "n": "AQAB"}
    local.published["new"] = {"kty": "AKP", "kid": "new"}
    assert issuer.check(local.token()).subject == "user-1"
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        weak = local.token("short")
    for token in (weak, local.token("curve", "ES384")):
        with pytest.raises(UnauthenticatedError):
            issuer.check(token)


def test_keys_are_asked_for_once(local: LocalIssuer, issuer: Issuer, clock: Clock) -> None:
    for _ in range(5):
        issuer.check(local.token())
        clock.now += PAUSE
    assert local.asked == 1


def test_a_new_key_is_learnt_from_the_token_that_names_it(
    local: LocalIssuer, issuer: Issuer, clock: Clock
) -> None:
    issuer.check(local.token())
    local.rotate("second")
    clock.now += PAUSE
    assert issuer.check(local.token("second")).subject == "user-1"
    assert local.asked == 2


def test_invented_keys_do_not_make_the_issuer_be_asked_again_and_again(
    local: LocalIssuer, issuer: Issuer, clock: Clock
) -> None:
    issuer.check(local.token())
    clock.now += PAUSE
    for number in range(50):
        forged = jwt.encode(local.claims(), OTHER, "RS256", {"kid": f"invented-{number}"})
        with pytest.raises(UnauthenticatedError, match="issuer lacks"):
            issuer.check(forged)
    assert local.asked == 2
    assert issuer.check(local.token()).subject == "user-1"


def test_a_withdrawn_key_counts_no_longer_than_keys_are_fresh(
    local: LocalIssuer, issuer: Issuer, clock: Clock
) -> None:
    token = local.token()
    issuer.check(token)
    local.rotate("second")
    clock.now += FRESH - 1
    issuer.check(token)
    clock.now += 1
    with pytest.raises(UnauthenticatedError, match="issuer lacks"):
        issuer.check(token)


def test_an_issuer_that_was_away_at_first_is_asked_again(
    local: LocalIssuer, issuer: Issuer, clock: Clock
) -> None:
    token = local.token()
    with local.away():
        for _ in range(3):
            with pytest.raises(UnavailableError, match="does not answer"):
                issuer.check(token)
    clock.now += PAUSE
    assert issuer.check(token).subject == "user-1"


def test_known_keys_count_for_a_day_while_the_issuer_is_away(
    local: LocalIssuer, issuer: Issuer, clock: Clock
) -> None:
    token = local.token()
    issuer.check(token)
    with local.away():
        clock.now += KEPT - 1
        assert issuer.check(token).subject == "user-1"
        unknown = jwt.encode(local.claims(), OTHER, "RS256", {"kid": "unknown"})
        with pytest.raises(UnavailableError):
            issuer.check(unknown)
        clock.now += 1
        with pytest.raises(UnavailableError):
            issuer.check(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://other.example.org"},
        {"issuer": None},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
        {"jwks_uri": 7},
        {"jwks_uri": "http://127.0.0.1:1/keys"},
    ],
)
def test_a_discovery_that_makes_no_sense_is_not_followed(
    local: LocalIssuer, issuer: Issuer, changes: dict[str, Any]
) -> None:
    local.discovery |= changes
    with pytest.raises(UnavailableError):
        issuer.check(local.token())


@pytest.mark.parametrize(
    ("claim", "scopes"),
    [
        ("statements/write state", {Scope.STATEMENTS_WRITE, Scope.STATE}),
        (["all/read", "else"], {Scope.ALL_READ}),
        ("xapi:all", {Scope.ALL}),
        ("profile", {Scope.PROFILE}),
        ("openid profile", set()),
        ("profile email state", {Scope.STATE}),
        ("openid email xapi:profile", {Scope.PROFILE}),
        ("openid", set()),
        ("", set()),
        ([], set()),
        ([7, "define"], {Scope.DEFINE}),
        (None, set()),
        ({"all": 1}, set()),
    ],
)
def test_scopes_are_those_of_the_standard_in_the_claim(claim: object, scopes: set[Scope]) -> None:
    assert granted(claim) == scopes


def test_a_list_of_scopes_may_be_called_scp(local: LocalIssuer, issuer: Issuer) -> None:
    assert issuer.check(local.token(scope=None, scp=["state"])).scopes == {Scope.STATE}


def test_a_token_without_scopes_grants_nothing(local: LocalIssuer, issuer: Issuer) -> None:
    assert issuer.check(local.token(scope=None)).scopes == frozenset()


def part(content: object) -> str:
    """Return a part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
