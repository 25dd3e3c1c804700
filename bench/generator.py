"""A load generator that costs little, because it shares the machine with what it measures.

One thread and epoll; requests are built ahead and only get fresh statement ids; of an answer the
generator reads the status and the length. Its own limit is the rate that the bare route shows.
"""

import itertools
import random
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

PATIENCE: Final = 30.0
"""Seconds without any answer after which a run is given up."""

ACKNOWLEDGED: Final = 400
"""Acknowledgements of a run that are kept, to see when they become visible."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Request bytes to send in turn; each holds `%b` for each of `ids` fresh statement ids."""

    templates: tuple[bytes, ...]
    ids: int = 0

    def endless(self) -> Iterator[tuple[bytes, str]]:
        """Yield requests with the first id that each posts."""
        for template in itertools.cycle(self.templates):
            if self.ids:
                fresh = fresh_ids(self.ids)
                yield template % tuple(map(str.encode, fresh)), fresh[0]
            else:
                yield template, ""


@dataclass(frozen=True, slots=True)
class Load:
    """What to send where, over how many connections, until a time or a number of requests."""

    port: int
    requests: Requests
    connections: int
    seconds: float = 3600.0
    most: int = 1 << 62


@dataclass(slots=True)
class Run:
    """The result of a load: latencies in ms, and the share of a core that sending took."""

    seconds: float = 0.0
    processor: float = 0.0
    latencies: list[float] = field(default_factory=list)
    acknowledged: list[tuple[str, int]] = field(default_factory=list)
    """Statement ids, and when (monotonic ns) the client knew that they are stored."""
    failed: int = 0
    failure: str = ""

    @property
    def rate(self) -> float:
        """Requests per second that succeeded."""
        return (len(self.latencies) - self.failed) / self.seconds

    def percentile(self, share: float) -> float:
        """Return a percentile of the latencies in ms."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def request(method: str, path: str, headers: str, body: bytes = b"", length: int = 0) -> bytes:
    """Return request bytes; `length` is that of the body once it is sent."""
    lines = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
    if method == "POST":
        lines += f"Content-Type: application/json\r\nContent-Length: {length}\r\n"
    return lines.encode() + b"\r\n" + body


def fresh_ids(count: int) -> list[str]:
    """Return random version 4 UUIDs."""
    drawn = random.randbytes(16 * count).hex()
    return [
        f"{drawn[at:at + 8]}-{drawn[at + 8:at + 12]}-4{drawn[at + 13:at + 16]}"
        f"-8{drawn[at + 17:at + 20]}-{drawn[at + 20:at + 32]}"
        for at in range(0, 32 * count, 32)
    ]  # fmt: skip


class _Lane:
    """One keep-alive connection with one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.settimeout(None)  # epoll tells when to read; a timeout would poll once more
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = 0
        self.id = ""
        self.status = b""
        self._head = b""
        self._left = -1

    def send(self, request: tuple[bytes, str]) -> None:
        content, self.id = request
        self.sent = time.monotonic_ns()
        self.socket.sendall(content)

    def answered(self) -> bool:
        """Read what has come; tell whether the answer is complete."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server closed a connection")
        if self._left >= 0:
            self._left -= len(piece)
        else:
            self._begin(piece)
        if self._left != 0:
            return False
        self._head, self._left = b"", -1
        return True

    def _begin(self, piece: bytes) -> None:
        self._head += piece
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            return
        self.status = self._head[9:12]
        _, name, value = self._head[:end].lower().partition(b"\r\ncontent-length:")
        length = int(value.partition(b"\r\n")[0]) if name else 0
        self._left = length - (len(self._head) - end - 4)


def drive(load: Load) -> Run:
    """Send a load and measure; every connection has one request under way at any time."""
    run, requests = Run(), load.requests.endless()
    lanes = [_Lane(load.port) for _ in range(load.connections)]
    by_number = {lane.socket.fileno(): lane for lane in lanes}
    with select.epoll() as poll:
        for number in by_number:
            poll.register(number, select.EPOLLIN)
        began, processor = time.monotonic_ns(), time.process_time()
        deadline, left = began + int(load.seconds * 1e9), load.most
        for lane in lanes:
            lane.send(next(requests))
        left -= len(lanes)
        under_way = len(lanes)
        while under_way:
            for number in _ready(poll):
                lane = by_number[number]
                if not lane.answered():
                    continue
                now = _note(run, lane)
                if now < deadline and left > 0:
                    lane.send(next(requests))
                    left -= 1
                else:
                    under_way -= 1
    run.seconds = (time.monotonic_ns() - began) / 1e9
    run.processor = (time.process_time() - processor) / run.seconds
    for lane in lanes:
        lane.socket.close()
    return run


def _ready(poll: select.epoll) -> list[int]:
    events = poll.poll(PATIENCE)
    if not events:
        raise TimeoutError("the server does not answer")
    return [number for number, _ in events]


def _note(run: Run, lane: _Lane) -> int:
    now = time.monotonic_ns()
    run.latencies.append((now - lane.sent) / 1e6)
    if lane.status != b"200":
        run.failed += 1
        run.failure = lane.status.decode()
    elif lane.id and len(run.latencies) % 7 == 1 and len(run.acknowledged) < ACKNOWLEDGED:
        run.acknowledged.append((lane.id, now))
    return now
