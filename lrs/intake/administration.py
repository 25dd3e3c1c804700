"""What is administered goes on the log: retries, rebuilds, settings, by whom."""

from lrs.events.administration import Administered, Detail, Kind
from lrs.events.envelope import encode
from lrs.events.principal import SHELL, Principal
from lrs.log.port import EventLog, Message, Position
from projections.folding.projection import Projection


def administered(log: EventLog, kind: Kind, principal: Principal, detail: Detail) -> Position:
    """Append that somebody did something to the store; return the position.

    Raises `UnavailableError` where the log does not confirm.
    """
    return log.append(Message(*encode(Administered(kind, principal, detail))))


def rebuilt(log: EventLog, kind: Projection, records: int) -> Position:
    """Append that the shell, or a consumer that it started, has rebuilt a read model."""
    detail: Detail = {"projection": kind.name, "version": kind.version, "records": records}
    return administered(log, Kind.READ_MODEL_REBUILT, SHELL, detail)
