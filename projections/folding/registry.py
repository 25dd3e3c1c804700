"""Finds the projections: every folder with a `fold.py`, and the moments, on which all rest.

There is no list to edit.
"""

import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec

import projections
from lrs.errors import HaltError
from projections.folding.projection import Projection


@cache
def discover() -> dict[str, Projection]:
    """Return all projections by name, in alphabetical order."""
    importlib.import_module(f"{projections.__name__}.folding.moment")
    for folder in pkgutil.iter_modules(projections.__path__):
        if find_spec(f"{projections.__name__}.{folder.name}.fold"):
            importlib.import_module(f"{projections.__name__}.{folder.name}.fold")
    found = {kind.name: kind() for kind in Projection.__subclasses__()}
    return dict(sorted(found.items()))


def named(names: tuple[str, ...]) -> list[Projection]:
    """Return the named projections, or all of them when no name is given."""
    known = discover()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise HaltError(f"no projection named {', '.join(unknown)}; known: {', '.join(known)}")
    return [known[name] for name in names or known]
