"""The store's definition of an activity, merged from the definitions that statements bring.

What `merge` sets from a definition does not depend on what was set before. So of two definitions
that set the same properties, which is to say that have the same `shape`, nothing of the earlier one
is left once the later one is merged: to merge all definitions in log order, the last one of each
shape is enough.
"""

from collections.abc import Mapping
from typing import Any

CONTEXT_KINDS = ("parent", "grouping", "category", "other")
"""What an activity can be to the context of a statement (Data 2.4.6.2)."""

_LANGUAGE_MAPS = ("name", "description")
_INTERACTION = frozenset(
    (
        "interactionType",
        "correctResponsesPattern",
        "choices",
        "scale",
        "source",
        "target",
        "steps",
    )
)


def merge(current: Mapping[str, Any] | None, incoming: Mapping[str, Any]) -> dict[str, Any]:
    """Return the definition `current` with `incoming` merged into it; to be called in log order.

    Names, descriptions and extensions are merged entry by entry, the later entry winning. The
    properties of an interaction are replaced all together: the choices of one question beside the
    answers to another would describe neither. Every other property is replaced.
    """
    kept = dict(current or {})
    if not _INTERACTION.isdisjoint(incoming):
        kept = {name: value for name, value in kept.items() if name not in _INTERACTION}
    merged = {**kept, **incoming}
    for name in _LANGUAGE_MAPS:
        if name in kept and name in incoming:
            merged[name] = _merged_language_map(kept[name], incoming[name])
    if "extensions" in kept and "extensions" in incoming:
        merged["extensions"] = {**kept["extensions"], **incoming["extensions"]}
    return merged


def shape(definition: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return what `merge` sets from a definition: names, and in maps pairs of name and key."""
    found = set()
    for name, value in definition.items():
        found.add(("interaction" if name in _INTERACTION else name, ""))
        if name in _LANGUAGE_MAPS:
            found.update((name, tag.lower()) for tag in value)
        elif name == "extensions":
            found.update((name, key) for key in value)
    return frozenset(found)


def _merged_language_map(current: Mapping[str, str], incoming: Mapping[str, str]) -> dict[str, str]:
    """Merge by language tag, whose letter case does not count: `en-us` replaces `en-US`."""
    replaced = {tag.lower() for tag in incoming}
    return {tag: text for tag, text in current.items() if tag.lower() not in replaced} | {
        **incoming
    }
