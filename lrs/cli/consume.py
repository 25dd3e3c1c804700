"""`lrs consume`: the processes that fold the log."""

import signal
import threading
from functools import partial

import click

from consumers.follow import Follower
from lrs.intake.administration import rebuilt
from lrs.opening import carry_credentials, open_followed
from lrs.processes.tuning import spare_collector, spare_switches
from lrs.settings import Settings
from projections.folding.registry import named


@click.command()
@click.argument("names", nargs=-1)
@click.pass_obj
def command(settings: Settings, names: tuple[str, ...]) -> None:
    """Fold the log into the projections NAMES, or into all."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    with open_followed(settings) as (url, log):
        carry_credentials(url, log)
        kinds = named(names)
        spare_collector()
        spare_switches()
        Follower(url, log, kinds, partial(rebuilt, log)).run(stop)
