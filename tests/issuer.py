"""A real OpenID Connect issuer on loopback: discovery, keys, and tokens signed with them."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
AUDIENCE = "https://lrs.example.org"


class LocalIssuer:
    """Publishes keys and signs tokens; counts how often it was asked for its keys."""

    def __init__(self) -> None:
        self.published: dict[str, dict[str, Any]] = {}
        self.discovery: dict[str, Any] = {}
        self.asked = 0
        self._private: dict[str, Private] = {}
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self.start()
        self.discovery = {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint": f"{self.url}/token",
        }
        self.add("first", rsa.generate_private_key(65537, 2048))

    @property
    def url(self) -> str:
        """The issuer, as tokens name it."""
        return f"http://127.0.0.1:{self._port}"

    def add(self, kid: str, key: Private, **more: str) -> None:
        """Publish a key."""
        public: Any = key.public_key()
        algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
        self.published[kid] = {**algorithm.to_jwk(public, as_dict=True), "kid": kid, **more}
        self._private[kid] = key

    def rotate(self, kid: str) -> None:
        """Put a new key in the place of all that are published."""
        self.published.clear()
        self.add(kid, rsa.generate_private_key(65537, 2048))

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a good token; a change to None takes one away."""
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "user-1",
            "client_id": "app-1",
            "scope": "statements/write",
            "exp": int(time.time()) + 300,
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, kid: str = "first", algorithm: str = "RS256", **changes: Any) -> str:
        """Return a signed token."""
        headers = {"kid": kid}
        return jwt.encode(self.claims(**changes), self._private[kid], algorithm, headers)

    def start(self) -> None:
        """Answer requests, on the same port as before."""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = {
                    "/.well-known/openid-configuration": lambda: issuer.discovery,
                    "/keys": issuer.keys,
                }
                found = known.get(self.path)
                body = json.dumps(found() if found else {}).encode()
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def keys(self) -> dict[str, Any]:
        """Return what is published, and count that it was asked for."""
        self.asked += 1
        return {"keys": list(self.published.values())}

    def stop(self) -> None:
        """Stop the server."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Be unreachable for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()
