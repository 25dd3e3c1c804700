"""A year of the organization: every platform's statements in the order of time."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from lrs.demo import assessment, classroom, cmi5, moodle, video
from lrs.demo.catalogue import CLASSROOM, ELECTIVE, MANDATORY, VIDEOS, Course
from lrs.demo.development import development
from lrs.demo.follow_up import Aftermath, follow_up
from lrs.demo.organization import Person, Station, organization
from lrs.demo.story import JSON, CourseCompletion, Happening, Story, Telling
from lrs.demo.workdays import moment, seasonal_day

PLATFORMS = ("assessment", "classroom", "cmi5", "moodle", "survey", "talent", "video")
_SEATS = 14
# Measured at 100 to 1,000 people over several seeds: 70 to 76.
_STATEMENTS_PER_PERSON = 72


class Journey(NamedTuple):
    """Statements that are not begun before their time, so that few generators are open at once."""

    starts: datetime
    begin: Callable[[], Iterator[Happening]]


@dataclass(frozen=True)
class Year:
    """The year of so many people: iterates over (platform, statement), in order of time.

    The same three numbers give the same statements, ids included. Nothing carries over from one
    size to another: a larger organization is another organization.
    """

    people: int
    seed: int
    year: int

    def __iter__(self) -> Iterator[tuple[str, JSON]]:
        story = Story(f"{self.seed}/{self.year}/{self.people}")
        begins = datetime(self.year, 1, 1, tzinfo=UTC)
        ends = datetime(self.year + 1, 1, 1, tzinfo=UTC)
        journeys = _journeys(organization(self.people, story), story, self.year)
        for happening in in_time_order(journeys):
            if happening.at >= ends:
                return
            if happening.at >= begins:
                yield happening.platform, happening.statement

    def __length_hint__(self) -> int:
        return estimate(self.people)


def statements(people: int, seed: int, year: int) -> Iterator[tuple[str, JSON]]:
    """The statements of a year, in order of time, each with the platform that reports it."""
    return iter(Year(people, seed, year))


def estimate(people: int) -> int:
    """About how many statements that many people make in a year, for a progress bar."""
    return people * _STATEMENTS_PER_PERSON


def in_time_order(journeys: Iterable[Journey]) -> Iterator[Happening]:
    """Merge journeys, each of them in order, beginning each only when its time has come."""
    waiting = sorted(journeys, key=lambda journey: journey.starts, reverse=True)
    open_journeys: list[tuple[datetime, int, Happening, Iterator[Happening]]] = []
    while waiting or open_journeys:
        while waiting and (not open_journeys or waiting[-1].starts <= open_journeys[0][0]):
            number, told = len(waiting), waiting.pop().begin()
            first = next(told, None)
            if first is not None:
                heapq.heappush(open_journeys, (first.at, number, first, told))
        if not open_journeys:
            continue
        _, number, happening, told = open_journeys[0]
        yield happening
        following = next(told, None)
        if following is None:
            heapq.heappop(open_journeys)
        else:
            heapq.heapreplace(open_journeys, (following.at, number, following, told))


def _journeys(people: Sequence[Person], story: Story, year: int) -> Iterator[Journey]:
    for person in people:
        own = story.part(f"learner/{person.number}")
        yield from _mandatory(own, person, year)
        yield from _elective(own, person, year)
        yield from _videos(own, person, year)
        opening = datetime(year, 1, 1, tzinfo=UTC)
        yield Journey(opening, partial(development, own.part("development"), person, year))
    yield from _sessions(people, story, year)
    yield from _team_days(people, story, year)


def _mandatory(story: Story, person: Person, year: int) -> Iterator[Journey]:
    """Some of the mandatory courses, each enrolled in some weeks before it falls due."""
    chance = story.part("mandatory").chance
    for course in MANDATORY:
        due = course.due_in(year)
        if due is not None and chance.random() < 0.45:
            day = due - timedelta(days=chance.randint(20, 75))
            yield _enrolment(story, person, course, moment(day, person, chance))


def _elective(story: Story, person: Person, year: int) -> Iterator[Journey]:
    chance = story.part("elective").chance
    wanted = min(len(ELECTIVE), int(chance.expovariate(1 / (1.5 * person.zeal))))
    for course in chance.sample(ELECTIVE, wanted):
        at = moment(seasonal_day(year, chance), person, chance)
        yield _enrolment(story, person, course, at)


def _enrolment(story: Story, person: Person, course: Course, at: datetime) -> Journey:
    return Journey(at, partial(_study, story.part(course.key), person, course, at))


def _study(story: Story, person: Person, course: Course, at: datetime) -> Telling:
    """The test before, the course, the test after and the follow-up, as far as the person gets."""
    if course.assessed:
        sitting = assessment.Sitting(story.part("assessment"), person, course)
        yield from assessment.before(sitting, at)
        at += timedelta(hours=2)
    if course.mode == "cmi5":
        completion = yield from cmi5.course(cmi5.Enrolment(story, person, course), at)
    else:
        completion = yield from moodle.course(moodle.Enrolment(story, person, course), at)
    if completion is not None:
        yield from _afterwards(story, person, course, completion)


def _afterwards(
    story: Story, person: Person, course: Course, completion: CourseCompletion
) -> Iterator[Happening]:
    """Follow-up of a completion, beside the tests that come after it."""
    strands = [follow_up(Aftermath(story.part("follow-up"), person, course, completion))]
    if course.assessed:
        sitting = assessment.Sitting(story.part("assessment"), person, course)
        strands.append(assessment.after(sitting, completion.at))
    return heapq.merge(*strands, key=attrgetter("at"))


def _videos(story: Story, person: Person, year: int) -> Iterator[Journey]:
    chance = story.part("videos").chance
    for number in range(min(12, int(chance.expovariate(1 / (2.2 * person.zeal))))):
        at = moment(seasonal_day(year, chance), person, chance)
        viewing = video.Viewing(story.part(f"video/{number}"), person, chance.choice(VIDEOS))
        yield Journey(at, partial(video.session, viewing, at))


def _sessions(people: Sequence[Person], story: Story, year: int) -> Iterator[Journey]:
    """Classroom sessions in a region: about one seat in the year for every second person."""
    chance = story.part("sessions").chance
    for number in range(max(1, len(people) // (2 * _SEATS))):
        day, programme = seasonal_day(year, chance), chance.choice(CLASSROOM)
        host = chance.choice(people).station
        near = [person for person in people if _travels(person, host)]
        seated = chance.sample(near, min(_SEATS, len(near)))
        session = classroom.Session(story.part(f"session/{number}"), programme, day, seated)
        after = partial(_after_session, session)
        starts = session.begins - timedelta(days=21)
        yield Journey(starts, partial(classroom.session, session, after))


def _travels(person: Person, host: Station) -> bool:
    """Sessions are joined from the station itself and from those within two time zones."""
    return abs(person.station.minutes - host.minutes) <= 120


def _after_session(
    session: classroom.Session, person: Person, completion: CourseCompletion
) -> Iterator[Happening]:
    own = session.story.part(f"learner/{person.number}")
    return _afterwards(own, person, session.programme, completion)


def _team_days(people: Sequence[Person], story: Story, year: int) -> Iterator[Journey]:
    """A team learning day for the people of one officer, in some teams."""
    chance = story.part("teams").chance
    for first in range(0, len(people), 8):
        day, team = seasonal_day(year, chance), people[first : first + 8]
        if len(team) > 2 and chance.random() < 0.4:
            starts = datetime(day.year, day.month, day.day, tzinfo=UTC)
            own = story.part(f"team/{first}")
            yield Journey(starts, partial(classroom.team_day, own, team, day))
