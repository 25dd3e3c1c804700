"""A database that entries of registers are folded into."""

from collections.abc import Iterator

import pytest

from lrs.storage.database import Pool
from tests.component.projections.registers.store import Store


@pytest.fixture
def source(database: str) -> Iterator[Pool]:
    opened = Pool(database, 2)
    yield opened
    opened.close()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.opened(database) as opened:
        yield opened
