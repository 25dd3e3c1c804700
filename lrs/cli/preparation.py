"""What `lrs up` does once, before the API can serve: tables, topic, blobs, a credential.

Each function takes what a process boundary can pass, as `lrs up` runs them in a process that ends.
"""

from typing import Final

from lrs.errors import UnavailableError
from lrs.events.principal import SHELL
from lrs.log.kafka.topic import NoTopicError
from lrs.log.port import Position
from lrs.opening import check_topic, create_topic, open_blobs, open_credentials
from lrs.settings import Settings
from lrs.storage.database import connect
from migrations.migrate import migrate

MOMENT: Final = 0.2
"""Seconds that one question takes at most: the members are not watched meanwhile."""


def connects(url: str) -> bool:
    """Tell whether the database at a URL takes connections."""
    try:
        connect(url).close()
    except UnavailableError:
        return False
    return True


def prepare(settings: Settings) -> None:
    """Bring the tables up to date, make the topic, and see whether attachments can be kept."""
    migrate(settings.database)
    _ensure_topic(settings)
    open_blobs(settings)


def issue(
    settings: Settings, given: tuple[str, str] | None
) -> tuple[tuple[str, str] | None, Position | None]:
    """Return a credential to show: the one given, or one made because there is none.

    With it the position of its event, if that is new and must be folded before it counts.
    """
    with open_credentials(settings) as held:
        issued = held.ensure(*given, SHELL) if given else held.add_first("first", SHELL)
    return ((issued.key, issued.secret), issued.position) if issued else (None, None)


def in_force_or_far(settings: Settings, position: Position) -> bool:
    """Tell whether the credential of an event need not be waited for any longer.

    It is in force, or a long log has to be folded first, for which the rest need not wait.
    """
    with open_credentials(settings) as held:
        return held.wait(position, MOMENT) or held.far()


def far(settings: Settings) -> bool:
    """Tell whether a long log has to be folded before a new credential is in force."""
    with open_credentials(settings) as held:
        return held.far()


def _ensure_topic(settings: Settings) -> None:
    if settings.log == "postgresql":
        return
    try:
        check_topic(settings)
    except NoTopicError:
        create_topic(settings)
        check_topic(settings)
