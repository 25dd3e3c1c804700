"""The corpus of what a valid statement may hold, and the requirements that say so."""

from collections.abc import Callable, Mapping

from tests.contract.statements import (
    ACCOUNT,
    ACTIVITY,
    AGENT,
    ATTACHMENT,
    CONTEXT_AGENT,
    CONTEXT_GROUP,
    GROUP,
    ID,
    ONLY_1,
    ONLY_2,
    REFERENCE,
    SUB_STATEMENT,
    VOIDED,
    Statement,
    Valid,
    attached,
    context,
    defined,
    scored,
)

EXTENDED: Mapping[str, Callable[[Statement], Statement]] = {
    "the activity": lambda extensions: defined(extensions=extensions),
    "the context": lambda extensions: context(extensions=extensions),
    "the result": lambda extensions: {"result": {"extensions": extensions}},
}

VALID: Mapping[str, Valid] = {
    "smallest": Valid({}),
    "id in capitals": Valid({"id": ID.upper()}),
    "UUID of no known variant": Valid({"id": "12345678-1234-5678-1234-567812345678"}),
    "agent by openid": Valid(
        {"actor": {"openid": "https://id.example.org/a", "name": ""}}, requirements=("XAPI-00034",)
    ),
    "agent by SHA-1 sum": Valid(
        {"actor": {"mbox_sha1sum": "EBD31E95054C018B" + "a" * 24}}, requirements=("XAPI-00034",)
    ),
    "international address": Valid({"actor": {"mbox": "mailto:jörg+x@bücher.example"}}),
    "anonymous group": Valid(
        {"actor": GROUP},
        requirements=(
            "XAPI-00014",
            "XAPI-00035",
        ),
    ),
    "identified group": Valid(
        {"actor": {"objectType": "Group", **ACCOUNT, "member": []}},
        requirements=(
            "XAPI-00014",
            "XAPI-00037",
        ),
    ),
    "authority of OAuth": Valid(
        {"authority": GROUP},
        requirements=(
            "XAPI-00014",
            "XAPI-00024",
            "XAPI-00098",
        ),
    ),
    "IRI beyond ASCII": Valid({"verb": {"id": "http://example.com/فعل/خواندن"}}),
    "IRI without authority": Valid({"verb": {"id": "urn:uuid:" + ID}}),
    "IRI with fragment": Valid({"verb": {"id": "https://example.org/v?a=%20#b"}}),
    "language tags": Valid(
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
        requirements=(
            "XAPI-00013",
            "XAPI-00121",
        ),
    ),
    "empty maps": Valid(defined(name={}, extensions={})),
    "anything inside extensions": Valid(
        context(extensions={"https://example.org/x": None, "x:y": [{"": None}, 1e300, {}]})
    ),
    "object is an agent": Valid(
        {"object": {"objectType": "Agent", **AGENT}},
        requirements=(
            "XAPI-00046",
            "XAPI-00065",
        ),
    ),
    "object is a group": Valid(
        {"object": GROUP},
        requirements=(
            "XAPI-00014",
            "XAPI-00046",
            "XAPI-00065",
        ),
    ),
    "object is a reference": Valid(
        {"object": REFERENCE},
        requirements=(
            "XAPI-00046",
            "XAPI-00072",
            "XAPI-00073",
        ),
    ),
    "voiding": Valid(
        {"verb": VOIDED, "object": REFERENCE},
        requirements=(
            "XAPI-00017",
            "XAPI-00020",
        ),
    ),
    "SubStatement": Valid(
        {"object": {**SUB_STATEMENT, "timestamp": "2099-01-01T00:00:00Z"}},
        requirements=(
            "XAPI-00046",
            "XAPI-00066",
        ),
    ),
    "SubStatement about a reference": Valid(
        {"object": {**SUB_STATEMENT, "object": REFERENCE}}, requirements=("XAPI-00066",)
    ),
    "SubStatement with attachments": Valid(
        {"object": {**SUB_STATEMENT, "attachments": [ATTACHMENT]}}
    ),
    "choice": Valid(
        defined(
            interactionType="choice",
            choices=[{"id": "a", "description": {"en": "A"}}],
            correctResponsesPattern=["a[,]b", ""],
        )
    ),
    "matching": Valid(
        defined(interactionType="matching", source=[{"id": "a"}], target=[{"id": "a"}])
    ),
    "free answer": Valid(defined(interactionType="long-fill-in", correctResponsesPattern=[])),
    "score without bounds": Valid(scored(scaled=-1, raw=-1e9), requirements=("XAPI-00083",)),
    "score on its bounds": Valid(
        scored(scaled=1, min=0, raw=0, max=0.5),
        requirements=(
            "XAPI-00080",
            "XAPI-00081",
            "XAPI-00082",
            "XAPI-00083",
        ),
    ),
    "duration in weeks": Valid(
        {"result": {"duration": "P4W"}},
        requirements=(
            "XAPI-00077",
            "XAPI-00124",
        ),
    ),
    "duration with a fraction": Valid(
        {"result": {"duration": "P3Y1M29DT4H35M59.14S"}},
        requirements=(
            "XAPI-00077",
            "XAPI-00124",
        ),
    ),
    "duration with a comma": Valid({"result": {"duration": "PT0,5H"}}),
    "single context activity": Valid(context(contextActivities={"parent": ACTIVITY})),
    "context activities": Valid(context(contextActivities={"other": [ACTIVITY], "category": []})),
    "rich context": Valid(
        context(
            registration=ID,
            instructor=GROUP,
            team=GROUP,
            revision="",
            platform="Example",
            language="tlh",
            statement=REFERENCE,
        ),
        requirements=("XAPI-00014",),
    ),
    "revision of an explicit Activity": Valid(
        {"object": {"objectType": "Activity", **ACTIVITY}, **context(revision="2")},
        requirements=("XAPI-00084",),
    ),
    "attachment": Valid({"attachments": [ATTACHMENT]}, requirements=("XAPI-00025",)),
    "attachment elsewhere": Valid(attached(fileUrl="https://example.org/f", length=0)),
    "whole length written as a fraction": Valid(attached(length=27.0)),
    "RFC 3339": Valid({"timestamp": "2015-11-18T12:17:00.601+00:00"}, requirements=("XAPI-00123",)),
    "nanoseconds": Valid({"timestamp": "2015-11-18T12:17:00.123456789-03:30"}),
    "leap second": Valid({"timestamp": "2016-12-31T23:59:60Z"}),
    "offset of minutes behind": Valid({"timestamp": "2015-11-18T12:17:00-00:30"}),
    "space between date and time": Valid({"timestamp": "2015-11-18 12:17:00Z"}, ONLY_2),
    "small letters in a timestamp": Valid({"timestamp": "2015-11-18t12:17:00z"}, ONLY_2),
    "timestamp without offset": Valid({"timestamp": "2015-11-18T12:17:00"}, ONLY_1),
    "basic format": Valid({"timestamp": "20151118T121700Z"}, ONLY_1),
    "offset without colon": Valid({"timestamp": "2015-11-18T12:17:00+0530"}, ONLY_1),
    "version of a patch": Valid({"version": "1.0.9"}, requirements=("XAPI-00101",)),
    "version without patch": Valid({"version": "1.0"}, requirements=("XAPI-00101",)),
    "version 2": Valid({"version": "2.0.0"}, ONLY_2),
    "context agents": Valid(context(contextAgents=[CONTEXT_AGENT]), ONLY_2),
    "context groups": Valid(context(contextGroups=[CONTEXT_GROUP]), ONLY_2),
    "context agents of a SubStatement": Valid(
        {"object": {**SUB_STATEMENT, **context(contextAgents=[CONTEXT_AGENT])}}, ONLY_2
    ),
    **{
        f"agent by {name}": Valid({"actor": agent}, requirements=("XAPI-00034",))
        for name, agent in {"address": AGENT, "account": {**ACCOUNT, "name": "A"}}.items()
    },
    "authority an agent": Valid({"authority": ACCOUNT}, requirements=("XAPI-00024",)),
    "revision and platform of an Activity by default": Valid(
        context(revision="2", platform="Example"), requirements=("XAPI-00084", "XAPI-00085")
    ),
    **{
        f"{number} context activity as {kind}": Valid(
            context(contextActivities={kind: value}), requirements=(requirement, "XAPI-00093")
        )
        for kind in ("parent", "grouping", "category", "other")
        for number, value, requirement in (
            ("a single", ACTIVITY, "XAPI-00014"),
            ("a listed", [ACTIVITY, ACTIVITY], "XAPI-00094"),
        )
    },
    **{
        f"interaction of type {kind}": Valid(
            defined(interactionType=kind), requirements=("XAPI-00049",)
        )
        for kind in (
            "true-false",
            "choice",
            "fill-in",
            "long-fill-in",
            "matching",
            "performance",
            "sequencing",
            "likert",
            "numeric",
            "other",
        )
    },
    **{
        f"extensions of {place} with {value!r}": Valid(
            add({"https://example.org/x": value}), requirements=("XAPI-00001", requirement)
        )
        for place, add in EXTENDED.items()
        for value, requirement in (
            (None, "XAPI-00119"),
            ("", "XAPI-00119"),
            ({}, "XAPI-00119"),
            (True, "XAPI-00120"),
            (1.5, "XAPI-00120"),
            ("text", "XAPI-00120"),
            ({"a": [None]}, "XAPI-00120"),
        )
    },
    **{
        f"no extensions of {place}": Valid(add({}), requirements=("XAPI-00119",))
        for place, add in EXTENDED.items()
    },
}
