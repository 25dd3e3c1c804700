"""`lrs up`: the whole product in one process tree, with nothing to install."""

import fcntl
import logging
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Final, TextIO

import click
import requests

from lrs.access import credentials
from lrs.cli.key_and_secret import KeyAndSecret
from lrs.composition import check_topic, create_topic, database_url, migrate, open_blobs
from lrs.errors import HaltError, UnavailableError
from lrs.log.kafka.topic import NoTopicError
from lrs.processes.embedded import EmbeddedServer
from lrs.processes.supervisor import Member, Supervisor
from lrs.settings import Settings, refuse_taken_port
from lrs.storage.database import connect, engine

START: Final = 60.0
"""Seconds that the tree has to become ready."""

logger = logging.getLogger(__name__)


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
    with _hold(Path(settings.data)):
        _run(settings, credential)


def _run(settings: Settings, credential: tuple[str, str] | None) -> None:
    supervisor = Supervisor()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda _sign, _frame: _interrupt(supervisor, _frame))
    try:
        if not settings.database:
            _start_database(supervisor, settings)
        settings = replace(settings, database=database_url(settings))
        migrate(settings.database)
        _ensure_topic(settings)
        open_blobs(settings)
        shown = _first_credential(settings, credential)
        environment = _environment(settings)
        lrs = [sys.executable, "-m", "lrs.cli.main"]
        supervisor.start(Member("consumer", [*lrs, "consume"], environment))
        # Several workers need several cores; and `lrs serve` leaves it to whoever places it.
        alone = settings.workers == 1
        supervisor.start(Member("api", [*lrs, "serve"], environment, one_core=alone))
        _wait(supervisor, lambda: _answers(settings), "the API")
        if not supervisor.stopping.is_set():
            _announce(settings, shown)
        supervisor.run()
    finally:
        supervisor.stop()


def _interrupt(supervisor: Supervisor, _: FrameType | None) -> None:
    supervisor.stopping.set()


def _hold(folder: Path) -> TextIO:
    """Return the open lock file of a data folder, held for as long as it is open."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise HaltError(f"LRS_DATA: {folder} cannot be used: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise HaltError(f"LRS_DATA: another `lrs up` uses {folder}") from None
    return lock


def _start_database(supervisor: Supervisor, settings: Settings) -> None:
    server = EmbeddedServer(Path(settings.data))
    server.initialize()
    member = Member("postgresql", server.command(), server.environment(), owner=server.owner())
    member.stop_signal = signal.SIGINT  # "fast" shutdown: sessions are ended, data is written
    supervisor.start(member)
    _wait(supervisor, lambda: _connects(server.url), "PostgreSQL")


def _connects(url: str) -> bool:
    try:
        connect(url).close()
    except UnavailableError:
        return False
    return True


def _wait(supervisor: Supervisor, condition: Callable[[], bool], what: str) -> None:
    attempts = int(START / 0.1)
    for _ in range(attempts):
        if condition() or supervisor.stopping.wait(0.1):
            return
        supervisor.watch_once()
    raise HaltError(f"{what} did not become ready within {START:g} seconds: see the log above")


def _ensure_topic(settings: Settings) -> None:
    if settings.log == "postgresql":
        return
    try:
        check_topic(settings)
    except NoTopicError:
        create_topic(settings)
        check_topic(settings)


def _first_credential(settings: Settings, given: tuple[str, str] | None) -> tuple[str, str] | None:
    """Return a credential to show: the one given, or one made because there is none."""
    database = engine(settings.database, 1)
    try:
        if given is not None:
            credentials.add(database, given[0], given[1], ("all",))
            return given
        if credentials.listed(database):
            return None
        return "first", credentials.add(database, "first", None, ("all",))
    finally:
        database.dispose()


def _environment(settings: Settings) -> Mapping[str, str]:
    return {
        "LRS_DATABASE": settings.database,
        "LRS_DATA": str(Path(settings.data).absolute()),
        "LRS_HOST": settings.host,
        "LRS_PORT": str(settings.port),
    }


def _answers(settings: Settings) -> bool:
    try:
        answer = requests.get(f"http://{settings.address}/health/ready", timeout=2)
    except requests.RequestException:
        return False
    return answer.status_code == 200


def _announce(settings: Settings, shown: tuple[str, str] | None) -> None:
    known = "see `lrs credential list`" if shown is None else f"{shown[0]} {shown[1]}"
    address = f"http://{settings.address}/xapi"
    sys.stdout.write(f"Ledger is ready: {address}  credential: {known}\n")
    sys.stdout.flush()
