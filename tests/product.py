"""The product itself, as a user starts it, for tests over HTTP."""

import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests.described import Description
from tests.statements import completed

KEY, SECRET = "test", "test-secret-0123456789"
LRS = (sys.executable, "-P", "-m", "lrs.cli.main")


@dataclass
class Product:
    """`lrs up` in a data folder of its own."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    key: str = KEY
    secret: str = SECRET
    process: "subprocess.Popen[str] | None" = None
    description: Description | None = None
    """What the product says of itself; every answer to a `Client` is compared with it."""

    @property
    def root(self) -> str:
        """Address of the server."""
        host = self.settings.get("LRS_HOST", "127.0.0.1")
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def endpoint(self) -> str:
        """Address of xAPI, as clients are configured with."""
        return f"{self.root}/xapi"

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of commands beside the running product."""
        return {**os.environ, "LRS_DATA": str(self.data), **self.settings}

    def start(self) -> None:
        """Start the product and wait for the line that says it is ready."""
        self.port = self.port or free_port()
        options = ["--port", str(self.port), "--data", str(self.data)]
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "log").open("a") as errors:
            self.process = subprocess.Popen(
                [*LRS, "up", *options, "--credential", f"{self.key}:{self.secret}"],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout is not None
        lines = iter(self.process.stdout.readline, "")
        ready = any(line.startswith("Ledger is ready") for line in lines)
        assert ready, (self.data / "log").read_text()[-4000:]
        told = requests.get(f"{self.root}/api/openapi.json", timeout=30)
        self.description = Description(told.json())

    def members(self, word: str) -> list[psutil.Process]:
        """Return the processes of the tree with this word in their command, outermost first."""
        assert self.process is not None
        tree = psutil.Process(self.process.pid).children(recursive=True)
        return [process for process in tree if word in _command(process)]

    def stop(self) -> int:
        """Interrupt the product as Ctrl-C does; return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run another `lrs` command on the same data."""
        return subprocess.run(
            [*LRS, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def client(self, version: str = "1.0.3") -> "Client":
        """Return a client with the product's credential."""
        return Client(self, version)


def _command(process: psutil.Process) -> list[str]:
    """Return the command of a process; empty for a process that has just ended."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


class Client(requests.Session):
    """Requests to paths of one product, with credential and version header.

    Every answer must be as the product's OpenAPI document has it.
    """

    def __init__(self, product: Product, version: str) -> None:
        super().__init__()
        self._root = product.root
        self._description = product.description
        self.auth = (product.key, product.secret)
        self.headers["X-Experience-API-Version"] = version

    def request(
        self, method: str | bytes, url: str | bytes, *a: Any, **k: Any
    ) -> requests.Response:
        """Send a request to a path such as `/xapi/statements`."""
        answer = super().request(method, f"{self._root}{url!s}", *a, **k)
        if self._description is not None and not k.get("stream"):
            assert self._description.faults(answer) == [], f"{method!s} {url!s}"
        return answer


def authorization(product: Product) -> str:
    """Return the header that the product's credential makes, for requests written by hand."""
    return "Basic " + base64.b64encode(f"{product.key}:{product.secret}".encode()).decode()


def stored(product: Product) -> bool:
    """Tell whether a statement can be posted to a product and read back."""
    with product.client() as client:
        try:
            answer = client.post("/xapi/statements", json=completed(), timeout=5)
            if answer.status_code != 200:
                return False
            asked = {"statementId": answer.json()[0]}
            return client.get("/xapi/statements", params=asked, timeout=10).status_code == 200
        except requests.RequestException:
            return False


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product on its embedded default, shared by the tests of a session."""
    product = Product(tmp_path_factory.mktemp("product"))
    product.start()
    yield product
    assert product.stop() == 0


@pytest.fixture
def client(server: Product) -> Iterator[Client]:
    """A client of xAPI 1.0.3."""
    with server.client() as session:
        yield session


@pytest.fixture
def client_2_0(server: Product) -> Iterator[Client]:
    """A client of xAPI 2.0."""
    with server.client("2.0.0") as session:
        yield session
