"""The corpus of properties that hold a value of the wrong type or format, one each."""

from collections.abc import Mapping
from itertools import combinations

from tests.contract.statements import (
    ACCOUNT,
    ACTIVITY,
    AGENT,
    REFERENCE,
    SUB_STATEMENT,
    Invalid,
    attached,
    defined,
    scored,
)

TEXT_FOR_A_VALUE = ("XAPI-00006",)
NO_SCHEME = ("XAPI-00011",)
IDENTIFIERS = (
    AGENT,
    ACCOUNT,
    {"mbox_sha1sum": "a" * 40},
    {"openid": "https://id.example.org/a"},
)

INVALID_VALUES: Mapping[str, Invalid] = {
    "name a number": Invalid({"actor": {**AGENT, "name": 1}}, "$.actor.name", "XAPI-00033"),
    "name an object": Invalid(
        {"actor": {"objectType": "Group", **AGENT, "name": {}}}, "$.actor.name", "XAPI-00033"
    ),
    "type of an actor a number": Invalid(
        {"actor": {"objectType": 1, **AGENT}},
        "$.actor.objectType",
        "XAPI-00031",
        others=("XAPI-00032",),
    ),
    "members no list": Invalid(
        {"actor": {"objectType": "Group", **ACCOUNT, "member": AGENT}},
        "$.actor.member",
        "XAPI-00036",
    ),
    "address a number": Invalid({"actor": {"mbox": 1}}, "$.actor.mbox", "XAPI-00038"),
    "SHA-1 sum a number": Invalid(
        {"actor": {"mbox_sha1sum": 1}}, "$.actor.mbox_sha1sum", "XAPI-00039"
    ),
    "account as text": Invalid({"actor": {"account": "a"}}, "$.actor.account", "XAPI-00041"),
    "account without home page": Invalid(
        {"actor": {"account": {"name": "a"}}}, "$.actor.account.homePage", "XAPI-00042"
    ),
    "name of an account a number": Invalid(
        {"actor": {"account": {"homePage": "a:b", "name": 1}}},
        "$.actor.account.name",
        "XAPI-00043",
        others=("XAPI-00007",),
    ),
    "authority as text": Invalid({"authority": "a"}, "$.authority", "XAPI-00024"),
    "verb without id": Invalid({"verb": {"display": {}}}, "$.verb.id", "XAPI-00044"),
    "verb without scheme": Invalid(
        {"verb": {"id": "did"}}, "$.verb.id", "XAPI-00044", others=NO_SCHEME
    ),
    **{
        f"display {value!r}": Invalid(
            {"verb": {"id": "a:b", "display": value}}, "$.verb.display", "XAPI-00045"
        )
        for value in ("did", 1)
    },
    "activity without scheme": Invalid(
        {"object": {"id": "example.org/a"}}, "$.object.id", "XAPI-00047", others=NO_SCHEME
    ),
    "activity without id": Invalid(
        {"object": {"objectType": "Activity"}}, "$.object.id", "XAPI-00047"
    ),
    "group as object without type": Invalid(
        {"object": {"member": [AGENT]}}, "$.object.id", "XAPI-00047", others=("XAPI-00065",)
    ),
    **{
        f"type of an object {name}": Invalid(
            {"object": {**ACTIVITY, "objectType": name}},
            "$.object.objectType",
            "XAPI-00009",
            others=("XAPI-00046",),
        )
        for name in ("activity", "agent", "group", "substatement")
    },
    "definition as text": Invalid(
        {"object": {**ACTIVITY, "definition": "a"}}, "$.object.definition", "XAPI-00048"
    ),
    **{
        f"interaction of type {name!r}": Invalid(
            defined(interactionType=name), "$.object.definition.interactionType", *ids
        )
        for name, ids in {
            "Other": ("XAPI-00009",),
            "riddle": ("XAPI-00049",),
            1: ("XAPI-00049",),
        }.items()
    },
    **{
        f"{name} of a definition {value!r}": Invalid(
            defined(**{name: value}), f"$.object.definition.{name}", requirement
        )
        for name, requirement in {"name": "XAPI-00056", "description": "XAPI-00059"}.items()
        for value in ("A", 1)
    },
    "more information without scheme": Invalid(
        defined(moreInfo="example.org"),
        "$.object.definition.moreInfo",
        "XAPI-00061",
        others=NO_SCHEME,
    ),
    "extensions of a definition as text": Invalid(
        defined(extensions="a:b"), "$.object.definition.extensions", "XAPI-00057"
    ),
    "extensions of a result as text": Invalid(
        {"result": {"extensions": "a:b"}}, "$.result.extensions", "XAPI-00078"
    ),
    "extension key of a result without scheme": Invalid(
        {"result": {"extensions": {"room": 1}}},
        "$.result.extensions.room",
        "XAPI-00118",
        others=NO_SCHEME,
    ),
    "SubStatement with a version": Invalid(
        {"object": {**SUB_STATEMENT, "version": "1.0.0"}}, "$.object.version", "XAPI-00068"
    ),
    "SubStatement with a time of storage": Invalid(
        {"object": {**SUB_STATEMENT, "stored": "2020-01-01T00:00:00Z"}},
        "$.object.stored",
        "XAPI-00069",
    ),
    "SubStatement without actor": Invalid(
        {"object": {key: SUB_STATEMENT[key] for key in ("objectType", "verb", "object")}},
        "$.object.actor",
        "XAPI-00066",
    ),
    "SubStatement without object": Invalid(
        {"object": {key: SUB_STATEMENT[key] for key in ("objectType", "verb", "actor")}},
        "$.object.object",
        "XAPI-00066",
    ),
    "reference without id": Invalid(
        {"object": {"objectType": "StatementRef"}}, "$.object.id", "XAPI-00072"
    ),
    "reference in other case": Invalid(
        {"object": {**REFERENCE, "objectType": "statementref"}},
        "$.object.objectType",
        "XAPI-00009",
        others=("XAPI-00046", "XAPI-00073"),
    ),
    "completion as text": Invalid(
        {"result": {"completion": "true"}},
        "$.result.completion",
        "XAPI-00075",
        others=TEXT_FOR_A_VALUE,
    ),
    "response a number": Invalid({"result": {"response": 1}}, "$.result.response", "XAPI-00076"),
    "response an object": Invalid({"result": {"response": {}}}, "$.result.response", "XAPI-00076"),
    "duration a number": Invalid(
        {"result": {"duration": 1}}, "$.result.duration", "XAPI-00077", others=("XAPI-00124",)
    ),
    **{
        f"score {value!r}": Invalid({"result": {"score": value}}, "$.result.score", "XAPI-00079")
        for value in ("1", 1)
    },
    **{
        f"{name} of a score as text": Invalid(
            scored(**{name: "0"}), f"$.result.score.{name}", requirement, others=TEXT_FOR_A_VALUE
        )
        for name, requirement in {
            "scaled": "XAPI-00083",
            "min": "XAPI-00081",
            "max": "XAPI-00080",
        }.items()
    },
    **{
        f"{name} of an attachment {value!r}": Invalid(
            attached(**{name: value}), f"$.attachments[0].{name}", "XAPI-00106"
        )
        for name in ("display", "description")
        for value in ("A", 1)
    },
    "usage of an attachment without scheme": Invalid(
        attached(usageType="essay"), "$.attachments[0].usageType", "XAPI-00107", others=NO_SCHEME
    ),
    "attachment elsewhere without scheme": Invalid(
        attached(fileUrl="example.org"), "$.attachments[0].fileUrl", "XAPI-00104", others=NO_SCHEME
    ),
    "length of an attachment as text": Invalid(
        attached(length="27"), "$.attachments[0].length", "XAPI-00102", others=TEXT_FOR_A_VALUE
    ),
    **{
        f"{name} in other case": Invalid(
            {name.capitalize(): 1}, f"$.{name.capitalize()}", "XAPI-00008", others=("XAPI-00010",)
        )
        for name in (
            "id",
            "actor",
            "verb",
            "object",
            "context",
            "timestamp",
            "stored",
            "authority",
            "version",
            "attachments",
        )
    },
    **{
        f"{kind} by {' and '.join({**one, **other})}": Invalid(
            {"actor": {"objectType": kind, **one, **other}}, "$.actor", requirement
        )
        for kind, requirement in {"Agent": "XAPI-00034", "Group": "XAPI-00037"}.items()
        for one, other in combinations(IDENTIFIERS, 2)
    },
    **{
        f"{name} without interaction": Invalid(
            defined(**{name: [{"id": "a"}]}), "$.object.definition.interactionType", "XAPI-00064"
        )
        for name in ("choices", "scale", "source", "target", "steps")
    },
    **{
        f"interaction of type {name!r}": Invalid(
            defined(interactionType=name), "$.object.definition.interactionType", "XAPI-00009"
        )
        for name in ("choiCe", "fill-iN", "long-fiLl-in", "matchIng", "true-faLse", "nUmeric")
    },
}
