"""Classroom attendance: people register, an instructor takes the list, teams come as groups."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Final

from lrs.demo.catalogue import Course
from lrs.demo.names import full_name
from lrs.demo.organization import Person
from lrs.demo.story import (
    JSON,
    CourseCompletion,
    Happening,
    Story,
    Telling,
    activity,
    duration,
    reference,
)
from lrs.demo.verbs import ADL, verb
from lrs.demo.workdays import later, workday

PLATFORM: Final = "classroom"
_MEETING: Final = "http://adlnet.gov/expapi/activities/meeting"
Afterwards = Callable[[Person, CourseCompletion], Iterator[Happening]]


@dataclass(frozen=True)
class Session:
    """A programme delivered on one day at one duty station to the people on its list."""

    story: Story
    programme: Course
    day: date
    people: Sequence[Person]

    @property
    def begins(self) -> datetime:
        """Nine o'clock at the station of the first person on the list."""
        station = self.people[0].station
        return datetime.combine(workday(self.day, station), time(9), station.zone)

    @property
    def meeting(self) -> JSON:
        """The event that people attend."""
        iri = f"https://events.example.int/session/{self.story.uuid('session')}"
        place = self.people[0].station.name
        name = {tag: f"{text} ({place})" for tag, text in self.programme.title.items()}
        return activity(iri, _MEETING, name)

    @property
    def instructor(self) -> JSON:
        """An outside trainer, known by mail address and to no other platform."""
        chance = Story(f"{self.story.name}/instructor").chance
        name = full_name(chance.choice(("en", "fr", "es", "de", "hi")), chance)
        mbox = f"mailto:trainer{chance.randrange(100, 140)}@training.example.org"
        return {"objectType": "Agent", "name": name, "mbox": mbox}

    def context(self) -> JSON:
        """Instructor, language of the session, and the programme that the event belongs to."""
        return {
            "instructor": self.instructor,
            "language": self.programme.language_for(self.people[0].language),
            "platform": "Event registration",
            "contextActivities": {"parent": [self.programme.activity]},
        }

    def tell(self, at: datetime, name: str, parts: JSON) -> Happening:
        """A statement about the event."""
        told = {"object": self.meeting, "context": self.context(), **parts}
        return self.story.tell(PLATFORM, at, name, told)


def session(session: Session, afterwards: Afterwards) -> Telling:
    """Everybody's registration in order of time, the day itself, and what follows from it."""
    registrations = (_registration(session, person) for person in session.people)
    yield from sorted(registrations, key=attrgetter("at"))
    chance = session.story.chance
    present = [person for person in session.people if chance.random() < 0.85]
    day = list(_day(session, present))
    yield from sorted(day, key=attrgetter("at"))
    done = {told.statement["actor"]["account"]["name"]: told for told in day if _completes(told)}
    follow = []
    for person in present:
        told = done.get(person.actor["account"]["name"])
        if told is not None:
            follow.append(afterwards(person, CourseCompletion(told.at, told.statement["id"])))
    yield from heapq.merge(*follow, key=attrgetter("at"))


def _completes(told: Happening) -> bool:
    return bool(told.statement["verb"]["id"] == ADL + "completed")


def _registration(session: Session, person: Person) -> Happening:
    """The registration for the programme, some days before."""
    chance = session.story.part(f"registration/{person.number}").chance
    at = session.begins - timedelta(days=chance.randint(3, 20), minutes=chance.randrange(-480, 60))
    parts = {
        "actor": person.actor,
        "verb": verb(ADL + "registered", person.language),
        "object": session.programme.activity,
        "context": {"language": session.programme.language_for(person.language)},
    }
    return session.tell(at.astimezone(person.station.zone), f"registered/{person.number}", parts)


def _day(session: Session, present: Sequence[Person]) -> Iterator[Happening]:
    """The attendance list as taken at the end of the day; a few entries are wrong and voided."""
    hours = min(session.programme.hours, 7.0)
    ends = session.begins + timedelta(hours=hours)
    chance = session.story.chance
    for number, person in enumerate(present):
        at = ends + timedelta(seconds=7 * (number + 1))
        early = timedelta(minutes=chance.choice((0, 0, 0, 0, 5, 20, 45)))
        parts = {
            "actor": person.actor,
            "verb": verb(ADL + "attended", person.language),
            "result": {"duration": duration(timedelta(hours=hours) - early)},
        }
        told = session.tell(at, f"attended/{person.number}", parts)
        yield told
        if chance.random() < 0.05:
            yield from _struck(session, told)
        elif chance.random() < 0.93:
            parts = {
                "actor": person.actor,
                "verb": verb(ADL + "completed", person.language),
                "object": session.programme.activity,
                "result": {"completion": True, "duration": duration(timedelta(hours=hours))},
            }
            yield session.tell(at + timedelta(hours=1), f"completed/{person.number}", parts)


def _struck(session: Session, told: Happening) -> Iterator[Happening]:
    """The instructor takes back an attendance: the statement is voided."""
    parts = {
        "actor": session.instructor,
        "verb": verb(ADL + "voided"),
        "object": reference(told.statement["id"]),
    }
    at = told.at + timedelta(minutes=90)
    yield session.story.tell(PLATFORM, at, f"voided/{told.statement['id']}", parts)


def team_day(story: Story, team: Sequence[Person], day: date) -> Telling:
    """A team learns together: one statement, its actor an identified Group with its members."""
    lead = team[0]
    at = later(datetime.combine(day, time(9), lead.station.zone), 1, lead, story.chance)
    name = f"{lead.entity}-{lead.number}"
    iri = f"https://events.example.int/team-day/{story.uuid('day')}"
    parts = {
        "actor": {
            "objectType": "Group",
            "name": f"Team {name}",
            "account": {"homePage": "https://teams.example.int", "name": name},
            "member": [person.actor for person in team],
        },
        "verb": verb(ADL + "attended", lead.language),
        "object": activity(iri, _MEETING, {"en": "Team learning day", "fr": "Journée d'équipe"}),
        "result": {"duration": "PT3H30M", "response": "Agreed how we hand over between shifts."},
        "context": {"team": {"objectType": "Group", **_account(name)}, "platform": "Teams"},
    }
    yield story.tell(PLATFORM, at, "attended", parts)


def _account(name: str) -> JSON:
    return {"account": {"homePage": "https://teams.example.int", "name": name}}
