"""Applications in this process, closed with the module that composed them, and an issuer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from lrs import composition
from lrs.http.wire.app_parts import AppParts
from lrs.settings import Settings
from tests.issuer import LocalIssuer

Compose = Callable[[Settings], Flask]


@pytest.fixture(scope="module")
def issuer() -> Iterator[LocalIssuer]:
    local = LocalIssuer()
    yield local
    local.stop()


@contextmanager
def composing() -> Iterator[Compose]:
    """Lend what composes applications, and close them at the end."""
    composed: list[Flask] = []

    def made(settings: Settings) -> Flask:
        composed.append(composition.compose(settings))
        return composed[-1]

    yield made
    for app in composed:
        parts = app.extensions["app_parts"]
        assert isinstance(parts, AppParts)
        parts.keyring.close()
        parts.freshness.close()
        parts.log.close()
        parts.statements.close()
        parts.database.close()


@pytest.fixture(scope="module")
def compose() -> Iterator[Compose]:
    with composing() as made:
        yield made
