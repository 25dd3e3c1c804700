"""A rule: one function that says what a schema cannot, with its requirements and examples.

The files beside this one hold the rules, one file per section of the standard; a new file needs no
registration. A rule is called with a statement, and again with the SubStatement that is its object.
Both have the right shape, except that any property may be absent. The paths that a rule yields
begin at what it was called with.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from lrs.xapi import rules
from lrs.xapi.path import Path

Statement = Mapping[str, Any]
Finding = tuple[Path, str]
"""Where a rule is broken, and why in words that repeat nothing personal."""
Check = Callable[[Statement], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check, the requirements that it enforces, and an example of what it accepts and rejects.

    An example is what it adds to the smallest valid statement.
    """

    check: Check
    requirements: tuple[str, ...]
    accepted: Statement
    rejected: Statement

    @property
    def name(self) -> str:
        """The rule as a sentence."""
        return self.check.__name__.replace("_", " ")


_registered: list[Rule] = []


def rule(*requirements: str, accepted: Statement, rejected: Statement) -> Callable[[Check], Check]:
    """Register a check under the ids of its requirements, the one to report first."""

    def register(check: Check) -> Check:
        _registered.append(Rule(check, requirements, accepted, rejected))
        return check

    return register


@cache
def discovered() -> tuple[Rule, ...]:
    """Return every rule of every file in this package."""
    for module in iter_modules(rules.__path__):
        import_module(f"{rules.__name__}.{module.name}")
    return tuple(_registered)
