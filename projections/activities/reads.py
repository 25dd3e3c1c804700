"""The definition of each activity, merged from the last definition of each shape."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lrs.storage.database import Pool, fetch
from lrs.xapi.activity import merge
from lrs.xapi.exact import load
from lrs.xapi.terms import Filter, term

_SELECT: Final = """
SELECT activity, definition FROM activity_definition WHERE activity_k = ANY(%s)
ORDER BY activity_k, seq, shape_k
"""


def definitions(source: Pool, activities: Iterable[str]) -> Mapping[str, dict[str, Any]]:
    """Return the definition of each of these activities that has one."""
    keys = {term(Filter.ACTIVITY, activity): activity for activity in activities}
    found: dict[str, dict[str, Any]] = {}
    if keys:
        wanted = set(keys.values())
        for activity, definition in fetch(source, _SELECT, (list(keys),)):
            if activity in wanted:
                found[activity] = merge(found.get(activity), load(definition))
    return found
