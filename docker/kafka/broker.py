"""The real Apache Kafka broker, from its published jars, for machines without Docker.

One process is broker and controller, on loopback, with its data in one folder. `make kafka` uses
it from the command line; the tests use `Broker` to kill a broker and to start it again.
"""

import atexit
import base64
import fcntl
import hashlib
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

import click
from rich.console import Console

HERE = Path(__file__).resolve().parent
LIBS = HERE / "libs"
FETCH = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
# Short-lived brokers on small machines: a quick start matters more than the best throughput.
JAVA_OPTIONS = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class BrokerError(click.ClickException):
    """The broker cannot be fetched, started or stopped; the message says why."""


class Broker:
    """One broker: a folder, two ports, and at most one process at a time.

    A `tied` broker dies with the process that started it, whichever way that ends; on Linux it
    dies with the thread that started it.
    """

    def __init__(self, folder: Path, port: int | None = None, *, tied: bool = True) -> None:
        """Choose free ports unless told; nothing runs before `start`."""
        self.folder = folder.resolve()
        self.port, self._controller_port = (port, port + 1) if port else free_ports()
        self.more = ""
        """Lines for the end of `server.properties`, where the last of a name counts."""
        self._tied = tied
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """Address that clients connect to."""
        return f"127.0.0.1:{self.port}"

    def start(self, patience: float = 60.0) -> None:
        """Start on the folder's data, formatted on first use, and return when it serves."""
        if self.pid() is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        fetch()
        self._configure()
        self._format()
        self._spawn()
        try:
            self._until(self._serves, patience, "serve requests")
        except BrokerError:
            self.kill()
            raise

    def stop(self, patience: float = 30.0) -> None:
        """Shut down in order: what was acknowledged is flushed to disk."""
        self._end(signal.SIGTERM, patience)

    def kill(self) -> None:
        """Kill with -9, as a crash would."""
        self._end(signal.SIGKILL, 10.0)

    def wipe(self) -> None:
        """Delete the folder with everything the broker kept."""
        if self.pid() is not None:
            raise BrokerError(f"the broker of {self.folder} is running: stop it first")
        shutil.rmtree(self.folder, ignore_errors=True)

    def pid(self) -> int | None:
        """Tell the running broker's process id, also when another process started it."""
        if self._process is not None:
            return self._process.pid if self._process.poll() is None else None
        try:
            pid = int((self.folder / "broker.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        # The number may belong to another program by now, so its command line must be ours.
        command = ("ps", "-ww", "-p", str(pid), "-o", "command=")
        listing = subprocess.run(command, capture_output=True, text=True, check=False)
        return pid if str(self._properties) in listing.stdout else None

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _log(self) -> Path:
        return self.folder / "broker.log"

    def _configure(self) -> None:
        template = Template((HERE / "server.properties").read_text() + self.more)
        ports = {"port": self.port, "controller_port": self._controller_port}
        self._properties.write_text(template.substitute(ports, data=self.folder / "data"))

    def _format(self) -> None:
        if (self.folder / "data" / "meta.properties").exists():
            return
        # A cluster id is 22 characters of base64; one that begins with "-" reads as an option.
        cluster = "A" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
        tool = java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self._properties))
        run(tool, "format the data folder")

    def _spawn(self) -> None:
        command = java("kafka.Kafka", str(self._properties), options=self._logging())
        if self._tied and shutil.which("setpriv"):
            # Elsewhere than on Linux the exit handler must do, which a kill -9 of us skips.
            command = ("setpriv", "--pdeathsig", "KILL", *command)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=not self._tied,
            )
        if self._tied:
            atexit.register(self.kill)
        (self.folder / "broker.pid").write_text(str(self._process.pid))

    def _logging(self) -> tuple[str, ...]:
        return (
            f"-Dlog4j2.configurationFile={(HERE / 'log4j2.properties').as_uri()}",
            f"-Dkafka.logs.dir={self.folder / 'logs'}",
        )

    def _serves(self) -> bool:
        if self.pid() is None:
            raise BrokerError(f"the broker ended while starting\n{self._tail()}")
        return answers(self.port)

    def _end(self, how: signal.Signals, patience: float) -> None:
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, how)
        self._until(lambda: self.pid() is None, patience, "end")
        atexit.unregister(self.kill)

    def _until(self, condition: Callable[[], bool], patience: float, what: str) -> None:
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                raise BrokerError(f"the broker did not {what} in {patience:g} s\n{self._tail()}")
            time.sleep(0.05)

    def _tail(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join([f"last lines of {self._log}:", *lines[-20:]])


def lacking() -> str | None:
    """Name the program that this machine lacks to run the broker, or None."""
    for program in ("java",) if fetched() else ("java", "mvn"):
        if shutil.which(program) is None:
            return f"{program} is not on the PATH"
    return None


def fetch() -> None:
    """Fetch the jars once; processes that come at the same time wait for the first."""
    if fetched():
        return
    reason = lacking()
    if reason is not None:
        raise BrokerError(reason)
    with alone(HERE / "run" / "fetch.lock"):
        if fetched():
            return
        shutil.rmtree(LIBS, ignore_errors=True)
        pom = str(HERE / "pom.xml")
        options = ("-DincludeScope=runtime", f"-DoutputDirectory={LIBS}")
        run(("mvn", "-B", "-q", "-f", pom, FETCH, *options), "fetch Kafka's jars")
        (LIBS / "complete").write_text(wanted())


def fetched() -> bool:
    """Tell whether the jars that `pom.xml` names are all here."""
    mark = LIBS / "complete"
    return mark.exists() and mark.read_text() == wanted()


def wanted() -> str:
    """Fingerprint of `pom.xml`: another version of Kafka means another set of jars."""
    return hashlib.sha256((HERE / "pom.xml").read_bytes()).hexdigest()


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock between processes; it is released however the process ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def java(main: str, *arguments: str, options: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Command line of one of Kafka's programs."""
    return ("java", *JAVA_OPTIONS, *options, "-cp", f"{LIBS}/*", main, *arguments)


def run(command: tuple[str, ...], purpose: str) -> None:
    """Run a program to its end; its output matters only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BrokerError(f"could not {purpose}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def free_ports() -> tuple[int, int]:
    """Find two neighbouring free ports below the range that the kernel gives to clients.

    Inside that range a client that retries a dead broker can connect to itself and take the port.
    """
    for port in random.sample(range(20000, 32000, 2), 50):
        if all(is_free(candidate) for candidate in (port, port + 1)):
            return port, port + 1
    raise BrokerError("no free port between 20000 and 32000")


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    """Ask for the broker's protocol versions; it replies only once it serves clients."""
    body = struct.pack(">hhih", 18, 0, 1, -1)  # ApiVersions, version 0, correlation 1, no client id
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            return len(connection.recv(8)) == 8
    except OSError:
        return False


@click.group()
def main() -> None:
    """Run one Apache Kafka broker on loopback, from its published jars."""


data = click.option("--data", type=click.Path(path_type=Path), default=HERE / "run" / "broker")
console = Console(highlight=False)


@main.command()
@click.option("--port", type=int, default=9092, envvar="KAFKA_PORT", show_default=True)
@data
def start(port: int, data: Path) -> None:
    """Start the broker and return when it serves."""
    broker = Broker(data, port, tied=False)
    broker.start()
    console.print(f"Kafka serves on {broker.bootstrap}; data and broker.log are in {data}")


@main.command()
@data
def stop(data: Path) -> None:
    """Stop the broker; its data stays."""
    Broker(data, tied=False).stop()
    console.print("Kafka is stopped")


@main.command()
@data
def wipe(data: Path) -> None:
    """Delete a stopped broker's data."""
    Broker(data, tied=False).wipe()
    console.print(f"{data} is deleted")


if __name__ == "__main__":
    main()
