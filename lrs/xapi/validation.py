"""What is wrong with a statement, an actor or a batch: every violation at once.

The schema says shape, the rules say the rest. A statement without the right shape is still put to
the rules, without the values of the wrong shape, so that one answer names all there is to mend.
Where the engines differ (one gives up on a text of a megabyte), the reference engine decides.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from itertools import islice
from typing import Any

from jsonschema import ValidationError

from lrs.errors import Violation
from lrs.xapi import structure
from lrs.xapi.anatomy import parts
from lrs.xapi.path import Path, render
from lrs.xapi.rules.rule import discovered
from lrs.xapi.version import Version

ENOUGH = 100
"""Violations after which the rest of a request is not checked: to name one takes 2.5 ms."""

_RULES = discovered()
_TOO_DEEP = "XAPI-00014"
_SAYS_NOTHING_OF_THE_VALUE = {"required", "dependentRequired", "additionalProperties"}


def violations(statement: object, version: Version, root: str = "$") -> list[Violation]:
    """Return all that is wrong with a statement, empty when valid; paths begin at `root`."""
    shape = structure.STATEMENT[version]
    if isinstance(statement, dict) and shape.holds(statement):
        return _broken_rules(statement, root)
    try:
        return _all_violations(statement, shape, root)
    except RecursionError:
        return [Violation(root, _TOO_DEEP, "objects nest too deep to tell what is wrong in them")]


def _all_violations(statement: object, shape: structure.Shape, root: str) -> list[Violation]:
    errors = shape.errors(statement, ENOUGH)
    named = _named(shape, errors, root)
    if len(errors) == ENOUGH:
        return named  # malformed values beyond `ENOUGH` are not known: rules could fail on them
    return [*named, *_broken_rules(_well_shaped(statement, errors), root)]


def agent_violations(agent: object, version: Version, root: str = "$") -> list[Violation]:
    """Return all that is wrong with an Agent or Group, as given for an actor or a parameter."""
    shape = structure.ACTOR[version]
    return [] if shape.holds(agent) else _named(shape, shape.errors(agent, ENOUGH), root)


def batch_violations(statements: Sequence[object], root: str = "$") -> list[Violation]:
    """Return what is wrong between statements: an id that two of them have, in any letter case."""
    seen: set[str] = set()
    found = []
    for place, statement in enumerate(statements):
        key = statement.get("id") if isinstance(statement, dict) else None
        if not isinstance(key, str):
            continue
        if key.lower() in seen:
            message = "is the id of an earlier statement in this request"
            found.append(Violation(f"{root}[{place}].id", "Communication 2.1.2", message))
        seen.add(key.lower())
    return found


def _broken_rules(statement: dict[str, Any], root: str) -> list[Violation]:
    """Put a statement, and the SubStatement that is its object, to every rule."""
    return [
        Violation(render((*at, *path), root), rule.requirements[0], message)
        for at, part in parts(statement)
        for rule in _RULES
        for path, message in rule.check(part)
    ]


def _named(shape: structure.Shape, errors: Iterable[ValidationError], root: str) -> list[Violation]:
    """Put errors into words; of those that say the same about one path, only the first."""
    named: dict[tuple[str, str], Violation] = {}
    for error in errors:
        for violation in islice(shape.explain(error, root), ENOUGH):
            named.setdefault((violation.path, violation.message), violation)
    return list(named.values())[:ENOUGH]


def _well_shaped(statement: object, errors: Iterable[ValidationError]) -> dict[str, Any]:
    """Return a copy of the statement without the values that have the wrong shape."""
    if not isinstance(statement, dict):
        return {}
    copy = deepcopy(statement)
    for error in errors:
        if error.validator not in _SAYS_NOTHING_OF_THE_VALUE:
            _remove(copy, tuple(error.absolute_path))
    return copy


def _remove(value: dict[str, Any], path: Path) -> None:
    """Delete the value at a path; where the path leads into an array, delete the whole array."""
    *way, last = path
    for step in way:
        inner = value.get(str(step))
        if not isinstance(inner, dict):
            last = step
            break
        value = inner
    value.pop(str(last), None)
