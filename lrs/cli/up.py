"""`lrs up`: the whole product in one process tree, with nothing to install.

This process lives as long as the product and only watches, in 15 MB. What the start needs is done,
and imported, in a process that ends: `once` calls the functions of `preparation.py` there.
"""

import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

import click

from lrs.cli.announcement import announcement
from lrs.cli.key_and_secret import KeyAndSecret
from lrs.errors import HaltError
from lrs.processes.data_folder import hold, leave_address
from lrs.processes.embedded import EmbeddedServer
from lrs.processes.short_lived import Call, short_lived
from lrs.processes.supervisor import Member, Supervisor, said
from lrs.settings import Settings, refuse_taken_port

START: Final = 60.0
"""Seconds that the tree has to become ready."""

LRS: Final = (sys.executable, "-P", "-m", "lrs.cli.main")
"""How members are started. Without -P, a folder `lrs` in the working folder would come first."""


class _StoppedError(Exception):
    """Somebody has ended the product before it was ready."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port on loopback [LRS_PORT, 8080].")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder [LRS_DATA, ./data].")
@click.option("--credential", type=KeyAndSecret(), help="A credential that must exist.")
@click.pass_obj
def command(
    settings: Settings, port: int | None, data: Path | None, credential: tuple[str, str] | None
) -> None:
    """Start everything in one process tree: database, API, consumer."""
    settings = replace(settings, port=port or settings.port, data=str(data or settings.data))
    refuse_taken_port(settings)
    with hold(Path(settings.data)) as lock:
        supervisor = Supervisor()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: supervisor.stopping.set())
        try:
            with short_lived("lrs.cli.preparation") as once:
                ready = _start(supervisor, once, settings, credential)
            leave_address(lock, settings.url)
            _tell(ready)
            supervisor.run()
        except _StoppedError:
            return
        finally:
            supervisor.stop()


def _start(
    supervisor: Supervisor, once: Call, settings: Settings, credential: tuple[str, str] | None
) -> str:
    """Start all members, each when it can; return what to tell once they are ready."""
    own = not settings.database
    if own:
        settings = replace(settings, database=_start_database(supervisor, once, settings))
    _tell("Bringing the tables of the database up to date")
    once("prepare", settings)
    environment = _environment(settings)
    _tell("Starting the consumer, which fills the tables, and the API")
    consumer = Member("consumer", [*LRS, "consume"], environment)
    supervisor.start(consumer)
    # Several workers need several cores; and `lrs serve` leaves it to whoever places it.
    alone = settings.workers == 1
    api = Member("api", [*LRS, "serve"], environment, one_core=alone)
    supervisor.start(api)
    shown, position = once("issue", settings, credential)
    if position is not None:
        _wait(supervisor, lambda: once("in_force_or_far", settings, position), consumer)
        if once("far", settings):
            _tell("The credential counts once the log is folded: /health/ready tells how far")
    _wait(supervisor, lambda: _answers(settings), api)
    return announcement(settings, own, shown)


def _tell(text: str) -> None:
    """Print for whoever looks on; the logs are elsewhere, on standard error."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _start_database(supervisor: Supervisor, once: Call, settings: Settings) -> str:
    """Start the private server, made unless it is there; return the URL of its database."""
    folder = Path(settings.data)
    server = EmbeddedServer(folder)
    if not server.exists():
        _tell(f"Making a database in {folder.absolute()}")
    server.initialize()
    _tell("Starting the database")
    member = Member("postgresql", server.command(), server.environment(), owner=server.owner())
    member.stop_signal = signal.SIGINT  # "fast" shutdown: sessions are ended, data is written
    supervisor.start(member)
    _wait(supervisor, lambda: once("connects", server.url), member)
    return server.url


def _wait(supervisor: Supervisor, condition: Callable[[], bool], member: Member) -> None:
    """Wait until a condition holds that a member is to bring about.

    Raises `_StoppedError` when somebody interrupts: what comes next might need the condition.
    """
    until = time.monotonic() + START
    while time.monotonic() < until:
        if supervisor.stopping.is_set():
            raise _StoppedError
        if condition():
            return
        supervisor.stopping.wait(0.1)
        supervisor.watch_once()
    raise HaltError(f"{member.name} did not become ready within {START:g} seconds{said(member)}")


def _environment(settings: Settings) -> Mapping[str, str]:
    return {
        "LRS_DATABASE": settings.database,
        "LRS_DATA": str(Path(settings.data).absolute()),
        "LRS_HOST": settings.host,
        "LRS_PORT": str(settings.port),
    }


def _answers(settings: Settings) -> bool:
    connection = HTTPConnection(settings.url.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
