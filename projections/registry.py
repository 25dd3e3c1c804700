"""Finds the projections: every module of this package that defines one. No list to edit."""

import importlib
import pkgutil
from functools import cache

import projections
from lrs.errors import HaltError
from projections.projection import Projection


@cache
def discover() -> dict[str, Projection]:
    """Return all projections by name, in alphabetical order."""
    for module in pkgutil.iter_modules(projections.__path__):
        importlib.import_module(f"{projections.__name__}.{module.name}")
    found = {kind.name: kind() for kind in Projection.__subclasses__()}
    return dict(sorted(found.items()))


def named(names: tuple[str, ...]) -> list[Projection]:
    """Return the named projections, or all of them when no name is given."""
    known = discover()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise HaltError(f"no projection named {', '.join(unknown)}; known: {', '.join(known)}")
    return [known[name] for name in names or known]
