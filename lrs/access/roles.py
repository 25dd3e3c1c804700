"""Roles: named sets of scopes, as credentials and the tokens of an issuer carry them.

A role is written by its name, `officer`, or bound to entities and what is below them,
`officer:DOS` or `officer:DOS,UNON`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lrs.access.reach import Bound, Oneself, ReportsOf
from lrs.access.scopes import Scope
from lrs.errors import InvalidError


class Role(StrEnum):
    """One role, by its name."""

    LEARNER = "learner"
    OFFICER = "officer"
    STEWARD = "steward"
    EVALUATOR = "evaluator"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


SCOPES: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.LEARNER: frozenset({Scope.RECORDS_READ}),
    Role.OFFICER: frozenset({Scope.RECORDS_READ, Scope.REGISTERS_READ}),
    Role.STEWARD: frozenset(
        {
            Scope.REGISTERS_READ,
            Scope.REGISTERS_WRITE,
            Scope.CERTIFICATIONS_WRITE,
            Scope.RECORDS_READ,
            Scope.FRAMEWORKS_READ,
        }
    ),
    Role.EVALUATOR: frozenset(
        {
            Scope.STATISTICS_READ,
            Scope.EVALUATE,
            Scope.FRAMEWORKS_READ,
            Scope.FRAMEWORKS_WRITE,
        }
    ),
    Role.APPROVER: frozenset({Scope.FRAMEWORKS_READ, Scope.FRAMEWORKS_APPROVE}),
    Role.AUDITOR: frozenset(
        {Scope.AUDIT_READ, Scope.RECORDS_READ, Scope.STATISTICS_READ, Scope.ALL_READ}
    ),
    Role.ADMINISTRATOR: frozenset({Scope.OPERATE, Scope.AUDIT_READ}),
}
"""What each role may do."""

PERSONAL: Final[Mapping[Role, Callable[[str], Bound]]] = {
    Role.LEARNER: Oneself,
    Role.OFFICER: ReportsOf,
}
"""The roles whose `records/read` reaches only so far from the person who holds them."""


@dataclass(frozen=True, slots=True)
class BoundRole:
    """A role, and the codes of the entities that it is bound to; none: to no entity."""

    role: Role
    entities: frozenset[str] = frozenset()


def read(written: str) -> BoundRole:
    """Return a role as it is written; raises `InvalidError` for what is none."""
    name, colon, listed = written.partition(":")
    entities = codes(listed)
    if name not in set(Role):
        raise InvalidError(f"there is no role {name!r}; the roles are {', '.join(Role)}")
    if colon and not entities:
        raise InvalidError(f"the role {written!r} names no entity after its colon")
    return BoundRole(Role(name), entities)


def codes(listed: str) -> frozenset[str]:
    """Return the codes of entities that stand in a text, with commas between them."""
    return frozenset(filter(None, map(str.strip, listed.split(","))))
