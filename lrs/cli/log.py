"""`lrs log`: the Kafka topic that is the log."""

import click

from lrs.errors import HaltError
from lrs.opening import check_topic, create_topic
from lrs.settings import Settings


@click.group()
@click.pass_obj
def command(settings: Settings) -> None:
    """The Kafka topic of LRS_LOG."""
    if settings.log == "postgresql":
        raise HaltError("LRS_LOG does not name a Kafka topic: kafka://host:port/topic")


@command.command()
@click.pass_obj
def create(settings: Settings) -> None:
    """Create the topic with the settings that a store needs."""
    click.echo("created" if create_topic(settings) else "exists already")
    check_topic(settings)


@command.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Verify the topic's settings."""
    check_topic(settings)
    click.echo("the topic is as a store needs it")
