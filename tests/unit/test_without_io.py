"""What a unit test must not do fails the test that does it."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

ATTEMPTS: dict[str, Callable[[], object]] = {
    "a connection": lambda: socket.create_connection(("127.0.0.1", 9)),
    "a server": lambda: socket.create_server(("127.0.0.1", 0)),
    "a process": lambda: subprocess.run([sys.executable, "-V"], check=True),
    "a fork": os.fork,
    "a file": lambda: open("written", "w"),  # noqa: SIM115
    "a folder": lambda: os.mkdir("made"),
}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_input_and_output_are_refused(attempt: Callable[[], object]) -> None:
    with pytest.raises(pytest.fail.Exception, match="belongs into tests/component"):
        attempt()


def test_reading_a_file_of_the_product_is_no_harm() -> None:
    with open(__file__, "rb") as file:
        assert file.read(3) == b'"""'
