"""The settings of a process, read once from `LRS_*` variables; a bad value stops the start."""

import errno
import os
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from lrs.errors import HaltError
from lrs.xapi.version import Version

PREFIX: Final = "LRS_"
LOG_LEVELS: Final = ("debug", "info", "warning", "error", "critical")
T = TypeVar("T")

_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_PORT: Final = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default. The variable is the name in capitals after `LRS_`.

    Sizes are in bytes, times in seconds.
    """

    database: str = ""
    """`postgresql://...`; empty: `lrs up` starts a private server in `data`."""
    log: str = "postgresql"
    """`postgresql`: a table of the database; `kafka://host:port[,host:port]/topic`."""
    kafka_security: str = ""
    """File of `name=value` lines: librdkafka's `security.*`, `ssl.*` and `sasl.*` settings."""
    data: str = "data"
    """Folder of the private PostgreSQL server and of attachments."""
    blobs: str = ""
    """Folder or fsspec URL (`s3://bucket/path`) of attachments; empty: a folder of `data`."""
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    """Server processes. With more than one, `/metrics` tells the requests of whichever answers."""
    threads: int = 32
    """Requests that one process works on at a time."""
    default_xapi_version: Version = Version.V2_0_0
    """The version that an answer bears when the request names none."""
    authority: str = "http://localhost/credentials"
    """homePage of the accounts that stand for credentials in `authority`."""
    path_prefix: str = ""
    """Path under which a reverse proxy serves this server, for instance `/lrs`."""
    trusted_proxies: int = 0
    """Reverse proxies whose `X-Forwarded-*` headers count."""
    cors_origins: frozenset[str] = frozenset()
    """Origins of the pages that may use the store, also in credentials mode, with commas between
    them: `https://learn.example.org,http://localhost:3000`. Empty: all, without that mode."""
    page_limit: int = 500
    max_request: int = 16 * 2**20
    max_attachments: int = 512 * 2**20
    max_in_flight: int = 256
    append_timeout: float = 8.0
    read_wait: float = 5.0
    log_level: str = "info"
    """Least level of what is logged: `debug`, `info`, `warning`, `error` or `critical`."""
    oidc_issuer: str = ""
    """Issuer whose bearer tokens are accepted beside Basic authentication; empty: none."""
    oidc_audience: str = ""
    """What the `aud` of a token must name: this server, as the issuer knows it."""
    oidc_roles_claim: str = ""
    """Claim of a token that lists roles, for instance `roles` or `realm_access.roles`."""
    oidc_person_claim: str = ""
    """Claim of a token that holds the id of its user in the register of people."""

    @property
    def address(self) -> str:
        """Host and port as a URL writes them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Where this machine reaches the server: by loopback, if it listens on every address."""
        near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host)  # noqa: S104  # compared only
        return f"http://{near}:{self.port}" if near else f"http://{self.address}"


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises `HaltError` naming the variable and the rule."""
    known = {PREFIX + field.name.upper(): field.name for field in fields(Settings)}
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in known:
            values[known[name]] = _value(name, value)
        elif not name.startswith(PREFIX + "TEST_"):
            raise HaltError(f"{name}: there is no such setting; known: {', '.join(sorted(known))}")
    if values.get("oidc_issuer") and not values.get("oidc_audience"):
        raise HaltError(
            f"{PREFIX}OIDC_AUDIENCE: must be set beside {PREFIX}OIDC_ISSUER, or tokens that the "
            "issuer gives for other servers would count here"
        )
    for name in ("oidc_roles_claim", "oidc_person_claim"):
        if values.get(name) and not values.get("oidc_issuer"):
            raise HaltError(f"{PREFIX}{name.upper()}: says nothing without {PREFIX}OIDC_ISSUER")
    return Settings(**values)


def refuse_taken_port(settings: Settings) -> None:
    """Raise `HaltError` if something listens there: the server itself would share the port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            setting = "HOST" if error.errno == errno.EADDRNOTAVAIL else "PORT"
            raise HaltError(
                f"{PREFIX}{setting}: nothing can listen on {settings.address}: {error.strerror}"
            ) from None


def _value(name: str, text: str) -> Any:
    reader = _READERS.get(name.removeprefix(PREFIX).lower(), str)
    try:
        return reader(text)
    except ValueError as error:
        raise HaltError(f"{name}: {error}") from error


