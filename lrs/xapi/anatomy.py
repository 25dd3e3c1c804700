"""Who and what a statement names: agents, activities and other statements, each with path and role.

The one place that knows where the standard lets a statement name something, so that filters, facts,
identity and erasure agree. A SubStatement names in the same places as a statement.

Four modules walk a statement by themselves, and `tests/unit/xapi/test_anatomy.py` compares them
with this one: `terms`, which the fold calls for every statement; the fold of the activities, which
does not decode the rest of a statement; and two that make a changed copy (`presentation`,
`equality`).

Any property may be absent, so that rules can look at statements that are not complete.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from lrs.xapi.activity import CONTEXT_KINDS
from lrs.xapi.agent import members
from lrs.xapi.path import Path

Json = Mapping[str, Any]


class Role(StrEnum):
    """What something is to the statement or the SubStatement that names it."""

    ACTOR = "actor"
    OBJECT = "object"
    AUTHORITY = "authority"
    INSTRUCTOR = "instructor"
    TEAM = "team"
    CONTEXT_AGENT = "contextAgents"
    CONTEXT_GROUP = "contextGroups"
    PARENT = "parent"
    GROUPING = "grouping"
    CATEGORY = "category"
    OTHER = "other"
    CONTEXT_STATEMENT = "statement"


class Named(msgspec.Struct, frozen=True, gc=False):
    """An Agent, a Group, an activity or a StatementRef, and where a statement names it.

    `inner`: named in the SubStatement. `member`: named as a member of the Group that has the role.
    """

    path: Path
    role: Role
    value: Json
    inner: bool
    member: bool = False


def parts(statement: Json) -> Iterator[tuple[Path, Json]]:
    """Yield the statement, and the SubStatement that is its object, each with its path."""
    yield (), statement
    target = statement.get("object", {})
    if target.get("objectType") == "SubStatement":
        yield ("object",), target


def agents(statement: Json) -> Iterator[Named]:
    """Yield each Agent and Group, also those without an identity; members after their Group."""
    for root, part in parts(statement):
        for path, role, value in _actors(part):
            here = (*root, *path)
            yield Named(here, role, value, bool(root))
            for place, one in enumerate(members(value)):
                yield Named((*here, "member", place), role, one, bool(root), True)


def activities(statement: Json) -> Iterator[Named]:
    """Yield each activity: objects and context activities."""
    for root, part in parts(statement):
        target = part.get("object", {})
        if target.get("objectType", "Activity") == "Activity" and target:
            yield Named((*root, "object"), Role.OBJECT, target, bool(root))
        for path, role, value in _context_activities(part.get("context", {})):
            yield Named((*root, "context", "contextActivities", *path), role, value, bool(root))


def references(statement: Json) -> Iterator[Named]:
    """Yield each StatementRef: objects, and the statement that a context names."""
    for root, part in parts(statement):
        target = part.get("object", {})
        if target.get("objectType") == "StatementRef":
            yield Named((*root, "object"), Role.OBJECT, target, bool(root))
        if (other := part.get("context", {}).get("statement")) is not None:
            yield Named((*root, "context", "statement"), Role.CONTEXT_STATEMENT, other, bool(root))


_Found = Iterator[tuple[Path, Role, Json]]


def _actors(part: Json) -> _Found:
    """Yield the Agents and Groups of a statement or SubStatement, without their members."""
    for role in (Role.ACTOR, Role.AUTHORITY):
        if (agent := part.get(role)) is not None:
            yield (role.value,), role, agent
    if (target := part.get("object", {})).get("objectType") in {"Agent", "Group"}:
        yield ("object",), Role.OBJECT, target
    if (context := part.get("context")) is not None:
        yield from _context_actors(context)


def _context_actors(context: Json) -> _Found:
    for role in (Role.INSTRUCTOR, Role.TEAM):
        if (agent := context.get(role)) is not None:
            yield ("context", role.value), role, agent
    for role, name in ((Role.CONTEXT_AGENT, "agent"), (Role.CONTEXT_GROUP, "group")):
        for place, entry in enumerate(context.get(role, ())):
            yield ("context", role.value, place, name), role, entry[name]


def _context_activities(context: Json) -> _Found:
    """Yield context activities: a list of them, or a single one in the place of a list of one."""
    given = context.get("contextActivities", {})
    for kind in CONTEXT_KINDS:
        listed: Json | Sequence[Json] = given.get(kind, ())
        if isinstance(listed, Mapping):
            yield (kind,), Role(kind), listed
        else:
            for place, activity in enumerate(listed):
                yield (kind, place), Role(kind), activity
