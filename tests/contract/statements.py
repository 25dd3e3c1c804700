"""The corpus of what a valid statement may hold, and the parts that examples are made of.

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


def defined(**definition: Any) -> Statement:
    """Say what the activity is."""
    return {"object": {**ACTIVITY, "definition": definition}}


def context(**context: Any) -> Statement:
    """Add a context."""
    return {"context": context}


def attached(**attachment: Any) -> Statement:
    """Add one attachment that differs in this."""
    return {"attachments": [{**ATTACHMENT, **attachment}]}


def scored(**score: Any) -> Statement:
    """Add a score."""
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
    "empty maps": (defined(name={}, extensions={}), BOTH),
    "anything inside extensions": (
        context(extensions={"https://example.org/x": None, "x:y": [{"": None}, 1e300, {}]}),
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
        defined(
            interactionType="choice",
            choices=[{"id": "a", "description": {"en": "A"}}],
            correctResponsesPattern=["a[,]b", ""],
        ),
        BOTH,
    ),
    "matching": (
        defined(interactionType="matching", source=[{"id": "a"}], target=[{"id": "a"}]),
        BOTH,
    ),
    "free answer": (defined(interactionType="long-fill-in", correctResponsesPattern=[]), BOTH),
    "score without bounds": (scored(scaled=-1, raw=-1e9), BOTH),
    "score on its bounds": (scored(scaled=1, min=0, raw=0, max=0.5), BOTH),
    "duration in weeks": ({"result": {"duration": "P4W"}}, BOTH),
    "duration with a fraction": ({"result": {"duration": "P3Y1M29DT4H35M59.14S"}}, BOTH),
    "duration with a comma": ({"result": {"duration": "PT0,5H"}}, BOTH),
    "single context activity": (context(contextActivities={"parent": ACTIVITY}), BOTH),
    "context activities": (context(contextActivities={"other": [ACTIVITY], "category": []}), BOTH),
    "rich context": (
        context(
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
        {"object": {"objectType": "Activity", **ACTIVITY}, **context(revision="2")},
        BOTH,
    ),
    "attachment": ({"attachments": [ATTACHMENT]}, BOTH),
    "attachment elsewhere": (attached(fileUrl="https://example.org/f", length=0), BOTH),
    "whole length written as a fraction": (attached(length=27.0), BOTH),
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
    "context agents": (context(contextAgents=[CONTEXT_AGENT]), ONLY_2),
    "context groups": (context(contextGroups=[CONTEXT_GROUP]), ONLY_2),
    "context agents of a SubStatement": (
        {"object": {**SUB_STATEMENT, **context(contextAgents=[CONTEXT_AGENT])}},
        ONLY_2,
    ),
}
