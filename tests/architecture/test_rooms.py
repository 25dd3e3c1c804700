"""Tests stand in rooms as the sources do, and those without I/O do not reach for any."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent

REACHES_OUT: Final = (
    "confluent_kafka",
    "kafka",
    "lrs.composition",
    "lrs.opening",
    "lrs.log.postgresql",
    "lrs.storage.database",
    "psycopg",
    "requests",
    "sqlalchemy",
    "tests.backends",
    "tests.component",
    "tests.databases",
    "tests.issuer",
    "tests.product",
    "tests.s3",
)
"""What opens sockets, some in C where no audit hook sees them."""


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_unit_tests_import_nothing_that_reaches_out() -> None:
    found = [
        (str(file.relative_to(TESTS)), name)
        for file in (TESTS / "unit").rglob("*.py")
        for name in imported(file)
        if any(f"{name}.".startswith(f"{outside}.") for outside in REACHES_OUT)
    ]
    assert found == []


@pytest.mark.parametrize("kind", ["unit", "component"])
def test_tests_follow_the_rooms_of_the_sources(kind: str) -> None:
    rooms = {file.parent.relative_to(TESTS / kind) for file in (TESTS / kind).rglob("test_*.py")}
    strangers = [
        room for room in rooms if not any((top / room).is_dir() for top in (ROOT, ROOT / "lrs"))
    ]
    assert strangers == []
