"""`lrs up`: the whole product in one process tree, with nothing to install."""

import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
import requests

from lrs.cli.announcement import announcement
from lrs.cli.key_and_secret import KeyAndSecret
from lrs.composition import (
    check_topic,
    create_topic,
    database_url,
    migrate,
    open_blobs,
    open_credentials,
)
from lrs.errors import HaltError, UnavailableError
from lrs.events.principal import SHELL
from lrs.log.kafka.topic import NoTopicError
from lrs.processes.data_folder import hold, leave_address
from lrs.processes.embedded import EmbeddedServer
from lrs.processes.supervisor import Member, Supervisor, said
from lrs.settings import Settings, refuse_taken_port
from lrs.storage.database import connect

START: Final = 60.0
"""Seconds that the tree has to become ready."""

LRS: Final = (sys.executable, "-P", "-m", "lrs.cli.main")
"""How members are started. Without -P, a folder `lrs` in the working folder would come first."""


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
            ready = _start(supervisor, settings, credential)
            if not supervisor.stopping.is_set():
                leave_address(lock, settings.url)
                _tell(ready)
            supervisor.run()
        finally:
            supervisor.stop()


def _start(supervisor: Supervisor, settings: Settings, credential: tuple[str, str] | None) -> str:
    """Start all members, each when it can; return what to tell once they are ready."""
    own = not settings.database
    if own:
        _start_database(supervisor, settings)
    settings = replace(settings, database=database_url(settings))
    _tell("Bringing the tables of the database up to date")
    migrate(settings.database)
    _ensure_topic(settings)
    open_blobs(settings)
    environment = _environment(settings)
    _tell("Starting the consumer, which fills the tables, and the API")
    consumer = Member("consumer", [*LRS, "consume"], environment)
    supervisor.start(consumer)
    # Several workers need several cores; and `lrs serve` leaves it to whoever places it.
    alone = settings.workers == 1
    api = Member("api", [*LRS, "serve"], environment, one_core=alone)
    supervisor.start(api)
    shown = _credential(supervisor, consumer, settings, credential)
    _wait(supervisor, lambda: _answers(settings), api)
    return announcement(settings, own, shown)


def _tell(text: str) -> None:
    """Print for whoever looks on; the logs are elsewhere, on standard error."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _start_database(supervisor: Supervisor, settings: Settings) -> None:
    folder = Path(settings.data)
    server = EmbeddedServer(folder)
    if not server.exists():
        _tell(f"Making a database in {folder.absolute()}")
    server.initialize()
    _tell("Starting the database")
    member = Member("postgresql", server.command(), server.environment(), owner=server.owner())
    member.stop_signal = signal.SIGINT  # "fast" shutdown: sessions are ended, data is written
    supervisor.start(member)
    _wait(supervisor, lambda: _connects(server.url), member)


def _connects(url: str) -> bool:
    try:
        connect(url).close()
    except UnavailableError:
        return False
    return True


def _wait(supervisor: Supervisor, condition: Callable[[], bool], member: Member) -> None:
    """Wait until a condition holds that a member is to bring about, or somebody interrupts."""
    until = time.monotonic() + START
    while time.monotonic() < until:
        if condition() or supervisor.stopping.wait(0.1):
            return
        supervisor.watch_once()
    raise HaltError(f"{member.name} did not become ready within {START:g} seconds{said(member)}")


def _ensure_topic(settings: Settings) -> None:
    if settings.log == "postgresql":
        return
    try:
        check_topic(settings)
    except NoTopicError:
        create_topic(settings)
        check_topic(settings)


def _credential(
    supervisor: Supervisor, consumer: Member, settings: Settings, given: tuple[str, str] | None
) -> tuple[str, str] | None:
    """Return a credential to show: the one given, or one made because there is none.

    It is in force, unless a long log has to be folded first: the rest need not wait for that.
    """
    with open_credentials(settings) as held:
        issued = held.ensure(*given, SHELL) if given else held.add_first("first", SHELL)
        if issued is None:
            return None
        position = issued.position
        if position is not None:
            _wait(supervisor, lambda: held.wait(position, 0.0) or held.far(), consumer)
            if held.far():
                _tell("The credential counts once the log is folded: /health/ready tells how far")
        return issued.key, issued.secret


def _environment(settings: Settings) -> Mapping[str, str]:
    return {
        "LRS_DATABASE": settings.database,
        "LRS_DATA": str(Path(settings.data).absolute()),
        "LRS_HOST": settings.host,
        "LRS_PORT": str(settings.port),
    }


def _answers(settings: Settings) -> bool:
    try:
        answer = requests.get(f"{settings.url}/health/ready", timeout=2)
    except requests.RequestException:
        return False
    return answer.status_code == 200
