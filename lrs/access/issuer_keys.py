"""The signing keys of an OpenID Connect issuer: discovered, remembered, and renewed as they rotate.

A token names its key. A key that is not known makes the keys be fetched again, but at most once in
`PAUSE`, so that invented names cannot turn this server against the issuer: a rotation is noticed
that late at worst. While the issuer does not answer, keys in memory go on counting for `KEPT`.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from lrs.errors import UnauthenticatedError, UnavailableError

FRESH: Final = 900.0
"""Seconds for which keys count without a look at the issuer: so soon does a withdrawal work."""

KEPT: Final = 24 * 3600.0
"""Seconds for which they count while the issuer does not answer."""

PAUSE: Final = 10.0
"""Seconds between two looks at the issuer."""

TIMEOUT: Final = 3.0
"""Seconds that the issuer has to answer."""

RSA: Final = ("RS256", "RS384", "RS512")
ELLIPTIC: Final = ("ES256",)
SHORTEST: Final = 2048
"""Bits of the shortest RSA key that counts."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the algorithms that a signature under it may be made with."""

    public: RSAPublicKey | EllipticCurvePublicKey
    algorithms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What the issuer has published: keys by their id, and where it gives tokens out."""

    keys: Mapping[str | None, Key]
    token_endpoint: str
    read: float


class IssuerKeys:
    """Knows the keys of one issuer; safe to use from many threads."""

    def __init__(self, issuer: str, now: Callable[[], float] = time.monotonic) -> None:
        """Ask nothing yet: the issuer need not be up for this server to start."""
        self._issuer = issuer
        self._now = now
        self._published: Published | None = None
        self._tried = float("-inf")
        self._failed = False
        self._lock = threading.Lock()

    def find(self, kid: str | None) -> tuple[Key, Published]:
        """Return the key of this id, and what it was published with.

        Raises `UnauthenticatedError` when the issuer has no such key, `UnavailableError` when it
        does not answer.
        """
        published = self._published
        if published is None or kid not in published.keys or self._age(published) >= FRESH:
            published = self._renewed(published, kid)
        key = published.keys.get(kid)
        if key is None:
            raise UnauthenticatedError("the token is signed with a key that its issuer lacks")
        return key, published

    def _age(self, published: Published) -> float:
        return self._now() - published.read

    def _renewed(self, held: Published | None, kid: str | None) -> Published:
        """Fetch anew, unless it is too soon; what is held does where it is still good."""
        good = held if held and kid in held.keys and self._age(held) < KEPT else None
        if not self._lock.acquire(blocking=good is None):
            assert good is not None
            return good
        try:
            if self._published is held and self._now() - self._tried >= PAUSE:
                self._renew()
            published = good if self._failed else self._published
            if published is None:
                raise UnavailableError("the issuer of tokens does not answer")
            return published
        finally:
            self._lock.release()

    def _renew(self) -> None:
        self._tried, self._failed = self._now(), True
        try:
            self._published = self._fetch()
        except (requests.RequestException, LookupError, TypeError, ValueError) as error:
            logger.warning("the keys of %s cannot be had: %s", self._issuer, error)
        else:
            self._failed = False

    def _fetch(self) -> Published:
        discovery = _document(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if discovery["issuer"] != self._issuer:
            raise ValueError(f"its discovery document names the issuer {discovery['issuer']!r}")
        home = str(discovery["jwks_uri"])
        if urlsplit(home).scheme not in {"https", urlsplit(self._issuer).scheme}:
            raise ValueError("its keys would come unprotected")
        listed = dict(_usable(_document(home)["keys"]))
        if len(listed) == 1:  # then a token need not name it
            listed[None] = next(iter(listed.values()))
        endpoint = str(discovery.get("token_endpoint", self._issuer))
        return Published(listed, endpoint, self._now())


def _document(url: str) -> Any:
    answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
    if answer.status_code != 200:
        raise ValueError(f"{url} answers {answer.status_code}")
    return answer.json()


def _usable(listed: list[dict[str, Any]]) -> Iterator[tuple[str | None, Key]]:
    """Yield the keys that sign in a way that counts here, by id; others are passed over."""
    for entry in filter(_signs, listed):
        algorithms = _algorithms(public := _public(entry))
        if "alg" in entry:
            algorithms = tuple(one for one in algorithms if one == entry["alg"])
        if algorithms:
            yield entry.get("kid"), Key(public, algorithms)


def _signs(entry: object) -> bool:
    kinds = {"RSA", "EC"}
    return (
        isinstance(entry, dict) and entry.get("use", "sig") == "sig" and entry.get("kty") in kinds
    )


def _public(entry: Mapping[str, Any]) -> Any:
    try:
        return jwt.PyJWK(dict(entry)).key
    except jwt.PyJWTError:
        return None


def _algorithms(public: object) -> tuple[str, ...]:
    if isinstance(public, RSAPublicKey) and public.key_size >= SHORTEST:
        return RSA
    if isinstance(public, EllipticCurvePublicKey) and isinstance(public.curve, SECP256R1):
        return ELLIPTIC
    return ()
