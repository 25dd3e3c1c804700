"""Slows who guesses secrets: a few failures are free, each further one has to wait longer.

Failures are counted for a key together with an address. So who guesses the secret of a platform
does not lock the platform out, which comes from elsewhere, and the right secret gets in from there.
Keys that do not exist are slowed in the same way: a pause tells nothing. No thread waits: who comes
too early is refused at once and told when to come again.

Behind a reverse proxy that `LRS_TRUSTED_PROXIES` does not count, all callers have one address.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple

from lrs.errors import SlowedError

FREE: Final = 5
"""Failures in a row without a pause: a person may mistype, a platform may be configured wrongly."""

LONGEST: Final = 60.0
"""Seconds of the longest pause; the first one takes a second, each further one twice as long."""

FORGOTTEN: Final = 900.0
"""Seconds after which a failure counts no more."""

MOST: Final = 10_000
"""Keys with an address that one process remembers; the oldest are forgotten first."""


class _Failures(NamedTuple):
    """How many there were in a row, the last one at which time (monotonic seconds)."""

    times: int
    last: float

    @property
    def until(self) -> float:
        """Return the end of the pause."""
        beyond = self.times - FREE
        return self.last + min(LONGEST, 2.0**beyond) if beyond >= 0 else self.last


class Attempts:
    """Counts failures within one process; safe to use from many threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: OrderedDict[int, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, key: str, address: str) -> None:
        """Let an attempt pass, or raise `SlowedError`."""
        if not self._failures:
            return
        found = self._failures.get(_pair(key, address))
        if found is not None and (left := found.until - self._now()) > 0:
            raise SlowedError("too many attempts with a wrong key or secret", left)

    def note_failure(self, key: str, address: str) -> None:
        """Count a failure."""
        pair, now = _pair(key, address), self._now()
        with self._lock:
            before = self._failures.pop(pair, None)
            times = before.times if before and now - before.last < FORGOTTEN else 0
            self._failures[pair] = _Failures(times + 1, now)
            if len(self._failures) > MOST:
                self._failures.popitem(last=False)

    def note_success(self, key: str, address: str) -> None:
        """Forget the failures: whoever knows the secret has not guessed."""
        if self._failures:
            with self._lock:
                self._failures.pop(_pair(key, address), None)


def _pair(key: str, address: str) -> int:
    """Return a number for a key and an address: a key may be as long as a header."""
    return hash((key, _network(address)))


@lru_cache(maxsize=1 << 10)
def _network(address: str) -> str:
    """Return what one caller cannot easily change: an IPv4 address, the /64 of an IPv6 address."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return address
    return str(read.ipv4_mapped or read.exploded[:19])
