"""Whether a database has the tables of this version: the last of the migrations is in it.

Asked by every process that starts, so without Alembic, which with what it imports holds 30 MB.
"""

from importlib import resources
from typing import Final

from lrs.errors import HaltError
from lrs.storage.database import connect

_THERE: Final = "SELECT to_regclass('public.alembic_version') IS NOT NULL"
_STEP: Final = "SELECT version_num FROM public.alembic_version"


def steps() -> list[str]:
    """Return the migrations of this version in their order, each by the number of its file."""
    folder = resources.files("migrations") / "versions"
    names = [file.name for file in folder.iterdir() if file.name[:1].isdigit()]
    return sorted(name.partition("_")[0] for name in names)


def require_schema(url: str) -> None:
    """Raise `HaltError` where the tables are older than this version, or are not there.

    A step that this version does not know is one of a later version, which may serve beside it.
    """
    with connect(url) as connection:
        there = connection.execute(_THERE).fetchone() == (True,)
        (found,) = (connection.execute(_STEP).fetchone() if there else None) or (None,)
    if found is None:
        raise HaltError("the database has no tables yet: `lrs migrate` makes them")
    if found in steps()[:-1]:
        raise HaltError(
            f"the tables of the database are of an earlier version (step {found}): `lrs migrate` "
            "brings them up to date"
        )
