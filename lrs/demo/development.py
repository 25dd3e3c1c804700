"""The talent system: goals, coaching, assignments, certificates, credentials of others."""

import heapq
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Final

from lrs.demo.catalogue import ELECTIVE
from lrs.demo.follow_up import LEARNER, LEF, category
from lrs.demo.organization import Person, identity
from lrs.demo.story import JSON, Happening, Story, activity, duration, reference
from lrs.demo.verbs import ADL, CMI5, STREAMS, TINCAN, TLA, verb
from lrs.demo.workdays import later, moment, seasonal_day

PLATFORM: Final = "talent"
_TLA: Final = "https://w3id.org/xapi/tla/"
_BADGES: Final = "http://specification.openbadges.org/xapi/extensions/"
_EXPIRES: Final = "https://w3id.org/xapi/comp/contextextensions/expires"
_REFLECTION: Final = "http://id.tincanapi.com/extension/reflection"
_PRIORITIES: Final = ("data-analytics", "innovation", "coordination-partnerships", "leadership")
_AIMS: Final = {
    "en": ("Read and act on stock forecasts", "Chair meetings so that all are heard"),
    "fr": ("Rédiger des notes plus courtes", "Animer une réunion en deux langues"),
    "es": ("Presentar datos con claridad", "Negociar con proveedores"),
    "ru": ("Улучшить навыки анализа данных", "Проводить вводные беседы"),
    "ar": ("تحسين مهارات التفاوض", "إعداد لوحات المتابعة"),
    "zh": ("提高数据分析能力", "学会主持跨文化会议"),
}
_LEARNING_TEAM: Final = {
    "objectType": "Agent",
    "account": {"homePage": "https://org.example.int", "name": "learning-team"},
}


def development(story: Story, person: Person, year: int) -> Iterator[Happening]:
    """A person's development over the performance cycle, in order of time."""
    kinds = [_goal, _credential, _language_level, _certificate, _assignment]
    if person.officer is not None:
        kinds.append(_coaching)
    strands = [kind(story, person, year) for kind in kinds]
    return heapq.merge(*strands, key=attrgetter("at"))


def _officer(person: Person) -> JSON:
    number = person.number if person.officer is None else person.officer
    return {"objectType": "Agent", **identity(number)}


def _goal(story: Story, person: Person, year: int) -> Iterator[Happening]:
    """A goal planned in spring, agreed by the officer, achieved by some before the year ends."""
    chance = story.part("goal").chance
    if chance.random() > 0.75:
        return
    at = moment(seasonal_day(year, chance).replace(month=4), person, chance)
    iri = f"https://goal.example.int/{100_000 + person.number * 37}/{year}/1"
    name = {person.language: chance.choice(_AIMS[person.language])}
    goal = activity(iri, "http://id.tincanapi.com/activitytype/goal", name)
    groups: JSON = {"category": category("template/goal")}
    task = activity(
        f"https://plan.example.int/deliverable/{4000 + person.number % 97}",
        "http://activitystrea.ms/task",
    )
    context: JSON = {
        "contextActivities": {
            "category": [*groups["category"], *category(f"priority/{chance.choice(_PRIORITIES)}")],
            **({"other": [task]} if chance.random() < 0.6 else {}),
        },
        "extensions": {
            LEF + "cycle": f"{year}-{year + 1}",
            f"{_TLA}extensions/due_date": f"{year}-11-30",
        },
    }
    parts = {"actor": person.actor, "verb": verb(TLA + "planned", person.language)}
    planned = story.tell(
        PLATFORM, at, "goal/planned", {**parts, "object": goal, "context": context}
    )
    yield planned
    if chance.random() < 0.8:
        at = later(at, chance.uniform(1, 15), person, chance)
        named = {"extensions": {LEARNER: person.actor}, "contextActivities": groups}
        parts = {"actor": _officer(person), "verb": verb(TLA + "approved"), "object": goal}
        yield story.tell(PLATFORM, at, "goal/approved", {**parts, "context": named})
    if chance.random() < 0.55:
        at = later(at, chance.uniform(90, 200), person, chance)
        parts = {
            "actor": person.actor,
            "verb": verb(TLA + "achieved", person.language),
            "object": reference(planned.statement["id"]),
            "context": {"contextActivities": groups},
        }
        yield story.tell(PLATFORM, at, "goal/achieved", parts)


def _coaching(story: Story, person: Person, year: int) -> Iterator[Happening]:
    """Talks with the officer: the coach is the actor, the coached person the object."""
    chance = story.part("coaching").chance
    talks = range(chance.choice((0, 0, 1, 2, 2, 3)))
    times = sorted(moment(seasonal_day(year, chance), person, chance) for _ in talks)
    for number, at in enumerate(times):
        parts = {
            "actor": _officer(person),
            "verb": verb(TINCAN + "mentored"),
            "object": person.actor,
            "result": {"duration": duration(timedelta(minutes=chance.choice((15, 30, 45, 60))))},
            "context": {
                "language": person.language,
                "contextActivities": {"category": category("modality/coaching")},
                "extensions": {LEF + "reporter-role": "fro"},
            },
        }
        yield story.tell(PLATFORM, at, f"coaching/{number}", parts)


