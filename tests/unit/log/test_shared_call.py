"""Threads that share calls: what each is told, and what is left when some give up."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any

import pytest

from lrs.errors import UnavailableError
from lrs.log.shared_call import SharedCall


class Held:
    """Doubles numbers in a call that lasts until a test ends it; remembers its arguments."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.deadlines: list[float] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, items: Sequence[int], deadline: float) -> list[int]:
        self.groups.append(list(items))
        self.deadlines.append(deadline)
        self.begun.set()
        assert self.go_on.wait(10)
        return [2 * item for item in items]


def held(patience: float = 10.0) -> tuple[Held, SharedCall[int, int]]:
    call = Held()
    return call, SharedCall(call, patience)


def begin(
    threads: ThreadPoolExecutor, call: Held, shared: SharedCall[int, int], later: Sequence[int]
) -> tuple[Future[int], list[Future[int]]]:
    """Begin a call for 0, and let others come while it is under way."""
    first = threads.submit(shared, 0)
    assert call.begun.wait(10)
    others = [threads.submit(shared, number) for number in later]
    await_waiting(shared, len(later))
    return first, others


def await_waiting(shared: SharedCall[Any, Any], count: int) -> None:
    """Wait until so many threads wait for the next call."""
    deadline = time.monotonic() + 10
    while len(shared._waiting) < count:
        assert time.monotonic() < deadline
        time.sleep(0)  # another thread may run


def test_threads_that_come_during_a_call_share_the_next_and_each_is_told_its_own() -> None:
    call, shared = held()
    with ThreadPoolExecutor(11) as threads:
        first, others = begin(threads, call, shared, range(1, 11))
        call.go_on.set()
        assert first.result() == 0
        assert [one.result() for one in others] == [2 * number for number in range(1, 11)]
    assert [sorted(group) for group in call.groups] == [[0], list(range(1, 11))]


def test_no_two_threads_make_the_call_at_once() -> None:
    under_way = threading.Lock()

    def call(items: Sequence[int], _: float) -> list[int]:
        assert under_way.acquire(blocking=False)
        time.sleep(0)  # another thread may run
        under_way.release()
        return list(items)

    shared = SharedCall(call, 10.0)
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(shared, range(2000))) == list(range(2000))


def test_an_error_reaches_all_who_share_the_call_and_the_next_thread_calls_again() -> None:
    answers: Iterator[Exception | int] = iter([0, UnavailableError("down"), 7])
    begun, go_on = threading.Event(), threading.Event()

    def call(items: Sequence[None], _: float) -> list[int]:
        begun.set()
        assert go_on.wait(10)
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return [answer] * len(items)

    shared = SharedCall(call, 10.0)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(shared, None)
        assert begun.wait(10)
        others = [threads.submit(shared, None) for _ in range(3)]
        await_waiting(shared, len(others))
        go_on.set()
        assert first.result() == 0
        for one in others:
            with pytest.raises(UnavailableError, match="down"):
                one.result()
    assert shared(None) == 7


def test_who_gives_up_during_a_call_is_not_in_the_next() -> None:
    call, shared = held(0.2)
    with ThreadPoolExecutor(2) as threads:
        first, (second,) = begin(threads, call, shared, [1])
        with pytest.raises(UnavailableError, match="in time"):
            second.result()
        call.go_on.set()
        assert first.result() == 0
    assert shared(2) == 4
    assert call.groups == [[0], [2]]


def test_a_call_for_many_may_last_until_the_last_of_them_gives_up() -> None:
    call, shared = held(0.5)
    with ThreadPoolExecutor(3) as threads:
        first, (early,) = begin(threads, call, shared, [1])
        wait([early], timeout=0.3)
        began = time.monotonic()
        late = threads.submit(shared, 2)
        await_waiting(shared, 2)
        call.go_on.set()
        assert (first.result(), early.result(), late.result()) == (0, 2, 4)
    assert call.groups[1:] == [[1, 2]]
    assert call.deadlines[1] >= began + 0.5


def test_however_many_give_up_the_next_thread_is_answered() -> None:
    pause = threading.Event()

    def call(items: Sequence[int], _: float) -> list[int]:
        pause.wait(0.001)
        return list(items)

    shared = SharedCall(call, 0.001)

    def attempt(number: int) -> None:
        with suppress(UnavailableError):
            assert shared(number) == number

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(attempt, range(2000)))
    assert shared(1) == 1
