"""What is administered goes on the log: retries, rebuilds, settings, by whom."""

from lrs.events.administration import Administered, Detail, Kind
from lrs.events.envelope import encode
from lrs.events.principal import Principal
from lrs.log.port import EventLog, Message, Position


def administered(log: EventLog, kind: Kind, principal: Principal, detail: Detail) -> Position:
    """Append that somebody did something to the store; return the position.

    Raises `UnavailableError` where the log does not confirm.
    """
    return log.append(Message(*encode(Administered(kind, principal, detail))))