def _credential(story: Story, person: Person, year: int) -> Iterator[Happening]:
    """A badge earned elsewhere and presented; the learning team verifies most, up to months on."""
    chance = story.part("credential").chance
    if chance.random() > 0.12:
        return
    at = moment(seasonal_day(year, chance), person, chance)
    iri = "https://provider.example.org/badges/data-visualisation"
    badge = activity(
        iri, f"{_TLA}activity-types/badge", extensions={_BADGES + "badgeclass": {"@id": iri}}
    )
    assertion = f"https://provider.example.org/assertions/{story.uuid('assertion')}"
    parts = {
        "actor": person.actor,
        "verb": verb(TINCAN + "earned", person.language),
        "object": badge,
        "result": {"extensions": {_BADGES + "badgeassertion": {"@id": assertion}}},
        "context": {"platform": "external"},
    }
    earned = story.tell(PLATFORM, at, "credential/earned", parts)
    yield earned
    if chance.random() < 0.8:
        sure = round(chance.uniform(0.6, 1.0), 2)
        extensions = {f"{_TLA}extensions/confidence": sure, LEARNER: person.actor}
        parts = {
            "actor": _LEARNING_TEAM,
            "verb": verb(TLA + "verified"),
            "object": reference(earned.statement["id"]),
            "context": {"extensions": extensions},
        }
        at = later(at, chance.uniform(5, 110), person, chance)
        yield story.tell(PLATFORM, at, "credential/verified", parts)
        yield _waived(story, person, at + timedelta(minutes=5), earned)


def _waived(story: Story, person: Person, at: datetime, earned: Happening) -> Happening:
    """On the strength of the credential the internal course need not be taken."""
    reason = {"https://w3id.org/xapi/cmi5/result/extensions/reason": "Equivalent Outside Activity"}
    parts = {
        "actor": person.actor,
        "verb": verb(CMI5 + "waived", person.language),
        "object": next(course.activity for course in ELECTIVE if course.key == "102"),
        "result": {"success": True, "completion": True, "extensions": reason},
        "context": {"statement": reference(earned.statement["id"])},
    }
    return story.tell(PLATFORM, at, "credential/waived", parts)


def _certificate(story: Story, person: Person, year: int) -> Iterator[Happening]:
    """A certificate that runs for two years; some are renewed, the new one naming the old."""
    chance = story.part("certificate").chance
    if chance.random() > (0.5 if person.category == "Field Service" else 0.06):
        return
    at = moment(date(year, 1, 1) + timedelta(days=chance.randrange(120)), person, chance)
    credential = activity(
        "https://credential.example.int/aviation-safety-officer",
        f"{_TLA}activity-types/credential",
        {"en": "Aviation Safety Officer", "fr": "Responsable de la sécurité aérienne"},
    )
    context: JSON = {}
    for number in range(chance.choice((1, 1, 2))):
        expires = (at + timedelta(days=730)).date().isoformat()
        parts = {
            "actor": person.actor,
            "verb": verb(TLA + "certified", person.language),
            "object": credential,
            "context": {**context, "extensions": {_EXPIRES: expires}},
        }
        told = story.tell(PLATFORM, at, f"certificate/{number}", parts)
        yield told
        context = {"statement": reference(told.statement["id"])}
        at = later(at, chance.uniform(100, 200), person, chance)


def _assignment(story: Story, person: Person, year: int) -> Iterator[Happening]:
    """A developmental assignment: started, and completed with a reflection by most."""
    chance = story.part("assignment").chance
    if chance.random() > 0.1:
        return
    at = moment(seasonal_day(year, chance), person, chance)
    iri = f"https://learn.example.int/assignment/{story.uuid('assignment')}"
    modality = chance.choice(("developmental-challenge", "job-rotation", "shadowing"))
    context = {
        "contextActivities": {
            "category": category("template/assignment") + category(f"modality/{modality}")
        }
    }
    work = activity(
        iri, "http://adlnet.gov/expapi/activities/performance", {"en": "Run a task force"}
    )
    parts = {"actor": person.actor, "object": work, "context": context}
    start = {**parts, "verb": verb(STREAMS + "start", person.language)}
    yield story.tell(PLATFORM, at, "assignment/started", start)
    if chance.random() < 0.8:
        days = chance.randint(20, 90)
        reflection = {_REFLECTION: "Ask for the ledger before the interviews."}
        done = {
            **parts,
            "verb": verb(ADL + "completed", person.language),
            "result": {"completion": True, "duration": f"P{days}D"},
            "context": {**context, "extensions": reflection},
        }
        yield story.tell(PLATFORM, later(at, days, person, chance), "assignment/completed", done)


def _language_level(story: Story, person: Person, year: int) -> Iterator[Happening]:
    """A language examination passed: the credential names language and level."""
    chance = story.part("language").chance
    if chance.random() > 0.07:
        return
    language = chance.choice([tag for tag in _AIMS if tag != person.language])
    level = chance.randint(1, 4)
    credential = activity(
        f"https://credential.example.int/un-language/{language}/{level}",
        f"{_TLA}activity-types/credential",
        extensions={LEF + "language": language, LEF + "un-level": level},
    )
    skills = dict.fromkeys(("listening", "reading", "speaking", "writing"), level)
    parts = {
        "actor": person.actor,
        "verb": verb(TLA + "certified", person.language),
        "object": credential,
        "result": {"score": {"scaled": round(chance.uniform(0.65, 0.98), 3)}},
        "context": {"extensions": {LEF + "skills": skills}},
    }
    at = moment(seasonal_day(year, chance).replace(month=chance.choice((5, 11))), person, chance)
    yield story.tell(PLATFORM, at, "language-level", parts)
