"""Reads of named data go on the log before they are answered.

A read by a person, or on behalf of one, is an event of its own. A platform that reads by itself
polls, so its reads of one resource in one hour are one event. The id of that event follows from the
three, so what several processes append folds to one; a process that knows the event to be on the
log does not append it again.
"""

import hashlib
import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lrs import clock
from lrs.events.envelope import drawn_from, encode
from lrs.events.named_reads import NamedDataRead
from lrs.events.principal import Principal
from lrs.log.port import EventLog, Message

HOUR: Final = 3_600_000_000
"""Microseconds of an hour."""


@dataclass(frozen=True, slots=True)
class NamedRead:
    """A read that is about to be answered.

    `identities` are the filters that name people, by parameter, and `filters` the others;
    `on_behalf_of` names the person for whom a platform asks, and `reason` says why, if it does.
    """

    resource: str
    principal: Principal
    filters: Mapping[str, str]
    identities: Mapping[str, str]
    rows: int
    on_behalf_of: str = ""
    reason: str = ""


class NamedReads:
    """Records reads; safe to use from many threads."""

    def __init__(self, log: EventLog, secret: bytes, now: Callable[[], int] = clock.now) -> None:
        """Use the secret of the store as the key of the hashes of identities."""
        self._now = now
        self._log = log
        self._secret = secret
        self._hour = 0
        self._recorded: set[str] = set()
        self._lock = threading.Lock()

    def hashed(self, identity: str) -> str:
        """Return what stands for an identity on the log: only this store finds it again."""
        return hmac.digest(self._secret, b"identity\n" + identity.encode(), hashlib.sha256).hex()

    def record(self, read: NamedRead) -> None:
        """Append the read; return when it is on the log, or when it stands there for this hour.

        Raises `UnavailableError` where the log does not confirm: then nothing may be answered.
        """
        if read.principal.personal or read.on_behalf_of:
            self._log.append(Message(*encode(self._event(read, None))))
            return
        hour = self._now() // HOUR
        key = drawn_from("named-read", str(read.principal), read.resource, str(hour))
        if not self._is_recorded(hour, key):
            self._log.append(Message(*encode(self._event(read, hour), key)))
            with self._lock:
                self._recorded.add(key)

    def _is_recorded(self, hour: int, key: str) -> bool:
        with self._lock:
            if hour != self._hour:
                self._hour = hour
                self._recorded.clear()
            return key in self._recorded

    def _event(self, read: NamedRead, hour: int | None) -> NamedDataRead:
        hashes = {name: self.hashed(identity) for name, identity in read.identities.items()}
        return NamedDataRead(
            resource=read.resource,
            principal=read.principal,
            filters={**read.filters, **hashes},
            rows=read.rows,
            on_behalf_of=self.hashed(read.on_behalf_of) if read.on_behalf_of else "",
            reason=read.reason,
            hour=hour,
        )
