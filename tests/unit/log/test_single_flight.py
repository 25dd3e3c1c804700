import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lrs.errors import UnavailableError
from lrs.log.single_flight import SingleFlight


def test_callers_that_come_while_a_question_is_asked_share_a_later_one() -> None:
    asked = 0
    first_asks, go_on = threading.Event(), threading.Event()

    def ask() -> int:
        nonlocal asked
        asked += 1
        mine = asked
        first_asks.set()
        assert go_on.wait(10)
        return mine

    flight = SingleFlight(ask)
    arrived = threading.Barrier(11)

    def arrive() -> int:
        arrived.wait(10)
        return flight()

    with ThreadPoolExecutor(11) as threads:
        first = threads.submit(flight)
        first_asks.wait(10)
        late = [threads.submit(arrive) for _ in range(10)]
        arrived.wait(10)
        go_on.set()
        assert first.result() == 1
        answers = [caller.result() for caller in late]

    assert min(answers) == 2


def test_an_error_reaches_all_who_asked_and_the_next_caller_asks_again() -> None:
    answers: Iterator[Exception | int] = iter([UnavailableError("down"), 7])

    def ask() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    flight = SingleFlight(ask)
    with pytest.raises(UnavailableError):
        flight()
    assert flight() == 7
