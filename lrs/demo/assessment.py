"""An assessment tool: tests before and after a course, item by item, with decimal scores."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lrs.demo.catalogue import QUESTIONS, Course
from lrs.demo.organization import Person
from lrs.demo.story import JSON, Happening, Story, Telling, activity, duration, reference
from lrs.demo.verbs import ADL, verb
from lrs.demo.workdays import later, minutes

PLATFORM: Final = "assessment"
_TYPE: Final = "http://adlnet.gov/expapi/activities/assessment"
_PHASE: Final = "http://id.tincanapi.com/extension/assessment-type"
_ATTEMPT: Final = "http://id.tincanapi.com/extension/attempt-id"
_FORM: Final = "https://lef.example/xapi/form"
_MASTERY: Final = 0.7
_EXAMINER: Final = {
    "objectType": "Agent",
    "name": "Examinations Board",
    "account": {"homePage": "https://org.example.int", "name": "examinations-board"},
}


@dataclass(frozen=True)
class Sitting:
    """One person's tests around one course."""

    story: Story
    person: Person
    course: Course

    def ability(self, phase: str) -> float:
        """The chance of answering an item right, before the course and after it."""
        gain = 0.0 if phase == "pretest" else 0.34
        return min(0.97, 0.36 + gain + 0.05 * self.person.zeal)

    def context(self, phase: str, attempt: int, test: JSON | None = None) -> JSON:
        """The course as grouping, the phase as extension, the test as parent of its items."""
        parent = {"parent": [test]} if test else {}
        return {
            "registration": self.story.uuid("registration"),
            "language": self.course.language_for(self.person.language),
            "platform": "Assessment centre",
            "contextActivities": {**parent, "grouping": [self.course.activity]},
            "extensions": {_PHASE: phase, _ATTEMPT: f"{phase}-{attempt}"},
        }

    def tell(self, at: datetime, name: str, iri: str, parts: JSON) -> Happening:
        """A statement about the person who sits the test."""
        told = {"actor": self.person.actor, "verb": verb(iri, self.person.language), **parts}
        return self.story.tell(PLATFORM, at, name, told)


def before(sitting: Sitting, at: datetime) -> Telling:
    """The test before the course: scored, neither passed nor failed."""
    yield from _test(sitting, "pretest", 1, at)


def after(sitting: Sitting, at: datetime) -> Telling:
    """The test after the course, again when failed, and once more months later for some."""
    chance, person = sitting.story.chance, sitting.person
    at = later(at, chance.uniform(1, 4), person, chance)
    for attempt in (1, 2):
        told = list(_test(sitting, "posttest", attempt, at))
        yield from told
        at = told[-1].at
        if told[-1].statement["verb"]["id"] == ADL + "passed" or chance.random() < 0.4:
            break
        at = later(at, chance.uniform(5, 20), person, chance)
    if chance.random() < 0.3:
        yield from _test(sitting, "delayed-posttest", 1, later(at, 90, person, chance))


def _test(sitting: Sitting, phase: str, attempt: int, at: datetime) -> Iterator[Happening]:
    """One test: an answer per item, then its score; a few scores are entered by mistake."""
    chance, name = sitting.story.chance, f"{phase}/{attempt}"
    iri = f"https://assess.example.int/test/{sitting.course.key}/{phase}"
    title = {tag: f"{text}: {phase}" for tag, text in sitting.course.title.items()}
    test = activity(iri, _TYPE, title, extensions={_FORM: "AB"[sitting.person.number % 2]})
    began, right = at, 0
    for question in QUESTIONS:
        at += minutes(0.4, 4, chance)
        success = chance.random() < sitting.ability(phase)
        right += success
        kind = "http://adlnet.gov/expapi/activities/cmi.interaction"
        pattern = {"correctResponsesPattern": [question.correct], **question.definition}
        response = question.response(right=success, chance=chance)
        parts = {
            "object": activity(f"{iri}/{question.key}", kind, **pattern),
            "result": {"response": response, "success": success},
            "context": sitting.context(phase, attempt, test),
        }
        yield sitting.tell(at, f"{name}/{question.key}", ADL + "answered", parts)
    at += minutes(0.1, 3, chance)
    scaled = round(min(1.0, (right + chance.random() * 0.5) / len(QUESTIONS)), 4)
    if chance.random() < 0.06:
        yield from _mistaken(sitting, name, at, test)
        at += timedelta(minutes=25)
    result: JSON = {"score": {"scaled": scaled, "raw": round(scaled * 60, 2), "min": 0, "max": 60}}
    iri = ADL + "scored"
    if phase != "pretest":
        result |= {"success": scaled >= _MASTERY, "completion": True}
        iri = ADL + ("passed" if scaled >= _MASTERY else "failed")
    result["duration"] = duration(at - began)
    parts = {"object": test, "result": result, "context": sitting.context(phase, attempt)}
    yield sitting.tell(at, f"{name}/result", iri, parts)


def _mistaken(sitting: Sitting, name: str, at: datetime, test: JSON) -> Iterator[Happening]:
    """A score that belongs to somebody else, voided when the examiners notice."""
    phase, attempt = name.split("/")
    wrong = {"score": {"scaled": 0.05, "raw": 3, "min": 0, "max": 60}}
    parts = {"object": test, "result": wrong, "context": sitting.context(phase, int(attempt))}
    told = sitting.tell(at, f"{name}/mistaken", ADL + "scored", parts)
    yield told
    void = {"actor": _EXAMINER, "verb": verb(ADL + "voided")}
    void["object"] = reference(told.statement["id"])
    yield sitting.story.tell(PLATFORM, at + timedelta(minutes=20), f"{name}/voided", void)
