"""The parts that examples of statements are made of.

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
class Valid:
    """A valid statement: in which versions, and the requirements that say so."""

    properties: Mapping[str, Any]
    versions: tuple[Version, ...] = BOTH
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Invalid:
    """An invalid statement: where it is wrong, by which requirement, in which versions.

    The requirement is the one that a client is told; the others say the same in other words.
    """

    properties: Mapping[str, Any]
    path: str
    requirement: str
    versions: tuple[Version, ...] = BOTH
    others: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """All requirements that the example holds."""
        return self.requirement, *self.others


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
