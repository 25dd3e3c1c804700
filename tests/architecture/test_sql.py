"""SQL text counts as an import: a table is read and written only where it is declared.

The import linter sees the `Table` objects that a module imports, and nothing of the SQL that it
writes out. What is scanned here are the constant texts of the product's modules; migrations are
outside: they alone create and change tables.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lrs.storage.database import metadata
from projections.folding.registry import discover
from projections.registers.tables import RECTANGLES

ROOT = Path(__file__).parents[2]
PACKAGES: Final = ("lrs", "consumers", "projections")

EXCEPTIONS: Final[frozenset[tuple[str, str]]] = frozenset()
"""(file, table): none is needed. SQL functions (`migrations/`) are called by name, not by table."""

GENERATED: Final = {"projections/registers/tables.py": {one.name for one in RECTANGLES.values()}}
"""Tables that follow from other files: no name of theirs is written out where they are made."""

NAMED: Final = re.compile(
    r'\b(?:FROM|JOIN|INTO|UPDATE|TRUNCATE|TABLE|USING)\s+(?:ONLY\s+)?(?:public\.)?"?([a-z_]+)'
    r'|,\s+(?:public\.)?"?([a-z_]+)'
)
"""Keywords in upper case, as all SQL here is written; the second form is a list after FROM."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def declared(file: str, module: ast.Module) -> Iterator[str]:
    """Yield the names of the tables that a module declares."""
    yield from GENERATED.get(file, ())
    imported = [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    if not any(node.module == "sqlalchemy" for node in imported):
        return
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Table":
            name = node.args[0]
            if isinstance(name, ast.Constant):
                yield str(name.value)
            else:
                assert file in GENERATED, "the name of a table is written out"


def used(text: str) -> Iterator[str]:
    """Yield the names that stand in SQL where a table can stand."""
    if re.search(r"\b(?:FROM|JOIN|INTO|UPDATE|TRUNCATE|TABLE)\b", text):
        for first, second in NAMED.findall(text):
            yield first or second


def texts(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def room(file: str) -> str:
    """Return where a table belongs that a file declares: its folder among the projections."""
    return str(Path(file).parent) if file.startswith("projections/") else file


def strangers(tables: dict[str, str], file: str, module: ast.Module) -> list[tuple[str, str]]:
    """Return the tables of others that the SQL of a module names, with the file."""
    found = {name for text in texts(module) for name in used(text) if name in tables}
    return sorted((file, name) for name in found if tables[name] != room(file))


def owners() -> dict[str, str]:
    return {name: room(file) for file, module in modules() for name in declared(file, module)}


def found(text: str) -> list[str]:
    """Return the tables of others that SQL names in a module that owns one table."""
    file = "lrs/storage/store.py"
    return [name for _, name in strangers(owners(), file, ast.parse(repr(text)))]


def test_a_table_is_named_in_sql_by_its_owner_alone() -> None:
    tables = owners()
    found = [one for file, module in modules() for one in strangers(tables, file, module)]
    assert set(found) == EXCEPTIONS


def test_every_table_of_the_product_has_an_owner() -> None:
    discover()
    for file, module in modules():
        if any(declared(file, module)):
            importlib.import_module(file.removesuffix(".py").replace("/", "."))
    assert owners().keys() == metadata.tables.keys()


def test_sql_on_a_table_of_others_is_found() -> None:
    for text in (
        "SELECT max(next) FROM progress",
        "SELECT 1 FROM store s, progress p",
        "UPDATE public.progress SET next = 0",
        "WITH x AS (SELECT 1) INSERT INTO progress VALUES (1)",
    ):
        assert found(text) == ["progress"]
    assert found("SELECT entity FROM register_people") == ["register_people"]
