"""The references for HTTP: Flask routes that do the least that can be done.

One reads the body and answers; one reads a statement by its id, through the pool that the product
reads through, and answers with its text. They run on the server and with the settings of
`lrs serve`, as `lrs up` starts it; `python -m bench.bare PORT DATABASE`.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import requests
from flask import Flask, Response, request
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops

from lrs.errors import UnavailableError
from lrs.processes.tuning import die_with_parent, keep_to_one_core, spare_switches
from lrs.settings import Settings
from lrs.storage.database import READ_BY_KEY, Pool
from projections.statements.reads import by_id
from tests.product import free_port
from tests.waiting import until_available


def application(url: str) -> Flask:
    """Return an application that answers with as many bytes as the path says, or a statement."""
    die_with_parent()
    app = Flask("bare", static_folder=None)
    pool = Pool(url, Settings().threads, READ_BY_KEY)

    @app.route("/answer/<int:size>", methods=["GET", "POST"])
    def answer(size: int) -> Response:
        request.get_data(cache=False)
        return Response(b" " * size, content_type="application/json")

    @app.route("/statement/<key>")
    def statement(key: str) -> Response:
        found = by_id(pool, key, voided=False)
        assert found is not None
        return Response(found.payload, content_type="application/json")

    return app


@contextmanager
def serving(url: str) -> Iterator[int]:
    """Run the bare routes on a port of their own, over the database at a URL."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port), url])
    try:
        until_available(lambda: _look(port), 30.0)
        yield port
    finally:
        process.terminate()
        process.wait(15)


def _look(port: int) -> None:
    try:
        requests.get(f"http://127.0.0.1:{port}/answer/1", timeout=2)
    except requests.ConnectionError as error:
        raise UnavailableError("the bare route does not answer yet") from error


def main(port: int, url: str) -> None:
    """Serve with the settings that `lrs up` gives `lrs serve`."""
    die_with_parent()
    keep_to_one_core()
    spare_switches()
    server = Granian(
        "bare",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=Settings().workers,
        blocking_threads=Settings().threads,
        http=HTTPModes.http1,
        loop=Loops.asyncio,
        log_enabled=False,
        websockets=False,
    )
    server.serve(target_loader=partial(application, url), wrap_loader=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
