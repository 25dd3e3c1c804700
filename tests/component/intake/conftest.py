"""Stores on every log that lasts."""

from collections.abc import Iterator

import pytest

from tests.backends import Member
from tests.component.intake.store import Store


@pytest.fixture
def store(database: str, postgresql_log: Member) -> Iterator[Store]:
    made = Store(database, postgresql_log.open())
    yield made
    made.close()


@pytest.fixture(params=["postgresql_log", pytest.param("kafka_log", marks=pytest.mark.slow)])
def each_store(database: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    member: Member = request.getfixturevalue(request.param)
    made = Store(database, member.open())
    yield made
    made.close()
