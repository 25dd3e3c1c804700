"""What is asked and seen after a course: reaction, application, observation, result evidence.

The shapes are those the evaluation framework counts (template by template); a person who does not
answer, or answers that nothing was applied, is as much a part of the year as one who did.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final

from lrs.demo.catalogue import Course
from lrs.demo.organization import Person, identity
from lrs.demo.story import JSON, CourseCompletion, Happening, Story, activity, reference
from lrs.demo.verbs import ACROSSX, ADL, verb
from lrs.demo.workdays import later, minutes

PLATFORM: Final = "survey"
LEF: Final = "https://lef.example/xapi/"
LEARNER: Final = "https://w3id.org/xapi/tla/extensions/learner"
_CONFIDENCE: Final = "https://w3id.org/xapi/tla/extensions/confidence"
_PHASE: Final = "http://id.tincanapi.com/extension/assessment-type"
_SURVEY: Final = "https://learn.example.int/survey/reaction-v2"
_ITEMS: Final[dict[str, dict[str, int]]] = {
    "readiness": {
        "role-does-not-enable": 3,
        "unclear": 5,
        "needs-guidance": 18,
        "guided-ready": 30,
        "ready-now": 34,
        "expert-now": 10,
    },
    "relevance": {"not-relevant": 6, "sometimes": 24, "useful-often": 45, "essential": 25},
}
_ASKED: Final = {
    "readiness": {
        "en": "How able are you to put what you learned into practice?",
        "fr": "Dans quelle mesure pouvez-vous mettre en pratique ce que vous avez appris ?",
        "es": "¿En qué medida puede poner en práctica lo aprendido?",
        "ru": "Насколько вы готовы применить полученные знания?",
        "ar": "ما مدى قدرتك على تطبيق ما تعلمته؟",
        "zh": "您在多大程度上能够将所学付诸实践",
    },
    "relevance": {
        "en": "How relevant was it to your work?",
        "fr": "Quelle en est l'utilité pour votre travail ?",
        "zh": "这与您的工作有多大关系",
    },
}
_BARRIERS: Final = ("no-opportunity", "workload", "no-support", "tools-missing", "not-relevant")
_STORIES: Final = (
    "Used the forecasting sheet for the third quarter order.",
    "J'ai revu la procédure d'achat avec l'équipe.",
    "Apliqué la lista de control en la misión de mayo.",
    "用所学的方法整理了季度报告。",
    "راجعت إجراءات حماية البيانات في المكتب.",
)
_BEHAVIOURS: Final = ("connect-and-collaborate", "analyse-and-plan", "learn-and-develop")


@dataclass(frozen=True)
class Aftermath:
    """One completed course and the person who completed it."""

    story: Story
    person: Person
    course: Course
    completion: CourseCompletion

    def tell(self, at: datetime, name: str, parts: JSON) -> Happening:
        """A statement of the follow-up; the person is its actor unless said otherwise."""
        return self.story.tell(PLATFORM, at, name, {"actor": self.person.actor, **parts})

    def grouping(self) -> list[JSON]:
        """The course, by id and type."""
        return [self.course.activity]

    @property
    def officer(self) -> JSON | None:
        """The account of the first reporting officer."""
        if self.person.officer is None:
            return None
        return {"objectType": "Agent", **identity(self.person.officer)}


def category(name: str) -> list[JSON]:
    """The category by which the framework recognizes a statement."""
    return [{"id": LEF + name}]


def follow_up(after: Aftermath) -> Iterator[Happening]:
    """All that follows one completion, in order of time."""
    strands = [_reaction(after)]
    if after.course.due is None:
        strands.append(_application(after))
    if after.officer is not None:
        strands.append(_officer(after, after.officer))
    return heapq.merge(*strands, key=attrgetter("at"))


def _reaction(after: Aftermath) -> Iterator[Happening]:
    """The reaction survey: sampled for mandatory courses, answered by less than half."""
    chance, person = after.story.part("reaction").chance, after.person
    if chance.random() > (0.08 if after.course.due else 0.45):
        return
    at = later(after.completion.at, chance.uniform(1, 14), person, chance)
    survey = activity(_SURVEY, "http://id.tincanapi.com/activitytype/survey")
    for item, weights in _ITEMS.items():
        answer = chance.choices(list(weights), list(weights.values()))[0]
        definition: JSON = {
            "interactionType": "choice",
            "choices": [{"id": choice} for choice in weights],
            "extensions": {LEF + "item": item},
        }
        kind = "http://adlnet.gov/expapi/activities/cmi.interaction"
        parts = {
            "verb": verb(ADL + "answered", person.language),
            "object": activity(f"{_SURVEY}/{item}", kind, _ASKED[item], **definition),
            "result": {"response": answer},
            "context": {
                "registration": after.story.uuid("survey"),
                "language": person.language,
                "contextActivities": {
                    "parent": [survey],
                    "grouping": after.grouping(),
                    "category": category("survey/reaction"),
                },
            },
        }
        yield after.tell(at, f"reaction/{item}", parts)
        at += minutes(0.1, 0.9, chance)


def _application(after: Aftermath) -> Iterator[Happening]:
    """The report two to six months on: what was applied or stood in the way, and the result."""
    chance, person = after.story.part("application").chance, after.person
    if chance.random() > 0.5:
        return
    at = later(after.completion.at, chance.uniform(60, 165), person, chance)
    applied = chance.random() < 0.62 + 0.08 * person.zeal
    result: JSON = {"success": applied}
    extensions: JSON = {}
    others: JSON = {}
    if applied:
        result |= {"score": {"scaled": round(chance.uniform(0.2, 0.95), 2)}}
        result["response"] = chance.choice(_STORIES)
        first = after.completion.at.date() + (at - after.completion.at) * chance.random()
        extensions[LEF + "first-applied-on"] = first.isoformat()
        others["other"] = [_deliverable(person)]
    else:
        extensions[LEF + "barrier"] = chance.choice(_BARRIERS)
    parts = {
        "verb": verb(ACROSSX + "reported", person.language),
        "object": after.course.activity,
        "result": result,
        "context": {
            "statement": reference(after.completion.statement_id),
            "contextActivities": {**others, "category": category("template/application-report")},
            "extensions": extensions,
        },
    }
    yield after.tell(at, "application", parts)
    if applied and chance.random() < 0.35:
        yield _evidence(after, later(at, chance.uniform(10, 60), person, chance))


def _evidence(after: Aftermath, at: datetime) -> Happening:
    """The result of applying it: a measured change, the learner's share, and who confirms both."""
    chance, person = after.story.part("evidence").chance, after.person
    extensions: JSON = {
        LEF + "contribution": chance.choice(("some", "some", "substantial", "decisive")),
        LEF + "contribution-share": round(chance.uniform(0.1, 0.6), 2),
        _CONFIDENCE: round(chance.uniform(0.4, 0.9), 2),
    }
    if chance.random() < 0.6:
        extensions[LEF + "verified-by-role"] = "fro"
    parts = {
        "verb": verb(ACROSSX + "reported", person.language),
        "object": _deliverable(person),
        "result": {"score": {"raw": round(chance.uniform(1, 40), 1)}},
        "context": {
            "contextActivities": {
                "category": category("template/result-evidence"),
                "grouping": after.grouping(),
            },
            "extensions": extensions,
        },
    }
    return after.tell(at, "evidence", parts)


