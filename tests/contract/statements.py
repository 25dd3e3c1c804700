"""The corpus: what a valid statement may hold, and what makes one invalid, where and why.

Each example is what it adds to the smallest valid statement; `None` takes a property away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lrs.xapi.version import Version

Statement = dict[str, Any]

ID = "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
AGENT: Statement = {"mbox": "mailto:learner@example.org"}
ACCOUNT: Statement = {"account": {"homePage": "https://lms.example.org", "name": "1625378"}}
GROUP: Statement = {"objectType": "Group", "member": [AGENT, ACCOUNT]}
REFERENCE: Statement = {"objectType": "StatementRef", "id": ID}
ACTIVITY: Statement = {"id": "https://example.org/course/1"}
VOIDED: Statement = {"id": "http://adlnet.gov/expapi/verbs/voided"}
SUB_STATEMENT: Statement = {
    "objectType": "SubStatement",
    "actor": AGENT,
    "verb": {"id": "https://example.org/verbs/planned"},
    "object": ACTIVITY,
}
ATTACHMENT: Statement = {
    "usageType": "https://example.org/usage/essay",
    "display": {"en": "Essay"},
    "contentType": "text/plain; charset=utf-8",
    "length": 27,
    "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
}
CONTEXT_AGENT: Statement = {
    "objectType": "contextAgent",
    "agent": AGENT,
    "relevantTypes": ["https://example.org/types/tutor"],
}
CONTEXT_GROUP: Statement = {"objectType": "contextGroup", "group": GROUP}

BOTH = tuple(Version)
ONLY_1 = (Version.V1_0_3,)
ONLY_2 = (Version.V2_0_0,)


def statement(**properties: Any) -> Statement:
    """Return the smallest valid statement with these properties added, or taken away by `None`."""
    smallest = {"actor": AGENT, "verb": {"id": "https://example.org/verbs/did"}, "object": ACTIVITY}
    return {key: value for key, value in {**smallest, **properties}.items() if value is not None}


@dataclass(frozen=True)
class Invalid:
    """An invalid statement: where it is wrong, by which requirement, in which versions."""

    properties: Mapping[str, Any]
    path: str
    requirement: str
    versions: tuple[Version, ...] = BOTH


def _defined(**definition: Any) -> Statement:
    return {"object": {**ACTIVITY, "definition": definition}}


def _context(**context: Any) -> Statement:
    return {"context": context}


def _attached(**attachment: Any) -> Statement:
    return {"attachments": [{**ATTACHMENT, **attachment}]}


def _scored(**score: Any) -> Statement:
    return {"result": {"score": score}}


VALID: Mapping[str, tuple[Mapping[str, Any], tuple[Version, ...]]] = {
    "smallest": ({}, BOTH),
    "id in capitals": ({"id": ID.upper()}, BOTH),
    "UUID of no known variant": ({"id": "12345678-1234-5678-1234-567812345678"}, BOTH),
    "agent by openid": ({"actor": {"openid": "https://id.example.org/a", "name": ""}}, BOTH),
    "agent by SHA-1 sum": ({"actor": {"mbox_sha1sum": "EBD31E95054C018B" + "a" * 24}}, BOTH),
    "international address": ({"actor": {"mbox": "mailto:jörg+x@bücher.example"}}, BOTH),
    "anonymous group": ({"actor": GROUP}, BOTH),
    "identified group": ({"actor": {"objectType": "Group", **ACCOUNT, "member": []}}, BOTH),
    "authority of OAuth": ({"authority": GROUP}, BOTH),
    "IRI beyond ASCII": ({"verb": {"id": "http://example.com/فعل/خواندن"}}, BOTH),
    "IRI without authority": ({"verb": {"id": "urn:uuid:" + ID}}, BOTH),
    "IRI with fragment": ({"verb": {"id": "https://example.org/v?a=%20#b"}}, BOTH),
    "language tags": (
        {
            "verb": {
                "id": "a:b",
                "display": dict.fromkeys(
                    (
                        "en",
                        "cmn",
                        "zh-Hant-TW",
                        "sl-rozaj-biske-1994",
                        "de-CH-1901",
                        "es-419",
                        "x-a-b-a-b",
                        "en-a-myext-b-another",
                        "en-x-a-b-a-b",
                        "i-klingon",
                        "sgn-BE-FR",
                        "en-GB-oed",
                        "zh-min-nan",
                        "de-u-co-phonebk-x-y",
                    ),
                    "",
                ),
            }
        },
        BOTH,
    ),
    "empty maps": (_defined(name={}, extensions={}), BOTH),
    "anything inside extensions": (
        _context(extensions={"https://example.org/x": None, "x:y": [{"": None}, 1e300, {}]}),
        BOTH,
    ),
    "object is an agent": ({"object": {"objectType": "Agent", **AGENT}}, BOTH),
    "object is a group": ({"object": GROUP}, BOTH),
    "object is a reference": ({"object": REFERENCE}, BOTH),
    "voiding": ({"verb": VOIDED, "object": REFERENCE}, BOTH),
    "SubStatement": ({"object": {**SUB_STATEMENT, "timestamp": "2099-01-01T00:00:00Z"}}, BOTH),
    "SubStatement about a reference": ({"object": {**SUB_STATEMENT, "object": REFERENCE}}, BOTH),
    "SubStatement with attachments": (
        {"object": {**SUB_STATEMENT, "attachments": [ATTACHMENT]}},
        BOTH,
    ),
    "choice": (
        _defined(
            interactionType="choice",
            choices=[{"id": "a", "description": {"en": "A"}}],
            correctResponsesPattern=["a[,]b", ""],
        ),
        BOTH,
    ),
    "matching": (
        _defined(interactionType="matching", source=[{"id": "a"}], target=[{"id": "a"}]),
        BOTH,
    ),
    "free answer": (_defined(interactionType="long-fill-in", correctResponsesPattern=[]), BOTH),
    "score without bounds": (_scored(scaled=-1, raw=-1e9), BOTH),
    "score on its bounds": (_scored(scaled=1, min=0, raw=0, max=0.5), BOTH),
    "duration in weeks": ({"result": {"duration": "P4W"}}, BOTH),
    "duration with a fraction": ({"result": {"duration": "P3Y1M29DT4H35M59.14S"}}, BOTH),
    "duration with a comma": ({"result": {"duration": "PT0,5H"}}, BOTH),
    "single context activity": (_context(contextActivities={"parent": ACTIVITY}), BOTH),
    "context activities": (_context(contextActivities={"other": [ACTIVITY], "category": []}), BOTH),
    "rich context": (
        _context(
            registration=ID,
            instructor=GROUP,
            team=GROUP,
            revision="",
            platform="Example",
            language="tlh",
            statement=REFERENCE,
        ),
        BOTH,
    ),
    "revision of an explicit Activity": (
        {"object": {"objectType": "Activity", **ACTIVITY}, **_context(revision="2")},
        BOTH,
    ),
    "attachment": ({"attachments": [ATTACHMENT]}, BOTH),
    "attachment elsewhere": (_attached(fileUrl="https://example.org/f", length=0), BOTH),
    "whole length written as a fraction": (_attached(length=27.0), BOTH),
    "RFC 3339": ({"timestamp": "2015-11-18T12:17:00.601+00:00"}, BOTH),
    "nanoseconds": ({"timestamp": "2015-11-18T12:17:00.123456789-03:30"}, BOTH),
    "leap second": ({"timestamp": "2016-12-31T23:59:60Z"}, BOTH),
    "offset of minutes behind": ({"timestamp": "2015-11-18T12:17:00-00:30"}, BOTH),
    "space between date and time": ({"timestamp": "2015-11-18 12:17:00Z"}, ONLY_2),
    "small letters in a timestamp": ({"timestamp": "2015-11-18t12:17:00z"}, ONLY_2),
    "timestamp without offset": ({"timestamp": "2015-11-18T12:17:00"}, ONLY_1),
    "basic format": ({"timestamp": "20151118T121700Z"}, ONLY_1),
    "offset without colon": ({"timestamp": "2015-11-18T12:17:00+0530"}, ONLY_1),
    "version of a patch": ({"version": "1.0.9"}, BOTH),
    "version without patch": ({"version": "1.0"}, BOTH),
    "version 2": ({"version": "2.0.0"}, ONLY_2),
    "context agents": (_context(contextAgents=[CONTEXT_AGENT]), ONLY_2),
    "context groups": (_context(contextGroups=[CONTEXT_GROUP]), ONLY_2),
    "context agents of a SubStatement": (
        {"object": {**SUB_STATEMENT, **_context(contextAgents=[CONTEXT_AGENT])}},
        ONLY_2,
    ),
}

INVALID: Mapping[str, Invalid] = {
    "no actor": Invalid({"actor": None}, "$.actor", "XAPI-00003"),
    "no verb": Invalid({"verb": None}, "$.verb", "XAPI-00004"),
    "no object": Invalid({"object": None}, "$.object", "XAPI-00005"),
    "null inside": Invalid(_defined(name=None), "$.object.definition.name", "XAPI-00001"),
    "null in a list": Invalid(
        _context(contextActivities={"other": [None]}),
        "$.context.contextActivities.other[0]",
        "XAPI-00001",
    ),
    "unknown property": Invalid({"mood": "good"}, "$.mood", "XAPI-00010"),
    "property in other case": Invalid({"Result": {}}, "$.Result", "XAPI-00008"),
    "key that is no identifier": Invalid({"a b": 1}, '$["a b"]', "XAPI-00010"),
    "id with a newline": Invalid({"id": ID + "\n"}, "$.id", "XAPI-00027"),
    "id in braces": Invalid({"id": "{" + ID + "}"}, "$.id", "XAPI-00027"),
    "id of other digits": Invalid({"id": ID.replace("1", "١")}, "$.id", "XAPI-00027"),
    "id a number": Invalid({"id": 12345}, "$.id", "XAPI-00028"),
    "agent without identifier": Invalid({"actor": {"name": "A"}}, "$.actor", "XAPI-00034"),
    "agent with two": Invalid({"actor": {**AGENT, **ACCOUNT}}, "$.actor", "XAPI-00034"),
    "agent with members": Invalid(
        {"actor": {**AGENT, "member": []}}, "$.actor.member", "XAPI-00010"
    ),
    "actor of another type": Invalid(
        {"actor": {"objectType": "Activity", **AGENT}}, "$.actor.objectType", "XAPI-00031"
    ),
    "actor type in other case": Invalid(
        {"actor": {"objectType": "agent", **AGENT}}, "$.actor.objectType", "XAPI-00009"
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
        {"actor": {"openid": "id.example.org/a"}}, "$.actor.openid", "XAPI-00040"
    ),
    "account without name": Invalid(
        {"actor": {"account": {"homePage": "a:b"}}}, "$.actor.account.name", "XAPI-00043"
    ),
    "home page without scheme": Invalid(
        {"actor": {"account": {"homePage": "example.org", "name": "a"}}},
        "$.actor.account.homePage",
        "XAPI-00042",
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
        {"authority": {**GROUP, **AGENT}}, "$.authority", "XAPI-00100"
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
    "agent as object unnamed": Invalid({"object": AGENT}, "$.object.id", "XAPI-00047"),
    "object of unknown type": Invalid(
        {"object": {**ACTIVITY, "objectType": "Thing"}}, "$.object.objectType", "XAPI-00046"
    ),
    "activity type without scheme": Invalid(
        _defined(type="course"), "$.object.definition.type", "XAPI-00060"
    ),
    "extension key without scheme": Invalid(
        _defined(extensions={"room": 1}), "$.object.definition.extensions.room", "XAPI-00118"
    ),
    "pattern without interaction": Invalid(
        _defined(correctResponsesPattern=["a"]), "$.object.definition.interactionType", "XAPI-00064"
    ),
    "choices without interaction": Invalid(
        _defined(choices=[]), "$.object.definition.interactionType", "XAPI-00064"
    ),
    "choices of another interaction": Invalid(
        _defined(interactionType="likert", choices=[]), "$.object.definition.choices", "XAPI-00010"
    ),
    "component without id": Invalid(
        _defined(interactionType="choice", choices=[{}]),
        "$.object.definition.choices[0].id",
        "Data 2.4.4.1",
    ),
    "component ids twice in a context activity": Invalid(
        _context(
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
    "voiding an activity": Invalid({"verb": VOIDED}, "$.object.objectType", "XAPI-00017"),
    "voiding an activity in a SubStatement": Invalid(
        {"object": {**SUB_STATEMENT, "verb": VOIDED}}, "$.object.object.objectType", "XAPI-00017"
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
    "scaled beyond one": Invalid(_scored(scaled=1.01), "$.result.score.scaled", "XAPI-00083"),
    "raw as text": Invalid(_scored(raw="7"), "$.result.score.raw", "XAPI-00082"),
    "success as text": Invalid({"result": {"success": "true"}}, "$.result.success", "XAPI-00074"),
    "raw below min in a SubStatement": Invalid(
        {"object": {**SUB_STATEMENT, **_scored(raw=0, min=1)}},
        "$.object.result.score.raw",
        "XAPI-00082",
    ),
    "weeks with days": Invalid(
        {"result": {"duration": "P4W1D"}}, "$.result.duration", "XAPI-00124"
    ),
    "duration of nothing": Invalid(
        {"result": {"duration": "PT"}}, "$.result.duration", "XAPI-00124"
    ),
    "fraction before the last part": Invalid(
        {"result": {"duration": "PT0.5H1M"}}, "$.result.duration", "XAPI-00124"
    ),
    "duration with a newline": Invalid(
        {"result": {"duration": "PT1S\n"}}, "$.result.duration", "XAPI-00124"
    ),
    "team an agent": Invalid(
        _context(team={"objectType": "Agent", **AGENT}), "$.context.team.objectType", "XAPI-00031"
    ),
    "registration no UUID": Invalid(
        _context(registration="1"), "$.context.registration", "XAPI-00087-1"
    ),
    "revision of a reference": Invalid(
        {"object": REFERENCE, **_context(revision="2")}, "$.context.revision", "XAPI-00084"
    ),
    "platform in a SubStatement about an agent": Invalid(
        {
            "object": {
                **SUB_STATEMENT,
                "object": {"objectType": "Agent", **AGENT},
                **_context(platform="Example"),
            }
        },
        "$.object.context.platform",
        "XAPI-00085",
    ),
    "context activities of another kind": Invalid(
        _context(contextActivities={"sibling": []}),
        "$.context.contextActivities.sibling",
        "XAPI-00093",
    ),
    "context language": Invalid(
        _context(language="english language"), "$.context.language", "XAPI-00091"
    ),
    "attachment without display": Invalid(
        {"attachments": [{k: v for k, v in ATTACHMENT.items() if k != "display"}]},
        "$.attachments[0].display",
        "XAPI-00106",
    ),
    "attachments no list": Invalid({"attachments": ATTACHMENT}, "$.attachments", "XAPI-00025"),
    "attachment of half a byte": Invalid(
        _attached(length=27.5), "$.attachments[0].length", "XAPI-00102"
    ),
    "attachment of no media type": Invalid(
        _attached(contentType="text"), "$.attachments[0].contentType", "XAPI-00105"
    ),
    "attachment with a SHA-1 sum": Invalid(
        _attached(sha2="a" * 40), "$.attachments[0].sha2", "XAPI-00103"
    ),
    "signature as text": Invalid(
        _attached(usageType="http://adlnet.gov/expapi/attachments/signature"),
        "$.attachments[0].contentType",
        "XAPI-00115",
    ),
    "offset of negative zero": Invalid(
        {"timestamp": "2008-09-15T15:53:00.601-00:00"}, "$.timestamp", "XAPI-00123"
    ),
    "offset -0000": Invalid({"timestamp": "2008-09-15T15:53:00-0000"}, "$.timestamp", "XAPI-00123"),
    "offset -00": Invalid({"timestamp": "2008-09-15T15:53:00-00"}, "$.timestamp", "XAPI-00123"),
    "date alone": Invalid({"timestamp": "2008-09-15"}, "$.timestamp", "XAPI-00123"),
    "month 13": Invalid({"stored": "2008-13-01T00:00:00Z"}, "$.stored", "XAPI-00123"),
    "hour 25": Invalid({"timestamp": "2008-09-15T25:00:00Z"}, "$.timestamp", "XAPI-00123"),
    "leap second at noon": Invalid(
        {"timestamp": "2016-12-31T12:00:60Z"}, "$.timestamp", "XAPI-00123"
    ),
    "offset of a day": Invalid(
        {"timestamp": "2008-09-15T00:00:00+24:00"}, "$.timestamp", "XAPI-00123"
    ),
    "before the first year in UTC": Invalid(
        {"timestamp": "0001-01-01T00:00:00+05:00"}, "$.timestamp", "XAPI-00123"
    ),
    "timestamp with a newline": Invalid(
        {"timestamp": "2015-11-18T12:17:00Z\n"}, "$.timestamp", "XAPI-00123"
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
    "context agents in 1.0.3": Invalid(
        _context(contextAgents=[CONTEXT_AGENT]), "$.context.contextAgents", "XAPI-00010", ONLY_1
    ),
    "context agent without type": Invalid(
        _context(contextAgents=[{"agent": AGENT}]),
        "$.context.contextAgents[0].objectType",
        "Base 4.2.2.5",
        ONLY_2,
    ),
    "context agent a group": Invalid(
        _context(contextAgents=[{**CONTEXT_AGENT, "agent": GROUP}]),
        "$.context.contextAgents[0].agent.objectType",
        "XAPI-00032",
        ONLY_2,
    ),
    "context agent relevant to nothing": Invalid(
        _context(contextAgents=[{**CONTEXT_AGENT, "relevantTypes": []}]),
        "$.context.contextAgents[0].relevantTypes",
        "Base 4.2.2.5",
        ONLY_2,
    ),
    "context group without group": Invalid(
        _context(contextGroups=[{"objectType": "contextGroup"}]),
        "$.context.contextGroups[0].group",
        "Base 4.2.2.5",
        ONLY_2,
    ),
    "context groups no list": Invalid(
        _context(contextGroups=CONTEXT_GROUP), "$.context.contextGroups", "Base 4.2.2.5", ONLY_2
    ),
}
