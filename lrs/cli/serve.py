"""`lrs serve`: the API by itself."""

from functools import partial

import click
from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops

from lrs.composition import compose
from lrs.processes import structured_logs
from lrs.processes.short_lived import short_lived
from lrs.processes.tuning import die_with_parent, spare_collector, spare_switches
from lrs.settings import Settings, refuse_taken_port


@click.command()
@click.pass_obj
def command(settings: Settings) -> None:
    """Serve the API; log and schema must be there."""
    refuse_taken_port(settings)
    # In a process of its own: granian forks its workers, and the fork of a process that has had
    # clients of Kafka inherits locks that their threads held. Every second worker then hung.
    with short_lived("lrs.cli.start_record") as once:
        once("begin", settings)
    server = Granian(
        "lrs",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        http=HTTPModes.http1,
        loop=Loops.asyncio,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        log_enabled=False,
        websockets=False,
    )
    # Not by the name of a module: granian would look for it in the working folder first.
    server.serve(target_loader=partial(application, settings), wrap_loader=False)


def application(settings: Settings) -> Flask:
    """Return the application of one server process; it ends with the server that started it."""
    die_with_parent()
    structured_logs.install(settings.log_level)
    spare_switches()
    composed = compose(settings)
    spare_collector()
    return composed
