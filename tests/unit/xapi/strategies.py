"""Valid statements as hypothesis draws them, and ways to break one thing of them."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from lrs.xapi.path import Path

Strategy = st.SearchStrategy[Any]

TEXTS = st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
IRIS = st.builds(
    "{}://{}/{}".format,
    st.sampled_from(["http", "https", "x-1.2+3"]),
    st.sampled_from(["example.org", "bücher.example", "[::1]:8080"]),
    st.text(st.sampled_from("aZ09-._~/?é日"), max_size=8),
)
LANGUAGE_TAGS = st.sampled_from(["en", "fr-CA", "zh-Hant-TW", "es-419", "x-y", "de-u-co-phonebk"])
LANGUAGE_MAPS = st.dictionaries(LANGUAGE_TAGS, TEXTS, max_size=2)
EXTENSIONS = st.dictionaries(IRIS, JSON, max_size=2)
UUIDS = st.uuids().map(str) | st.uuids().map(lambda uuid: str(uuid).upper())
TIMESTAMPS = st.builds(
    "{}{}{}".format,
    st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds")),
    st.sampled_from(["", ".5", ".123456789"]),
    st.sampled_from(["Z", "+00:00", "+05:30", "-03:30"]),
).filter(lambda text: "0002" < text[:4] < "9999")


def some(**properties: Strategy) -> Strategy:
    """Draw an object with any of these properties."""
    return st.fixed_dictionaries({}, optional=properties)


def _with(always: dict[str, Strategy], **properties: Strategy) -> Strategy:
    return st.fixed_dictionaries(always, optional=properties)


IDENTIFIERS: tuple[dict[str, Strategy], ...] = (
    {"mbox": st.sampled_from(["mailto:a@example.org", "mailto:a.b+c@bücher.example"])},
    {"mbox_sha1sum": st.text("0123456789abcdefABCDEF", min_size=40, max_size=40)},
    {"openid": IRIS},
    {"account": _with({"homePage": IRIS, "name": TEXTS})},
)
AGENT_TYPE: dict[str, Strategy] = {"objectType": st.just("Agent")}
GROUP_TYPE: dict[str, Strategy] = {"objectType": st.just("Group")}
NAMED_AGENTS = st.one_of([_with(AGENT_TYPE | one, name=TEXTS) for one in IDENTIFIERS])
AGENTS = NAMED_AGENTS | st.one_of([_with(one, name=TEXTS) for one in IDENTIFIERS])
MEMBERS = st.lists(AGENTS, min_size=1, max_size=2)
GROUPS = _with(GROUP_TYPE | {"member": MEMBERS}, name=TEXTS) | st.one_of(
    [_with(GROUP_TYPE | one, name=TEXTS, member=MEMBERS) for one in IDENTIFIERS]
)
COMPONENTS = st.lists(
    _with({"id": TEXTS}, description=LANGUAGE_MAPS),
    max_size=2,
    unique_by=lambda component: str(component["id"]),
)
INTERACTIONS = st.one_of(
    [
        _with({"interactionType": st.sampled_from(kinds)}, **dict.fromkeys(lists, COMPONENTS))
        for kinds, lists in (
            (["choice", "sequencing"], ["choices"]),
            (["matching"], ["source", "target"]),
            (["performance"], ["steps"]),
            (["likert"], ["scale"]),
            (["true-false", "fill-in", "long-fill-in", "numeric", "other"], []),
        )
    ]
)
DEFINITIONS = INTERACTIONS | some(
    name=LANGUAGE_MAPS, description=LANGUAGE_MAPS, type=IRIS, moreInfo=IRIS, extensions=EXTENSIONS
)
ACTIVITIES = _with({"id": IRIS}, objectType=st.just("Activity"), definition=DEFINITIONS)
REFERENCES = _with({"objectType": st.just("StatementRef"), "id": UUIDS})
SCORES = st.builds(
    lambda low, part, span: {"min": low, "raw": low + part * span, "max": low + span, "scaled": 0},
    st.integers(-9, 9),
    st.integers(0, 1),
    st.integers(1, 9),
)
RESULTS = some(
    score=SCORES,
    success=st.booleans(),
    completion=st.booleans(),
    response=TEXTS,
    duration=st.sampled_from(["PT0S", "P4W", "P1Y2M3DT4H5M6.7S", "PT0.5H"]),
    extensions=EXTENSIONS,
)
CONTEXT: dict[str, Strategy] = {
    "registration": UUIDS,
    "instructor": AGENTS | GROUPS,
    "team": GROUPS,
    "contextActivities": some(parent=ACTIVITIES, other=st.lists(ACTIVITIES, max_size=2)),
    "language": LANGUAGE_TAGS,
    "statement": REFERENCES,
    "extensions": EXTENSIONS,
}
ATTACHMENTS = st.lists(
    _with(
        {
            "usageType": IRIS,
            "display": LANGUAGE_MAPS,
            "contentType": st.sampled_from(["text/plain", "image/svg+xml; charset=utf-8"]),
            "length": st.integers(0, 10**12),
            "sha2": st.sampled_from([64, 96, 128]).map(lambda digits: "a1" * (digits // 2)),
        },
        description=LANGUAGE_MAPS,
        fileUrl=IRIS,
    ),
    max_size=2,
)


def _about(target: Strategy, /, also: dict[str, Strategy], **more: Strategy) -> Strategy:
    always = {"actor": AGENTS | GROUPS, "verb": _with({"id": IRIS}, display=LANGUAGE_MAPS)}
    optional = {"result": RESULTS, "timestamp": TIMESTAMPS, "attachments": ATTACHMENTS, **more}
    return _with(also | always | {"object": target}, **optional)


_ACTIVITY_CONTEXT = some(**CONTEXT, revision=TEXTS, platform=TEXTS)
_OTHERS = NAMED_AGENTS | GROUPS | REFERENCES
_SUB: dict[str, Strategy] = {"objectType": st.just("SubStatement")}
_SUB_STATEMENTS = _about(ACTIVITIES, _SUB, context=_ACTIVITY_CONTEXT) | _about(
    _OTHERS, _SUB, context=some(**CONTEXT)
)
_OWN: dict[str, Strategy] = {"id": UUIDS, "stored": TIMESTAMPS, "authority": AGENTS}
STATEMENTS = _about(ACTIVITIES, {}, context=_ACTIVITY_CONTEXT, **_OWN) | _about(
    _OTHERS | _SUB_STATEMENTS, {}, context=some(**CONTEXT), version=st.just("1.0.0"), **_OWN
)
"""Statements valid in both versions."""


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every value below the root that the standard speaks of."""
    children = value.items() if isinstance(value, dict) else ()
    for step, child in enumerate(value) if isinstance(value, list) else children:
        yield (*path, step)
        if step != "extensions":
            yield from places(child, (*path, step))


def broken(statement: Any, path: Path, value: Any) -> Any:
    """Return a copy of a statement with another value at a path."""
    copy = deepcopy(statement)
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def at(statement: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for step in path:
        statement = statement[step]
    return statement
