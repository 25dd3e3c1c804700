"""A process for work that is done once: its errors are the caller's, its end is the block's."""

import psutil
import pytest

from lrs.errors import HaltError
from lrs.processes.short_lived import short_lived
from lrs.settings import Settings


def test_a_function_runs_in_another_process_that_ends_with_the_block() -> None:
    with short_lived("os") as once:
        process = psutil.Process(once("getpid"))
        assert process.ppid() == psutil.Process().pid
    assert not process.is_running()


def test_what_a_function_raises_the_call_raises() -> None:
    with short_lived("lrs.settings") as once, pytest.raises(HaltError, match="LRS_COLOUR"):
        once("read", {"LRS_COLOUR": "blue"})


def test_one_process_answers_further_calls_after_an_error() -> None:
    with short_lived("lrs.settings") as once:
        with pytest.raises(HaltError):
            once("read", {"LRS_PORT": "many"})
        assert once("read", {"LRS_PORT": "81"}) == Settings(port=81)
