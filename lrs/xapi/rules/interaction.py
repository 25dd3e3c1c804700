"""Interaction Activities (Data 2.4.4.1): components told apart by their ids."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lrs.xapi.anatomy import activities
from lrs.xapi.rules.rule import Finding, Statement, rule

_LISTS = ("choices", "scale", "source", "target", "steps")


def _choices(*ids: str) -> dict[str, Any]:
    """Return an activity that offers these choices, for the examples."""
    definition = {"interactionType": "choice", "choices": [{"id": text} for text in ids]}
    return {"object": {"id": "https://example.org/question", "definition": definition}}


@rule("Data 2.4.4.1", accepted=_choices("a", "A"), rejected=_choices("a", "b", "a"))
def interaction_components_have_distinct_ids(statement: Statement) -> Iterator[Finding]:
    """Refuse an id that stands twice in one list of components."""
    for activity in activities(statement):
        definition = activity.value.get("definition", {})
        if "interactionType" in definition and not activity.inner:
            for name in _LISTS:
                for place in _repeated(definition.get(name, ())):
                    finding = (*activity.path, "definition", name, place, "id")
                    yield finding, "is the id of an earlier component"


def _repeated(components: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    seen: set[str] = set()
    for place, component in enumerate(components):
        name = component.get("id")
        if name in seen:
            yield place
        if name is not None:
            seen.add(name)
