"""Fixtures of the tests over HTTP."""

from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture(scope="session")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product for 1.0.3, below a path, behind one proxy."""
    settings = {
        "LRS_PATH_PREFIX": "/lrs",
        "LRS_TRUSTED_PROXIES": "1",
        "LRS_DEFAULT_XAPI_VERSION": "1.0.3",
    }
    product = Product(Path(tmp_path_factory.mktemp("behind")), settings)
    product.start()
    yield product
    assert product.stop() == 0
