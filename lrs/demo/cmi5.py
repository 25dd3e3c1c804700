"""cmi5 courses: launched by the management system, reported by their units (cmi5 9 and 10)."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lrs.demo.catalogue import Course
from lrs.demo.organization import Person
from lrs.demo.story import (
    JSON,
    CourseCompletion,
    CourseTelling,
    Happening,
    Story,
    activity,
    duration,
    utc,
)
from lrs.demo.verbs import ADL, CMI5, verb
from lrs.demo.workdays import later, minutes

PLATFORM: Final = "cmi5"
_CONTEXT: Final = "https://w3id.org/xapi/cmi5/context/"
_DUE: Final = "https://w3id.org/xapi/tla/extensions/due_date"
_MASTERY: Final = 0.8
_UNIT_TYPE: Final = "http://adlnet.gov/expapi/activities/lesson"


@dataclass(frozen=True)
class Enrolment:
    """One person in one course: the registration that ties its sessions together."""

    story: Story
    person: Person
    course: Course

    @property
    def language(self) -> str:
        """The language the course is taken in."""
        return self.course.language_for(self.person.language)

    def unit(self, number: int) -> JSON:
        """An assignable unit under the id given by the management system."""
        name = {tag: f"{title} ({number})" for tag, title in self.course.title.items()}
        return activity(f"{self.course.iri}/unit/{number}", _UNIT_TYPE, name)

    def context(self, session: str, *categories: str, **extensions: object) -> JSON:
        """The context of a cmi5 defined statement: registration, session, categories."""
        category = [{"id": f"{_CONTEXT}categories/{name}"} for name in categories]
        publisher = f"https://publisher.example.org/packages/{self.course.key}"
        named = {"sessionid": session, **extensions}
        return {
            "registration": self.story.uuid("registration"),
            "language": self.language,
            "contextActivities": {
                "grouping": [{"objectType": "Activity", "id": publisher}],
                **({"category": category} if category else {}),
            },
            "extensions": {f"{_CONTEXT}extensions/{key}": value for key, value in named.items()},
        }

    def tell(self, at: datetime, name: str, iri: str, parts: JSON) -> Happening:
        """A statement of the enrolled person, in UTC as cmi5 9.7 demands."""
        told = {"actor": self.person.actor, "verb": verb(iri, self.language), **parts}
        return self.story.tell(PLATFORM, utc(at), name, told)


def course(enrolment: Enrolment, at: datetime) -> CourseTelling:
    """Registered, then unit after unit; some stop on the way, some fail at first."""
    chance, person = enrolment.story.chance, enrolment.person
    yield _registered(enrolment, at)
    units = 1 + (enrolment.course.hours > 1.2) + (enrolment.course.hours > 2.2)
    at = later(at, chance.expovariate(1 / 5), person, chance)
    for number in range(1, units + 1):
        for attempt in range(1, 4):
            outcome = yield from _session(enrolment, number, attempt, at)
            at = outcome.ended
            if outcome.passed:
                break
            if chance.random() > 0.35 + 0.15 * person.zeal:
                return None
            at = later(at, chance.expovariate(1 / 6), person, chance)
        else:
            return None
    at += timedelta(milliseconds=chance.randrange(200, 3000))
    context = enrolment.context(outcome.session, "cmi5")
    told = enrolment.tell(
        at,
        "satisfied",
        CMI5 + "satisfied",
        {"object": enrolment.course.activity, "context": context},
    )
    yield told
    return CourseCompletion(at, told.statement["id"])


def _registered(enrolment: Enrolment, at: datetime) -> Happening:
    """What the management system itself sends: no cmi5 category, but the day the course is due."""
    due = enrolment.course.due_in(at.year)
    context: JSON = {
        "registration": enrolment.story.uuid("registration"),
        "language": enrolment.language,
        "platform": "Learning management system",
        **({"extensions": {_DUE: due.isoformat()}} if due else {}),
    }
    parts = {"object": enrolment.course.activity, "context": context}
    return enrolment.tell(at, "registered", ADL + "registered", parts)


@dataclass(frozen=True)
class _Outcome:
    ended: datetime
    passed: bool
    session: str


def _session(
    enrolment: Enrolment, number: int, attempt: int, at: datetime
) -> Generator[Happening, None, _Outcome]:
    """One launch of one unit: from `launched` to `terminated`, or to `abandoned` by the system."""
    chance, name = enrolment.story.chance, f"unit/{number}/{attempt}"
    session = enrolment.story.uuid(f"{name}/session")
    unit = enrolment.unit(number)
    score = round(min(1.0, chance.gauss(0.84 + 0.05 * attempt, 0.11)), 4)
    began = at

    def tell(verb_iri: str, context: JSON, result: JSON | None = None) -> Happening:
        parts = {"object": unit, "context": context, **({"result": result} if result else {})}
        return enrolment.tell(at, f"{name}/{verb_iri}", verb_iri, parts)

    def spent() -> JSON:
        return {"duration": duration(at - began)}

    plain = enrolment.context(session, "cmi5")
    launch = {"launchmode": "Normal", "moveon": "CompletedAndPassed", "masteryscore": _MASTERY}
    url = f"https://content.example.int/{enrolment.course.key}/{number}/index.html"
    yield tell(ADL + "launched", enrolment.context(session, "cmi5", launchurl=url, **launch))
    at += timedelta(milliseconds=chance.randrange(900, 9000))
    yield tell(ADL + "initialized", plain)
    at += minutes(4, 9, chance)
    if chance.random() < 0.06:  # the window was closed, the network lost: the system gives up
        at += timedelta(minutes=30)
        yield tell(CMI5 + "abandoned", plain, spent())
        return _Outcome(at, passed=False, session=session)
    at += minutes(8, 30, chance)
    judged = enrolment.context(session, "cmi5", "moveon", masteryscore=_MASTERY)
    passed = score >= _MASTERY
    marks = {"scaled": score, "raw": round(score * 50, 1), "min": 0, "max": 50}
    yield tell(
        ADL + ("passed" if passed else "failed"),
        judged,
        {"success": passed, "score": marks, **spent()},
    )
    at += timedelta(milliseconds=chance.randrange(300, 4000))
    if passed:
        moved_on = enrolment.context(session, "cmi5", "moveon")
        yield tell(ADL + "completed", moved_on, {"completion": True, **spent()})
    at += minutes(0.1, 2, chance)
    yield tell(ADL + "terminated", plain, spent())
    return _Outcome(at, passed=passed, session=session)
