"""The corpus of what makes the context of a statement invalid."""

from collections.abc import Mapping

from tests.contract.statements import (
    AGENT,
    CONTEXT_AGENT,
    CONTEXT_GROUP,
    GROUP,
    ID,
    ONLY_1,
    ONLY_2,
    REFERENCE,
    SUB_STATEMENT,
    Invalid,
    context,
)

INVALID_CONTEXTS: Mapping[str, Invalid] = {
    "team an agent": Invalid(
        context(team={"objectType": "Agent", **AGENT}),
        "$.context.team.objectType",
        "XAPI-00031",
        others=("XAPI-00088",),
    ),
    "registration no UUID": Invalid(
        context(registration="1"), "$.context.registration", "XAPI-00087-1", others=("XAPI-00087",)
    ),
    "revision of a reference": Invalid(
        {"object": REFERENCE, **context(revision="2")}, "$.context.revision", "XAPI-00084"
    ),
    "platform in a SubStatement about an agent": Invalid(
        {
            "object": {
                **SUB_STATEMENT,
                "object": {"objectType": "Agent", **AGENT},
                **context(platform="Example"),
            }
        },
        "$.object.context.platform",
        "XAPI-00085",
    ),
    "context activities of another kind": Invalid(
        context(contextActivities={"sibling": []}),
        "$.context.contextActivities.sibling",
        "XAPI-00093",
    ),
    "context language": Invalid(
        context(language="english language"), "$.context.language", "XAPI-00091"
    ),
    **{
        f"registration {value!r}": Invalid(
            context(registration=value), "$.context.registration", "XAPI-00087-1", others=ids
        )
        for value, ids in (
            (1, ("XAPI-00028", "XAPI-00029", "XAPI-00087")),
            (ID + "0", ("XAPI-00027", "XAPI-00030", "XAPI-00087")),
        )
    },
    "instructor as text": Invalid(
        context(instructor="a"), "$.context.instructor", "XAPI-00087-2", others=("XAPI-00087",)
    ),
    "team as text": Invalid(context(team="a"), "$.context.team", "XAPI-00088"),
    **{
        f"{name} {value!r}": Invalid(context(**{name: value}), f"$.context.{name}", requirement)
        for name, requirement in {
            "revision": "XAPI-00089",
            "platform": "XAPI-00090",
            "language": "XAPI-00091",
        }.items()
        for value in (1, {"en": "A"})
    },
    "context activities as text": Invalid(
        context(contextActivities="a"), "$.context.contextActivities", "XAPI-00086"
    ),
    **{
        f"{kind} of a context as text": Invalid(
            context(contextActivities={kind: "a:b"}),
            f"$.context.contextActivities.{kind}",
            "XAPI-00094",
        )
        for kind in ("parent", "grouping", "category", "other")
    },
    "listed context activity as text": Invalid(
        context(contextActivities={"other": ["a:b"]}),
        "$.context.contextActivities.other[0]",
        "XAPI-00094",
    ),
    "statement of a context in other case": Invalid(
        context(statement={**REFERENCE, "objectType": "statementref"}),
        "$.context.statement.objectType",
        "XAPI-00009",
        others=("XAPI-00073", "XAPI-00092"),
    ),
    "statement of a context no UUID": Invalid(
        context(statement={**REFERENCE, "id": "1"}),
        "$.context.statement.id",
        "XAPI-00072",
        others=("XAPI-00092", "XAPI-00027", "XAPI-00030"),
    ),
    "statement of a context as text": Invalid(
        context(statement=ID), "$.context.statement", "XAPI-00092"
    ),
    "extensions of a context a number": Invalid(
        context(extensions=1), "$.context.extensions", "XAPI-00120"
    ),
    "extension key of a context without scheme": Invalid(
        context(extensions={"room": 1}),
        "$.context.extensions.room",
        "XAPI-00118",
        others=("XAPI-00011",),
    ),
    "context agents in 1.0.3": Invalid(
        context(contextAgents=[CONTEXT_AGENT]), "$.context.contextAgents", "XAPI-00010", ONLY_1
    ),
    "context agent without type": Invalid(
        context(contextAgents=[{"agent": AGENT}]),
        "$.context.contextAgents[0].objectType",
        "Base 4.2.2.5",
        ONLY_2,
    ),
    "context agent a group": Invalid(
        context(contextAgents=[{**CONTEXT_AGENT, "agent": GROUP}]),
        "$.context.contextAgents[0].agent.objectType",
        "XAPI-00032",
        ONLY_2,
    ),
    "context agent relevant to nothing": Invalid(
        context(contextAgents=[{**CONTEXT_AGENT, "relevantTypes": []}]),
        "$.context.contextAgents[0].relevantTypes",
        "Base 4.2.2.5",
        ONLY_2,
    ),
    "context group without group": Invalid(
        context(contextGroups=[{"objectType": "contextGroup"}]),
        "$.context.contextGroups[0].group",
        "Base 4.2.2.5",
        ONLY_2,
    ),
    "context groups no list": Invalid(
        context(contextGroups=CONTEXT_GROUP), "$.context.contextGroups", "Base 4.2.2.5", ONLY_2
    ),
    **{
        f"{name} of a statement about {target}": Invalid(
            {"object": about, **context(**{name: "2"})}, f"$.context.{name}", requirement
        )
        for name, requirement in {"revision": "XAPI-00084", "platform": "XAPI-00085"}.items()
        for target, about in {
            "an agent": {"objectType": "Agent", **AGENT},
            "a group": GROUP,
            "a reference": REFERENCE,
            "a SubStatement": SUB_STATEMENT,
        }.items()
    },
}
