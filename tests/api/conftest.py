"""Fixtures of the tests over HTTP."""

from collections.abc import Iterator

import pytest

from tests.api.documents import RESOURCES, VERSIONS, Place
from tests.product import Client, Product


@pytest.fixture(params=VERSIONS)
def each_client(server: Product, request: pytest.FixtureRequest) -> Iterator[Client]:
    with server.client(request.param) as session:
        yield session


@pytest.fixture(params=RESOURCES)
def place(each_client: Client, request: pytest.FixtureRequest) -> Place:
    return Place(each_client, request.param)
