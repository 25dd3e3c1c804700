"""A database with a log whose credentials a test changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from lrs.access.keyring import Keyring
from lrs.errors import UnauthenticatedError
from lrs.events.envelope import Event, decode
from lrs.intake.credentials import Credentials
from lrs.log.port import EventLog
from lrs.storage.database import Pool
from projections.folding.freshness import Freshness
from projections.folding.progress import Progress
from tests.credentials import fold


class Store:
    """A database with a log, and what changes credentials there; nobody folds unless told to."""

    def __init__(self, url: str, log: EventLog) -> None:
        self.url = url
        self.log = log
        self.engine: Pool = Pool(url, 4)
        self.freshness = Freshness(log, Progress(url, self.engine), self.engine, 0.0)
        self.credentials = Credentials(url, self.engine, log, self.freshness)

    def fold(self) -> None:
        fold(self.url, self.log)

    def events(self) -> list[Event]:
        reader = self.log.reader(0)
        end = self.log.horizon().end
        found = reader.read(end, 5.0) if end else []
        reader.close()
        return [decode(one.headers, one.value, one.position) for one in found]

    def lets_in(self, key: str, secret: str) -> bool:
        """Tell whether authentication lets somebody in, as the database stands."""
        with keyring(self.engine) as ring:
            try:
                ring.check(key, secret)
            except UnauthenticatedError:
                return False
            return True

    def close(self) -> None:
        self.freshness.close()
        self.log.close()
        self.engine.close()


@contextmanager
def keyring(source: Pool) -> Iterator[Keyring]:
    ring = Keyring(source)
    yield ring
    ring.close()
