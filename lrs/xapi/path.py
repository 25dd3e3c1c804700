"""Where in a statement something stands, as steps and as the text shown to a client."""

import json
import re
from collections.abc import Iterable

Path = tuple[str | int, ...]
"""Steps from the root: property names and places in arrays."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_LONGEST_KEY = 120


def render(path: Iterable[str | int], root: str = "$") -> str:
    """Write a path as `$.actor.member[0].mbox`; names that are no identifiers in brackets."""
    return root + "".join(map(_step, path))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _NAME.fullmatch(step):
        return f".{step}"
    return f"[{json.dumps(step[:_LONGEST_KEY])}]"