def _deliverable(person: Person) -> JSON:
    iri = f"https://plan.example.int/deliverable/{4000 + person.number % 97}"
    return activity(iri, "http://activitystrea.ms/task")


def _officer(after: Aftermath, officer: JSON) -> Iterator[Happening]:
    """The first reporting officer: a comment on the completion, a behaviour observed."""
    chance = after.story.part("officer").chance
    if chance.random() < 0.12:
        parts = {
            "actor": officer,
            "verb": verb(ADL + "commented"),
            "object": reference(after.completion.statement_id),
            "result": {"response": "Well done. Please show the team on Thursday."},
        }
        at = later(after.completion.at, chance.uniform(1, 10), after.person, chance)
        yield after.tell(at, "comment", parts)
    if after.course.due or chance.random() > 0.25:
        return
    behaviour = chance.choice(_BEHAVIOURS)
    extensions = {
        LEARNER: after.person.actor,
        LEF + "reporter-role": "fro",
        _PHASE: "follow-up",
    }
    parts = {
        "actor": officer,
        "verb": verb(ACROSSX + "evaluated"),
        "object": activity(
            f"https://competency.example.int/behaviours/{behaviour}",
            "https://w3id.org/xapi/tla/activity-types/competency",
        ),
        "result": {
            "success": chance.random() < 0.7,
            "score": {"scaled": round(chance.uniform(0.3, 0.95), 2)},
        },
        "context": {
            "contextActivities": {
                "category": category("template/observation"),
                "grouping": after.grouping(),
            },
            "extensions": extensions,
        },
    }
    at = later(after.completion.at, chance.uniform(70, 150), after.person, chance)
    yield after.tell(at, "observation", parts)
