"""Of whom a scope tells: everybody, or the people within bounds.

A reach is resolved to people where the question is answered, from the registers as of then: who
reports to whom, and which entity is below which, changes while a credential stays the same.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Oneself:
    """The person alone, by the id in the register of people."""

    person: str


@dataclass(frozen=True, slots=True)
class ReportsOf:
    """The people who report to this person, directly or below; not the person."""

    person: str


@dataclass(frozen=True, slots=True)
class Entities:
    """The people of these entities, by their codes, and of all entities below them."""

    codes: frozenset[str]


Bound = Oneself | ReportsOf | Entities
Bounds = frozenset[Bound]
"""Somebody is within when all of them hold; without any, everybody is."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody is within when one of the alternatives holds; without any, nobody is."""

    alternatives: frozenset[Bounds]

    @property
    def everyone(self) -> bool:
        """Tell whether everybody is within, also who is in no register."""
        return frozenset() in self.alternatives

    def __or__(self, other: "Reach") -> "Reach":
        """Return the reach of both: somebody within either is within."""
        joined = Reach(self.alternatives | other.alternatives)
        return EVERYONE if joined.everyone else joined

    def within(self, bound: Bound) -> "Reach":
        """Return this reach narrowed by one more bound."""
        return Reach(frozenset(bounds | {bound} for bounds in self.alternatives))


EVERYONE: Final = Reach(frozenset({frozenset()}))
NOBODY: Final = Reach(frozenset())
