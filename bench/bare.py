"""The reference for HTTP: a Flask route that reads the body and answers, nothing else.

It runs on the server and with the settings of `lrs serve`, as `lrs up` starts it;
`python -m bench.bare PORT`.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from flask import Flask, Response, request
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops

from lrs.errors import UnavailableError
from lrs.processes.tuning import die_with_parent, keep_to_one_core, spare_switches
from lrs.settings import Settings
from tests.product import free_port
from tests.waiting import until_available


def application() -> Flask:
    """Return an application that answers with as many bytes as the path says."""
    die_with_parent()
    app = Flask("bare", static_folder=None)

    @app.route("/answer/<int:size>", methods=["GET", "POST"])
    def answer(size: int) -> Response:
        request.get_data(cache=False)
        return Response(b" " * size, content_type="application/json")

    return app


@contextmanager
def serving() -> Iterator[int]:
    """Run the bare route on a port of its own."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port)])
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


def main(port: int) -> None:
    """Serve with the settings that `lrs up` gives `lrs serve`."""
    die_with_parent()
    keep_to_one_core()
    spare_switches()
    Granian(
        "bench.bare:application",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=Settings().workers,
        blocking_threads=Settings().threads,
        http=HTTPModes.http1,
        loop=Loops.asyncio,
        log_enabled=False,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
