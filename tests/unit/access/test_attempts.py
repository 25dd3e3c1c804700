"""Who fails too often with a key from an address has to wait; nobody else has to."""

import pytest

from lrs.access.attempts import FORGOTTEN, FREE, LONGEST, MOST, Attempts
from lrs.errors import SlowedError

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def fail(attempts: Attempts, times: int, key: str = "lms", address: str = HERE) -> None:
    for _ in range(times):
        attempts.note_failure(key, address)


def pause(attempts: Attempts, key: str = "lms", address: str = HERE) -> float:
    """Return the seconds that an attempt has to wait."""
    try:
        attempts.admit(key, address)
    except SlowedError as error:
        return error.seconds
    return 0.0


def test_a_few_failures_are_free_and_each_further_one_doubles_the_pause(
    attempts: Attempts,
) -> None:
    fail(attempts, FREE - 1)
    assert pause(attempts) == 0.0
    pauses = []
    for _ in range(8):
        fail(attempts, 1)
        pauses.append(pause(attempts))
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST, LONGEST]


def test_after_the_pause_an_attempt_passes(attempts: Attempts, clock: Clock) -> None:
    fail(attempts, FREE)
    clock.now += 0.5
    assert pause(attempts) == 0.5
    clock.now += 0.5
    assert pause(attempts) == 0.0


def test_other_keys_and_other_addresses_do_not_wait(attempts: Attempts) -> None:
    fail(attempts, FREE + 3)
    assert pause(attempts, address=THERE) == 0.0
    assert pause(attempts, key="quiz") == 0.0


def test_a_success_forgets_the_failures(attempts: Attempts) -> None:
    fail(attempts, FREE)
    attempts.note_success("lms", HERE)
    fail(attempts, FREE - 1)
    assert pause(attempts) == 0.0


def test_failures_of_long_ago_do_not_count(attempts: Attempts, clock: Clock) -> None:
    fail(attempts, FREE - 1)
    clock.now += FORGOTTEN
    fail(attempts, 1)
    assert pause(attempts) == 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8::ffff:1:2:3"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("fe80::1%eth0", "fe80::2"),
    ],
)
def test_addresses_that_one_caller_can_change_at_will_are_one(
    attempts: Attempts, one: str, other: str
) -> None:
    fail(attempts, FREE, address=one)
    assert pause(attempts, address=other) > 0.0


def test_neighbours_are_not_taken_for_one_another(attempts: Attempts) -> None:
    fail(attempts, FREE, address="2001:db8::1")
    fail(attempts, FREE, address="unix:")
    assert pause(attempts, address="2001:db8:0:1::1") == 0.0
    assert pause(attempts, address="") == 0.0


def test_what_is_remembered_is_bounded_and_the_oldest_goes_first(attempts: Attempts) -> None:
    fail(attempts, FREE, key="first")
    for number in range(MOST - 1):
        fail(attempts, 1, key=str(number))
    assert pause(attempts, key="first") > 0.0
    fail(attempts, 1, key="one more")
    assert pause(attempts, key="first") == 0.0
