"""Where in a statement something stands, as steps and as the text shown to a client."""

import json
import re
from collections.abc import Iterable

Path = tuple[str | int, ...]
"""Steps from the root: property names and places in arrays."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_STEPS = re.compile(r'\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]|\[("(?:[^"\\]|\\.)*")\]').findall
_LONGEST_KEY = 120


def render(path: Iterable[str | int], root: str = "$") -> str:
    """Write a path as `$.actor.member[0].mbox`; names that are no identifiers in brackets."""
    return root + "".join(map(_step, path))


def pointer(rendered: str) -> str:
    """Return a path that `render` wrote as a JSON Pointer (RFC 6901); empty for no such path."""
    if not rendered.startswith("$"):
        return ""
    steps = (name or (json.loads(key) if key else place) for name, place, key in _STEPS(rendered))
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _NAME.fullmatch(step):
        return f".{step}"
    return f"[{json.dumps(step[:_LONGEST_KEY])}]"
