"""The shape of the tree: sizes, names, and a schema that follows from the tables in code."""

import re
import subprocess
from pathlib import Path

import pytest
import sqlalchemy
from alembic import command
from alembic.config import Config

from lrs.storage.database import connect

ROOT = Path(__file__).parents[2]
LONGEST = 300
PRODUCT = {"lrs", "consumers", "projections", "migrations"}
SAYS_NOTHING = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "service",
    "common",
    "base",
    "misc",
}


def sources() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def test_no_file_is_longer_than_can_be_read_at_a_sitting() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_module_is_named_for_what_it_holds() -> None:
    assert [path for path in sources() if path.stem in SAYS_NOTHING] == []


def test_packages_hold_no_code_of_their_own() -> None:
    assert [path for path in sources() if path.name == "__init__.py" and path.read_text()] == []


def test_one_place_reads_the_environment() -> None:
    """The supervisor reads nothing: it hands the whole on to its members."""
    product = [path for path in sources() if path.relative_to(ROOT).parts[0] in PRODUCT]
    readers = [path.name for path in product if re.search(r"os\.environ|getenv", path.read_text())]
    assert sorted(readers) == ["settings.py", "supervisor.py"]


@pytest.mark.filterwarnings("ignore:autogenerate skipping:UserWarning")
def test_the_migrations_make_exactly_the_tables_in_code(database: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    source = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: connect(database, autocommit=False)
    )
    with source.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)
    source.dispose()
