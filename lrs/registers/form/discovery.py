"""Finds the registers: every module of `lrs.registers` that makes one. There is no list to edit."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from lrs.errors import NotFoundError
from lrs.registers.form.register import Register


@cache
def discover(package: str = "lrs.registers") -> Mapping[str, Register]:
    """Return the registers of a package by name, in alphabetical order."""
    folder = importlib.import_module(package).__path__
    modules = [
        importlib.import_module(f"{package}.{found.name}")
        for found in pkgutil.iter_modules(folder)
        if not found.ispkg
    ]
    made = [one for module in modules for one in vars(module).values() if type(one) is Register]
    return {one.name: one for one in sorted(made, key=lambda one: one.name)}


def register(name: str) -> Register:
    """Return a register; raises `NotFoundError` that names those there are."""
    known = discover()
    if name not in known:
        raise NotFoundError(f"there is no register {name}; there are {', '.join(known)}")
    return known[name]