def _database(text: str) -> str:
    if not text:
        return text
    if urlsplit(text).scheme not in {"postgresql", "postgres"}:
        raise ValueError("must be a postgresql:// URL")
    # The driver takes 10 MB: a process that only watches others does without.
    from psycopg import ProgrammingError  # noqa: PLC0415
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        conninfo_to_dict(text)
    except ProgrammingError as error:
        said = str(error).strip()
        if "percent" in said:  # it shows part of the password
            said = "a % in a name or password is written %25"
        raise ValueError(f"must be a postgresql:// URL: {said}") from None
    return text


def _host(text: str) -> str:
    """Return an address, of IPv4 where a name has both: the server does not listen on names."""
    try:
        found = socket.getaddrinfo(text or "-", None, type=socket.SOCK_STREAM)
    except OSError:
        raise ValueError(f"{text!r} must be an address of this machine, or its name") from None
    return str(min(found, key=lambda one: one[0] != socket.AF_INET)[4][0])


def _log(text: str) -> str:
    url = urlsplit(text)
    if text != "postgresql" and not (url.scheme == "kafka" and url.netloc and url.path.strip("/")):
        raise ValueError("must be `postgresql` or kafka://host:port/topic")
    return text


def _authority(text: str) -> str:
    from lrs.xapi.formats import is_iri  # noqa: PLC0415  # 11 MB, of the engines for schemas

    if not is_iri(text):
        raise ValueError("must be an IRI with a scheme")
    return text


def _prefix(text: str) -> str:
    if text and (not text.startswith("/") or text.endswith("/") or "//" in text):
        raise ValueError("must begin with a slash, not end with one, and have no two in a row")
    return text


def _origins(text: str) -> frozenset[str]:
    return frozenset(_origin(one.strip()) for one in text.split(",") if one.strip())


def _origin(text: str) -> str:
    """Return an origin as browsers write it: in small letters, without the port of the scheme."""
    origin = text.lower()
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(
            f"{text!r} must be an origin such as https://learn.example.org, without a path and in "
            "ASCII; leave the setting empty to let every page use the store"
        )
    return origin.removesuffix(_PORT.get(origin.partition(":")[0], ""))


def _issuer(text: str) -> str:
    url = urlsplit(text)
    near = url.scheme == "http" and url.hostname in {"127.0.0.1", "::1", "localhost"}
    if text and not near and not (url.scheme == "https" and url.hostname):
        raise ValueError("must be an https:// URL, or http:// on this machine")
    return text


def _claim(text: str) -> str:
    names = text.split(".")
    if text and not all(name and name.isprintable() and " " not in name for name in names):
        raise ValueError("must be the name of a claim, or its path with a dot between the names")
    return text


def _version(text: str) -> Version:
    known = ", ".join(version.value for version in Version)
    if text not in known.split(", "):
        raise ValueError(f"must be one of {known}")
    return Version(text)


def _log_level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return text.lower()


def _number(
    kind: Callable[[str], T], least: float, most: float = float("inf")
) -> Callable[[str], T]:
    def read_number(text: str) -> T:
        try:
            value = kind(text)
        except ValueError:
            raise ValueError("must be a number") from None
        if not value >= least:  # type: ignore[operator]  # int or float, perhaps nan
            raise ValueError(f"must be at least {least:g}")
        if value > most:  # type: ignore[operator]  # int or float
            raise ValueError(f"must be at most {most:g}")
        return value

    return read_number


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "database": _database,
    "log": _log,
    "host": _host,
    "authority": _authority,
    "path_prefix": _prefix,
    "cors_origins": _origins,
    "default_xapi_version": _version,
    "oidc_issuer": _issuer,
    "oidc_roles_claim": _claim,
    "oidc_person_claim": _claim,
    "log_level": _log_level,
    "port": _number(int, 1, 65535),
    "workers": _number(int, 1),
    "threads": _number(int, 1),
    "trusted_proxies": _number(int, 0),
    "page_limit": _number(int, 1),
    "max_request": _number(int, 1024),
    "max_attachments": _number(int, 1024),
    "max_in_flight": _number(int, 1),
    "append_timeout": _number(float, 0.1, 3600),
    "read_wait": _number(float, 0.0, 3600),
}
