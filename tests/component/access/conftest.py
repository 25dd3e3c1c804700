"""An issuer of tokens for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.issuer import LocalIssuer


@pytest.fixture
def local() -> Iterator[LocalIssuer]:
    issuer = LocalIssuer()
    yield issuer
    issuer.stop()
