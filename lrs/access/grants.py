"""What a caller may do, and of whom: scopes, roles and limits resolved to a reach per scope.

Reading is lenient, as everywhere in tokens: what an issuer names and this product does not know
grants nothing. A credential is added by `checked`, which refuses what would grant nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from lrs.access import roles, scopes
from lrs.access.reach import EVERYONE, NOBODY, Entities, Reach
from lrs.access.roles import PERSONAL, SCOPES, BoundRole, Role
from lrs.access.scopes import BOUNDED, BOUNDLESS, Scope
from lrs.errors import InvalidError

Pair = tuple[Scope, Reach]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a credential or a token was given.

    `roles` are as written (`officer:DOS`); `person` is the id of who holds them in the register of
    people, empty for a platform; `entities` bind all of it, none: nothing does.
    """

    scopes: frozenset[Scope]
    roles: frozenset[str] = frozenset()
    person: str = ""
    entities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grants:
    """The scopes of a caller, and the reach of each."""

    scopes: frozenset[Scope]
    reaches: Mapping[Scope, Reach]

    def reach(self, allowing: Iterable[Scope]) -> Reach:
        """Return of whom the caller may know where any of these scopes allows it."""
        found = NOBODY
        for scope in self.scopes.intersection(allowing):
            found |= self.reaches[scope]
        return found


@lru_cache(maxsize=1 << 12)
def resolved(given: Entitlement) -> Grants:
    """Return what an entitlement grants; what is unknown, or cannot be bound, grants nothing."""
    reaches: dict[Scope, Reach] = {}
    for scope, reach in chain(_of_scopes(given), _of_roles(given)):
        reaches[scope] = reaches.get(scope, NOBODY) | reach
    return Grants(frozenset(reaches), reaches)


def checked(
    names: Iterable[str], written: Iterable[str], person: str, entities: Iterable[str]
) -> Entitlement:
    """Return the entitlement of these scopes and roles, of a person and bound to entities.

    Raises `InvalidError` for an unknown scope or role, for one that needs a person where none is
    named, and for one that entities cannot bind.
    """
    listed, named, bound = frozenset(written), frozenset(names), frozenset(entities)
    chosen = scopes.demanded(named) if named or not listed else frozenset()
    for one in map(roles.read, sorted(listed)):
        _check_person(one, person, one.entities | bound)
        _check_bound(SCOPES[one.role], one.entities | bound)
    _check_bound(chosen, bound)
    return Entitlement(chosen, listed, person, bound)


def _check_person(one: BoundRole, person: str, entities: frozenset[str]) -> None:
    """Refuse a personal role of nobody; an officer may be that of entities instead of a person."""
    if one.role not in PERSONAL or person or (entities and one.role is not Role.LEARNER):
        return
    instead = "" if one.role is Role.LEARNER else ", or the entities that it is bound to"
    raise InvalidError(f"the role {one.role} needs the person who holds it{instead}")


def _check_bound(wanted: frozenset[Scope], entities: frozenset[str]) -> None:
    if entities and (boundless := wanted & BOUNDLESS):
        raise InvalidError(f"{', '.join(sorted(boundless))} cannot be bound to entities")


def _of_scopes(given: Entitlement) -> Iterator[Pair]:
    for scope in given.scopes:
        if not (given.entities and scope in BOUNDLESS):
            yield scope, _narrowed(scope, EVERYONE, given.entities)


def _of_roles(given: Entitlement) -> Iterator[Pair]:
    for written in given.roles:
        try:
            one = roles.read(written)
        except InvalidError:
            continue
        entities = one.entities | given.entities
        if not (entities and SCOPES[one.role] & BOUNDLESS):
            for scope, reach in _of_role(one.role, given.person, bool(entities)):
                yield scope, _narrowed(scope, reach, one.entities, given.entities)


def _of_role(role: Role, person: str, bound: bool) -> Iterator[Pair]:
    """Yield the scopes of a role, with the reach that it has by itself."""
    personal = PERSONAL.get(role)
    for scope in SCOPES[role]:
        if personal is None or scope is not Scope.RECORDS_READ:
            yield scope, EVERYONE
        elif person:
            yield scope, EVERYONE.within(personal(person))
        elif bound and role is Role.OFFICER:
            yield scope, EVERYONE


def _narrowed(scope: Scope, reach: Reach, *limits: frozenset[str]) -> Reach:
    """Return the reach of a scope within limits: entities of all of them."""
    for entities in limits:
        if entities and scope in BOUNDED:
            reach = reach.within(Entities(entities))
    return reach
