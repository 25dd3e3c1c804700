"""A year of a small organization, told once for all tests that only read it."""

import pytest

from lrs.demo.story import JSON
from lrs.demo.year import statements

Told = tuple[str, JSON]


@pytest.fixture(scope="session")
def year() -> list[Told]:
    return list(statements(people=120, seed=20, year=2025))
