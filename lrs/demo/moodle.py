"""A Moodle-like management system, with the vocabulary of the logstore xAPI plugin."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lrs.demo.catalogue import QUESTIONS, Course
from lrs.demo.organization import Person
from lrs.demo.story import (
    JSON,
    CourseCompletion,
    CourseTelling,
    Happening,
    Story,
    activity,
    duration,
    reference,
)
from lrs.demo.verbs import ADL, STREAMS, TINCAN, verb
from lrs.demo.workdays import later, minutes

PLATFORM: Final = "moodle"
_SITE: Final = "https://learn.example.int"
_INFO: Final = "http://lrs.learninglocker.net/define/extensions/info"
_KINDS: Final = {
    "page": "https://w3id.org/xapi/acrossx/activities/webpage",
    "resource": "http://activitystrea.ms/schema/1.0/file",
    "book": "http://id.tincanapi.com/activitytype/book",
    "url": "http://adlnet.gov/expapi/activities/link",
    "forum": "http://id.tincanapi.com/activitytype/forum-topic",
    "quiz": "http://adlnet.gov/expapi/activities/assessment",
}
_PASS: Final = 0.6


@dataclass(frozen=True)
class Enrolment:
    """One person in one Moodle course."""

    story: Story
    person: Person
    course: Course

    @property
    def language(self) -> str:
        """The language of the course as this person takes it."""
        return self.course.language_for(self.person.language)

    def module(self, kind: str, number: int) -> JSON:
        """An activity module of the course."""
        iri = f"{_SITE}/mod/{kind}/view.php?id={self.course.key}{number:02d}"
        return activity(iri, _KINDS[kind], {self.language: f"{kind.capitalize()} {number}"})

    def tell(self, at: datetime, name: str, iri: str, parts: JSON) -> Happening:
        """What the plugin sends: whole seconds, the site and the course as grouping."""
        around = [activity(_SITE, "http://id.tincanapi.com/activitytype/lms", {"en": "Learn"})]
        if parts["object"] != self.course.activity:
            around.append(self.course.activity)
        source = activity(
            "http://moodle.org", "http://id.tincanapi.com/activitytype/source", {"en": "Moodle"}
        )
        context = {
            "platform": "Moodle",
            "language": self.language,
            "extensions": {_INFO: {_SITE: "4.5", "event_name": name.split("/", maxsplit=1)[0]}},
            "contextActivities": {"grouping": around, "category": [source]},
        }
        told = {"actor": self.person.actor, "verb": verb(iri, self.language), "context": context}
        return self.story.tell(PLATFORM, at.replace(microsecond=0), name, {**told, **parts})


def course(enrolment: Enrolment, at: datetime) -> CourseTelling:
    """Enrolled, week after week of study, then a quiz; many never get that far."""
    chance, person = enrolment.story.chance, enrolment.person
    whole = {"object": enrolment.course.activity}
    enrolled = enrolment.tell(at, "user_enrolment_created", ADL + "registered", whole)
    yield enrolled
    if chance.random() < 0.06:
        yield _void(enrolment, enrolled)
        return None
    weeks = max(2, round(enrolment.course.hours / 4))
    for week in range(weeks):
        at = later(at, chance.uniform(2, 9), person, chance)
        at = yield from _study(enrolment, week, at)
        if chance.random() > 0.78 + 0.06 * person.zeal:
            return None
    for attempt in (1, 2):
        at = later(at, chance.uniform(1, 5), person, chance)
        score, at = yield from _quiz(enrolment, attempt, at)
        if score >= _PASS:
            at += minutes(0.02, 0.5, chance)
            told = enrolment.tell(at, "course_completed", ADL + "completed", whole)
            yield told
            return CourseCompletion(at, told.statement["id"])
    return None


def _void(enrolment: Enrolment, mistaken: Happening) -> Happening:
    """The wrong person was enrolled: an administrator takes the statement back the same day."""
    at = mistaken.at + timedelta(hours=1, minutes=enrolment.story.chance.randrange(60))
    parts = {
        "actor": {"objectType": "Agent", "account": {"homePage": _SITE, "name": "2"}},
        "verb": verb(ADL + "voided"),
        "object": reference(mistaken.statement["id"]),
    }
    return enrolment.story.tell(PLATFORM, at, "voided", parts)


def _study(enrolment: Enrolment, week: int, at: datetime) -> Generator[Happening, None, datetime]:
    """A visit: the course page, some modules, now and then a reply in the forum."""
    chance, name = enrolment.story.chance, f"week/{week}"
    whole = {"object": enrolment.course.activity}
    yield enrolment.tell(at, f"course_viewed/{name}", TINCAN + "viewed", whole)
    for number in range(chance.randint(1, 4)):
        at += minutes(1, 14, chance)
        kind = chance.choice(("page", "page", "resource", "book", "url"))
        told = f"course_module_viewed/{name}/{number}"
        thing = {"object": enrolment.module(kind, week * 4 + number)}
        yield enrolment.tell(at, told, TINCAN + "viewed", thing)
    if chance.random() < 0.3:
        at += minutes(1, 6, chance)
        forum = enrolment.module("forum", 90)
        yield enrolment.tell(at, f"discussion_viewed/{name}", TINCAN + "viewed", {"object": forum})
        if chance.random() < 0.5:
            at += minutes(3, 15, chance)
            yield enrolment.tell(
                at, f"post_created/{name}", TINCAN + "replied", _reply(enrolment, week)
            )
    return at


def _reply(enrolment: Enrolment, week: int) -> JSON:
    """A post in the discussion of the week."""
    iri = f"{_SITE}/mod/forum/discuss.php?d={enrolment.course.key}{week}#p{enrolment.person.number}"
    return {
        "object": activity(iri, "http://id.tincanapi.com/activitytype/forum-reply"),
        "result": {"response": enrolment.story.chance.choice(_POSTS)},
    }


_POSTS: Final = (
    "We do this differently in the field: two signatures, always.",
    "Merci, l'exemple du deuxième chapitre m'a beaucoup aidé.",
    "¿Dónde se encuentra la plantilla actualizada?",
    "Согласен, но сроки поставки здесь гораздо длиннее.",
    "شكراً على هذا التوضيح 👍",
    "第三周的资料非常有用。",
)


def _quiz(
    enrolment: Enrolment, attempt: int, at: datetime
) -> Generator[Happening, None, tuple[float, datetime]]:
    """A quiz attempt: started, every question answered, submitted with its grade."""
    chance, name = enrolment.story.chance, f"quiz/{attempt}"
    quiz = enrolment.module("quiz", 99)
    number = f"{enrolment.course.key}{enrolment.person.number}{attempt}"
    iri = f"{_SITE}/mod/quiz/attempt.php?attempt={number}&cmid={enrolment.course.key}99"
    tried = activity(
        iri, "http://adlnet.gov/expapi/activities/attempt", {"en": f"Quiz, attempt {attempt}"}
    )
    began = at
    yield enrolment.tell(at, f"attempt_started/{name}", STREAMS + "start", {"object": tried})
    right = 0
    for question in QUESTIONS[:5]:
        at += minutes(0.5, 3, chance)
        success = chance.random() < 0.62 + 0.08 * enrolment.person.zeal
        right += success
        item = activity(
            f"{quiz['id']}&question={question.key}",
            "http://adlnet.gov/expapi/activities/cmi.interaction",
            {"en": question.key.replace("-", " ").capitalize()},
            correctResponsesPattern=[question.correct],
            **question.definition,
        )
        response = question.response(right=success, chance=chance)
        result = {"response": response, "success": success, "completion": True}
        parts = {"object": item, "result": result}
        yield enrolment.tell(
            at, f"question_answered/{name}/{question.key}", ADL + "answered", parts
        )
    at += minutes(0.2, 1, chance)
    score = round(right / 5, 4)
    result = {
        "completion": True,
        "success": score >= _PASS,
        "duration": duration(at - began),
        "score": {"raw": right * 2.0, "min": 0, "max": 10.0, "scaled": score},
    }
    parts = {"object": tried, "result": result}
    yield enrolment.tell(at, f"attempt_submitted/{name}", ADL + "completed", parts)
    return score, at
