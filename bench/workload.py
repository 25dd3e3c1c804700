"""Statements as an organization makes them: few things asked for often, many seldom.

Two agents and four activities each, about 1.4 kB. Shares are those that the reads ask for: related
activities of 70, 14, 3, 1 (all of it in the oldest tenth) and 0.05 per cent, verbs of 35 and 0.1
per cent, people, instructors and courses by Zipf's law. A record follows from its number alone, so
filling a store can be interrupted and continued.
"""

import itertools
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

import orjson

PLACE: Final = "https://learn.example.org"
VERBS: Final = {
    "experienced": 350,
    "completed": 200,
    "passed": 150,
    "answered": 150,
    "progressed": 100,
    "attempted": 49,
    "abandoned": 1,
}
TEXT: Final = (
    "What this part of the course is about, whom it is meant for and what one is expected to do "
    "with it afterwards, in the words of those who wrote it. "
)


@dataclass(frozen=True)
class Workload:
    """The statements of a store of `total` statements."""

    total: int
    seed: int = 1

    @cached_property
    def people(self) -> Sequence[float]:
        """Cumulative weights of people, the most active first."""
        return _zipf(max(20, self.total // 70), 40)

    @cached_property
    def items(self) -> Sequence[float]:
        """Cumulative weights of the parts of courses, the most used first."""
        return _zipf(20_000, 25)

    def record(self, number: int, size: int) -> list[tuple[str, bytes]]:
        """Return id and text of the statements `number * size` and following."""
        draw = random.Random(f"{self.seed}/{number}")
        people = draw.choices(range(len(self.people)), cum_weights=self.people, k=size)
        items = draw.choices(range(len(self.items)), cum_weights=self.items, k=size)
        verbs = draw.choices(list(VERBS), list(VERBS.values()), k=size)
        drawn = []
        for place in range(size):
            at = number * size + place
            key = self.id(at)
            values = (people[place], items[place], verbs[place])
            drawn.append((key, self._text(key, values, at, draw)))
        return drawn

    def id(self, at: int) -> str:
        """Return the id of the statement at a place."""
        return self._uuid("statement", at)

    def registration(self, number: int) -> str:
        """Return one of the registrations; about nine statements share each."""
        return self._uuid("registration", number % self._registrations)

    @property
    def _registrations(self) -> int:
        return max(1, self.total // 9)

    def _uuid(self, kind: str, number: int) -> str:
        digest = blake2b(f"{self.seed}/{kind}/{number}".encode(), digest_size=16).digest()
        return str(uuid.UUID(bytes=digest, version=4))

    def _text(self, key: str, values: tuple[int, int, str], at: int, draw: random.Random) -> bytes:
        who, item, verb = values
        course = item // 40
        group = "main" if draw.random() < 0.7 else f"other-{draw.randrange(9)}"
        context = {
            "registration": self.registration(draw.randrange(self._registrations)),
            "instructor": agent("instructor", int(draw.paretovariate(0.7)) % 200),
            "platform": "Learning platform",
            "language": "en-US",
            "contextActivities": {
                "parent": [activity(f"course/{course}", f"Course {course}")],
                "grouping": [{"id": f"{PLACE}/program/{group}"}],
                "category": [{"id": f"{PLACE}/category/{self._category(at, draw)}"}],
            },
        }
        statement = {
            "id": key,
            "actor": agent("person", who),
            "verb": {"id": f"{PLACE}/verb/{verb}", "display": {"en-US": verb}},
            "object": activity(f"item/{item}", f"Part {item % 40} of course {course}"),
            "result": {
                "score": {"scaled": round(draw.random(), 2)},
                "completion": verb == "completed",
                "duration": f"PT{draw.randrange(60)}M{draw.randrange(60)}S",
                "extensions": {f"{PLACE}/extension/attempt": draw.randrange(5)},
            },
            "context": context,
            "timestamp": f"2026-03-{1 + at % 28:02}T{at % 24:02}:{at % 60:02}:00.000Z",
        }
        return orjson.dumps(statement)

    def _category(self, at: int, draw: random.Random) -> str:
        share = draw.random()
        if share > 0.9 and at < self.total / 10:
            return "pilot"
        for name, until in (("video", 0.14), ("package", 0.17), ("special", 0.1705)):
            if share < until:
                return name
        return f"other-{draw.randrange(50)}"


def agent(kind: str, number: int) -> dict[str, Any]:
    """Return a person or an instructor."""
    return {
        "objectType": "Agent",
        "name": f"{kind.title()} Number {number}",
        "mbox": f"mailto:{kind}-{number}@example.org",
    }


def activity(path: str, name: str) -> dict[str, Any]:
    """Return an activity with its definition."""
    definition = {
        "type": "http://adlnet.gov/expapi/activities/lesson",
        "name": {"en-US": name},
        "description": {"en-US": TEXT},
    }
    return {"objectType": "Activity", "id": f"{PLACE}/{path}", "definition": definition}


def _zipf(count: int, offset: int) -> Sequence[float]:
    return list(itertools.accumulate(1 / (rank + offset) for rank in range(count)))
