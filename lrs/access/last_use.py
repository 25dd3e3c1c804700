"""When each credential was last used, to the hour: so that those nobody uses can be found.

Nothing of it is an event: a use is no change. It is noted in memory and written by a thread, once
an hour for each key and process, so no request waits for it.
"""

import logging
import threading
from collections.abc import Mapping
from typing import Final

from sqlalchemy import BigInteger, Column, Table, Text

from lrs.errors import UnavailableError
from lrs.storage.database import Pool, fetch, lent, metadata

HOUR: Final = 3600 * 1_000_000
"""Microseconds."""

PAUSE: Final = 5.0
"""Seconds until another attempt where the database does not answer."""

credential_use = Table(
    "credential_use",
    metadata,
    Column("key", Text, primary_key=True),
    Column("hour", BigInteger, nullable=False),
)
"""`hour`: its begin, us UTC. No fold writes here, and no rebuild empties it."""

_NOTED: Final = """
INSERT INTO credential_use AS there (key, hour) SELECT * FROM unnest(%s::text[], %s::bigint[])
ON CONFLICT (key) DO UPDATE SET hour = greatest(there.hour, excluded.hour)
"""

logger = logging.getLogger(__name__)


def last_uses(database: Pool) -> Mapping[str, int]:
    """Return the hour of the last use (us UTC) by key; none for keys that nobody has used."""
    rows = fetch(database, "SELECT key, hour FROM credential_use")
    return {row[0]: row[1] for row in rows}


class LastUse:
    """Notes uses; safe to use from many threads."""

    def __init__(self, database: Pool) -> None:
        """Start nothing yet: the thread is started by the first use."""
        self._database = database
        self._noted: dict[str, int] = {}
        self._pending: dict[str, int] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def note(self, key: str, now: int) -> None:
        """Note that a credential was used now (us UTC)."""
        hour = now - now % HOUR
        if self._noted.get(key) == hour:
            return
        with self._changed:
            self._noted[key] = self._pending[key] = hour
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="last use", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Stop the thread; what it has not written yet is lost."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while pending := self._next():
            try:
                with lent(self._database) as connection:
                    columns = list(pending), list(pending.values())
                    connection.execute(_NOTED, columns)
            except UnavailableError as error:
                logger.warning("the last use of credentials is not written yet: %s", error)
                with self._changed:
                    self._pending = pending | self._pending
                    self._changed.wait_for(lambda: self._closed, PAUSE)

    def _next(self) -> dict[str, int]:
        """Wait for uses that are not written yet; none when the thread is to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._closed)
            pending, self._pending = self._pending, {}
            return {} if self._closed else pending
