"""Statements as `format=ids` and `format=canonical` return them; `exact` needs no work.

Language: Accept-Language is applied to each language map on its own, by RFC 2616 14.4 (a range
matches a tag that it equals or that continues it after a hyphen; the longest matching range gives
the quality). Where nothing matches, a range's own prefixes are tried (`en-GB` takes `en`), then the
first entry is returned, as a map must keep one language.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Json = dict[str, Any]
Languages = Sequence[tuple[str, float]]
Definition = Callable[[str], Mapping[str, Any] | None]
Rewrite = Callable[[Any], Any]

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def ids(statement: Mapping[str, Any]) -> Json:
    """Return the statement with only what identifies its agents, groups, activities and verbs."""
    return _restated(statement, _identified_agent, _only_id, _only_id)


def canonical(statement: Mapping[str, Any], languages: Languages, definition: Definition) -> Json:
    """Return the statement with canonical definitions, and one language in each language map.

    `definition` returns the store's definition of an activity, given its id; where the store has
    none, the definition in the statement is returned. Agents, attachments and extensions are
    returned as they were received.
    """

    def activity(given: Mapping[str, Any]) -> Json:
        defined = definition(given["id"]) or given.get("definition")
        return {**given, "definition": _one_language(defined, languages)} if defined else {**given}

    def verb(given: Mapping[str, Any]) -> Json:
        shown = given.get("display")
        return {**given, "display": chosen(shown, languages)} if shown else {**given}

    return _restated(statement, lambda agent: agent, verb, activity)


def accept_language(header: str | None) -> list[tuple[str, float]]:
    """Return the language ranges of an Accept-Language header, most wanted first, in lower case.

    A range that cannot be read is skipped: a preference is no reason to refuse a request.
    """
    ranges = []
    for item in (header or "").split(","):
        tag, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = _quality(parameters)
        if tag and quality is not None:
            ranges.append((tag, quality))
    return sorted(ranges, key=lambda one: -one[1])


def chosen(language_map: Mapping[str, str], languages: Languages) -> dict[str, str]:
    """Return the one entry of a language map that the languages prefer; empty for an empty map."""
    languages = [(wanted.lower(), quality) for wanted, quality in languages]
    offered = {tag: _match(tag.lower(), languages) for tag in language_map}
    wanted = {tag: match for tag, match in offered.items() if match is not None and match[0] > 0}
    if wanted:
        best = min(wanted, key=lambda tag: (-wanted[tag][0], wanted[tag][1]))
        return {best: language_map[best]}
    allowed = [tag for tag, match in offered.items() if match is None] or list(language_map)
    return {tag: language_map[tag] for tag in _nearest(allowed, languages)}


def _quality(parameters: Sequence[str]) -> float | None:
    """Return the q of a range, 1 when it is not given, None when it cannot be read."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
            return quality if 0 <= quality <= 1 else None
    return 1.0


def _match(tag: str, languages: Languages) -> tuple[float, int] | None:
    """Return quality and rank that the longest matching range gives a tag; None for no match."""
    matching = [
        (0 if wanted == "*" else len(wanted), quality, -rank)
        for rank, (wanted, quality) in enumerate(languages)
        if wanted in {"*", tag} or tag.startswith(wanted + "-")
    ]
    if not matching:
        return None
    _, quality, rank = max(matching)
    return quality, -rank


def _nearest(tags: Sequence[str], languages: Languages) -> Sequence[str]:
    """Return the tag that is a prefix of a wanted range, the longest first; else the first tag."""
    for wanted, quality in languages:
        prefixes = [tag for tag in tags if wanted.startswith(tag.lower() + "-")]
        if quality > 0 and prefixes:
            return [max(prefixes, key=len)]
    return tags[:1]


def _one_language(definition: Mapping[str, Any], languages: Languages) -> Json:
    """Return an activity definition with one language in each of its language maps."""
    result = _with_texts(definition, ("name", "description"), languages)
    for component in _COMPONENTS:
        if component in result:
            result[component] = [
                _with_texts(choice, ("description",), languages) for choice in result[component]
            ]
    return result


def _with_texts(value: Mapping[str, Any], names: Sequence[str], languages: Languages) -> Json:
    texts = {name: chosen(value[name], languages) for name in names if name in value}
    return {**value, **texts}


def _only_id(value: Mapping[str, Any]) -> Json:
    return {"id": value["id"]}


def _identified_agent(agent: Mapping[str, Any]) -> Json:
    """Return objectType and identifier; of an anonymous Group, the same of each member."""
    result = {name: agent[name] for name in ("objectType", *_IDENTIFIERS) if name in agent}
    if "member" in agent and not any(name in agent for name in _IDENTIFIERS):
        result["member"] = [_identified_agent(member) for member in agent["member"]]
    return result


def _restated(
    statement: Mapping[str, Any], agent: Rewrite, verb: Rewrite, activity: Rewrite
) -> Json:
    """Return the statement, and its SubStatement, with each actor, verb and activity changed."""

    def activities(given: Any) -> Any:
        return [activity(one) for one in given] if isinstance(given, list) else activity(given)

    def target(given: Mapping[str, Any]) -> Any:
        kind = given.get("objectType", "Activity")
        if kind == "SubStatement":
            return _changed(given, in_statement)
        return {"Activity": activity, "Agent": agent, "Group": agent}.get(kind, dict)(given)

    in_context: dict[str, Rewrite] = {
        "instructor": agent,
        "team": agent,
        "contextAgents": lambda given: [_changed(one, {"agent": agent}) for one in given],
        "contextGroups": lambda given: [_changed(one, {"group": agent}) for one in given],
        "contextActivities": lambda given: {role: activities(one) for role, one in given.items()},
    }
    in_statement: dict[str, Rewrite] = {
        "actor": agent,
        "authority": agent,
        "verb": verb,
        "object": target,
        "context": lambda given: _changed(given, in_context),
    }
    return _changed(statement, in_statement)


def _changed(value: Mapping[str, Any], changes: Mapping[str, Rewrite]) -> Json:
    return {name: changes[name](item) if name in changes else item for name, item in value.items()}
