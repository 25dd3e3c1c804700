"""The corpus of what makes a statement invalid: where, and by which requirement."""

from collections.abc import Mapping

from tests.contract.statements import (
    ACCOUNT,
    ACTIVITY,
    AGENT,
    ATTACHMENT,
    GROUP,
    ID,
    ONLY_1,
    ONLY_2,
    SUB_STATEMENT,
    VOIDED,
    Invalid,
    attached,
    context,
    defined,
    scored,
)

INVALID: Mapping[str, Invalid] = {
    "no actor": Invalid({"actor": None}, "$.actor", "XAPI-00003"),
    "no verb": Invalid({"verb": None}, "$.verb", "XAPI-00004"),
    "no object": Invalid({"object": None}, "$.object", "XAPI-00005"),
    "null inside": Invalid(defined(name=None), "$.object.definition.name", "XAPI-00001"),
    "null in a list": Invalid(
        context(contextActivities={"other": [None]}),
        "$.context.contextActivities.other[0]",
        "XAPI-00001",
    ),
    "unknown property": Invalid({"mood": "good"}, "$.mood", "XAPI-00010"),
    "property in other case": Invalid({"Result": {}}, "$.Result", "XAPI-00008"),
    "key that is no identifier": Invalid({"a b": 1}, '$["a b"]', "XAPI-00010"),
    "id with a newline": Invalid(
        {"id": ID + "\n"},
        "$.id",
        "XAPI-00027",
        others=(
            "XAPI-00007",
            "XAPI-00030",
        ),
    ),
    "id in braces": Invalid(
        {"id": "{" + ID + "}"},
        "$.id",
        "XAPI-00027",
        others=(
            "XAPI-00007",
            "XAPI-00030",
        ),
    ),
    "id of other digits": Invalid(
        {"id": ID.replace("1", "\N{ARABIC-INDIC DIGIT ONE}")},
        "$.id",
        "XAPI-00027",
        others=(
            "XAPI-00007",
            "XAPI-00030",
        ),
    ),
    "id a number": Invalid(
        {"id": 12345},
        "$.id",
        "XAPI-00028",
        others=(
            "XAPI-00007",
            "XAPI-00029",
        ),
    ),
    "agent without identifier": Invalid({"actor": {"name": "A"}}, "$.actor", "XAPI-00034"),
    "agent with two": Invalid({"actor": {**AGENT, **ACCOUNT}}, "$.actor", "XAPI-00034"),
    "agent with members": Invalid(
        {"actor": {**AGENT, "member": []}}, "$.actor.member", "XAPI-00010"
    ),
    "actor of another type": Invalid(
        {"actor": {"objectType": "Activity", **AGENT}}, "$.actor.objectType", "XAPI-00031"
    ),
    "actor type in other case": Invalid(
        {"actor": {"objectType": "agent", **AGENT}},
        "$.actor.objectType",
        "XAPI-00009",
        others=("XAPI-00031",),
    ),
    "group within a group": Invalid(
        {"actor": {"objectType": "Group", "member": [GROUP]}},
        "$.actor.member[0].objectType",
        "XAPI-00032",
    ),
    "group with neither": Invalid(
        {"actor": {"objectType": "Group"}}, "$.actor.member", "XAPI-00035"
    ),
    "group of nobody": Invalid(
        {"actor": {"objectType": "Group", "member": []}}, "$.actor.member", "XAPI-00037"
    ),
    "group with two identifiers": Invalid(
        {"actor": {**GROUP, **AGENT, **ACCOUNT}}, "$.actor", "XAPI-00037"
    ),
    "address without scheme": Invalid(
        {"actor": {"mbox": "a@example.org"}}, "$.actor.mbox", "XAPI-00038"
    ),
    "two addresses": Invalid(
        {"actor": {"mbox": "mailto:a@example.org,b@example.org"}}, "$.actor.mbox", "XAPI-00038"
    ),
    "short SHA-1 sum": Invalid(
        {"actor": {"mbox_sha1sum": "ebd3"}}, "$.actor.mbox_sha1sum", "XAPI-00039"
    ),
    "openid without scheme": Invalid(
        {"actor": {"openid": "id.example.org/a"}},
        "$.actor.openid",
        "XAPI-00040",
        others=("XAPI-00011",),
    ),
    "account without name": Invalid(
        {"actor": {"account": {"homePage": "a:b"}}}, "$.actor.account.name", "XAPI-00043"
    ),
    "home page without scheme": Invalid(
        {"actor": {"account": {"homePage": "example.org", "name": "a"}}},
        "$.actor.account.homePage",
        "XAPI-00042",
        others=("XAPI-00011",),
    ),
    "authority of one": Invalid(
        {"authority": {"objectType": "Group", "member": [ACCOUNT]}},
        "$.authority.member",
        "XAPI-00098",
    ),
    "authority without application": Invalid(
        {"authority": {"objectType": "Group", "member": [AGENT, AGENT]}},
        "$.authority.member",
        "XAPI-00100",
    ),
    "authority an identified group": Invalid(
        {"authority": {**GROUP, **AGENT}},
        "$.authority",
        "XAPI-00100",
        others=(
            "XAPI-00024",
            "XAPI-00098",
        ),
    ),
    "verb with a space": Invalid({"verb": {"id": "http://a b"}}, "$.verb.id", "XAPI-00044"),
    "verb with a newline": Invalid({"verb": {"id": "http://a\n"}}, "$.verb.id", "XAPI-00044"),
    "verb with half an escape": Invalid({"verb": {"id": "http://a/%2"}}, "$.verb.id", "XAPI-00044"),
    "display of a bad language": Invalid(
        {"verb": {"id": "a:b", "display": {"a12345678": ""}}},
        "$.verb.display.a12345678",
        "XAPI-00013",
    ),
    "language extension given twice": Invalid(
        {"verb": {"id": "a:b", "display": {"zh-z-aaa-z-bbb-c-ccc": ""}}},
        '$.verb.display["zh-z-aaa-z-bbb-c-ccc"]',
        "XAPI-00013",
    ),
    "display of a number": Invalid(
        {"verb": {"id": "a:b", "display": {"en": 1}}}, "$.verb.display.en", "XAPI-00121"
    ),
    "agent as object unnamed": Invalid(
        {"object": AGENT}, "$.object.id", "XAPI-00047", others=("XAPI-00065",)
    ),
    "object of unknown type": Invalid(
        {"object": {**ACTIVITY, "objectType": "Thing"}}, "$.object.objectType", "XAPI-00046"
    ),
    "activity type without scheme": Invalid(
        defined(type="course"), "$.object.definition.type", "XAPI-00060", others=("XAPI-00011",)
    ),
    "extension key without scheme": Invalid(
        defined(extensions={"room": 1}), "$.object.definition.extensions.room", "XAPI-00118"
    ),
    "pattern without interaction": Invalid(
        defined(correctResponsesPattern=["a"]), "$.object.definition.interactionType", "XAPI-00064"
    ),
    "choices of another interaction": Invalid(
        defined(interactionType="likert", choices=[]), "$.object.definition.choices", "XAPI-00010"
    ),
    "component without id": Invalid(
        defined(interactionType="choice", choices=[{}]),
        "$.object.definition.choices[0].id",
        "Data 2.4.4.1",
    ),
    "component ids twice in a context activity": Invalid(
        context(
            contextActivities={
                "parent": [
                    {
                        **ACTIVITY,
                        "definition": {
                            "interactionType": "likert",
                            "scale": [{"id": "1"}, {"id": "1"}],
                        },
                    }
                ]
            }
        ),
        "$.context.contextActivities.parent[0].definition.scale[1].id",
        "Data 2.4.4.1",
    ),
    "reference without UUID": Invalid(
        {"object": {"objectType": "StatementRef", "id": "1"}}, "$.object.id", "XAPI-00072"
    ),
    "voiding an activity": Invalid(
        {"verb": VOIDED}, "$.object.objectType", "XAPI-00017", others=("XAPI-00020",)
    ),
    "voiding an activity in a SubStatement": Invalid(
        {"object": {**SUB_STATEMENT, "verb": VOIDED}},
        "$.object.object.objectType",
        "XAPI-00017",
        others=("XAPI-00020",),
    ),
    "SubStatement with an id": Invalid(
        {"object": {**SUB_STATEMENT, "id": ID}}, "$.object.id", "XAPI-00070"
    ),
    "SubStatement with an authority": Invalid(
        {"object": {**SUB_STATEMENT, "authority": AGENT}}, "$.object.authority", "XAPI-00067"
    ),
    "SubStatement within": Invalid(
        {"object": {**SUB_STATEMENT, "object": SUB_STATEMENT}},
        "$.object.object.objectType",
        "XAPI-00071",
    ),
    "SubStatement without verb": Invalid(
        {"object": {"objectType": "SubStatement", "actor": AGENT, "object": ACTIVITY}},
        "$.object.verb",
        "XAPI-00066",
    ),
    "scaled beyond one": Invalid(scored(scaled=1.01), "$.result.score.scaled", "XAPI-00083"),
    "raw as text": Invalid(
        scored(raw="7"), "$.result.score.raw", "XAPI-00082", others=("XAPI-00006",)
    ),
    "success as text": Invalid(
        {"result": {"success": "true"}}, "$.result.success", "XAPI-00074", others=("XAPI-00006",)
    ),
    "raw below min in a SubStatement": Invalid(
        {"object": {**SUB_STATEMENT, **scored(raw=0, min=1)}},
        "$.object.result.score.raw",
        "XAPI-00082",
    ),
    **{
        f"duration {text!r}": Invalid(
            {"result": {"duration": text}},
            "$.result.duration",
            "XAPI-00124",
            others=("XAPI-00077",),
        )
        for text in ("P4W1D", "P", "PT", "P1DT", "PT0.5H1M", "P1S", "1D", "-P1D", "PT1S\n")
    },
    "attachment without display": Invalid(
        {"attachments": [{k: v for k, v in ATTACHMENT.items() if k != "display"}]},
        "$.attachments[0].display",
        "XAPI-00106",
    ),
    "attachments no list": Invalid({"attachments": ATTACHMENT}, "$.attachments", "XAPI-00025"),
    "attachment of half a byte": Invalid(
        attached(length=27.5), "$.attachments[0].length", "XAPI-00102"
    ),
    "attachment of no media type": Invalid(
        attached(contentType="text"), "$.attachments[0].contentType", "XAPI-00105"
    ),
    "attachment with a SHA-1 sum": Invalid(
        attached(sha2="a" * 40), "$.attachments[0].sha2", "XAPI-00103"
    ),
    "signature as text": Invalid(
        attached(usageType="http://adlnet.gov/expapi/attachments/signature"),
        "$.attachments[0].contentType",
        "XAPI-00115",
    ),
    **{
        f"timestamp {text!r}": Invalid({"timestamp": text}, "$.timestamp", "XAPI-00123")
        for text in (
            "2008-09-15T15:53:00.601-00:00",
            "2008-09-15T15:53:00-0000",
            "2008-09-15T15:53:00-00",
            "2008-09-15T15:53:00Z\n",
            "2008-09-15",
            "2008-13-01T00:00:00Z",
            "2008-09-15T25:00:00Z",
            "2008-09-15T12:00:60Z",
            "2008-09-15T00:00:00+24:00",
            "0001-01-01T00:00:00+05:00",
        )
    },
    "stored on a day that is not": Invalid(
        {"stored": "2023-02-29T00:00:00Z"}, "$.stored", "XAPI-00123"
    ),
    "2.0 timestamp without offset": Invalid(
        {"timestamp": "2015-11-18T12:17:00"}, "$.timestamp", "XAPI-00123", ONLY_2
    ),
    "1.0.3 timestamp with a space": Invalid(
        {"timestamp": "2015-11-18 12:17:00Z"}, "$.timestamp", "XAPI-00123", ONLY_1
    ),
    "version 0.9": Invalid({"version": "0.9.9"}, "$.version", "XAPI-00101"),
    "version 1.1": Invalid({"version": "1.1.0"}, "$.version", "XAPI-00101"),
    "version 1.01": Invalid({"version": "1.01"}, "$.version", "XAPI-00101"),
    "version 2 in 1.0.3": Invalid({"version": "2.0.0"}, "$.version", "XAPI-00101", ONLY_1),
}
