"""What is larger than the settings allow, with and without attachments."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.parts import Part, described, raw, send
from tests.product import Client, Product
from tests.statements import completed


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server with small limits."""
    limits = {"LRS_MAX_REQUEST": "20000", "LRS_MAX_ATTACHMENTS": "100000"}
    product = Product(tmp_path_factory.mktemp("narrow"), limits)
    product.start()
    with product.client() as client:
        yield client
    assert product.stop() == 0


def _parts_of(size: int, count: int) -> list[Part]:
    return [raw(bytes([number]) * size) for number in range(count)]


@pytest.mark.parametrize(
    ("statements", "parts", "setting"),
    [
        (completed(), _parts_of(100_001, 1), "LRS_MAX_ATTACHMENTS"),
        (completed(), _parts_of(50_001, 2), "LRS_MAX_ATTACHMENTS"),
        ([completed()] * 60, [], "LRS_MAX_REQUEST"),
    ],
)
def test_what_exceeds_a_setting_is_told_its_name(
    narrow: Client, statements: Any, parts: list[Part], setting: str
) -> None:
    refused = send(narrow, statements, *parts)
    assert refused.status_code == 413, refused.text
    assert setting in refused.json()["message"]


def test_attachments_may_be_larger_than_the_statements_may(narrow: Client) -> None:
    parts = _parts_of(49_000, 2)
    statement = completed(attachments=[described(part.body) for part in parts])
    assert send(narrow, statement, *parts).status_code == 200


@pytest.mark.parametrize("size", [20_001, 300_000])
def test_json_of_unknown_length_is_refused_over_the_limit(narrow: Client, size: int) -> None:
    refused = narrow.post(
        "/xapi/statements", data=iter([b" " * size]), headers={"Content-Type": "application/json"}
    )
    assert refused.status_code == 413
    assert "LRS_MAX_REQUEST" in refused.json()["message"]
