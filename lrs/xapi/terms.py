"""What each filter of the Statement resource can ask of a statement, as 64-bit terms.

A term is a hash of (filter, identifier), so the statement index needs no table of names and every
filter is one range scan. Identifiers in the primary roles are indexed under the related filter as
well: a related query is then one scan too, never a union of two. Hashes can collide, so a hit is
verified by `matches`: a collision costs a row read, it can never show a wrong statement.

A statement whose object is a StatementRef also meets the filters that its target meets. The fold of
the statements sees to that (`projections/statements/fold.py`), since only the index has the target.

The fold asks for the terms of every statement. The walk in this module takes 5 to 16 us for a
statement; that of `anatomy`, which makes a path and a role for everything it finds, takes twice as
long. So there are two walks, and a test compares them.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from lrs.xapi.agent import authority_key, identity, members


class Filter(StrEnum):
    """The filters that ask for an identifier; the values take part in stored hashes."""

    AGENT = "agent"
    RELATED_AGENT = "related_agents"
    VERB = "verb"
    ACTIVITY = "activity"
    RELATED_ACTIVITY = "related_activities"
    REGISTRATION = "registration"
    AUTHORITY = "authority"
    """Not of the standard: for the scope `statements/read/mine`. Not inherited by references."""


Identifiers = set[tuple[Filter, str]]


def terms(statement: Mapping[str, Any]) -> frozenset[int]:
    """Return every term that a filter can ask for, as signed 64-bit integers."""
    return frozenset([term(kind, found) for kind, found in identifiers(statement)])


@lru_cache(maxsize=1 << 16)
def term(kind: Filter, identifier: str) -> int:
    """Return the term of one filter value: an IRI, a UUID or an agent's `identity`."""
    text = _comparable(kind, identifier).encode("utf-8")
    digest = blake2b(text, digest_size=8, key=kind.value.encode()).digest()
    return int.from_bytes(digest, "big", signed=True)


def authority_term(authority: Mapping[str, Any]) -> int:
    """Return the term by which a caller finds the statements that bear its authority."""
    return term(Filter.AUTHORITY, authority_key(authority))


def matches(statement: Mapping[str, Any], wanted: Iterable[tuple[Filter, str]]) -> bool:
    """Say whether the statement itself meets every filter, by identifiers and not by hashes."""
    found = identifiers(statement)
    return all((kind, _comparable(kind, identifier)) in found for kind, identifier in wanted)


def identifiers(statement: Mapping[str, Any]) -> Identifiers:
    """Return what each filter can find this statement by."""
    found: Identifiers = {(Filter.VERB, statement["verb"]["id"])}
    _add_agent(found, statement["actor"], primary=True)
    _add_object(found, statement["object"])
    if (authority := statement.get("authority")) is not None:
        _add_agent(found, authority)
    if (context := statement.get("context")) is not None:
        if (registration := context.get("registration")) is not None:
            found.add((Filter.REGISTRATION, registration.lower()))
        _add_context(found, context)
    return found


def _comparable(kind: Filter, identifier: str) -> str:
    return identifier.lower() if kind is Filter.REGISTRATION else identifier


def _add_agent(found: Identifiers, agent: Mapping[str, Any], *, primary: bool = False) -> None:
    """Add an Agent or a Group, and the members of the Group."""
    for one in (agent, *members(agent)):
        if (key := identity(one)) is not None:
            found.add((Filter.RELATED_AGENT, key))
            if primary:
                found.add((Filter.AGENT, key))


def _add_object(found: Identifiers, target: Mapping[str, Any]) -> None:
    """Add the object of a statement: everything inside a SubStatement is only related."""
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        found.add((Filter.ACTIVITY, target["id"]))
        found.add((Filter.RELATED_ACTIVITY, target["id"]))
    elif kind == "SubStatement":
        _add_substatement(found, target)
    elif kind != "StatementRef":
        _add_agent(found, target, primary=True)


def _add_substatement(found: Identifiers, substatement: Mapping[str, Any]) -> None:
    """Add the agents and activities of a SubStatement; its registration does not count."""
    _add_agent(found, substatement["actor"])
    target = substatement["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        found.add((Filter.RELATED_ACTIVITY, target["id"]))
    elif kind != "StatementRef":
        _add_agent(found, target)
    if (context := substatement.get("context")) is not None:
        _add_context(found, context)


def _add_context(found: Identifiers, context: Mapping[str, Any]) -> None:
    """Add the agents and activities of a context, none of which are primary."""
    for agent in _in_context(context):
        _add_agent(found, agent)
    for activities in context.get("contextActivities", {}).values():
        listed = activities if isinstance(activities, list) else [activities]
        found.update([(Filter.RELATED_ACTIVITY, activity["id"]) for activity in listed])


def _in_context(context: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield each Agent and Group that a context names."""
    for role in ("instructor", "team"):
        if role in context:
            yield context[role]
    for plural, role in (("contextAgents", "agent"), ("contextGroups", "group")):
        for entry in context.get(plural, ()):
            yield entry[role]
