"""Platforms that post while things break, and remember what was acknowledged."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import requests

from tests.product import Client, Product
from tests.statements import completed

POSTERS = 4


class Load:
    """Posts from several threads until stopped; what is not acknowledged is sent again as it is."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._post, args=(n,)) for n in range(POSTERS)]
        self.acknowledged: list[str] = []
        self.attempted: set[str] = set()
        self.answers: set[int] = set()
        self.registration = str(uuid.uuid4())

    def start(self) -> None:
        """Begin to post."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every poster finish the request it is at, acknowledged in the end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive()

    def _post(self, number: int) -> None:
        chance = Random(number)
        with self._product.client() as client:
            while not self._stop.is_set():
                size = chance.choice([1, 1, 1, 20])
                batch = [
                    completed(id=str(uuid.uuid4()), context={"registration": self.registration})
                    for _ in range(size)
                ]
                with self._lock:
                    self.attempted |= {one["id"] for one in batch}
                for status, ids in self._send(client, batch):
                    with self._lock:
                        self.answers.add(status)
                        self.acknowledged += ids

    def _send(
        self, client: Client, batch: list[dict[str, object]]
    ) -> Iterator[tuple[int, list[str]]]:
        """Send until acknowledged; yield each status (0: no answer) and the ids acknowledged."""
        while True:
            try:
                answer = client.post("/xapi/statements", json=batch, timeout=30)
            except requests.RequestException:
                yield 0, []
            else:
                yield answer.status_code, answer.json() if answer.status_code == 200 else []
                if answer.status_code == 200:
                    return
                assert answer.status_code == 503, answer.text
                assert answer.headers["Retry-After"]
            threading.Event().wait(0.1)


@contextmanager
def posting(product: Product, least: int = 200) -> Iterator[Load]:
    """Post all through the body: at least `least` acknowledgements before it, and after it."""
    load = Load(product)
    load.start()
    try:
        wait_for(lambda: len(load.acknowledged) > least, 60)
        yield load
        reached = len(load.acknowledged)
        wait_for(lambda: len(load.acknowledged) > reached + least, 90)
    finally:
        load.stop()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until a condition holds."""
    ticks = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        ticks.wait(0.05)
    raise AssertionError("what was waited for did not come")
